"""The configuration file through the command line."""

import json
from pathlib import Path

import pytest

from spaces_tui.arguments import configuration_asked
from spaces_tui.cli import main

TOKEN = "hf_" + "t" * 34


@pytest.fixture
def config(isolated_environment: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return where the configuration of this home is."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(isolated_environment / "conf"))
    path = isolated_environment / "conf" / "spaces-tui" / "config.toml"
    path.parent.mkdir(parents=True)
    return path


def settings(capsys: pytest.CaptureFixture[str], *arguments: str) -> dict[str, tuple[str, str]]:
    assert main(["config", "--json", *arguments]) == 0
    shown = json.loads(capsys.readouterr().out)
    return {one["name"]: (one["value"], one["source"]) for one in shown["settings"]}


def test_each_setting_tells_who_said_it(
    config: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text('theme = "nord"\nlow-bandwidth = true\n[watch]\nsettle = 300\n')
    monkeypatch.setenv("SPACES_TUI_LOW_BANDWIDTH", "0")
    found = settings(capsys)
    assert found["theme"] == ("nord", f"{config}:1")
    assert found["low-bandwidth"] == ("off", "SPACES_TUI_LOW_BANDWIDTH")
    assert found["last-words"] == ("on", "default")
    assert found["watch.settle"] == ("300", f"{config}:4")
    assert settings(capsys, "--account", "bob")["account"] == ("bob", "command line")


def test_no_secret_is_shown(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config.write_text(f'endpoint = "https://me:pass1234@hub.test"\naccount = "{TOKEN}"\n')
    assert main(["config"]) == 0
    shown = capsys.readouterr().out
    assert "https://hub.test" in shown
    assert "pass1234" not in shown
    assert TOKEN not in shown


def test_the_place_is_told_whatever_the_file_says(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("= nonsense")
    assert main(["config", "--path"]) == 0
    assert capsys.readouterr().out.strip() == str(config)


@pytest.mark.parametrize(
    ("content", "words"),
    [("theme = 1", ":1: theme is a text"), ('[keys]\n\n"space.pause" = "r"', ":3: r would be")],
)
def test_a_file_that_is_wrong_ends_with_two(
    config: Path, capsys: pytest.CaptureFixture[str], content: str, words: str
) -> None:
    config.write_text(content)
    assert main(["config"]) == 2
    assert f"{config}{words}" in capsys.readouterr().err


def test_the_guard_goes_on_without_a_file_that_is_wrong(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text("theme = 1")
    assert main(["guard"]) == 0
    shown = capsys.readouterr()
    assert "The guard goes on without it" in shown.err
    assert "No hardware is borrowed" in shown.out


def test_ids_of_actions_are_listed_with_their_keys(
    config: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    config.write_text('[keys]\n"space.pause" = "P"')
    assert main(["config", "--keys"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert next(line for line in lines if line.startswith("space.pause")).split()[1] == "P"
    config.unlink()
    assert main(["config", "--keys"]) == 0


@pytest.mark.parametrize(
    ("arguments", "asked"),
    [
        ([], (True, "env.toml")),
        (["--config", "a.toml"], (True, "a.toml")),
        (["watch", "--config=b.toml", "src", "a/b"], (True, "b.toml")),
        (["--help"], (False, None)),
        (["hub"], (False, None)),
        (["--", "--config", "x"], (True, "env.toml")),
    ],
)
def test_which_file_is_read(arguments: list[str], asked: tuple[bool, str | None]) -> None:
    assert configuration_asked(arguments, {"SPACES_TUI_CONFIG": "env.toml"}) == asked
