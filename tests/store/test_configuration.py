"""The configuration file: what it says, and what is said of what it cannot say."""

from pathlib import Path

import pytest

from spaces_tui.model.budget import Budget
from spaces_tui.store.configuration import (
    ConfigurationError,
    parse_configuration,
    read_configuration,
)

HERE = Path("config.toml")
EXAMPLE = Path(__file__).parents[2] / "examples" / "config.toml"


def test_the_example_is_understood() -> None:
    said = read_configuration(EXAMPLE, must=True)
    assert said.options["SPACES_TUI_THEME"] == "textual-light"
    assert said.options["SPACES_TUI_NOTIFY"] == "desktop"
    assert said.options["SPACES_TUI_LAST_WORDS"] == "on"
    assert said.keys == {"space.pause": ("P",), "refresh": ("ctrl+r", "f5")}
    assert said.ignore == ("*.ckpt", "wandb/", "!best.ckpt")
    assert said.settle == 0.3
    line = 1_000_000
    assert said.budgets == (Budget("ada", "", 40 * line, 50 * line, 4_500_000, 8 * line),)
    assert said.at("watch", "settle") == f"{EXAMPLE}:21"


def test_a_missing_file_says_nothing_unless_it_was_named(tmp_path: Path) -> None:
    missing = tmp_path / "config.toml"
    assert not read_configuration(missing).found
    with pytest.raises(ConfigurationError, match="there is no such file"):
        read_configuration(missing, must=True)


def test_the_environment_goes_before_the_file_and_an_empty_variable_says_nothing() -> None:
    said = parse_configuration(HERE, b'theme = "nord"\nread-only = true\naccount = "ada"')
    both = said.under({"SPACES_TUI_THEME": "dracula", "SPACES_TUI_ACCOUNT": "", "HOME": "/h"})
    assert both["SPACES_TUI_THEME"] == "dracula"
    assert both["SPACES_TUI_READ_ONLY"] == "on"
    assert both["SPACES_TUI_ACCOUNT"] == "ada"
    assert both["HOME"] == "/h"


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("\nthem = 1", 2, "them is not known here"),
        ("theme = 3", 1, "theme is a text in quotes"),
        ('read-only = "yes"', 1, "true or false"),
        ('\n\nlog-level = "loud"', 3, "debug, info, warning, error, not “loud”"),
        ('[notifications]\nway = "horn"', 2, "bell, desktop, off"),
        ("[notifications]\nhow = 1", 2, "how is not known in [notifications]"),
        ("notifications = 1", 1, "notifications is a table"),
        ('[keys]\n"a.b" = []', 2, "a.b is a key in quotes"),
        ("[keys]\nspace.pause = 'P'", 2, "with a dot, quoted"),
        ("[watch]\n\nsettle = -1", 3, "from 0 to 60000"),
        ("[watch]\nsettle = true", 2, "milliseconds"),
        ("[watch]\nsettle = nan", 2, "milliseconds"),
        ('[watch]\nignore = "x"', 2, "a list of rules"),
        ("[budget.ada]\nhard = -1", 2, "dollars above 0"),
        ("[budget.ada]\nhard = '5'", 2, "dollars above 0"),
        ("[budget.ada]\nhrd = 5", 2, "hrd is not known in [budget.ada]"),
        ("[budget.ada]\nsoft = 5\npause = true", 3, "pause needs a hard line"),
        ("[budget.ada]\n", 1, "A budget needs a line"),
        ("[budget]\nada = 5", 2, "A budget is a table"),
        ("theme = nord", 1, "in quotes"),
        ('theme = "a"\ntheme = "b"', 2, "said above already"),
        ("[watch]\nignore = [", 2, "close what is open"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(content: str, line: int, words: str) -> None:
    with pytest.raises(ConfigurationError) as raised:
        parse_configuration(HERE, content.encode())
    assert str(raised.value).startswith(f"config.toml:{line}: ")
    assert words in str(raised.value)
    assert "\n" not in str(raised.value)


def test_bytes_that_are_no_text_are_told_with_their_line() -> None:
    with pytest.raises(ConfigurationError, match="toml:2: this is not UTF-8"):
        parse_configuration(HERE, b"\n\xff")


def test_a_token_in_the_wrong_place_is_not_repeated() -> None:
    token = "hf_" + "x" * 30
    for content in (f'log-level = "{token}"', f"{token} = 1", f"theme = {token}"):
        with pytest.raises(ConfigurationError) as raised:
            parse_configuration(HERE, content.encode())
        assert token not in str(raised.value)
