"""A long list with a cursor, of which only the rows in the window are ever made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from spaces_tui.ui.present.spans import Line, Role, Span
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from rich.style import Style


class Listing(LineView):
    """Subclasses count the rows and make each of them. Whoever owns the list binds the keys."""

    class Moved(Message):
        """The cursor is on another row, or the row under it is another one."""

    class Chosen(Message):
        """The row under the cursor was clicked."""

    def __init__(self, *, id: str | None = None, empty: str = "Nothing here.") -> None:  # noqa: A002 - Textual's own name
        super().__init__(id=id, focusable=True)
        self.empty = empty
        self.cursor = 0

    def count(self) -> int:
        """Return how many rows there are."""
        raise NotImplementedError

    def make(self, index: int, width: int) -> Line:
        """Return one row."""
        raise NotImplementedError

    def select(self, row: int) -> None:
        """Put the cursor on a row, and show it."""
        before = self.cursor
        self.cursor = max(0, min(row, self.count() - 1))
        self._reveal()
        self.repaint()
        if before != self.cursor:
            self.post_message(self.Moved())

    def changed(self) -> None:
        """Show the rows as they are now; the cursor stays among them."""
        self.clamp()
        self.cursor = max(0, min(self.cursor, self.count() - 1))
        self._reveal()
        self.repaint()
        self.post_message(self.Moved())

    def move(self, rows: int) -> None:
        """Move the cursor."""
        self.select(self.cursor + rows)

    def move_to_edge(self, end: bool) -> None:
        """Go to the first or the last row."""
        self.select(self.count() if end else 0)

    def line_count(self) -> int:
        """Return how many rows there are."""
        return self.count()

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the rows in the window."""
        end = min(self.count(), self.top + height)
        if not end:
            return [(Span(f" {self.empty}", Role.DIM),)]
        return [self.make(index, width) for index in range(self.top, end)]

    def row_style(self, row: int) -> Style | None:
        """Lay the cursor over its row."""
        if row + self.top != self.cursor or not self.count():
            return None
        return self.palette.cursor if self.has_focus else self.palette.cursor_blurred

    def row_clicked(self, row: int) -> None:
        """Put the cursor where the pointer is; a second click chooses."""
        index = row + self.top
        if index >= self.count():
            return
        if index == self.cursor:
            self.post_message(self.Chosen())
        else:
            self.select(index)

    def on_resize(self) -> None:
        """Keep the cursor in the window."""
        self.clamp()
        self._reveal()
        self.repaint()

    def _reveal(self) -> None:
        height = self.size.height
        if not height:
            return
        if self.cursor < self.top:
            self.top = self.cursor
        elif self.cursor >= self.top + height:
            self.top = self.cursor - height + 1
