"""Variables and secrets in a real terminal, and where a secret must not be: anywhere."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console

pytestmark = pytest.mark.e2e

PLANTED = "zq7-planted-Xw4"
QUIT_KEY = "q quit"
EDITOR = """#!/bin/sh
cat "$1" >&2
echo ' EDITING' >&2
read answer
printf 'first line\\nsecond' > "$1"
ls -l "$1" > "$HOME/mode"
"""


def written_by(home: Path) -> list[Path]:
    """Return every file below the home folder."""
    return [path for path in home.rglob("*") if path.is_file()]


def test_a_secret_is_set_and_nowhere_to_be_found(hub: HubProcess, home: Path) -> None:
    hub.ask("fault", path="/secrets", method="POST", status=500, body=f'{{"error":"{PLANTED}"}}')
    traces = {"TEXTUAL_LOG": str(home / "textual.log"), "TEXTUAL": "debug"}
    log = str(home / "own.log")
    given = {**hub.variables(), **traces}
    with console(
        SPACE, "--log-file", log, "--log-level", "debug", home=home, given=given
    ) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.press("e")
        terminal.expect("Variables · 0")
        terminal.press("n")
        terminal.type("GREETING")
        terminal.expect("GREETING")
        terminal.press("tab")
        terminal.type("hello")
        terminal.press("ctrl+s")
        terminal.expect("1 staged")
        terminal.press("N")
        terminal.type("TYPED")
        terminal.expect("TYPED")
        terminal.press("enter")
        terminal.type(PLANTED)
        terminal.expect("••••")
        terminal.press("ctrl+s")
        terminal.expect("2 staged")
        terminal.press("N")
        terminal.type("PASTED")
        terminal.expect("PASTED")
        terminal.press("enter")
        terminal.type(f"\x1b[200~{PLANTED}\r{PLANTED}\x1b[201~")
        terminal.press("ctrl+s")
        terminal.expect("3 staged")
        terminal.press("ctrl+s")
        terminal.expect("Restarts the Space up to 3 times")
        terminal.press("y")
        terminal.expect("2 staged")
        terminal.expect("✔ set the variable GREETING")
        terminal.expect("set the secret PASTED: not tried")
        assert hub.ask("secret_values", space=SPACE) == {}
        terminal.press("ctrl+s")
        terminal.expect("2 secrets")
        terminal.press("y")
        terminal.expect("— done.")
        assert hub.ask("secret_values", space=SPACE) == {
            "TYPED": PLANTED,
            "PASTED": f"{PLANTED}\n{PLANTED}",
        }
        terminal.press("J")
        terminal.expect("set the secret TYPED")
        terminal.press("esc")
        terminal.expect_gone("set the secret TYPED")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
        assert PLANTED.encode() not in terminal.output
    files = written_by(home)
    assert any(path.name == "actions.ndjson" for path in files)
    assert not (home / "textual.log").exists()
    assert not [path for path in files if PLANTED.encode() in path.read_bytes()]


def test_a_secret_typed_faster_than_the_screens_open(hub: HubProcess, home: Path) -> None:
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        # e, N, the fields, stage, sum up, and an answer to what nobody has seen: in one write.
        terminal.type(f"eNNAME\t{PLANTED}\x13\x13y")
        terminal.expect("y apply 1 secret")
        assert hub.ask("secret_values", space=SPACE) == {}
        terminal.press("y")
        terminal.expect("— done.")
        assert hub.ask("secret_values", space=SPACE) == {"NAME": PLANTED}
        assert PLANTED.encode() not in terminal.output


def test_a_file_is_imported_and_sent_in_order(hub: HubProcess, home: Path, folder: Path) -> None:
    (folder / ".env").write_text(f"export MODE='two words'\nHF_TOKEN=\"{PLANTED}\"\n")
    with console(SPACE, home=home, cwd=folder, given=hub.variables()) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.press("e")
        terminal.expect("Variables · 0")
        terminal.press("i")
        terminal.expect(".env")
        terminal.press("enter")
        terminal.expect("2 names, 2 of them to be staged")
        terminal.press("ctrl+s")
        terminal.expect("2 staged")
        terminal.press("ctrl+s")
        terminal.expect("1 variable, 1 secret")
        terminal.press("y")
        terminal.expect("— done.")
        assert hub.ask("secret_values", space=SPACE) == {"HF_TOKEN": PLANTED}
        assert len(hub.received("POST", "/variables")) == 1
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert PLANTED.encode() not in terminal.output


def test_a_value_is_edited_in_the_own_editor(hub: HubProcess, home: Path, tmp_path: Path) -> None:
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    place = tmp_path / "run"
    place.mkdir()
    given = {**hub.variables(), "EDITOR": str(editor), "XDG_RUNTIME_DIR": str(place)}
    with console(SPACE, home=home, given=given) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.press("e")
        terminal.expect("Variables · 0")
        terminal.press("n")
        terminal.type("LONG")
        terminal.expect("LONG")
        terminal.press("tab")
        terminal.type("before")
        terminal.press("ctrl+e")
        terminal.expect("before EDITING")
        terminal.type("\n")
        terminal.expect("second")
        terminal.press("ctrl+s")
        terminal.expect("first line⏎second")
        assert (home / "mode").read_text().startswith("-rw-------")
        assert not list(place.iterdir())
        terminal.press("ctrl+s")
        terminal.expect("1 variable")
        terminal.press("y")
        terminal.expect("— done.")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_two_marked_spaces_get_the_same(hub: HubProcess, home: Path) -> None:
    other = "ada/lab-two"
    hub.ask("create", space=other)
    hub.ask("fault", path="/lab-two/secrets", method="POST", status=503, body=PLANTED)
    log = str(home / "own.log")
    options = ("--log-file", log, "--log-level", "debug")
    with console(SPACE, *options, home=home, given=hub.variables()) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.expect("lab-two")
        terminal.press("*", "e")
        terminal.expect("Variables and secrets of 2 Spaces")
        terminal.press("n")
        terminal.type("GREETING")
        terminal.expect("GREETING")
        terminal.press("enter")
        terminal.type("hello")
        terminal.press("ctrl+s")
        terminal.expect("1 staged")
        terminal.press("N")
        terminal.type("TYPED")
        terminal.expect("TYPED")
        terminal.press("enter")
        terminal.type(PLANTED)
        terminal.expect("••••")
        terminal.press("ctrl+s")
        terminal.expect("2 staged")
        terminal.press("ctrl+s")
        terminal.expect("1 variable, 1 secret on 2 of 2 Spaces")
        assert not hub.received("POST", "/variables")
        terminal.press("y")
        terminal.expect("Variables and secrets of 1 Space ")
        terminal.expect("✔ set the variable GREETING")
        assert hub.ask("secret_values", space=SPACE) == {"TYPED": PLANTED}
        assert hub.ask("secret_values", space=other) == {}
        terminal.press("ctrl+s")
        terminal.expect("on 1 of 1 Space")
        terminal.press("y")
        terminal.expect("— done.")
        for space in (SPACE, other):
            assert hub.ask("secret_values", space=space) == {"TYPED": PLANTED}
            assert len(hub.received("POST", f"/{space}/variables")) == 1
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
        assert PLANTED.encode() not in terminal.output
    files = written_by(home)
    assert any(path.name == "actions.ndjson" for path in files)
    assert Path(log) in files
    assert not [path for path in files if PLANTED.encode() in path.read_bytes()]
