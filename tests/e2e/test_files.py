"""Files of a Space in a real terminal: edited in the own editor, and taken back."""

from __future__ import annotations

import json
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console

pytestmark = pytest.mark.e2e

QUIT_KEY = "q quit"
EDITOR = """#!/bin/sh
cp "$1" "$HOME/before"
printf 'print("edited")\\n' > "$1"
ls -l "$1" > "$HOME/mode"
"""


def titles(hub: HubProcess) -> list[str]:
    """Return the titles of all commits, newest first."""
    with urlopen(f"{hub.url}/api/spaces/{SPACE}/commits/main") as answer:
        return [commit["title"] for commit in json.load(answer)]


def test_a_file_is_edited_as_a_commit_and_taken_back(
    hub: HubProcess, home: Path, tmp_path: Path
) -> None:
    editor = tmp_path / "editor"
    editor.write_text(EDITOR)
    editor.chmod(0o755)
    place = tmp_path / "run"
    place.mkdir()
    hub.ask("commit", space=SPACE, files={"app.py": "print('first')\n"}, title="First")
    before = hub.text(SPACE, "app.py")
    given = {**hub.variables(), "EDITOR": str(editor), "XDG_RUNTIME_DIR": str(place)}
    with console(SPACE, home=home, given=given) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.press("4")
        terminal.expect("app.py")
        terminal.press("j", "j", "j")
        terminal.expect("ctrl+e edit")
        terminal.press("enter")
        terminal.expect("1 print('first')")
        terminal.press("ctrl+e")
        terminal.expect('+ print("edited")')
        assert (home / "before").read_text() == before
        assert (home / "mode").read_text().startswith("-rw-------")
        assert not list(place.iterdir())
        terminal.press("ctrl+s")
        terminal.expect("builds")
        terminal.press("y")
        terminal.expect("— done.")
        assert hub.text(SPACE, "app.py") == 'print("edited")\n'
        assert titles(hub)[0] == "Edit app.py"
        terminal.press("H")
        terminal.expect("3 commits")
        terminal.press("j", "U")
        terminal.expect("1 file as it was")
        terminal.press("ctrl+s")
        terminal.expect("one new commit")
        terminal.press("y")
        terminal.expect("4 commits")
        assert hub.text(SPACE, "app.py") == before
        newest, older, *_ = titles(hub)
        assert newest.startswith("Roll back to ")
        assert older == "Edit app.py"
        terminal.press("esc")
        terminal.expect("1 print('first')")
        terminal.press("esc")
        terminal.expect(QUIT_KEY)
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
