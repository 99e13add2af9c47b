"""A list with a cursor, for dialogs: rows of lines, one of them chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from spaces_tui.ui.present.spans import Line, Role, Span
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from collections.abc import Callable

    from rich.style import Style


class Choices(LineView):
    """Rows are made anew for each repaint, so whoever owns the list only says that it changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "Down"),
        Binding("up,k", "move(-1)", "Up"),
        Binding("pagedown,ctrl+d", "page(1)", "Page down"),
        Binding("pageup,ctrl+u", "page(-1)", "Page up"),
        Binding("home,g", "edge(False)", "First"),
        Binding("end,G", "edge(True)", "Last"),
        Binding("enter", "choose", "Choose"),
    ]

    class Moved(Message):
        """The cursor is on another row."""

    class Chosen(Message):
        """Enter was pressed, or the row under the cursor was clicked."""

        def __init__(self, row: int) -> None:
            super().__init__()
            self.row = row

    def __init__(
        self,
        make: Callable[[int], list[Line]],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        empty: str = "Nothing here.",
    ) -> None:
        """`make` returns every row at a width; `empty` is said when there is none."""
        super().__init__(id=id, focusable=True)
        self._make = make
        self._empty = empty
        self.cursor = 0

    def select(self, row: int) -> None:
        """Put the cursor on a row, and show it."""
        before = self.cursor
        self.cursor = max(0, min(row, self.line_count() - 1))
        self._reveal()
        self.repaint()
        if before != self.cursor:
            self.post_message(self.Moved())

    def changed(self) -> None:
        """Show the rows as they are now; the cursor stays among them."""
        self.clamp()
        self.select(self.cursor)

    def move(self, rows: int) -> None:
        """Move the cursor."""
        self.select(self.cursor + rows)

    def move_to_edge(self, end: bool) -> None:
        """Go to the first or the last row."""
        self.select(self.line_count() if end else 0)

    def line_count(self) -> int:
        """Return how many rows there are."""
        return len(self._make(max(1, self.size.width)))

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the rows in the window."""
        rows = self._make(width)
        if not rows:
            return [(Span(f" {self._empty}", Role.DIM),)]
        return rows[self.top : self.top + height]

    def row_style(self, row: int) -> Style | None:
        """Lay the cursor over its row."""
        if row + self.top != self.cursor or not self.line_count():
            return None
        return self.palette.cursor if self.has_focus else self.palette.cursor_blurred

    def row_clicked(self, row: int) -> None:
        """Put the cursor where the pointer is; a second click chooses."""
        index = row + self.top
        if index >= self.line_count():
            return
        if index == self.cursor:
            self.post_message(self.Chosen(index))
        else:
            self.select(index)

    def action_move(self, rows: int) -> None:
        """Move the cursor."""
        self.move(rows)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a page."""
        self.move(direction * self.page())

    def action_edge(self, end: bool) -> None:
        """Go to the first or the last row."""
        self.move_to_edge(end)

    def action_choose(self) -> None:
        """Choose the row under the cursor."""
        if self.line_count():
            self.post_message(self.Chosen(self.cursor))

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
