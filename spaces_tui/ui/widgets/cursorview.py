"""A view with a cursor on one of its rows: what every list shares."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.message import Message

from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from rich.style import Style


class CursorView(LineView):
    """Subclasses count the rows (`line_count`) and say which of them are in the window."""

    class Moved(Message):
        """The cursor is on another row, or the row under it is another one."""

    class Chosen(Message):
        """A row was chosen; the cursor is on it."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(self, *, id: str | None = None, empty: str = "Nothing here.") -> None:  # noqa: A002 - Textual's own name
        """`empty` is said when there is no row."""
        super().__init__(id=id, focusable=True)
        self.empty = empty
        self.cursor = 0

    def select(self, row: int) -> None:
        """Put the cursor on a row, and show it."""
        before = self.cursor
        self.cursor = max(0, min(row, self.line_count() - 1))
        self.reveal(self.cursor)
        self.repaint()
        if before != self.cursor:
            self.post_message(self.Moved())

    def move(self, rows: int) -> None:
        """Move the cursor."""
        self.select(self.cursor + rows)

    def move_to_edge(self, end: bool) -> None:
        """Go to the first or the last row."""
        self.select(self.line_count() if end else 0)

    def row_style(self, row: int) -> Style | None:
        """Lay the cursor over its row."""
        if row + self.top != self.cursor or not self.line_count():
            return None
        return self.cursor_style()

    def row_clicked(self, row: int) -> None:
        """Put the cursor where the pointer is; a second click chooses."""
        index = row + self.top
        if index >= self.line_count():
            return
        if index == self.cursor:
            self.post_message(self.Chosen(index))
        else:
            self.select(index)

    def on_resize(self) -> None:
        """Keep the cursor in the window."""
        self.clamp()
        self.reveal(self.cursor)
        self.repaint()
