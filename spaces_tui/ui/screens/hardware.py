"""Hardware and sleep time together: one table, one request, the price before the second key."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.sleep import NEVER, parse_sleep
from spaces_tui.session.requests.machine import SetHardware, SetSleepTime
from spaces_tui.ui.present.machines import (
    FREE,
    change_lines,
    costs_more,
    machine_row,
    present_words,
    table_head,
)
from spaces_tui.ui.present.money import per_hour
from spaces_tui.ui.present.sleeping import effect_lines
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.screens.editor import Editor, Phase, Summary
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome
    from spaces_tui.session.snapshot import Snapshot

_NAMED: Final = 3
_CHOSEN: Final = Span("● ", Role.MARK)
_HAS: Final = Span("✓ ", Role.GOOD)
_WAITS: Final = Span("… ", Role.BUSY)
_NONE: Final = Span("  ")
_NOTES: Final = {_CHOSEN: "chosen", _HAS: "now", _WAITS: "asked for", _NONE: ""}


class HardwareEditor(Editor[None]):
    """Chooses a flavour for one Space or all marked ones, and optionally a sleep time."""

    WIDTH = 100
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("tab", "app.focus_next", "Other field"),
        Binding("ctrl+b", "borrow", "Borrow", priority=True),
    ]

    def __init__(self, session: SessionPort, spaces: Sequence[Space], snapshot: Snapshot) -> None:
        super().__init__(session)
        self._spaces = list(spaces)
        self._snapshot = snapshot
        self._machines = _by_price(snapshot)
        self._wanted: str | None = None
        self._table = Choices(
            self._rows, id="machines", empty="The Hub's price list is not known yet."
        )
        self._field = Field(placeholder="sleep time: leave it as it is", id="sleep")

    def title_text(self) -> str:
        """Return the title."""
        return "Hardware"

    def load(self) -> None:
        """Everything is known from the list."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return the table and the sleep time."""
        del value
        flavors = self._present()
        row = next((i for i, one in enumerate(self._machines) if one.name in flavors), 0)
        self._table.cursor = row
        return [self._table, self._field]

    def content_rows(self) -> int:
        """Return a row for each flavour and one for the sleep time."""
        return len(self._machines) + 1

    def head(self, width: int) -> list[Line]:
        """Return what the Spaces have now, and the names of the columns."""
        now = datetime.now(UTC)
        lines: list[Line] = []
        for space in self._spaces[:_NAMED]:
            words = present_words(space, self._snapshot.hardware_asked, now)
            lines += wrapped(f"{space.id}  {words}", width)
        more = len(self._spaces) - _NAMED
        if more > 0:
            lines.append((Span(f"and {more} more", Role.DIM),))
        return [*lines, table_head(width)]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        borrow = (("ctrl+b", "for a time only"),) if len(self._spaces) == 1 else ()
        return (("enter", "choose"), ("tab", "sleep time"), *borrow)

    def staged(self) -> int:
        """Return how many Spaces would change."""
        return len(self.changes())

    def problem(self) -> str:
        """Say what is wrong with the sleep time."""
        text = self._field.value.strip()
        if not text:
            return ""
        try:
            parse_sleep(text)
        except ValueError as error:
            return str(error)
        if self._wanted == FREE or (self._wanted is None and self._present() == {FREE}):
            return f"On {FREE} a Space always sleeps after 48 h: leave the sleep time empty."
        return ""

    def summary(self, width: int) -> Summary:
        """Return the change, its price, and what is lost."""
        prices = self._snapshot.hardware
        sleep = self._sleep()
        if self._wanted is None:
            assert sleep is not None
            lines = effect_lines(self._affected(), sleep, prices, width)
            return Summary(tuple(lines), "set it", danger=sleep == NEVER)
        lines = change_lines(self._affected(), self._wanted, sleep, prices, width)
        more = costs_more(self._affected(), self._wanted, prices)
        price = prices.get(self._wanted)
        each = f" at {per_hour(price.usd_per_hour)}" if price and price.usd_per_hour else ""
        return Summary(tuple(lines), f"{self._wanted}{each}", danger=more)

    def changes(self) -> tuple[Change, ...]:
        """Return one request for each Space that would change."""
        sleep = self._sleep()
        if self._wanted is None:
            if sleep is None:
                return ()
            return tuple(SetSleepTime(space.id, sleep) for space in self._affected())
        return tuple(SetHardware(space.id, self._wanted, sleep) for space in self._affected())

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Keep the Spaces that were not changed."""
        done = {one.space for one in outcomes if one.ok}
        self._spaces = [space for space in self._spaces if space.id not in done]

    def show(self, snapshot: Snapshot) -> None:
        """Follow what the Hub says of the Spaces and of prices; the choice stays."""
        before, self._snapshot = self._snapshot, snapshot
        if snapshot.spaces is before.spaces and snapshot.hardware is before.hardware:
            return
        new = {space.id: space for space in snapshot.spaces}
        self._spaces = [new.get(space.id, space) for space in self._spaces]
        self._machines = _by_price(snapshot)
        self._table.changed()
        self.lay_out()

    def action_borrow(self) -> None:
        """Choose the same for a time or a sum, in place of for good."""
        if self.phase is Phase.EDITING and len(self._spaces) == 1:
            from spaces_tui.ui.screens.borrow import BorrowEditor  # noqa: PLC0415 - on demand

            borrow = BorrowEditor(self.session, self._spaces[0], self._snapshot, self._wanted)
            self.app.switch_screen(borrow)

    def _present(self) -> set[str | None]:
        return {space.runtime.shown_hardware if space.runtime else None for space in self._spaces}

    def _sleep(self) -> int | None:
        text = self._field.value.strip()
        try:
            return parse_sleep(text) if text else None
        except ValueError:
            return None

    def _affected(self) -> list[Space]:
        sleep = self._sleep()
        wanted = None if sleep in {None, NEVER} else sleep

        def differs(space: Space) -> bool:
            runtime = space.runtime
            if runtime is None:
                return True
            other = sleep is not None and runtime.sleep_time != wanted
            asked = runtime.requested_hardware or runtime.hardware
            return other or (self._wanted is not None and asked != self._wanted)

        return [space for space in self._spaces if differs(space)]

    def _rows(self, width: int) -> list[Line]:
        rows = []
        for one in self._machines:
            mark = self._mark(one)
            rows.append(machine_row(one, mark, width, _NOTES[mark]))
        return rows

    def _mark(self, one: Hardware) -> Span:
        if one.name == self._wanted:
            return _CHOSEN
        runtimes = [space.runtime for space in self._spaces if space.runtime]
        if any(runtime.hardware == one.name for runtime in runtimes):
            return _HAS
        waits = any(runtime.requested_hardware == one.name for runtime in runtimes)
        return _WAITS if waits else _NONE

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        name = self._machines[event.row].name
        self._wanted = None if name == self._wanted else name
        self._table.changed()
        self.edited()

    @on(Input.Changed, "#sleep")
    def _sleep_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()

    @on(Input.Submitted, "#sleep")
    def _sleep_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_apply()


def _by_price(snapshot: Snapshot) -> list[Hardware]:
    return sorted(snapshot.hardware.values(), key=lambda one: (one.usd_per_hour, one.name))
