"""`spaces-tui guard` takes back what a program borrowed that was killed at any step."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from spaces_tui.guard.journal import Journal
from spaces_tui.model.loan import Ended
from tests.e2e.programs import PROGRAM, HubProcess, environment
from tests.patience import PATIENCE

SPACE = "acme/leaderboard"
STEPS = {
    "before the journal": None,
    "before the request": Ended.NEVER_BEGAN,
    "after the request": Ended.RETURNED,
    "once borrowed": Ended.RETURNED,
    "before the downgrade": Ended.RETURNED,
    "after the downgrade": Ended.RETURNED,
}


@pytest.fixture
def hub(tmp_path: Path) -> Iterator[HubProcess]:
    with HubProcess(tmp_path, seed="demo") as running:
        yield running


def guard(hub: HubProcess, home: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run the guard as cron would."""
    return subprocess.run(
        [*PROGRAM, "guard", *more],
        env=environment(home, **hub.variables()),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE * 4,
        check=False,
    )


def hardware(hub: HubProcess) -> object:
    """Return what the Space has, and what is asked for."""
    request = urllib.request.Request(
        f"{hub.url}/api/spaces/{SPACE}/runtime",
        headers={"Authorization": f"Bearer {hub.token()}"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return json.load(answer)["hardware"]


def borrow(hub: HubProcess, home: Path, step: str) -> Path:
    """Run a borrower that is killed at a step; return the folder of the guard's journal."""
    folder = home / "state" / "spaces-tui" / "guard"
    victim = subprocess.run(
        [sys.executable, "-m", "tests.guard.victim", hub.url, hub.token(), folder, SPACE, step],
        env=environment(home),
        timeout=PATIENCE * 2,
        check=False,
    )
    assert victim.returncode == -signal.SIGKILL
    return folder


@pytest.mark.parametrize(("step", "ends"), STEPS.items())
def test_whatever_step_a_borrower_is_killed_at(
    hub: HubProcess, tmp_path: Path, step: str, ends: Ended | None
) -> None:
    folder = borrow(hub, tmp_path, step)
    for _ in range(3):
        run = guard(hub, tmp_path)
        assert run.returncode == 0, run.stderr
        loans = Journal(folder).loans()
        if not any(loan.open for loan in loans):
            break
    if ends is None:
        assert loans == ()
        assert run.stdout == "No hardware is borrowed.\n"
    else:
        (loan,) = loans
        assert loan.ended is ends
        assert SPACE in run.stdout
    assert hardware(hub) == {"current": "cpu-basic", "requested": "cpu-basic"}


def test_nobody_is_signed_in_who_could_give_it_back(hub: HubProcess, tmp_path: Path) -> None:
    folder = borrow(hub, tmp_path, "once borrowed")
    run = subprocess.run(
        [*PROGRAM, "guard", "--endpoint", hub.url],
        env=environment(tmp_path),
        capture_output=True,
        text=True,
        timeout=PATIENCE * 2,
        check=False,
    )
    assert run.returncode == 4
    assert "run spaces-tui login" in run.stderr
    assert "could not be taken back" in run.stdout
    assert "t4-small" in guard(hub, tmp_path).stdout
    (loan,) = Journal(folder).loans()
    assert loan.ended is Ended.RETURNED
    assert loan.alarmed
