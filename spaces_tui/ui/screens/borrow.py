"""Borrow hardware: which, for how long or up to what sum, and what happens then."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.loan import AtEnd
from spaces_tui.model.loanwords import Limit, parse_limit
from spaces_tui.session.requests.loans import Borrow
from spaces_tui.ui.present.loans import price_lines
from spaces_tui.ui.present.machines import machine_row, present_words, table_head
from spaces_tui.ui.present.money import per_hour
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.screens.editor import Editor, Summary
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome
    from spaces_tui.session.snapshot import Snapshot

_ENDS: Final = (AtEnd.BACK, AtEnd.PAUSE)


class BorrowEditor(Editor[None]):
    """Chooses what one Space borrows."""

    WIDTH = 100
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Other field"),
        Binding("ctrl+t", "app.do('guard.timer')", "Without a console", priority=True),
    ]

    def __init__(
        self, session: SessionPort, space: Space, snapshot: Snapshot, flavor: str | None = None
    ) -> None:
        super().__init__(session)
        self._space = space
        self._snapshot = snapshot
        self._machines = _by_price(snapshot)
        self._wanted = flavor
        self._end = AtEnd.BACK
        self._table = Choices(
            self._rows, id="machines", empty="The Hub's price list is not known yet."
        )
        self._field = Field(placeholder="for how long, up to what sum: 2h, $5, or both", id="limit")
        self._then = Choices(self._end_rows, id="then")

    def title_text(self) -> str:
        """Return the title."""
        return f"Borrow hardware for {self._space.id}"

    def load(self) -> None:
        """Everything is known from the list."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return the table, the limit, and what happens then."""
        del value
        names = [one.name for one in self._machines]
        at = self._wanted or self._present()
        self._table.cursor = names.index(at) if at in names else 0
        return [self._table, self._field, self._then]

    def content_rows(self) -> int:
        """Return a row for each flavour, one for the limit, two for the end."""
        return len(self._machines) + 1 + len(_ENDS)

    def head(self, width: int) -> list[Line]:
        """Return what the Space has now, and the names of the columns."""
        words = present_words(self._space, self._snapshot.hardware_asked, datetime.now(UTC))
        return [*wrapped(f"Now {words}", width), table_head(width)]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "choose"), ("tab", "limit, then what"), ("ctrl+t", "guard"))

    def staged(self) -> int:
        """Return 1 once something is chosen."""
        return 1 if self._wanted or self._field.value.strip() else 0

    def problem(self) -> str:
        """Say what is missing, or wrong with the limit."""
        if not self.staged():
            return ""
        if self._wanted is None:
            return "Choose what to borrow: enter on a flavour."
        if self._wanted == self._present():
            return f"It is on {self._wanted} already."
        try:
            self._priced(80)
        except ValueError as error:
            return str(error)
        return ""

    def summary(self, width: int) -> Summary:
        """Return the price, the latest end, and what catches it."""
        hardware = self._hardware()
        price = per_hour(hardware.usd_per_hour) if hardware.usd_per_hour else "free"
        yes = f"borrow {hardware.name} at {price}"
        return Summary(tuple(self._priced(width)), yes, danger=bool(hardware.usd_per_hour))

    def changes(self) -> tuple[Change, ...]:
        """Return the one request."""
        limit = self._limit()
        asked = Borrow(
            self._space.id, self._hardware().name, limit.seconds, limit.budget, self._end
        )
        return (asked,)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Forget the choice once it was borrowed."""
        if all(one.ok for one in outcomes):
            self._wanted = None

    def show(self, snapshot: Snapshot) -> None:
        """Follow what the Hub says of the Space and of prices; the choice stays."""
        before, self._snapshot = self._snapshot, snapshot
        if snapshot.spaces is before.spaces and snapshot.hardware is before.hardware:
            return
        known = (one for one in snapshot.spaces if one.id == self._space.id)
        self._space = next(known, self._space)
        self._machines = _by_price(snapshot)
        self._table.changed()
        self.lay_out()

    def _present(self) -> str | None:
        runtime = self._space.runtime
        return (runtime.requested_hardware or runtime.hardware) if runtime else None

    def _hardware(self) -> Hardware:
        assert self._wanted is not None
        return self._snapshot.hardware[self._wanted]

    def _limit(self) -> Limit:
        return parse_limit(self._field.value)

    def _priced(self, width: int) -> list[Line]:
        now = datetime.now(UTC)
        return price_lines(
            self._space, self._hardware(), self._limit(), self._end, self._snapshot, now, width
        )

    def _rows(self, width: int) -> list[Line]:
        rows = []
        for one in self._machines:
            mark = Span("  ")
            if one.name == self._wanted:
                mark = Span("● ", Role.MARK)
            elif one.name == self._present():
                mark = Span("✓ ", Role.GOOD)
            rows.append(machine_row(one, mark, width))
        return rows

    def _end_rows(self, width: int) -> list[Line]:
        words = {
            AtEnd.BACK: f"then back to {self._present() or 'what it had'}",
            AtEnd.PAUSE: "then paused",
        }
        rows: list[Line] = []
        for end in _ENDS:
            chosen = end is self._end
            mark = Span("● " if chosen else "○ ", Role.MARK if chosen else Role.DIM)
            rows.append(clip((mark, Span(words[end])), width))
        return rows

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        if self._then.has_focus:
            self._end = _ENDS[event.row]
            self._then.changed()
        else:
            name = self._machines[event.row].name
            self._wanted = None if name == self._wanted else name
            self._table.changed()
        self.edited()

    @on(Input.Changed, "#limit")
    def _limit_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()

    @on(Input.Submitted, "#limit")
    def _limit_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_apply()


def _by_price(snapshot: Snapshot) -> list[Hardware]:
    return sorted(snapshot.hardware.values(), key=lambda one: (one.usd_per_hour, one.name))
