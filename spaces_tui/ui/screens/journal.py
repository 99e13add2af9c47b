"""The journal of actions: everything that was done to Spaces from here, newest first."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Input

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import ReadJournal
from spaces_tui.ui.present.actions import matching, record_line, record_lines
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.screens.box import BoxScreen
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.style import EDITOR_CSS
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from spaces_tui.model.journal import Record
    from spaces_tui.session.facade import SessionPort

_FRAME = 4
_EMPTY = "Nothing was done from here yet."
_AROUND = 4
"""Rows of the border, the line of words and the filter."""


class JournalScreen(Dialog[None]):
    """A list that narrows while one types; enter shows one action in full."""

    WIDTH = 120
    DEFAULT_CSS = EDITOR_CSS
    AUTO_FOCUS = "#wanted"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", priority=True),
        Binding("down", "move(1)", "Down", priority=True),
        Binding("up", "move(-1)", "Up", priority=True),
        Binding("pagedown", "page(1)", "Page down", priority=True),
        Binding("pageup", "page(-1)", "Page up", priority=True),
    ]

    def __init__(self, session: SessionPort) -> None:
        super().__init__()
        self._session = session
        self._records: tuple[Record, ...] = ()
        self._shown: list[Record] = []
        self._said = "Reading …"
        self._failed = False
        self._list = Choices(self._rows, id="records", empty="")
        self._wanted = Input(placeholder="filter: words of a Space, an action, failed …")
        self._wanted.id = "wanted"
        self._wanted.compact = True
        self._wanted.cursor_blink = False

    def title_text(self) -> str:
        """Return the title."""
        return "Journal of actions"

    def compose(self) -> ComposeResult:
        """Lay out words, list and filter."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.title_text())
            yield self.body
            yield self._list
            yield self._wanted

    def on_mount(self) -> None:
        """Begin to read."""
        self.lay_out()
        self.run_worker(self._read(), exclusive=True)

    def lines(self, width: int) -> list[Line]:
        """Return how many actions there are, or what is wrong."""
        if self._failed:
            return wrapped(self._said, width, Role.BAD)
        if self._said or not self._records:
            return [(Span(self._said, Role.DIM),)]
        count = "1 action" if len(self._shown) == 1 else f"{len(self._shown):,} actions"
        of = f" of {len(self._records):,}" if self._wanted.value.strip() else ""
        return [(Span(count + of, Role.DIM), Span("   enter ", Role.KEY), Span("shows all of it"))]

    def lay_out(self) -> None:
        """Take the whole height: there is always more to see."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        lines = self.lines(max(8, outer - _FRAME))
        self.query_one("#box").styles.width = outer
        self.body.styles.height = len(lines)
        self._list.styles.height = max(1, rows - _AROUND - len(lines) + 1)
        self.body.show(lines)

    def action_back(self) -> None:
        """Clear the filter, then close."""
        if self._wanted.value:
            self._wanted.value = ""
        else:
            self.dismiss(None)

    def action_move(self, rows: int) -> None:
        """Move the cursor of the list."""
        self._list.move(rows)

    def action_page(self, direction: int) -> None:
        """Move the cursor by a page."""
        self._list.move(direction * self._list.page())

    async def _read(self) -> None:
        try:
            self._records = await asyncio.wrap_future(self._session.ask(ReadJournal()))
        except CommandError as error:
            self._said, self._failed = error.message, True
        else:
            self._said = ""
            self._list.empty = "No action matches." if self._records else _EMPTY
        self._narrow()

    def _narrow(self) -> None:
        self._shown = matching(self._records, self._wanted.value)
        self._list.changed()
        self.lay_out()

    def _rows(self, width: int) -> list[Line]:
        return [record_line(record, width) for record in self._shown]

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self._narrow()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self._open()

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self._open()

    def _open(self) -> None:
        if self._shown:
            self.app.push_screen(RecordScreen(self._shown[self._list.cursor]))


class RecordScreen(BoxScreen):
    """One action in full."""

    WIDTH = 80

    def __init__(self, record: Record) -> None:
        super().__init__()
        self._record = record

    def title_text(self) -> str:
        """Return the title."""
        return "Action"

    def lines(self, width: int) -> list[Line]:
        """Return everything about it."""
        return record_lines(self._record, width)
