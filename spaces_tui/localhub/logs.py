"""The log of one stream of a Space: a bounded history that subscribers replay and then follow."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import Callable
from typing import Final

from spaces_tui.localhub.dates import iso

KEPT: Final = 5_000


class Signal:
    """Wakes everybody who waits, each time it is set."""

    def __init__(self) -> None:
        self._waiters: set[asyncio.Future[None]] = set()

    def set(self) -> None:
        """Wake all present waiters."""
        for waiter in self._waiters:
            if not waiter.done():
                waiter.set_result(None)
        self._waiters.clear()

    async def wait(self, timeout: float) -> bool:
        """Wait for the next `set`; False when `timeout` seconds passed without one."""
        waiter = asyncio.get_running_loop().create_future()
        self._waiters.add(waiter)
        try:
            async with asyncio.timeout(timeout):
                await waiter
        except TimeoutError:
            return False
        finally:
            self._waiters.discard(waiter)
        return True


class LogBuffer:
    """History of one stream. `reset` begins a new one and ends the streams that are open."""

    def __init__(self) -> None:
        self.now: Callable[[], float] = time.time
        """Where time stamps come from."""
        self._events: list[bytes] = []
        self.trimmed = 0
        self.generation = 0
        self._written = 0
        self.changed = Signal()

    @property
    def exists(self) -> bool:
        """Whether anything was ever written or begun."""
        return self.generation > 0 or bool(self._events)

    def write(self, data: str, seconds: float | None = None) -> None:
        """Append one chunk of output; time stamps vary in precision as the Hub's do."""
        digits = (3, 6, 3, 0)[self._written % 4]
        self._written += 1
        stamp = iso(self.now() if seconds is None else seconds, digits)
        # Not escaped: a raw U+2028 inside the JSON text is legal and does happen.
        event = json.dumps({"data": data, "timestamp": stamp}, ensure_ascii=False)
        self._events.append(f"data: {event}\n\n".encode())
        if len(self._events) > KEPT:
            surplus = KEPT // 10
            del self._events[:surplus]
            self.trimmed += surplus
        self.changed.set()

    def reset(self) -> None:
        """Forget the history: another container or another build begins."""
        self._events.clear()
        self.trimmed = 0
        self.generation += 1
        self.changed.set()

    @property
    def version(self) -> int:
        """A number that is another one after every change."""
        return self.generation * 1_000_000_000 + self._written

    def dump(self) -> bytes:
        """Return the history for `restore`."""
        return b"".join(self._events)

    def restore(self, dump: bytes) -> None:
        """Begin with a history that was dumped."""
        self._events = [event + b"\n\n" for event in dump.split(b"\n\n") if event]

    def cursor(self, tail: int | None = None) -> Cursor:
        """Return a reader that starts with the history, or with its last `tail` events."""
        end = self.trimmed + len(self._events)
        start = self.trimmed if tail is None else max(self.trimmed, end - tail)
        return Cursor(self, start)

    def after(self, position: int) -> list[bytes]:
        """Return the events from a position on; positions count from the last `reset`."""
        return self._events[max(0, position - self.trimmed) :]


class Cursor:
    """A reader's place in a log."""

    def __init__(self, buffer: LogBuffer, position: int) -> None:
        self._buffer = buffer
        self._position = position
        self._generation = buffer.generation

    def read(self) -> bytes | None:
        """Return what is new, perhaps nothing; None when the history was reset."""
        buffer = self._buffer
        if self._generation != buffer.generation:
            return None
        fresh = buffer.after(self._position)
        self._position = max(self._position, buffer.trimmed) + len(fresh)
        return b"".join(fresh)
