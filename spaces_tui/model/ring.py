"""A bounded log: the newest lines, in a ring of bytes.

A million log lines must cost a bounded amount of memory, so lines are kept as UTF-8 in one
`bytearray` with their offsets beside it, not as a million objects. The oldest lines leave when
the bytes are used up.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from datetime import UTC, datetime
from itertools import accumulate
from threading import Lock
from typing import TYPE_CHECKING, Final

from spaces_tui.model.logs import LineMark, LogLine

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spaces_tui.model.logs import LogLines

DEFAULT_BYTES: Final = 8 * 1024 * 1024
"""Bytes of text one log keeps."""

_NO_TIME: Final = -1.0
_TRIM_SHARE: Final = 4
"""A full ring drops a quarter at once, so that trimming is rare."""


class LineRing:
    """The newest lines of one log. Written by one thread, read by others.

    Lines are numbered from 0 as they come and keep their number; `first` is the number of the
    oldest line that is still here.
    """

    def __init__(self, capacity: int = DEFAULT_BYTES) -> None:
        self._capacity = capacity
        self._lock = Lock()
        self._text = bytearray()
        self._ends = array("Q")
        self._times = array("d")
        self._marks: dict[int, LineMark] = {}
        self._first = 0
        self._epoch = 0
        self._gone = 0
        """Bytes of text that have left: ends are counted from the first byte there ever was."""

    @property
    def first(self) -> int:
        """Number of the oldest line kept."""
        return self._first

    @property
    def end(self) -> int:
        """Number the next line will get."""
        with self._lock:
            return self._first + len(self._ends)

    @property
    def epoch(self) -> int:
        """Grows each time lines go that are not the oldest."""
        return self._epoch

    def __len__(self) -> int:
        return len(self._ends)

    def extend(self, lines: Iterable[LogLine]) -> int:
        """Append lines; return how many."""
        count = 0
        with self._lock:
            for line in lines:
                if line.mark is not None:
                    self._marks[self._first + len(self._ends)] = line.mark
                self._text += line.text.encode("utf-8", "replace")
                self._ends.append(self._gone + len(self._text))
                self._times.append(line.time.timestamp() if line.time else _NO_TIME)
                count += 1
            if len(self._text) > self._capacity:
                self._trim()
        return count

    def pour(self, lines: LogLines) -> None:
        """Append many lines at once."""
        with self._lock:
            ends = accumulate(map(len, lines.texts), initial=self._gone + len(self._text))
            next(ends)
            self._text += b"".join(lines.texts)
            self._ends.extend(ends)
            self._times.extend(lines.times)
            if len(self._text) > self._capacity:
                self._trim()

    def clear(self) -> None:
        """Forget every line."""
        with self._lock:
            self._first = 0
            self._epoch += 1
            self._gone = 0
            self._text = bytearray()
            self._ends = array("Q")
            self._times = array("d")
            self._marks = {}

    def cut(self, number: int) -> None:
        """Forget the lines from this number on."""
        with self._lock:
            count = min(max(0, number - self._first), len(self._ends))
            if count == len(self._ends):
                return
            self._epoch += 1
            del self._text[self._ends[count - 1] - self._gone if count else 0 :]
            del self._ends[count:]
            del self._times[count:]
            self._marks = {at: mark for at, mark in self._marks.items() if at < number}

    def older(self, time: datetime) -> int:
        """Return the number after the newest line that is older than `time`.

        A line without a time is as old as the one before it.
        """
        stamp = time.timestamp()
        with self._lock:
            times = self._times
            for index in range(len(times) - 1, -1, -1):
                if times[index] != _NO_TIME and times[index] < stamp:
                    while index + 1 < len(times) and times[index + 1] == _NO_TIME:
                        index += 1  # noqa: PLW2901  what has no time belongs to what is before it
                    return self._first + index + 1
            return self._first

    def newest_begin(self) -> int:
        """Return the number after the newest mark of a beginning; `first` without one."""
        with self._lock:
            begins = (at + 1 for at, mark in self._marks.items() if mark is LineMark.BEGIN)
            return max(self._first, max(begins, default=0))

    def line(self, number: int) -> LogLine | None:
        """Return one line by its number; None when it is gone or not there yet."""
        with self._lock:
            return self._line(number)

    def lines(self, start: int, stop: int) -> list[LogLine]:
        """Return the lines from number `start` up to `stop`, without those that are gone."""
        with self._lock:
            start = max(start, self._first)
            stop = min(stop, self._first + len(self._ends))
            return [line for number in range(start, stop) if (line := self._line(number))]

    def _line(self, number: int) -> LogLine | None:
        index = number - self._first
        if not 0 <= index < len(self._ends):
            return None
        begin = self._ends[index - 1] - self._gone if index else 0
        text = self._text[begin : self._ends[index] - self._gone].decode("utf-8")
        stamp = self._times[index]
        time = None if stamp == _NO_TIME else datetime.fromtimestamp(stamp, UTC)
        return LogLine(time, text, self._marks.get(number))

    def _trim(self) -> None:
        target = self._capacity - self._capacity // _TRIM_SHARE
        excess = len(self._text) - target
        drop = bisect_left(self._ends, self._gone + excess)
        drop = min(drop + 1, len(self._ends) - 1)
        cut = self._ends[drop - 1] - self._gone if drop else 0
        del self._text[:cut]
        self._gone += cut
        del self._ends[:drop]
        del self._times[:drop]
        self._first += drop
        self._marks = {at: mark for at, mark in self._marks.items() if at >= self._first}
