"""Where a search matches in a log, found a slice at a time so that no key waits for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    import re

    from spaces_tui.model.ring import LineRing

SLICE: Final = 4_000
"""Lines looked at in one go: about 10 ms."""


class LogSearch:
    """The numbers of matching lines, in order. Call `advance` until it returns False."""

    def __init__(self, pattern: re.Pattern[str]) -> None:
        self.pattern = pattern
        self.matches: list[int] = []
        self.current: int | None = None
        """Number of the matching line the person is on."""
        self._next = 0
        self._epoch: int | None = None

    def advance(self, ring: LineRing) -> bool:
        """Look at the next slice; return whether there is more to look at."""
        if self._epoch != ring.epoch:
            self._epoch = ring.epoch
            self.matches.clear()
            self.current = None
            self._next = ring.first
        first, end = ring.first, ring.end
        if self.matches and self.matches[0] < first:
            del self.matches[: bisect_left(self.matches, first)]
        start = max(self._next, first)
        stop = min(end, start + SLICE)
        search = self.pattern.search
        for number, log in enumerate(ring.lines(start, stop), start):
            if search(log.text):
                self.matches.append(number)
        self._next = stop
        return stop < end

    def step(self, forward: bool, here: int) -> int | None:
        """Go to the next or previous match, around the ends; `here` counts while there is none."""
        if not self.matches:
            return None
        if self.current is None:
            index = (
                bisect_left(self.matches, here) if forward else bisect_right(self.matches, here) - 1
            )
        elif forward:
            index = bisect_right(self.matches, self.current)
        else:
            index = bisect_left(self.matches, self.current) - 1
        self.current = self.matches[index % len(self.matches)]
        return self.current

    def counter(self) -> str:
        """Return `3/17`, or how many there are while the person is on none."""
        total = len(self.matches)
        if self.current is None:
            return f"{total} lines" if total != 1 else "1 line"
        return f"{bisect_left(self.matches, self.current) + 1}/{total}"
