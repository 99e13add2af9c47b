"""The command line: what it understands, and what it says when it does not."""

import pytest

from spaces_tui.arguments import UsageError, command_of, parse, space_id

HUB = "https://huggingface.co"


@pytest.mark.parametrize(
    ("arguments", "command"),
    [
        ([], None),
        (["ada/x"], None),
        (["--demo"], None),
        (["watch", "src", "ada/x"], "watch"),
        (["--endpoint", "http://h", "watch", "src", "ada/x"], "watch"),
        (["--endpoint", "watch"], None),
        (["hub", "--port", "0"], "hub"),
        (["--", "watch"], None),
    ],
)
def test_the_command_is_found_among_the_options(arguments: list[str], command: str | None) -> None:
    assert command_of(arguments) == command


def test_common_options_may_stand_before_the_command() -> None:
    parsed = parse(["--endpoint", "http://h", "watch", "src", "ada/x", "--once"], {})
    assert (parsed.command, parsed.endpoint, parsed.path, parsed.space, parsed.once) == (
        "watch",
        "http://h",
        "src",
        "ada/x",
        True,
    )


def test_the_environment_mirrors_the_options() -> None:
    environment = {
        "SPACES_TUI_THEME": "nord",
        "SPACES_TUI_READ_ONLY": "yes",
        "SPACES_TUI_ENDPOINT": "http://env",
    }
    parsed = parse(["--endpoint", "http://arg"], environment)
    assert (parsed.theme, parsed.read_only, parsed.endpoint) == ("nord", True, "http://arg")


@pytest.mark.parametrize(
    "arguments",
    [
        ["--no-such-option"],
        ["watch"],
        ["watch", "src"],
        ["watch", "src", "ada/x", "--settle", "soon"],
        ["watch", "src", "ada/x", "--settle", "-1"],
        ["hub", "--port", "99999"],
        ["hub", "--seed", "other"],
        ["a/b", "c/d"],
    ],
)
def test_what_is_not_understood_is_said_in_one_sentence(arguments: list[str]) -> None:
    with pytest.raises(UsageError) as caught:
        parse(arguments, {})
    assert "\n" not in str(caught.value)
    assert "--help" in str(caught.value)


def test_settle_is_given_in_milliseconds() -> None:
    assert parse(["watch", "src", "ada/x", "--settle", "250"], {}).settle == 0.25


@pytest.mark.parametrize(
    "text",
    [
        "ada/x.y-z",
        " ada/x.y-z ",
        "spaces/ada/x.y-z",
        "https://huggingface.co/spaces/ada/x.y-z",
        "https://huggingface.co/spaces/ada/x.y-z/tree/main?a=b#c",
        "https://hf.co/spaces/ada/x.y-z",
    ],
)
def test_a_space_is_named_by_id_or_address(text: str) -> None:
    assert space_id(text, HUB) == "ada/x.y-z"


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "ada/",
        "a/b/c",
        "ada/x y",
        "https://huggingface.co/ada/x",
        "https://evil.example/spaces/ada/x",
        "",
    ],
)
def test_what_is_no_space_is_refused(text: str) -> None:
    with pytest.raises(UsageError):
        space_id(text, HUB)


def test_an_address_of_ones_own_hub() -> None:
    assert space_id("http://127.0.0.1:9/spaces/a/b", "http://127.0.0.1:9") == "a/b"


@pytest.mark.parametrize("command", ["login", "logout", "accounts", "whoami"])
def test_a_token_is_never_an_argument(command: str) -> None:
    parsed = parse([command, "--account", "ada"], {})
    assert (parsed.command, parsed.account) == (command, "ada")
    with pytest.raises(UsageError):
        parse([command, "--token", "hf_x"], {})
    with pytest.raises(UsageError):
        parse([command, "hf_x"], {})


def test_an_account_named_like_a_command() -> None:
    assert parse(["--account", "watch", "whoami"], {}).account == "watch"
    assert parse([], {"SPACES_TUI_ACCOUNT": "bob"}).account == "bob"


def test_the_guard_runs_once_or_waits() -> None:
    assert parse(["guard"], {}).wait is False
    assert parse(["guard", "--wait", "--endpoint", "http://127.0.0.1:1"], {}).wait is True


def test_how_to_tell_of_news() -> None:
    assert parse([], {}).notify is None
    assert parse(["--notify", "desktop"], {"SPACES_TUI_NOTIFY": "off"}).notify == "desktop"
    assert parse([], {"SPACES_TUI_NOTIFY": "Bell"}).notify == "bell"
    with pytest.raises(UsageError, match="SPACES_TUI_NOTIFY"):
        parse([], {"SPACES_TUI_NOTIFY": "loud"})
