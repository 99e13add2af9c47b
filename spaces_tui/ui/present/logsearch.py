"""Where a search matches in a log, found a slice at a time so that no key waits for it."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING, Final, Protocol

if TYPE_CHECKING:
    from spaces_tui.model.logs import LogLine

SLICE: Final = 1_500
"""Lines looked at in one go: under 10 ms."""


class Pattern(Protocol):
    """What a line is compared with."""

    def search(self, string: str, /) -> object | None:
        """Return something that is true when the line matches."""
        ...


class Lines(Protocol):
    """Numbered lines, of which the oldest leave."""

    @property
    def epoch(self) -> int:
        """Grows when lines go that are not the oldest."""
        ...

    @property
    def first(self) -> int:
        """Number of the oldest line."""
        ...

    @property
    def end(self) -> int:
        """Number the next line will get."""
        ...

    def __len__(self) -> int: ...

    def line(self, number: int) -> LogLine | None:
        """Return a line; None when it is not here."""
        ...

    def lines(self, start: int, stop: int) -> list[LogLine]:
        """Return the lines from number `start` up to `stop`."""
        ...


class LogSearch:
    """The numbers of matching lines, in order. Call `advance` until it returns False."""

    def __init__(self, pattern: Pattern) -> None:
        self.pattern = pattern
        self.matches: list[int] = []
        self.dropped = 0
        """How many matches have left with their lines."""
        self.current: int | None = None
        """Number of the matching line the person is on."""
        self._next = 0
        self._epoch: int | None = None

    def advance(self, ring: Lines) -> bool:
        """Look at the next slice; return whether there is more to look at."""
        if self._epoch != ring.epoch:
            self._epoch = ring.epoch
            self.matches.clear()
            self.dropped = 0
            self.current = None
            self._next = ring.first
        first, end = ring.first, ring.end
        if self.matches and self.matches[0] < first:
            gone = bisect_left(self.matches, first)
            del self.matches[:gone]
            self.dropped += gone
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
