"""Settings in a real terminal: one commit on the Hub, and a shell that has the terminal alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console

pytestmark = pytest.mark.e2e

SSH = """#!/bin/sh
echo "TO $@"
read answer
echo "GOT $answer"
read end
"""


def test_dev_mode_and_title_are_set_and_a_shell_is_opened(
    hub: HubProcess, home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = hub.text(SPACE, "README.md")
    program = tmp_path / "bin" / "ssh"
    program.parent.mkdir()
    program.write_text(SSH)
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=":")
    with console(SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect("q quit")
        terminal.expect("Running")
        terminal.press("s")
        terminal.expect("nothing staged")
        terminal.press("j", "j", "j", "enter")
        terminal.expect("off → on")
        terminal.press("j", "j", "enter")
        terminal.expect("╭─ Title")
        terminal.type(" two")
        terminal.press("enter")
        terminal.expect("2 staged")
        terminal.press("ctrl+s")
        terminal.expect("1 key in one commit to README.md")
        terminal.press("y")
        terminal.expect("2 changes — done.")
        after = hub.text(SPACE, "README.md")
        (changed,) = [line for line in after.splitlines() if line not in before.splitlines()]
        assert changed.startswith("title: ")
        assert changed.endswith(" two")
        assert len(hub.received("POST", "/commit/")) == 1
        hub.ask("set_stage", space=SPACE, stage="RUNNING")
        terminal.expect("Running")
        terminal.quiet_for(0.7)  # what is still on its way says no other stage
        terminal.press("S")
        terminal.expect("TO ada-lab@ssh.hf.space")
        terminal.quiet_for(0.5)
        terminal.type("hello\n")
        terminal.expect("GOT hello")
        terminal.type("\n")
        terminal.expect("q quit")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
