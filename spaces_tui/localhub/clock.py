"""The server's time, which tests may push forward."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import time
from dataclasses import dataclass, field
from typing import Final

_TURNS: Final = 8
"""Turns of the loop that whoever was woken gets before time goes on."""


@dataclass(order=True)
class _Sleeper:
    deadline: float
    number: int
    future: asyncio.Future[None] = field(compare=False)
    alarm: asyncio.TimerHandle | None = field(default=None, compare=False)

    def wake(self) -> None:
        if self.alarm:
            self.alarm.cancel()
        if not self.future.done():
            self.future.set_result(None)


class Clock:
    """Real time plus what it was advanced by. Must be used on one event loop."""

    def __init__(self) -> None:
        self.ahead = 0.0
        """Seconds this clock is ahead of the machine's."""
        self._sleepers: list[_Sleeper] = []
        self._numbers = itertools.count()

    def now(self) -> float:
        """Return Unix seconds."""
        return time.time() + self.ahead

    def monotonic(self) -> float:
        """Return seconds that never go back."""
        return time.monotonic() + self.ahead

    async def sleep(self, seconds: float) -> None:
        """Wait until so much time has passed, really or by `advance`."""
        if seconds <= 0:
            await asyncio.sleep(0)
            return
        future = asyncio.get_running_loop().create_future()
        sleeper = _Sleeper(self.monotonic() + seconds, next(self._numbers), future)
        self._arm(sleeper)
        heapq.heappush(self._sleepers, sleeper)
        try:
            await future
        finally:
            if sleeper.alarm:
                sleeper.alarm.cancel()
            if sleeper in self._sleepers:
                self._sleepers.remove(sleeper)
                heapq.heapify(self._sleepers)

    async def advance(self, seconds: float) -> None:
        """Push time forward; what was to happen meanwhile happens, each thing at its moment.

        Raises ValueError for a negative number.
        """
        if seconds < 0:
            raise ValueError("time does not go back")
        target = self.monotonic() + seconds
        while self._sleepers and self._sleepers[0].deadline <= target:
            sleeper = heapq.heappop(self._sleepers)
            self.ahead += max(0.0, sleeper.deadline - self.monotonic())
            sleeper.wake()
            for _ in range(_TURNS):
                await asyncio.sleep(0)
        self.ahead += max(0.0, target - self.monotonic())
        for sleeper in self._sleepers:
            self._arm(sleeper)

    def _arm(self, sleeper: _Sleeper) -> None:
        if sleeper.alarm:
            sleeper.alarm.cancel()
        loop = asyncio.get_running_loop()
        left = max(0.0, sleeper.deadline - self.monotonic())
        sleeper.alarm = loop.call_later(left, sleeper.wake)
