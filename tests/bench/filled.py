"""A local Hub that holds more than its commands could put into it in reasonable time.

`python -m tests.bench.filled {Spaces} {lines}` starts one with so many Spaces of `ada`, whose
first has a run log of so many lines, one an event. It speaks as `spaces-tui hub` does and ends
like it. Spaces are put straight into its state: over HTTP, 10,000 take far longer. So is
the log, as a kept history is restored when a Hub starts again: written line by line, only the
newest 5,000 would be there.
"""

from __future__ import annotations

import json
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path
from typing import Final

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.logs import LogBuffer
from spaces_tui.localhub.repository import Repository
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.stages import RUNNING
from spaces_tui.localhub.starter import starter_files
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.timing import Timing
from tests.e2e.programs import HubProcess, environment

OWNER: Final = "ada"
FIRST: Final = f"{OWNER}/filled-00000"
_AT_ONCE: Final = 500
"""Spaces in one command, so that none takes longer than commands may."""
_LINES_AT_ONCE: Final = 4000
_UNLIMITED: Final = 10**6
"""Requests, where the Hub's own quota would end the measuring."""


class FilledHub(HubProcess):
    """Such a Hub in a process of its own."""

    def __init__(self, home: Path, *, spaces: int = 1, lines: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.filled", str(spaces), str(lines)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=environment(home),
            text=True,
        )
        assert self._process.stdout is not None
        greeting = json.loads(self._process.stdout.readline())
        self.url = greeting["url"]
        self._accounts = greeting["accounts"]

    @property
    def pid(self) -> int:
        """Its process."""
        return self._process.pid


def main(spaces: int, lines: int) -> None:
    """Serve until SIGTERM."""
    done = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: done.set())
    with LocalHub(timing=Timing(chatter=0, metrics=3600)) as hub:
        hub.rate_quota(_UNLIMITED)
        for start in range(0, spaces, _AT_ONCE):
            hub.call(partial(_add, start=start, stop=min(start + _AT_ONCE, spaces)))
        history = _history(lines)
        hub.call(lambda state: state.spaces[FIRST].run_log.restore(history))
        print(json.dumps({"url": hub.url, "accounts": hub.accounts}), flush=True)
        done.wait()


def _add(hub: LocalHubState, start: int, stop: int) -> None:
    """Add Spaces that run. They share a repository; nobody looks into it."""
    now = hub.clock.now()
    repo = Repository(starter_files("gradio", "filled"), int(now))
    for number in range(start, stop):
        space = hub.add(Space(f"{OWNER}/filled-{number:05}", repo, now - number))
        hub.lifecycle.force(space, RUNNING)


def _history(lines: int) -> bytes:
    """Return a log of so many lines of 99 characters, a millisecond apart; each tenth has a `→`."""
    dumps = []
    for start in range(0, lines, _LINES_AT_ONCE):
        buffer = LogBuffer()
        for number in range(start, min(start + _LINES_AT_ONCE, lines)):
            mark = "-" if number % 10 else "→"
            text = f"INFO:     10.16.{number % 200}.7:0 {mark} request {number:06} done in 12.5 ms "
            buffer.write(text.ljust(99, ".") + "\n", 1_750_000_000 + number / 1000)
        dumps.append(buffer.dump())
    return b"".join(dumps)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
