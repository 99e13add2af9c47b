"""A list with a cursor, for dialogs: rows of lines, one of them chosen."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.ui.present.spans import Line, Role, Span
from spaces_tui.ui.widgets.cursorview import CursorView

if TYPE_CHECKING:
    from collections.abc import Callable


class Choices(CursorView):
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

    def __init__(
        self,
        make: Callable[[int], list[Line]],
        *,
        id: str | None = None,  # noqa: A002 - Textual's own name
        empty: str = "Nothing here.",
    ) -> None:
        """`make` returns every row at a width; `empty` is said when there is none."""
        super().__init__(id=id, empty=empty)
        self._make = make

    def changed(self) -> None:
        """Show the rows as they are now; the cursor stays among them."""
        self.clamp()
        self.select(self.cursor)

    def line_count(self) -> int:
        """Return how many rows there are."""
        return len(self._make(max(1, self.size.width)))

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the rows in the window."""
        rows = self._make(width)
        if not rows:
            return [(Span(f" {self.empty}", Role.DIM),)]
        return rows[self.top : self.top + height]

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
