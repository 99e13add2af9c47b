"""What is paid for now: every Space that costs something, the idle ones first."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from spaces_tui.ui.present.money import cost_now, cost_words
from spaces_tui.ui.present.paid import owner_lines, paid_line, paid_rows, saved_words
from spaces_tui.ui.present.spans import Line, Role, Span, flowed, rule, wrapped
from spaces_tui.ui.screens.listdialog import ListDialog
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.present.paid import PaidRow

_KEYS = (
    ("space", "mark"),
    ("*", "mark all"),
    ("p", "pause"),
    ("z", "sleep time"),
    ("enter", "go there"),
    ("esc", "close"),
)


class MoneyScreen(ListDialog[str]):
    """Follows what costs; closes with the Space to go to, or None."""

    WIDTH = 104
    LIST_ID = "paid"
    EMPTY = "Nothing costs money now."
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,M", "back", "Back"),
        Binding("space", "mark", "Mark", priority=True),
        Binding("asterisk", "mark_all", "Mark all"),
        Binding("p", "pause", "Pause"),
        Binding("z", "sleep", "Sleep time"),
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
        self._rows = self.paid(snapshot)
        self._marked: set[str] = set()

    def paid(self, snapshot: Snapshot) -> list[PaidRow]:
        """Return what is shown: all that costs something."""
        return paid_rows(snapshot)

    def title_text(self) -> str:
        """Return the title: what everything costs now."""
        snapshot = self._snapshot
        return f"Money: {cost_words(cost_now(snapshot.spaces, snapshot.hardware))}"

    def show(self, snapshot: Snapshot) -> None:
        """Follow what costs; the cursor stays on the Space it is on."""
        under = self._under()
        self._snapshot = snapshot
        self._rows = self.paid(snapshot)
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

    @on(Choices.Chosen)
    def _went(self, event: Choices.Chosen) -> None:
        event.stop()
        row = self._under()
        if row is not None:
            self.dismiss(row.space.id)

    def count(self) -> int:
        """Return how many there are."""
        return len(self._rows)

    def foot(self, width: int) -> list[Line]:
        """Return the keys."""
        keys = _KEYS if self._rows else _KEYS[-1:]
        return flowed([(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in keys], width)

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

    def _under(self) -> PaidRow | None:
        return self._rows[self._list.cursor] if self._list.cursor < len(self._rows) else None

    def _chosen(self) -> list[PaidRow]:
        """Return the marked ones, else the one under the cursor."""
        marked = [row for row in self._rows if row.space.id in self._marked]
        under = self._under()
        return marked or ([under] if under else [])

    def rows(self, width: int) -> list[Line]:
        """Return every Space that costs something."""
        return [paid_line(row, self._marked, width) for row in self._rows]
