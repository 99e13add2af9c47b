"""From chunks of output to lines.

A chunk may hold half a line, one, or several; an escape sequence may be cut in two by its end.
Progress bars write a line over and over after a carriage return: what was written last counts.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final

from spaces_tui.model.logs import LogChunk, LogLine

LINE_LIMIT: Final = 16 * 1024
"""Characters of one line; the rest is dropped and `…` put in its place."""


_SECOND: Final = timedelta(seconds=1)
_TOGETHER: Final = timedelta(seconds=0.25)
"""Chunks of one line come this close together; after a longer pause a new line has begun."""


class LineAssembler:
    """Makes lines of the chunks of one log, in order.

    Output without a line break waits for the rest of its line, but not for long: the Hub sends
    whole lines with and without their break, and a rest comes at once. A source that never sends
    line breaks sends a line per chunk: until the first break was seen, each chunk is a line.
    """

    def __init__(self) -> None:
        self._text = ""
        self._time: datetime | None = None
        self._last: datetime | None = None
        self._parted = False
        self._cut = False
        self._breaks = False

    @property
    def open_line(self) -> LogLine | None:
        """The line that has no end yet, as it looks now, such as a progress bar."""
        return self._line() if self._text else None

    def feed(self, chunk: LogChunk) -> list[LogLine]:
        """Take one chunk; return the lines it completes."""
        if self._is_line(chunk.text):
            self._breaks = True
            return [LogLine(chunk.time, chunk.text[:-1])]
        lines = self.flush() if self._late(chunk) else []
        output = chunk.text.removeprefix("\n") if self._parted else chunk.text
        self._parted = self._parted and not chunk.text
        self._last = chunk.time
        *ended, rest = output.split("\n")
        self._breaks = self._breaks or bool(ended)
        if not self._breaks and rest and "\r" not in rest:
            ended, rest = [rest], ""
        lines += [self._finish(part, chunk.time) for part in ended]
        self._append(rest, chunk.time)
        return lines

    def _is_line(self, output: str) -> bool:
        """Whether output is one whole line, as most is, and no part of another."""
        return (
            output.find("\n") == len(output) - 1
            and 0 < len(output) <= LINE_LIMIT
            and "\r" not in output
            and not self._text
            and not self._parted
        )

    def passes(self) -> bool:
        """Whether whole lines may go past, because nothing is under way; from now on they do."""
        if self._text or self._parted:
            return False
        self._breaks = True
        return True

    def flush(self) -> list[LogLine]:
        """Return the line that has no end yet, if there is one; what follows is another line."""
        lines = [self._line()] if self._text else []
        self._parted = bool(lines)
        self._text, self._time, self._cut = "", None, False
        return lines

    def _late(self, chunk: LogChunk) -> bool:
        """Whether a chunk comes too late to be the rest of the open line."""
        if not self._text or "\r" in self._text or chunk.text.startswith("\r"):
            return False
        if not chunk.time or not self._last:
            return False
        # Where some stamps have a fraction, one without may be of any moment in its second.
        cut_off = chunk.time.microsecond and not self._last.microsecond
        return chunk.time - self._last > (_TOGETHER + _SECOND if cut_off else _TOGETHER)

    def _finish(self, part: str, time: datetime | None) -> LogLine:
        self._append(part, time)
        if self._time is None:
            self._time = time
        line = self._line()
        self._text, self._time, self._cut = "", None, False
        return line

    def _append(self, part: str, time: datetime | None) -> None:
        if not part:
            return
        whole = self._text + part
        body = whole.rstrip("\r")
        begin = body.rfind("\r") + 1
        if begin or not self._text:
            self._cut, self._time = False, time
        if len(body) - begin > LINE_LIMIT:
            self._cut = True
        returned = "\r" if len(body) < len(whole) else ""
        self._text = body[begin : begin + LINE_LIMIT] + returned

    def _line(self) -> LogLine:
        text = self._text.removesuffix("\r")
        return LogLine(self._time, f"{text}…" if self._cut else text)
