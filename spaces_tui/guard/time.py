"""The time that loans end by, on a machine that sleeps and whose clock is set now and then."""

from __future__ import annotations

import asyncio
import time
from datetime import UTC, datetime, timedelta
from typing import Final

from spaces_tui.guard.protocols import Clock

_BOOT_TIME: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)


class SystemClock:
    """This machine's clocks."""

    def wall(self) -> datetime:
        """Return the time of day."""
        return datetime.now(UTC)

    def steady(self) -> float:
        """Return seconds that go on in suspend, where the system counts them."""
        return time.monotonic() if _BOOT_TIME is None else time.clock_gettime(_BOOT_TIME)

    async def sleep(self, seconds: float) -> None:
        """Wait; a machine that was suspended meanwhile waits longer."""
        await asyncio.sleep(seconds)


class Time:
    """The later of two clocks: the time of day, and what it was at first plus what has passed.

    So a clock that is set back does not make a loan longer, as long as this program runs.
    """

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self._began = clock.wall()
        self._steady = clock.steady()

    def now(self) -> datetime:
        """Return the time, UTC."""
        passed = timedelta(seconds=self.clock.steady() - self._steady)
        return max(self.clock.wall(), self._began + passed)
