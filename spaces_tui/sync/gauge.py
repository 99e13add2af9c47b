"""How far a large file has come, and how fast it went lately."""

from __future__ import annotations

from collections import deque
from typing import Final

from spaces_tui.model.sync import Transfer

_MEMORY: Final = 5.0
"""Seconds the rate is taken over."""
_LEAST: Final = 0.5
"""Seconds after which there is a rate at all."""


class Gauge:
    """Bytes of one file over time. Times are seconds on any clock that never jumps."""

    def __init__(self, path: str, size: int) -> None:
        self._path = path
        self._size = size
        self._readings: deque[tuple[float, int]] = deque()
        self.sent = 0
        """Bytes that are there; it may fall when a piece has to be sent again."""

    def read(self, now: float) -> Transfer:
        """Return how it stands now; call it about once a second."""
        self._readings.append((now, self.sent))
        while len(self._readings) > 1 and now - self._readings[1][0] >= _MEMORY:
            self._readings.popleft()
        then, before = self._readings[0]
        fits = now - then >= _LEAST
        rate = max(0, self.sent - before) / (now - then) if fits else 0.0
        return Transfer(self._path, min(self.sent, self._size), self._size, rate)
