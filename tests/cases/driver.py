"""The real `spaces-tui watch`, started, listened to, told, signalled and waited for."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import pytest

from tests.e2e.programs import PROGRAM, Watch, environment, wait_until

__all__ = [
    "LONG", "PROGRAM", "Engine", "environment", "in_namespace", "inside", "needs", "wait_until",
]  # fmt: skip

LONG: Final = 60.0
"""Seconds for what a crowded machine may take its time with; nothing is expected to."""


class Engine(Watch):
    """One process that watches a folder, with a place in its events to wait from."""

    def __init__(
        self, arguments: Sequence[str], env: Mapping[str, str], *, prefix: Sequence[str] = ()
    ) -> None:
        super().__init__(arguments, env, prefix=prefix)
        self._from = 0

    @property
    def state(self) -> str:
        """Return the state it said last."""
        return next(
            (str(one["state"]) for one in reversed(self.events) if one["event"] == "state"), ""
        )

    @property
    def alive(self) -> bool:
        """Whether it runs."""
        return self._process.poll() is None

    def mark(self) -> int:
        """Let the waits that follow look only at what comes from now on."""
        self._from = len(self.events)
        return self._from

    def next(self, event: str, **fields: object) -> dict[str, Any]:
        """Wait for an event after the last mark."""
        return self.until(event, LONG, since=self._from, **fields)

    def reaches(self, *states: str) -> None:
        """Wait until the state it said last is one of these."""
        with self._arrived:
            self._arrived.wait_for(lambda: self.state in states or self._ended, LONG)
        assert self.state in states, f"never {states}: {self.transcript()}"

    def new(self, event: str) -> list[dict[str, Any]]:
        """Return the events of a kind since the last mark."""
        return [one for one in self.events[self._from :] if one["event"] == event]

    def answers(self) -> None:
        """Give a command that means nothing now, and wait for the engine's own answer to it."""
        at = len(self.events)
        self.say("both no-such-file")
        self.until("error", LONG, since=at)

    def kill(self) -> None:
        """End it as a power cut would."""
        self._process.kill()
        self._process.wait(LONG)

    def stop(self) -> int:
        """Tell it to stop; return its exit code."""
        self.say("stop")
        return self.wait(LONG)


def in_namespace(script: str, *, mounts: bool = False) -> list[str]:
    """Return a prefix that runs a shell line in namespaces of its own, then the program.

    Skips the test where the machine does not let a person make such namespaces.
    """
    flags = "-Urm" if mounts else "-Ur"
    needs("unshare")
    if not _allowed(flags, script):
        pytest.skip(f"this machine does not allow `unshare {flags}` with: {script}")
    return ["unshare", flags, "sh", "-c", f'{script} && exec "$@"', "sh"]


def inside(engine: Engine, *command: str) -> None:
    """Run a command in the namespaces of an engine."""
    target = ["nsenter", "-t", str(engine.pid), "-U", "-m", "--preserve-credentials"]
    subprocess.run([*target, *command], check=True)


def needs(program: str) -> str:
    """Return where a program lies; skip the test without it."""
    found = shutil.which(program)
    if found is None:
        pytest.skip(f"{program} is not installed")
    return found


@cache
def _allowed(flags: str, script: str) -> bool:
    tried = subprocess.run(
        ["unshare", flags, "sh", "-c", script], capture_output=True, check=False, cwd=Path.cwd()
    )
    return tried.returncode == 0
