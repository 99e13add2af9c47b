"""A long text to read: lines with roles, numbered, wrapped or scrolled sideways."""

from __future__ import annotations

from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from spaces_tui.ui.present.loglines import pieces_of
from spaces_tui.ui.present.spans import Line, Role, Span, clip, text_of
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Sequence

_SIDEWAYS: Final = 16
_FURTHEST: Final = 20_000


class TextView(LineView):
    """Makes only the lines in the window."""

    def __init__(self, *, numbered: bool) -> None:
        super().__init__(id="view", focusable=True)
        self._numbered = numbered
        self._lines_given: Sequence[Line] = ()
        self._wrap = False
        self._offset = 0
        self._starts: list[int] = []
        """While wrapped: the row each line begins on, for the width they were made for."""
        self._wrapped_at = 0

    def give(self, lines: Sequence[Line]) -> None:
        """Show these lines from the top."""
        self._lines_given = lines
        self.top = self._offset = 0
        self._wrapped_at = 0
        self.repaint()

    def toggle_wrap(self) -> None:
        """Break long lines, or cut them."""
        line = self._line_at(self.top)
        self._wrap = not self._wrap
        self._offset = 0
        self._wrapped_at = 0
        self.go_to(line)

    def shift(self, *, right: bool) -> None:
        """Scroll sideways."""
        if not self._wrap:
            step = _SIDEWAYS if right else -_SIDEWAYS
            self._offset = max(0, min(_FURTHEST, self._offset + step))
            self.repaint()

    def go_to(self, line: int) -> None:
        """Bring a line to the top of the window."""
        self._measure()
        self.top = self._starts[line] if self._wrap and line < len(self._starts) else line
        self.clamp()
        self.repaint()

    @property
    def first_line(self) -> int:
        """The line at the top of the window."""
        return self._line_at(self.top)

    def line_count(self) -> int:
        """Return how many rows there are."""
        if not self._wrap:
            return len(self._lines_given)
        self._measure()
        return self._starts[-1] if self._starts else 0

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the rows in the window."""
        room = self._room(width)
        if not self._wrap:
            end = min(len(self._lines_given), self.top + height)
            return [
                (*self._number(at), *clip(_slice(self._lines_given[at], self._offset), room))
                for at in range(self.top, end)
            ]
        rows: list[Line] = []
        line = self._line_at(self.top)
        skip = self.top - self._starts[line] if line < len(self._starts) else 0
        while len(rows) < height + skip and line < len(self._lines_given):
            for number, piece in enumerate(_broken(self._lines_given[line], room)):
                rows.append((*self._number(line if number == 0 else None), *piece))
            line += 1
        return rows[skip : skip + height]

    def _line_at(self, row: int) -> int:
        if not self._wrap:
            return row
        self._measure()
        return max(0, bisect_right(self._starts, row) - 1)

    def _measure(self) -> None:
        room = self._room(self.size.width - 1)
        if not self._wrap or self._wrapped_at == room:
            return
        self._wrapped_at = room
        starts = [0]
        for line in self._lines_given:
            starts.append(starts[-1] + _rows_of(text_of(line), room))
        self._starts = starts

    def _room(self, width: int) -> int:
        return max(4, width - (self._digits() + 1 if self._numbered else 0))

    def _digits(self) -> int:
        return max(3, len(str(len(self._lines_given))))

    def _number(self, line: int | None) -> Line:
        if not self._numbered:
            return ()
        number = "" if line is None else str(line + 1)
        return (Span(f"{number:>{self._digits()}} ", Role.DIM),)


def _rows_of(text: str, room: int) -> int:
    return max(1, len(pieces_of(text, room)))


def _broken(line: Line, room: int) -> list[Line]:
    text = text_of(line)
    if cell_len(text) <= room:
        return [line]
    pieces: list[Line] = []
    at = 0
    for piece in pieces_of(text, room):
        pieces.append(_slice(line, at, at + len(piece)))
        at += len(piece)
    return pieces


def _slice(line: Line, start: int, end: int | None = None) -> Line:
    """Return the characters of a line from `start` up to `end`."""
    if start == 0 and end is None:
        return line
    spans: list[Span] = []
    at = 0
    for span in line:
        first = max(0, start - at)
        last = len(span.text) if end is None else min(len(span.text), end - at)
        if first < last:
            spans.append(span._replace(text=span.text[first:last]))
        at += len(span.text)
    return tuple(spans)
