"""Who looks elsewhere hears of a Space that runs again: in a real terminal, from a real Hub."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, console, wait_until

pytestmark = pytest.mark.e2e

SAID = f"\x1b]9;spaces-tui: {SPACE} is running\a\a".encode()


def test_a_restart_is_told(hub: HubProcess, home: Path) -> None:
    hub.ask("timing", speed=1, cached_build=3600)
    with console("--notify", "desktop", SPACE, home=home, given=hub.variables()) as terminal:
        terminal.expect("Running")
        terminal.press("r")
        terminal.expect("Restart this Space?")
        terminal.press("y")
        terminal.expect("Building")
        assert SAID not in terminal.output
        hub.ask("set_stage", space=SPACE, stage="RUNNING")
        wait_until(lambda: SAID in terminal.output, "it was told")
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
