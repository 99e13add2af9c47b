"""From chunks of output to lines.

A chunk may hold half a line, one, or several; an escape sequence may be cut in two by its end.
Progress bars write a line over and over after a carriage return: what was written last counts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from spaces_tui.model.logs import LogChunk, LogLine

LINE_LIMIT: Final = 16 * 1024
"""Characters of one line; the rest is dropped and `…` put in its place."""


class LineAssembler:
    """Makes lines of the chunks of one log, in order.

    Output without a line break waits for the rest of its line. A source that never sends line
    breaks sends a line per chunk: until the first break was seen, each chunk is a line.
    """

    def __init__(self) -> None:
        self._text = ""
        self._time: datetime | None = None
        self._cut = False
        self._breaks = False

    @property
    def open_line(self) -> LogLine | None:
        """The line that has no end yet, as it looks now, such as a progress bar."""
        return self._line() if self._text else None

    def feed(self, chunk: LogChunk) -> list[LogLine]:
        """Take one chunk; return the lines it completes."""
        *ended, rest = chunk.text.split("\n")
        self._breaks = self._breaks or bool(ended)
        if not self._breaks and rest and "\r" not in rest:
            ended, rest = [rest], ""
        lines = [self._finish(part, chunk.time) for part in ended]
        self._append(rest, chunk.time)
        return lines

    def flush(self) -> list[LogLine]:
        """Return the line that never ended, if there is one: the log is over, or starts anew."""
        lines = [self._line()] if self._text else []
        self._text, self._time, self._cut = "", None, False
        return lines

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
