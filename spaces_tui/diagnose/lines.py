"""A log as one text that patterns can look through, with the way back to its lines."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Sequence
from typing import Final

_LONGEST: Final = 1_000
"""Characters of a line that are looked at: what kills an app says so sooner."""
_KEPT: Final = 4_000
"""Lines that are looked at; causes stand near the end."""
_MOST: Final = 400_000
"""Characters that are looked at, so that no log keeps the patterns busy for long."""
_TRACEBACK: Final = "Traceback (most recent call last):"
_CHAIN: Final = re.compile(
    r"During handling of the above exception|The above exception was the direct cause"
)
_CHAIN_REACH: Final = 4
"""Lines between the note that links two tracebacks and the second one."""


class Lines:
    """Lines joined by line breaks."""

    def __init__(self, lines: Sequence[str], first: int | None = 1) -> None:
        """Take lines; `first` is the number of the first one, None when nobody knows it."""
        dropped = _dropped(lines)
        self.all: tuple[str, ...] = tuple(line[:_LONGEST] for line in lines[dropped:])
        self._first = None if first is None else first + dropped
        self.text = "\n".join(self.all)
        self._starts = [0]
        for line in self.all:
            self._starts.append(self._starts[-1] + len(line) + 1)

    def __bool__(self) -> bool:
        return bool(self.all)

    def index(self, offset: int) -> int:
        """Return the index of the line that an offset of the text is on."""
        return min(bisect_right(self._starts, offset), len(self.all)) - 1

    def number(self, index: int) -> int | None:
        """Return a line's number in the whole log."""
        return None if self._first is None else self._first + index

    def last_chain(self) -> int:
        """Return the index where the last traceback begins, or the first of its chain; else 0.

        What was raised there ended the app; tracebacks further up were survived.
        """
        begin = 0
        for index, line in enumerate(self.all):
            if _TRACEBACK not in line:
                continue
            linked = any(
                _CHAIN.search(above) for above in self.all[max(0, index - _CHAIN_REACH) : index]
            )
            if not linked:
                begin = index
        return begin


def _dropped(lines: Sequence[str]) -> int:
    """Return how many lines are too far from the end."""
    room = _MOST
    first = max(0, len(lines) - _KEPT)
    for index in range(len(lines) - 1, first - 1, -1):
        room -= min(len(lines[index]), _LONGEST) + 1
        if room < 0:
            return index + 1
    return first


def last_attempt(lines: Sequence[str], first: int | None, marker: str) -> Lines:
    """Return the lines from the last one that begins with `marker`, or all of them."""
    for index in range(len(lines) - 1, -1, -1):
        if lines[index].startswith(marker):
            return Lines(lines[index:], None if first is None else first + index)
    return Lines(lines, first)
