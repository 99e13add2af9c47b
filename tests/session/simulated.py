"""A loop on which time passes as soon as nothing is left to do.

Real sockets, real tasks, but nobody waits: when no socket is ready and no thread works for the
loop, its clock goes to the next timer. Half an hour takes seconds. Both sides of a connection have
to be on the loop, or what is under way to the other one would be overtaken by a timer.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import Callable, Mapping
from selectors import SelectorKey
from typing import Any, Final

_UNDER_WAY: Final = 0.0002
"""Seconds that bytes get to come through loopback before time goes on."""
_OUTSIDE: Final = 0.05
"""Seconds between looks at threads that work for the loop."""


class _Idle(selectors.BaseSelector):
    """A selector that lets the loop's time pass instead of waiting."""

    def __init__(self, passed: Callable[[float | None], bool]) -> None:
        self._real = selectors.DefaultSelector()
        self._passed = passed

    def select(self, timeout: float | None = None) -> list[tuple[SelectorKey, int]]:
        """Return what is ready; if nothing is, let so much time pass."""
        wait = _UNDER_WAY if timeout is None or timeout > 0 else 0
        ready = self._real.select(wait)
        if not ready and wait and not self._passed(timeout):
            return self._real.select(_OUTSIDE)
        return ready

    def register(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Watch a socket."""
        return self._real.register(fileobj, events, data)

    def unregister(self, fileobj: Any) -> SelectorKey:
        """Watch it no more."""
        return self._real.unregister(fileobj)

    def modify(self, fileobj: Any, events: int, data: Any = None) -> SelectorKey:
        """Watch it for something else."""
        return self._real.modify(fileobj, events, data)

    def close(self) -> None:
        """Free everything."""
        self._real.close()

    def get_map(self) -> Mapping[Any, SelectorKey]:
        """Return what is watched."""
        return self._real.get_map() or {}


class SimulatedLoop(asyncio.SelectorEventLoop):
    """Such a loop. `passing` is told of time that passed, in seconds."""

    def __init__(self) -> None:
        self._now = 0.0
        self._outside = 0
        self.passing: Callable[[float], object] = float
        super().__init__(_Idle(self._pass))

    def time(self) -> float:
        """Return the seconds that have passed so far."""
        return self._now

    def run_in_executor(self, *arguments: Any) -> asyncio.Future[Any]:  # type: ignore[override] # passed on as it comes
        """Run something in a thread; time stands still until it is done."""
        future = super().run_in_executor(*arguments)
        self._outside += 1
        future.add_done_callback(self._back)
        return future

    def _back(self, _done: asyncio.Future[Any]) -> None:
        self._outside -= 1

    def _pass(self, timeout: float | None) -> bool:
        if self._outside or timeout is None:
            return False
        self._now += timeout
        self.passing(timeout)
        return True
