"""How the console ends, and what it survives: signals, dead terminals, lost connections."""

from __future__ import annotations

import re
import signal
from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, alive, children_of, console, wait_until
from tests.e2e.relay import Relay
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.e2e


def watching(folder: Path, home: Path, hub: HubProcess) -> Terminal:
    """Start a console that watches `folder` for the Space, in sync."""
    terminal = console(SPACE, home=home, cwd=folder, given=hub.variables())
    terminal.expect("Running")
    terminal.press("w")
    terminal.expect("enter shows the plan")
    terminal.press("enter")
    terminal.expect("1 file to upload")
    terminal.press("enter")
    terminal.expect("in sync")
    return terminal


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
def test_a_signal_ends_it_in_order(hub: HubProcess, home: Path, number: signal.Signals) -> None:
    with console(home=home, given=hub.variables()) as terminal:
        terminal.expect("Running")
        terminal.signal(number)
        assert terminal.wait_exit() == 128 + number
        assert terminal.restored


def test_a_closed_terminal_ends_it(home: Path) -> None:
    with console("--demo", home=home) as terminal:
        terminal.expect("whisper-live")
        processes = children_of(terminal.pid)
        terminal.hangup()
        terminal.wait_exit()
        wait_until(lambda: not any(map(alive, processes)), "the demo's Hub has ended")


def test_a_closed_terminal_ends_it_though_the_hang_up_is_ignored(
    hub: HubProcess, home: Path
) -> None:
    with console(home=home, ignore_hangup=True, given=hub.variables()) as terminal:
        terminal.expect("Running")
        before = terminal.cpu_seconds()
        terminal.hangup()
        used = before
        while terminal.running and alive(terminal.pid):
            try:
                used = terminal.cpu_seconds()
            except OSError:
                break  # it ended while we looked
            assert used - before < 10, "it spins on the dead terminal"
        terminal.wait_exit()


def test_a_stalled_terminal_stops_no_upload(hub: HubProcess, home: Path, folder: Path) -> None:
    with watching(folder, home, hub) as terminal:
        terminal.stall()
        for _ in range(40):
            terminal.resize(160, 45)
            terminal.press("1", "2")  # no escape: a key right behind one would be alt and that key
            terminal.resize(80, 24)
        terminal.resize(90, 30)  # a size not seen before: it paints all, however many it missed
        (folder / "app.py").write_text("print('meanwhile')\n")
        wait_until(
            lambda: hub.text(SPACE, "app.py") == "print('meanwhile')\n", "the save is on the Space"
        )
        terminal.resume()
        terminal.press("6")
        terminal.expect(re.compile(r"saved .* committed .*\n(.*\n)?.*saved .* committed"))


def test_saves_in_flight_are_settled_before_it_ends(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with watching(folder, home, hub) as terminal:
        hub.ask("clear_requests")
        (folder / "app.py").write_text("print('last words')\n")
        hub.wait_received("POST", "/commit/")
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == 128 + signal.SIGTERM
        assert terminal.restored
        assert hub.text(SPACE, "app.py") == "print('last words')\n"


def test_a_lost_connection_is_said_and_comes_back_by_itself(hub: HubProcess, home: Path) -> None:
    with (
        Relay(hub.url) as road,
        console(home=home, given={"HF_ENDPOINT": road.url, "HF_TOKEN": hub.token()}) as terminal,
    ):
        terminal.expect("Running")
        road.close()
        terminal.press("ctrl+r")
        terminal.expect("offline")
        terminal.expect("No connection")
        terminal.expect("lab")
        hub.ask("set_stage", space=SPACE, stage="PAUSED")
        road.open()
        terminal.expect_gone("offline")
        terminal.expect("Paused")
