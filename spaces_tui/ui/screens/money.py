"""What is paid for now: every Space that costs something, the idle ones first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from spaces_tui.ui.present.money import cost_now, cost_words
from spaces_tui.ui.present.paid import owner_lines, paid_line, paid_rows, saved_words
from spaces_tui.ui.present.spans import Line, Role, Span, flowed, rule, wrapped
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.cursorview import CursorView
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.paid import PaidRow

_FRAME = 4
_EMPTY = "Nothing costs money now."
_FEWEST_LINES = 2
_KEYS = (
    ("space", "mark"),
    ("*", "mark all"),
    ("p", "pause"),
    ("z", "sleep time"),
    ("enter", "go there"),
    ("esc", "close"),
)


class MoneyScreen(Dialog[str]):
    """Follows what costs; closes with the Space to go to, or None."""

    WIDTH = 104
    AUTO_FOCUS = "#paid"
    DEFAULT_CSS = "MoneyScreen Choices { height: 1; background: $surface; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,M", "back", "Back"),
        Binding("space", "mark", "Mark", priority=True),
        Binding("asterisk", "mark_all", "Mark all"),
        Binding("p", "pause", "Pause"),
        Binding("z", "sleep", "Sleep time"),
        Binding("ctrl+down", "page(1)", "Scroll"),
        Binding("ctrl+up", "page(-1)", "Scroll"),
    ]

    def __init__(
        self,
        snapshot: Snapshot,
        pause: Callable[[Sequence[Space]], None],
        sleep: Callable[[Sequence[Space]], None],
    ) -> None:
        """`pause` and `sleep` ask about Spaces before they do anything."""
        super().__init__()
        self._snapshot = snapshot
        self._pause = pause
        self._sleep = sleep
        self._rows = self.rows(snapshot)
        self._marked: set[str] = set()
        self._list = Choices(self._row_lines, id="paid", empty=_EMPTY)
        self._said = FixedLines(id="said")

    def rows(self, snapshot: Snapshot) -> list[PaidRow]:
        """Return what is shown: all that costs something."""
        return paid_rows(snapshot)

    def title_text(self) -> str:
        """Return the title: what everything costs now."""
        snapshot = self._snapshot
        return f"Money: {cost_words(cost_now(snapshot.spaces, snapshot.hardware))}"

    def compose(self) -> ComposeResult:
        """Lay out the list, the sums and the keys."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.title_text())
            yield self._list
            yield self.body
            yield self._said

    def show(self, snapshot: Snapshot) -> None:
        """Follow what costs; the cursor stays on the Space it is on."""
        under = self._under()
        self._snapshot = snapshot
        self._rows = self.rows(snapshot)
        self._marked &= {row.space.id for row in self._rows}
        for index, row in enumerate(self._rows):
            if under is not None and row.space.id == under.space.id:
                self._list.cursor = index
        self._list.changed()
        self.retitle(self.title_text())
        self.lay_out()

    def lines(self, width: int) -> list[Line]:
        """Return what pausing would save, then the sums of each owner."""
        chosen = self._chosen()
        lines: list[Line] = []
        if chosen:
            lines += wrapped(saved_words(chosen), width, Role.MONEY)
            idle = chosen[0].idle if len(chosen) == 1 else None
            if idle is not None:
                said = f"Neither its CPU nor its GPU worked in {idle.looks} looks, 10 minutes apart"
                lines += wrapped(f"{said} or more.", width, Role.DIM)
        sums = owner_lines(self._snapshot, datetime.now(UTC), width)
        return [*lines, rule("by owner", "", width), *sums] if sums else lines

    def lay_out(self) -> None:
        """Fit the box to the terminal: the sums take what the list leaves."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        width = max(8, outer - _FRAME)
        keys = _KEYS if self._rows else _KEYS[-1:]
        said = flowed([(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in keys], width)
        room = max(2, rows - 2 - len(said))
        lines = self.lines(width)
        listed = max(1, min(max(1, len(self._rows)), room - min(len(lines), _FEWEST_LINES)))
        if len(lines) > room - listed:  # one column goes to the bar beside them
            lines = self.lines(width - 1)
        self.query_one("#box").styles.width = outer
        self._list.styles.height = listed
        self.body.styles.height = max(0, min(len(lines), room - listed))
        self._said.styles.height = len(said)
        self.body.show(lines)
        self._said.show(said)

    @on(CursorView.Moved)
    def _moved(self, event: CursorView.Moved) -> None:
        event.stop()
        self.lay_out()

    @on(Choices.Chosen)
    def _went(self, event: Choices.Chosen) -> None:
        event.stop()
        row = self._under()
        if row is not None:
            self.dismiss(row.space.id)

    def action_back(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_mark(self) -> None:
        """Mark the Space under the cursor, or take the mark off, and go on to the next."""
        row = self._under()
        if row is not None:
            self._marked ^= {row.space.id}
            self._list.move(1)
            self._list.changed()
            self.lay_out()

    def action_mark_all(self) -> None:
        """Mark all, or none if all are."""
        everything = {row.space.id for row in self._rows}
        self._marked = set() if self._marked == everything else everything
        self._list.changed()
        self.lay_out()

    def action_pause(self) -> None:
        """Ask whether to pause what is chosen."""
        if chosen := self._chosen():
            self._pause([row.space for row in chosen])

    def action_sleep(self) -> None:
        """Choose a sleep time for what is chosen."""
        if chosen := self._chosen():
            self._sleep([row.space for row in chosen])

    def action_page(self, direction: int) -> None:
        """Scroll the sums."""
        self.body.scroll_lines(direction * max(1, self.body.size.height - 1))

    def _under(self) -> PaidRow | None:
        return self._rows[self._list.cursor] if self._list.cursor < len(self._rows) else None

    def _chosen(self) -> list[PaidRow]:
        """Return the marked ones, else the one under the cursor."""
        marked = [row for row in self._rows if row.space.id in self._marked]
        under = self._under()
        return marked or ([under] if under else [])

    def _row_lines(self, width: int) -> list[Line]:
        return [paid_line(row, self._marked, width) for row in self._rows]
