"""Stops, quotas and answers that never come, with the real program against a real server."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, Watch, environment, wait_until

pytestmark = pytest.mark.e2e


@contextmanager
def in_sync(folder: Path, hub: HubProcess, home: Path) -> Iterator[Watch]:
    """Watch `folder`, in sync with the Space."""
    options = ["--json", "--yes", "--no-follow"]
    with Watch([str(folder), SPACE, *options], environment(home, **hub.variables())) as watch:
        watch.until("commit")
        watch.until("state", state="in-sync")
        yield watch


def again(folder: Path, hub: HubProcess, home: Path) -> None:
    """Start once more, until everything is sent."""
    options = ["--json", "--yes", "--no-follow", "--once"]
    with Watch([str(folder), SPACE, *options], environment(home, **hub.variables())) as watch:
        assert watch.wait() == 0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_save_just_before_a_signal_is_not_dropped(
    hub: HubProcess, home: Path, folder: Path, number: signal.Signals
) -> None:
    with in_sync(folder, hub, home) as watch:
        (folder / "app.py").write_text("print('last words')\n")
        watch.signal(number)
        assert watch.wait() == 130
        assert watch.events[-1]["state"] == "stopped"
    assert hub.text(SPACE, "app.py") == "print('last words')\n"


def test_an_answer_that_drips_does_not_hold_a_stop_up(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with in_sync(folder, hub, home) as watch:
        hub.ask("fault", path="/commit/", method="POST", bytes_per_second=0.1)
        hub.ask("clear_requests")
        (folder / "app.py").write_text("print('slow')\n")
        hub.wait_received("POST", "/commit/")
        watch.say("stop")
        assert watch.wait() == 1
        assert "1 commit unconfirmed" in watch.events[-1]["reason"]
    hub.ask("clear_faults")
    hub.ask("clear_requests")
    again(folder, hub, home)
    assert hub.text(SPACE, "app.py") == "print('slow')\n"
    assert hub.received("POST", "/commit/") == []


def test_a_quota_is_waited_for_and_remembered(hub: HubProcess, home: Path, folder: Path) -> None:
    with in_sync(folder, hub, home) as watch:
        hub.ask("exhaust_commits", count=1)
        hub.ask("clear_requests")
        (folder / "app.py").write_text("print('later')\n")
        watch.until("state", state="budget")
        assert watch.until("retry")["in_seconds"] >= 3000
        assert len(hub.received("POST", "/commit/")) == 1
        watch.say("sync")
        wait_until(lambda: hub.text(SPACE, "app.py") == "print('later')\n", "the save is there")
        watch.say("ignore notes.log")
        watch.until("refused", path="notes.log")
        (folder / "notes.log").write_text("x\n")
        watch.say("stop")
        assert watch.wait() == 0
