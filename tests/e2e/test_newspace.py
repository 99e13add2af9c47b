"""Creating and duplicating in a real terminal, checked against what the Hub has afterwards."""

from __future__ import annotations

import json
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console

pytestmark = pytest.mark.e2e

PLANTED = "zq7-planted-Xw4"
QUIT_KEY = "q quit"
NEW = "ada/made-here"


def info(hub: HubProcess, space: str) -> dict[str, Any]:
    """Return a Space as its owner reads it."""
    request = urllib.request.Request(
        f"{hub.url}/api/spaces/{space}", headers={"Authorization": f"Bearer {hub.token()}"}
    )
    with urllib.request.urlopen(request) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def test_a_space_is_created_filled_and_shown(hub: HubProcess, home: Path, folder: Path) -> None:
    (folder / ".env").write_text(f"TOKEN={PLANTED}\n")
    hub.ask("fault", path="/commit/", method="POST", status=400, body='{"error":"not today"}')
    with console(SPACE, home=home, cwd=folder, given=hub.variables()) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.press("c")
        terminal.type("made-here")
        terminal.expect("✔ ada/made-here is free")
        terminal.press("tab")
        terminal.expect("enter choose")
        terminal.type("jjjj")
        terminal.press("enter")
        terminal.expect("t4-small")
        terminal.type("jjj")
        terminal.press("enter")
        terminal.expect("t4-small  $0.40/h · $9.60 a day")
        terminal.type("jj")
        terminal.press("enter")
        terminal.expect("Variables · 0")
        terminal.press("N")
        terminal.type("API_KEY")
        terminal.expect("API_KEY")
        terminal.press("enter")
        terminal.type(PLANTED)
        terminal.expect("••••")
        terminal.press("ctrl+s")
        terminal.expect("Secrets · 1")
        terminal.press("esc")
        terminal.expect("1 secret")
        terminal.type("G")
        terminal.press("enter")
        terminal.expect("First commit from a folder")
        terminal.type(".")
        terminal.press("enter")
        terminal.expect("First commit: 1 file")
        terminal.press("ctrl+s")
        terminal.expect("y create it at $0.40/h")
        assert not hub.received("POST", "/api/repos/create")
        terminal.press("y")
        terminal.expect("ada/made-here is there now")
        terminal.expect("not today")
        terminal.press("ctrl+s")
        terminal.expect("do what is left")
        terminal.press("y")
        terminal.expect_gone("Create a Space")
        terminal.expect("made-here")
        assert hub.text(NEW, "app.py") == "print('first')\n"
        assert hub.ask("secret_values", space=NEW) == {"API_KEY": PLANTED}
        assert len(hub.received("POST", "/api/repos/create")) == 1
        made = info(hub, NEW)
        assert made["private"] is True
        assert made["runtime"]["hardware"]["requested"] == "t4-small"
        assert made["runtime"]["gcTimeout"] == 3600
        assert ".env" not in {one["rfilename"] for one in made["siblings"]}
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
        assert PLANTED.encode() not in terminal.output
    written = [path for path in home.rglob("*") if path.is_file()]
    assert not [path for path in written if PLANTED.encode() in path.read_bytes()]


def test_a_duplicate_is_there_after_a_lost_answer(hub: HubProcess, home: Path) -> None:
    hub.ask("fault", path="/duplicate", method="POST", drop="after")
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.press("C")
        terminal.expect("No secret will be missing.")
        terminal.expect("✔ ada/lab-copy is free")
        terminal.press("ctrl+s")
        terminal.expect("Duplicate ada/lab to ada/lab-copy")
        terminal.press("y")
        terminal.expect("the answer was lost")
        terminal.expect("lab-copy")
        assert len(hub.received("POST", "/duplicate")) == 1
        assert info(hub, "ada/lab-copy")["private"] is True
        terminal.press("q")
        assert terminal.wait_exit() == 0
