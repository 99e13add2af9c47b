"""A long text to read: lines with roles, numbered, wrapped or scrolled sideways."""

from __future__ import annotations

import re
from bisect import bisect_right
from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from spaces_tui.ui.present.loglines import pattern_of, pieces_of
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
        self._pattern: re.Pattern[str] | None = None
        self._found: list[int] = []
        self._current = -1

    def search(self, query: str) -> int:
        """Mark what is searched for and go to the first match from here on; return how many lines
        have one. An empty query ends the search."""
        self._pattern = pattern_of(query)
        pattern = self._pattern
        self._found = (
            [at for at, line in enumerate(self._lines_given) if pattern.search(text_of(line))]
            if pattern
            else []
        )
        here = self.first_line
        self._current = next((at for at in self._found if at >= here), -1)
        if self._current < 0 and self._found:
            self._current = self._found[0]
        self._show_match()
        return len(self._found)

    def step(self, *, forward: bool) -> None:
        """Go to the next or the previous match; after the last comes the first."""
        if not self._found:
            return
        later = [at for at in self._found if at > self._current]
        earlier = [at for at in self._found if at < self._current]
        if forward:
            self._current = later[0] if later else self._found[0]
        else:
            self._current = earlier[-1] if earlier else self._found[-1]
        self._show_match()

    def _show_match(self) -> None:
        if self._current < 0:
            self.repaint()
            return
        first = self.first_line
        if not first <= self._current < first + self.size.height:
            self.go_to(max(0, self._current - self.size.height // 3))
        self.repaint()

    def _line(self, at: int) -> Line:
        """Return a line with what is searched for marked."""
        line = self._lines_given[at]
        if self._pattern is None or not self._pattern.search(text_of(line)):
            return line
        role = Role.CURRENT if at == self._current else Role.MATCH
        return marked(line, self._pattern, role)

    def give(self, lines: Sequence[Line]) -> None:
        """Show these lines from the top."""
        self._lines_given = lines
        self._pattern, self._found, self._current = None, [], -1
        self.top = self._offset = 0
        self._wrapped_at = 0
        self.repaint()

    def colour(self, lines: Sequence[Line]) -> None:
        """Show the same text with other roles, without moving."""
        self._lines_given = lines
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
                (*self._number(at), *clip(_slice(self._line(at), self._offset), room))
                for at in range(self.top, end)
            ]
        rows: list[Line] = []
        line = self._line_at(self.top)
        skip = self.top - self._starts[line] if line < len(self._starts) else 0
        while len(rows) < height + skip and line < len(self._lines_given):
            for number, piece in enumerate(_broken(self._line(line), room)):
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


def marked(line: Line, pattern: re.Pattern[str], role: Role) -> Line:
    """Return a line in which what a pattern finds has a role of its own."""
    spans: list[Span] = []
    end = 0
    for found in pattern.finditer(text_of(line)):
        spans += _slice(line, end, found.start())
        spans.append(Span(found.group(), role))
        end = found.end()
    return (*spans, *_slice(line, end))


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
