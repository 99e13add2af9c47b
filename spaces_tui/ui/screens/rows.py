"""The frame of editors of a list: rows with a cursor, each of which can be opened."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar

from textual import on

from spaces_tui.ui.screens.editor import Editor, Loaded, Phase
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.present.spans import Line

Row = TypeVar("Row")


class RowsEditor(Editor[Loaded], Generic[Loaded, Row]):
    """Subclasses give the rows, and what opening one of them does."""

    LIST_ID: ClassVar[str]
    EMPTY: ClassVar[str] = "Nothing here."
    """Said where there are no rows."""

    def __init__(self, session: SessionPort) -> None:
        super().__init__(session)
        self._list = Choices(self._lines, id=self.LIST_ID, empty=self.EMPTY)

    def rows(self) -> Sequence[Row]:
        """Return the rows as they are now."""
        raise NotImplementedError

    def row_line(self, row: Row, width: int) -> Line:
        """Return what is shown of one."""
        raise NotImplementedError

    def opened(self, row: Row) -> None:
        """Do what enter does on a row."""
        raise NotImplementedError

    def content_rows(self) -> int:
        """Return how many rows there are, or one for the words in their place."""
        return max(1, len(self.rows()))

    def edited(self) -> None:
        """Show the rows anew."""
        self._list.changed()
        super().edited()

    def ready(self) -> bool:
        """Whether rows can be edited, and no form is opening already."""
        return self.phase is Phase.EDITING and self.app.screen is self

    def row(self) -> Row:
        """Return the row under the cursor; there has to be one."""
        rows = self.rows()
        return rows[max(0, min(self._list.cursor, len(rows) - 1))]

    def go_to(self, fits: Callable[[Row], bool]) -> None:
        """Put the cursor on the row that fits, where there is one."""
        for index, row in enumerate(self.rows()):
            if fits(row):
                self._list.select(index)

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        rows = self.rows()
        if self.ready() and event.row < len(rows):
            self.opened(rows[event.row])

    @on(Choices.Moved)
    def _moved(self, event: Choices.Moved) -> None:
        event.stop()
        self.lay_out()

    def _lines(self, width: int) -> list[Line]:
        return [self.row_line(row, width) for row in self.rows()]
