"""The Watch tab and leaving, with the real program, a real folder and a real Hub."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console, wait_until
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.e2e

ORDERLY = 5.0


@pytest.fixture
def folder(home: Path) -> Path:
    """Return a folder with an app in it, in somebody's home."""
    made = home / "project"
    made.mkdir()
    (made / "app.py").write_text("print('first')\n")
    return made


def watching(folder: Path, home: Path, hub: HubProcess) -> Terminal:
    """Start a console that watches `folder` for the Space, in sync, with its tab in view."""
    terminal = console(SPACE, home=home, cwd=folder, given=hub.variables())
    terminal.expect("Running")
    terminal.press("w")
    terminal.expect("enter shows the plan")
    terminal.press("enter")
    terminal.expect("1 file to upload")
    terminal.press("enter")
    terminal.expect("in sync")
    terminal.expect(re.compile(r"live \+[\d.]+ s"))
    return terminal


def paused_with_a_save(terminal: Terminal, folder: Path) -> None:
    """Pause watching and save a file, so that it waits."""
    terminal.press("T")
    terminal.expect("‖ paused")
    (folder / "app.py").write_text("print('mine')\n")


def test_from_a_conflict_over_both_sides_to_theirs(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with watching(folder, home, hub) as terminal:
        paused_with_a_save(terminal, folder)
        hub.ask("commit", space=SPACE, files={"app.py": "print('theirs')\n"})
        terminal.press("T")
        terminal.expect("conflict: both sides changed")
        terminal.expect("! app.py  changed here and on the Space")
        terminal.press("enter")
        terminal.expect("- print('theirs')")
        terminal.expect("+ print('mine')")
        terminal.press("t")
        terminal.expect("Take theirs?")
        terminal.press("enter")
        terminal.expect_gone("Take theirs?")
        assert (folder / "app.py").read_text() == "print('mine')\n"
        terminal.press("t")
        terminal.expect("Take theirs?")
        terminal.press("y")
        wait_until(
            lambda: (folder / "app.py").read_text() == "print('theirs')\n",
            "the file is the Space's",
        )
        terminal.expect("● in sync")
        assert hub.text(SPACE, "app.py") == "print('theirs')\n"
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_finishing_sends_what_waits_and_leaves(hub: HubProcess, home: Path, folder: Path) -> None:
    with watching(folder, home, hub) as terminal:
        hub.ask("fault", path="/commit/", delay=1.5)
        hub.ask("clear_requests")
        (folder / "app.py").write_text("print('last words')\n")
        hub.wait_received("POST", "/commit/")
        terminal.press("q")
        terminal.expect("Files are not on the Hub yet")
        terminal.press("f")
        assert terminal.wait_exit() == 0
        assert terminal.restored
        assert hub.text(SPACE, "app.py") == "print('last words')\n"


def told_again(terminal: Terminal, folder: Path, hub: HubProcess) -> None:
    """See the note of an earlier run, take it up, and see it gone."""
    terminal.expect("1 file in ~/project was not sent to ada/lab")
    terminal.press("6")
    terminal.expect("w go on · X forget it")
    terminal.press("w")
    terminal.expect("enter shows the plan")
    terminal.press("enter")
    terminal.expect("1 file to upload")
    terminal.press("enter")
    wait_until(lambda: hub.text(SPACE, "app.py") == "print('mine')\n", "what was left is sent")
    terminal.expect("in sync")
    terminal.expect_gone("w go on · X forget it")
    assert (folder / "app.py").read_text() == "print('mine')\n"


@pytest.mark.parametrize("by", ["the key", "a signal"])
def test_what_is_left_behind_is_told_at_the_next_start(
    hub: HubProcess, home: Path, folder: Path, by: str
) -> None:
    with watching(folder, home, hub) as terminal:
        paused_with_a_save(terminal, folder)
        if by == "the key":
            terminal.press("q")
            terminal.expect("f resumes it")
            terminal.expect("you are told again at the next start")
            terminal.press("L")
            assert terminal.wait_exit(ORDERLY) == 0
        else:
            terminal.signal(signal.SIGTERM)
            assert terminal.wait_exit(ORDERLY) == 128 + signal.SIGTERM
        assert terminal.restored
        assert hub.text(SPACE, "app.py") == "print('first')\n"
    with console(SPACE, home=home, cwd=home, given=hub.variables()) as again:
        told_again(again, folder, hub)
        again.press("q")
        assert again.wait_exit() == 0
    with console(SPACE, home=home, cwd=home, given=hub.variables()) as third:
        third.expect("Running")
        third.press("6")
        third.expect("No folder is watched")
        assert "not sent" not in "\n".join(third.screen())


def test_a_build_that_breaks_shows_its_log_and_the_last_good_set_goes_back(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    broken = "# local-hub: fail-build\n"
    with watching(folder, home, hub) as terminal:
        terminal.press("T")
        terminal.expect("‖ paused")
        (folder / "app.py").write_text(broken)
        (folder / "requirements.txt").write_text("gradio\n")  # what no hot reload can take
        terminal.press("T")
        terminal.expect("Build log · Build error")
        terminal.expect(re.compile(r"\d\d:\d\d:\d\d .*ERROR"))
        terminal.press("L")
        terminal.expect("Send the last good set again?")
        terminal.expect("2 files on the Space go back to commit")
        terminal.press("enter")
        terminal.expect_gone("Send the last good set again?")
        assert hub.text(SPACE, "app.py") == broken
        terminal.press("L")
        terminal.expect("Send the last good set again?")
        terminal.press("y")
        wait_until(lambda: hub.text(SPACE, "app.py") == "print('first')\n", "the good set is back")
        terminal.expect_gone("Build log · Build error")
        terminal.expect("held: waits for your yes")
        assert (folder / "app.py").read_text() == broken
        terminal.press("q")
        terminal.expect("Files are not on the Hub yet")
        terminal.press("L")
        assert terminal.wait_exit() == 0
