"""A token that is revoked while the program runs: it stops politely, and goes on with the next."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import PROGRAM, HubProcess, Watch, environment, wait_until
from tests.e2e.terminal import Terminal
from tests.e2e.test_accounts import run

pytestmark = pytest.mark.e2e

CURRENT = "of today"


def signed_in(hub: HubProcess, home: Path, label: str) -> dict[str, str]:
    """Sign in with a new token of that name; return the environment to start programs in."""
    env = environment(home, HF_ENDPOINT=hub.url)
    token = hub.ask("issue_token", name="ada", label=label)
    done = run(["login", "--in-file"], env, token)
    assert done.returncode == 0, done.stderr
    return env


def refused(hub: HubProcess) -> list[str]:
    """Return the requests that came with a token that is none."""
    return [
        f"{one['method']} {one['path']}"
        for one in hub.ask("requests")
        if one["account"] is None and "authorization" in one["headers"]
    ]


def commits(hub: HubProcess) -> list[dict[str, Any]]:
    """Return the commits that were sent with a token that is one."""
    return [one for one in hub.received("POST", "/commit/") if one["account"]]


def test_a_watch_waits_and_goes_on_when_somebody_signs_in_elsewhere(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    env = signed_in(hub, home, CURRENT)
    with Watch([str(folder), SPACE, "--json", "--yes", "--no-follow"], env) as watch:
        first = watch.until("commit")
        watch.until("state", state="in-sync")
        hub.ask("revoke", name="ada", role=CURRENT)
        hub.ask("clear_requests")
        (folder / "app.py").write_text("print('second')\n")
        told = watch.until("state", state="auth")
        assert "spaces-tui login" in told["reason"]
        seen = len(watch.events)
        for _ in range(3):  # asked again and again, it asks nobody
            watch.say("sync")
        (folder / "notes.txt").write_text("third\n")
        watch.until("state", state="auth", pending=2, since=seen)
        tried = refused(hub)
        assert len(tried) <= 3, tried
        signed_in(hub, home, "of tomorrow")
        again = watch.until("commit", parent=first["oid"])
        assert again["uploaded"] == ["app.py", "notes.txt"]
        watch.until("state", state="in-sync", pending=0, since=seen)
        assert refused(hub) == tried
        assert len(commits(hub)) == 1
        watch.say("stop")
        assert watch.wait() == 0
    assert hub.text(SPACE, "app.py") == "print('second')\n"
    assert hub.text(SPACE, "notes.txt") == "third\n"


def test_a_token_that_ends_ends_a_single_run_with_not_allowed(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    env = signed_in(hub, home, CURRENT)
    hub.ask("revoke", name="ada", role=CURRENT)
    done = run(["watch", str(folder), SPACE, "--once", "--yes"], env)
    assert done.returncode == 4
    assert "spaces-tui login" in done.stdout + done.stderr
    assert len(refused(hub)) <= 3


def test_a_console_stops_asking_and_goes_on_when_somebody_signs_in_elsewhere(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    env = signed_in(hub, home, CURRENT)
    with Terminal([*PROGRAM, SPACE], env=env, cwd=folder, size=(140, 30)) as terminal:
        terminal.expect("Running")
        terminal.press("w")
        terminal.expect("enter shows the plan")
        terminal.press("enter")
        terminal.expect("1 file to upload")
        terminal.press("enter")
        terminal.expect("in sync")
        terminal.expect(re.compile(r"live \+[\d.]+ s"))
        hub.ask("revoke", name="ada", role=CURRENT)
        hub.ask("clear_requests")
        (folder / "app.py").write_text("print('second')\n")
        terminal.expect("the token is not accepted · 1 file waits")
        terminal.expect("· refused ·")
        tried = refused(hub)
        assert tried.count("GET /api/whoami-v2") == 1
        assert len(tried) <= 5, tried
        terminal.press("F")  # asked again, it asks nobody
        (folder / "notes.txt").write_text("third\n")
        terminal.expect("2 files wait")
        assert refused(hub) == tried
        signed_in(hub, home, "of tomorrow")
        terminal.expect("● in sync")
        terminal.expect_gone("refused")
        wait_until(lambda: hub.text(SPACE, "notes.txt") == "third\n", "what waited is sent")
        assert hub.text(SPACE, "app.py") == "print('second')\n"
        assert len(commits(hub)) == 1
        assert refused(hub) == tried
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
