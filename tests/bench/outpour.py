"""A local Hub with a log that is too long to be kept anywhere: it is written while it is read.

`python -m tests.bench.outpour {lines} {a second}` starts one with a Space that runs and whose run
log is of so many lines, an event each; whoever reads it gets it as fast as they take it. It grows
by so many lines a second from the first reader on, and by as many as `write_log` is told. It
speaks as `spaces-tui hub` does and ends like it.
"""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Final

from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.logs import Cursor, LogBuffer
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.timing import Timing
from tests.e2e.programs import HubProcess, environment

SPACE: Final = "ada/outpour"
_BEGAN: Final = 1_750_000_000
_AT_ONCE: Final = 500
_BEAT: Final = 0.01
"""Seconds between two additions to a log that grows."""


class OutpourHub(HubProcess):
    """Such a Hub in a process of its own."""

    def __init__(self, home: Path, *, lines: int = 0, rate: int = 0) -> None:
        self._process = subprocess.Popen(
            [sys.executable, "-m", "tests.bench.outpour", str(lines), str(rate)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            env=environment(home),
            text=True,
        )
        assert self._process.stdout is not None
        greeting = json.loads(self._process.stdout.readline())
        self.url = greeting["url"]
        self._accounts = greeting["accounts"]


def text_of(number: int) -> str:
    """Return the line of a number: 99 characters, and each tenth has a `→`."""
    mark = "-" if number % 10 else "→"
    text = f"INFO:     10.16.{number % 200}.7:0 {mark} request {number:07} done in 12.5 ms "
    return text.ljust(99, ".")


class _Poured(LogBuffer):
    """A log that is made up as it is read."""

    def __init__(self, lines: int) -> None:
        super().__init__()
        self.lines = lines
        """How many there are by now."""
        self.read = asyncio.Event()
        """Somebody reads."""
        self.generation = 1

    def write(self, data: str, seconds: float | None = None) -> None:
        """Have so many lines more; `data` is their number."""
        del seconds
        self.lines += int(data)
        self.changed.set()

    def cursor(self, tail: int | None = None) -> Cursor:
        """Return a reader from the first line on, or from the last ones."""
        self.read.set()
        return _Pouring(self, 0 if tail is None else max(0, self.lines - tail))


class _Pouring(Cursor):
    """A reader of such a log."""

    def __init__(self, poured: _Poured, position: int) -> None:
        super().__init__(poured, position)
        self._poured = poured
        self._next = position

    def read(self) -> bytes:
        """Return the next lines, as many as fit into a few packets."""
        first, self._next = self._next, min(self._next + _AT_ONCE, self._poured.lines)
        return b"".join(_event(number) for number in range(first, self._next))


def _event(number: int) -> bytes:
    stamp = iso(_BEGAN + number / 1000, 3)
    body = json.dumps({"data": f"{text_of(number)}\n", "timestamp": stamp}, ensure_ascii=False)
    return f"data: {body}\n\n".encode()


async def _grow(log: _Poured, rate: int) -> None:
    await log.read.wait()
    began, before = time.monotonic(), log.lines
    while True:
        await asyncio.sleep(_BEAT)
        log.lines = before + int((time.monotonic() - began) * rate)
        log.changed.set()


def main(lines: int, rate: int) -> None:
    """Serve until SIGTERM."""
    done = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: done.set())
    growing: list[asyncio.Task[None]] = []

    def pour(state: LocalHubState) -> None:
        log = state.spaces[SPACE].run_log = _Poured(lines)
        if rate:
            growing.append(asyncio.get_running_loop().create_task(_grow(log, rate)))

    with LocalHub(timing=Timing(chatter=0, metrics=3600)) as hub:
        hub.create(SPACE)
        hub.call(pour)
        print(json.dumps({"url": hub.url, "accounts": hub.accounts}), flush=True)
        done.wait()
        hub.call(lambda _state: [task.cancel() for task in growing])


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
