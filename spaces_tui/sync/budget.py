"""How many commits an hour the Hub takes; its limit is not documented, 128 is what people met."""

from __future__ import annotations

import re
from collections import deque
from typing import Final

HOUR: Final = 3600.0
FREE: Final = 60
"""Commits of an hour that go as soon as they are ready."""
_GAP: Final = 50.0
"""Seconds between two commits after that."""
_ASSUMED: Final = 120
_MARGIN: Final = 0.94
_PER_HOUR: Final = re.compile(r"\((\d+) per hour\)")


class Budget:
    """The commits of the last hour, on the monotonic clock."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self._limit = _ASSUMED

    def wait(self, now: float) -> float:
        """Return the seconds to wait before the next commit."""
        while self._times and now - self._times[0] >= HOUR:
            self._times.popleft()
        count = len(self._times)
        if count < min(FREE, self._limit // 2):
            return 0.0
        if count >= self._limit:
            return self._times[count - self._limit] + HOUR - now
        return max(0.0, self._times[-1] + _GAP - now)

    def spend(self, now: float) -> None:
        """Record a commit."""
        self._times.append(now)

    def learn(self, message: str) -> None:
        """Take the limit from the Hub's own words, if they name it."""
        match = _PER_HOUR.search(message)
        if match and int(match[1]) > 0:
            self._limit = max(1, int(int(match[1]) * _MARGIN))
