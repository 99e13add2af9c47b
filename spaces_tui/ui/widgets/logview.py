"""A log: follow, search, filter, wrap. It paints what is in view and holds nothing but the ring."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.redaction import redacted
from spaces_tui.model.ring import LineRing
from spaces_tui.ui.present.loglines import (
    TIME_WIDTH,
    body_of,
    pattern_of,
    pieces_of,
    role_of,
    shifted,
    text_spans,
    time_span,
)
from spaces_tui.ui.present.logsearch import LogSearch
from spaces_tui.ui.present.spans import Line, Role, Span, spread, wrapped
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    import re

    from spaces_tui.model.logs import LogLine
    from spaces_tui.ui.present.logfilter import Sifted
    from spaces_tui.ui.present.logsearch import Lines

_TABS = (
    (LogStream.RUN, "l", "Container", "logs.container"),
    (LogStream.BUILD, "b", "Build", "logs.build"),
)
_SIDEWAYS = 16
_FURTHEST = 20_000
_TIME_FROM_WIDTH = 50
_STRETCH = 0.02
"""Seconds between slices of a search, so that keys come in between."""


class LogView(LineView):
    """One log of one Space. The first row says which, and whether it follows.

    `top` is the number of the topmost line in the ring, so that it stays on its line while older
    ones leave.
    """

    def __init__(self) -> None:
        super().__init__(id="logs", focusable=True)
        self.follow = True
        self.wrap = False
        self.stream = LogStream.RUN
        self.wanted = ""
        """What is searched for."""
        self._pattern: re.Pattern[str] | None = None
        self.filter = ""
        """What the lines in view have to match."""
        self._unfit = ""
        """Why `filter` does not filter."""
        self._x = 0
        self._whole = LineRing()
        self._sifted: Sifted | None = None
        self._ring: Lines = self._whole
        """What is shown: the whole log, or what is left of it behind the filter."""
        self._note = ""
        self._empty = ""
        self._search: LogSearch | None = None
        self._scanning = False
        self._sought = ""
        """The line to go to as soon as it comes."""
        self._looked_at = (0, 0)
        """Epoch of the ring, and the number up to which it was not found."""

    def show(self, ring: LineRing, stream: LogStream, note: str, empty: str) -> None:
        """Show a ring: the same one with newer lines, or another one."""
        if ring is not self._whole:
            self._whole = ring
            self.follow = True
            self._x = 0
            self._looked_at = (ring.epoch, ring.first)
            self._sift()
            self.search(self.wanted)
        self.stream = stream
        self._note = note
        self._empty = empty
        self._scan()
        self._find_sought()
        self.repaint()

    def search(self, wanted: str) -> None:
        """Highlight a text and count the lines that have it; an empty one ends the search."""
        self.wanted = wanted
        self._pattern = pattern_of(wanted)
        self._search = LogSearch(self._pattern) if self._pattern else None
        self._scan()
        self.repaint()

    def sift(self, wanted: str) -> None:
        """Show only what matches a regular expression; an empty one shows everything.

        While it is none, as when half of it is typed, the last one that was stays in force.
        """
        if wanted != self.filter:
            self.filter = wanted
            self._sift()
            self.search(self.wanted)

    def copied(self) -> str:
        """Return the match one is on, else the lines in view; tokens are masked."""
        current = self._search.current if self._search else None
        match = None if current is None else self._ring.line(current)
        logs = [match] if match else self._in_view()
        return "\n".join(redacted(log.text) for log in logs)

    def seek(self, text: str) -> None:
        """Bring the last line with this text into view, once it is there."""
        self._sought = text.strip()
        self.sift("")
        self._looked_at = (self._whole.epoch, self._whole.first)
        self._find_sought()

    def _find_sought(self) -> None:
        if not self._sought:
            return
        ring = self._whole
        epoch, seen = self._looked_at
        first = seen if epoch == ring.epoch else ring.first
        self._looked_at = (ring.epoch, ring.end)
        for number in range(self._looked_at[1] - 1, first - 1, -1):
            line = ring.line(number)
            if line is not None and line.text.strip().startswith(self._sought):
                self._sought = ""
                self.follow = False
                self.top = number - self._rows() // 2
                self.clamp()
                self.repaint()
                return

    def step(self, forward: bool) -> None:
        """Go to the next or the previous match."""
        if self._search is None:
            return
        here = self._bottom_line() if self.follow and not forward else self._top_line()
        found = self._search.step(forward, here)
        if found is None:
            self.repaint()
            return
        first, height = self._top_line(), self._rows()
        if self.wrap or not first <= found < first + height:
            self.top = found - height // 3
        else:
            self.top = first
        self.follow = False
        self.clamp()
        self.repaint()

    def toggle_wrap(self) -> None:
        """Break long lines, or cut them."""
        top = self._top_line()
        self.wrap = not self.wrap
        self._x = 0
        if not self.follow:
            self.top = top
        self.clamp()
        self.repaint()

    def shift(self, right: bool) -> None:
        """Scroll sideways."""
        if not self.wrap:
            self._x = max(0, min(_FURTHEST, self._x + (_SIDEWAYS if right else -_SIDEWAYS)))
            self.repaint()

    def scroll_lines(self, rows: int) -> None:
        """Scroll; going up ends following, reaching the end resumes it."""
        if rows < 0 and self.follow:
            self.top = self._top_line()
            self.follow = False
        if not self.follow:
            self.top += rows
            self.clamp()
            if rows > 0 and self._reaches_end():
                self.follow = True
        self.repaint()

    def move_to_edge(self, end: bool) -> None:
        """Go to the oldest line, or follow the newest."""
        self.follow = end
        self.top = self._ring.first
        self.repaint()

    def line_count(self) -> int:
        """Return how many lines are kept, and one for the row on top."""
        return len(self._ring) + 1

    def bar_position(self) -> int:
        """Return where the window begins, counted from the oldest line kept."""
        room = self.line_count() - self.size.height
        return room if self.follow else min(room, self._top_line() - self._ring.first)

    def clamp(self) -> None:
        """Keep the window on lines that are still there."""
        ring = self._ring
        slack = 1 if self.wrap else self._rows()
        self.top = max(ring.first, min(self.top, ring.end - slack))

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the row on top and the lines in view."""
        head = self._head(width)
        if not len(self._ring):
            return [head, (), *wrapped(self._why_empty(), width, Role.DIM, " ")]
        rows = height - 1
        if self.follow:
            return [head, *self._backwards(self._ring.end, width, rows)]
        self.clamp()
        return [head, *self._forwards(self.top, width, rows)]

    def _forwards(self, start: int, width: int, rows: int) -> list[Line]:
        lines: list[Line] = []
        for number, log in enumerate(self._ring.lines(start, start + rows), start):
            lines += self._layout(number, log, width)
            if len(lines) >= rows:
                break
        return lines[:rows]

    def _backwards(self, end: int, width: int, rows: int) -> list[Line]:
        lines: list[Line] = []
        start = max(self._ring.first, end - rows)
        logs = self._ring.lines(start, end)
        for back, log in enumerate(reversed(logs), 1):
            lines[:0] = self._layout(end - back, log, width)
            if len(lines) >= rows:
                break
        return lines[-rows:] if rows > 0 else []

    def _layout(self, number: int, log: LogLine, width: int) -> list[Line]:
        timed = width >= _TIME_FROM_WIDTH
        room = max(1, width - (TIME_WIDTH if timed else 0))
        role = role_of(log)
        text = body_of(log)
        pieces = pieces_of(text, room) if self.wrap else [shifted(text, self._x, room)]
        current = self._search is not None and self._search.current == number
        return [
            (
                *((time_span(log, first_piece=index == 0),) if timed else ()),
                *text_spans(piece, role, self._pattern, current),
            )
            for index, piece in enumerate(pieces)
        ]

    def _head(self, width: int) -> Line:
        spans: list[Span] = []
        for stream, key, name, action in _TABS:
            on = stream is self.stream
            spans += [
                Span(f" {key} ", Role.ACTIVE if on else Role.KEY, action),
                Span(f"{name} ", Role.ACTIVE if on else Role.TEXT, action),
                Span(" "),
            ]
        note = self._state()
        if self.filter:
            note = (*self._filter_words(), *note)
        if self._search:
            found = Span(f"/{self.wanted} {self._search.counter()} ", Role.MARK)
            return spread(tuple(spans), (found, *note), width)
        return spread(tuple(spans), note, width)

    def _state(self) -> Line:
        wrap = "wrapped · " if self.wrap else ""
        aside = f"column {self._x} · " if self._x else ""
        if not self.follow:
            below = self._ring.end - self._bottom_line()
            text = f"{below:,} below · G follows " if below > 0 and not self.wrap else "G follows "
            return (Span(wrap + aside, Role.DIM), Span(text, Role.BUSY))
        return (Span(f"{wrap}{aside}{self._note or 'following'} ", Role.DIM),)

    def _filter_words(self) -> Line:
        if self._unfit:
            return (Span(f"&{self.filter}: {self._unfit} ", Role.BAD),)
        count = f"{len(self._ring):,} of {len(self._whole):,}"
        return (Span(f"&{self.filter} {count} ", Role.MARK),)

    def _why_empty(self) -> str:
        if self._sifted is None or not len(self._whole):
            return self._empty
        return f"No line of {len(self._whole):,} matches {self.filter}: esc shows all."

    def _sift(self) -> None:
        """Put the filter between the log and the view; the line on top stays, or the next one."""
        top = self.top if self._sifted is None else self._sifted.there(self.top)
        self._unfit = ""
        sifted: Sifted | None = None
        if self.filter.removeprefix("!"):
            from spaces_tui.ui.present import logfilter  # noqa: PLC0415 - loaded when it is used

            try:
                sifted = logfilter.Sifted(self._whole, logfilter.Expression(self.filter))
            except logfilter.FilterError as error:
                self._unfit = str(error)
                if self._sifted is not None and self._sifted.whole is self._whole:
                    return
        self._sifted = sifted
        self._ring = self._whole if sifted is None else sifted
        if sifted is not None:
            sifted.advance()
            top = sifted.here(top)
        self.top = top

    def _in_view(self) -> list[LogLine]:
        """Return the lines of which something is in view."""
        width, rows = max(1, self.size.width - 1), self._rows()
        top = self._top_line()
        logs: list[LogLine] = []
        for number, log in enumerate(self._ring.lines(top, top + rows), top):
            rows -= len(self._layout(number, log, width))
            logs.append(log)
            if rows <= 0:
                break
        return logs

    def _rows(self) -> int:
        return max(1, self.size.height - 1)

    def _top_line(self) -> int:
        """Return the number of the topmost line in view."""
        if not self.follow:
            return self.top
        if not self.wrap:
            return max(self._ring.first, self._ring.end - self._rows())
        filled, number = 0, self._ring.end
        width = max(1, self.size.width - 1)
        while number > self._ring.first and filled < self._rows():
            number -= 1
            log = self._ring.line(number)
            filled += len(self._layout(number, log, width)) if log else 0
        return number

    def _bottom_line(self) -> int:
        """Return the number of the line after the last one in view, as far as it is cheap."""
        return min(self._ring.end, self._top_line() + self._rows())

    def _reaches_end(self) -> bool:
        width = max(1, self.size.width - 1)
        rows = 0
        for number in range(self.top, self._ring.end):
            log = self._ring.line(number)
            rows += len(self._layout(number, log, width)) if log else 0
            if rows > self._rows():
                return False
        return True

    def _scan(self) -> None:
        """Sift and search a slice, and go on soon while there is more."""
        more = self._sifted is not None and self._sifted.advance()
        if self._sifted is not None and self._sifted.expression.hopeless:
            self._sifted, self._ring = None, self._whole
            self._unfit = "takes too long on a line, so all are shown"
        if self._search and self._search.advance(self._ring):
            more = True
        if more and not self._scanning:
            self._scanning = True
            self.set_timer(_STRETCH, self._scan_on)

    def _scan_on(self) -> None:
        self._scanning = False
        self._scan()
        self.repaint()
