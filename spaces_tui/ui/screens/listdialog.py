"""The frame of dialogs that show a list, what there is to say of its row, and the keys."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, TypeVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.cursorview import CursorView
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from spaces_tui.ui.present.spans import Line

Result = TypeVar("Result")
_FRAME = 4
"""Columns that border and padding take."""


class ListDialog(Dialog[Result]):
    """Subclasses say the rows, the lines below them, and the foot."""

    LIST_ID: ClassVar[str] = "rows"
    EMPTY: ClassVar[str] = ""
    """Said where there are no rows."""
    MOST_ROWS: ClassVar[int] = 1_000
    """Rows that the list has at most, before it scrolls."""
    FEWEST_LINES: ClassVar[int] = 2
    """Lines that the rest has, before the list has more than one row."""
    AUTO_FOCUS = "Choices"
    DEFAULT_CSS = "ListDialog Choices { height: 1; background: $surface; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._list = Choices(self.rows, id=self.LIST_ID, empty=self.EMPTY)
        self._said = FixedLines(id="said")

    def rows(self, width: int) -> list[Line]:
        """Return every row of the list."""
        raise NotImplementedError

    def count(self) -> int:
        """Return how many rows there are."""
        raise NotImplementedError

    def foot(self, width: int) -> list[Line]:
        """Return what goes on or went wrong, and the keys that can work."""
        raise NotImplementedError

    def moved(self) -> None:
        """Take note that the cursor is on another row."""

    def compose(self) -> ComposeResult:
        """Lay out the list, what is said of its row, and the foot."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.title_text())
            yield self._list
            yield self.body
            yield self._said

    def lay_out(self) -> None:
        """Fit the box to the terminal: the lines take what the list leaves."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        width = max(8, outer - _FRAME)
        said = self.foot(width)
        room = max(2, rows - 2 - len(said))
        lines = self.lines(width)
        fewest = min(len(lines), self.FEWEST_LINES)
        listed = max(1, min(max(1, self.count()), self.MOST_ROWS, room - fewest))
        if len(lines) > room - listed:  # one column goes to the bar beside them
            lines = self.lines(width - 1)
        self.query_one("#box").styles.width = outer
        self._list.styles.height = listed
        self.body.styles.height = min(len(lines), room - listed)
        self._said.styles.height = len(said)
        self.body.show(lines)
        self._said.show(said)

    @on(CursorView.Moved)
    def _moved(self, event: CursorView.Moved) -> None:
        event.stop()
        self.body.top = 0
        self.moved()
        self.lay_out()

    def action_page(self, direction: int) -> None:
        """Scroll what is said of the row."""
        self.body.scroll_lines(direction * max(1, self.body.size.height - 1))
