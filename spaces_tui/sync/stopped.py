"""Notices that the machine slept, or that the process was stopped for a while."""

from __future__ import annotations

import time
from typing import Final

from spaces_tui.sync.protocols import Clock

GAP: Final = 3.0
"""Seconds more than a wait should have taken."""
_SINCE_BOOT: Final[int | None] = getattr(time, "CLOCK_BOOTTIME", None)
"""On Linux the monotonic clock stands still while the machine sleeps, and this one does not."""


class Stopped:
    """One wait that is about to begin."""

    def __init__(self, clock: Clock, wait: float) -> None:
        self._clock = clock
        self._end = clock.monotonic() + wait
        self._asleep = _asleep()

    def noticed(self) -> bool:
        """Whether the wait, which is over, was far longer than it was meant to be."""
        return self._clock.monotonic() > self._end + GAP or _asleep() > self._asleep + GAP


def _asleep() -> float:
    """Return the seconds the machine has slept since some moment."""
    if _SINCE_BOOT is None:
        return 0.0
    return time.clock_gettime(_SINCE_BOOT) - time.monotonic()
