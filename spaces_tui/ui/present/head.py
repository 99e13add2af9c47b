"""The top of the detail pane: what the Space in view is doing, and the tabs."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import IntEnum
from typing import TYPE_CHECKING

from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.present.idling import idle_of, idle_words
from spaces_tui.ui.present.money import per_hour, rate
from spaces_tui.ui.present.spans import Line, Role, Span, clip, joined, line, shorten, width_of
from spaces_tui.ui.present.stages import look_of
from spaces_tui.ui.present.times import sleeps

if TYPE_CHECKING:
    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot


class Tab(IntEnum):
    """The tabs of the detail pane, by the key that opens them."""

    OVERVIEW = 1
    LOGS = 2
    METRICS = 3
    FILES = 4
    SETTINGS = 5
    WATCH = 6


_NAMES = {
    Tab.OVERVIEW: "Overview",
    Tab.LOGS: "Logs",
    Tab.METRICS: "Metrics",
    Tab.FILES: "Files",
    Tab.SETTINGS: "Settings",
    Tab.WATCH: "Watch",
}


def head_lines(space: Space, snapshot: Snapshot, tab: Tab, failure: str, width: int) -> list[Line]:
    """Return the state line, what went wrong last, and the tab strip."""
    lines = [clip((Span(" "), *state_line(space, snapshot, width - 1)), width)]
    if failure:
        lines.append((Span(" ✖ ", Role.BAD), Span(shorten(failure, width - 3), Role.BAD)))
    lines.append(tab_line(tab, snapshot, space.id, width))
    return lines


def state_line(space: Space, snapshot: Snapshot, width: int) -> Line:
    """Return glyph, word, hardware, price and sleep time, as far as there is room."""
    look = look_of(space, snapshot.pending.get(space.id))
    parts: list[Line] = [(Span(f"{look.glyph} {look.word}", look.role),)]
    parts += _hardware(space, snapshot)
    parts[2:2] = _lent(space, snapshot)
    if space.stage.serving and not space.stage.running:
        parts.append((Span("an older version serves", Role.DIM),))
    while len(parts) > 1 and width_of(joined(parts)) > width:
        parts.pop()
    return joined(parts)


def _lent(space: Space, snapshot: Snapshot) -> list[Line]:
    if not snapshot.loans:
        return []
    from spaces_tui.ui.present.lent import lent_until, open_loan  # noqa: PLC0415 - seldom needed

    loan = open_loan(snapshot, space.id)
    if loan is None or loan.resting:
        return []
    role = Role.BAD if loan.rings else Role.BUSY
    return [(Span(lent_until(loan, datetime.now(UTC)), role, "space.borrow"),)]


def _hardware(space: Space, snapshot: Snapshot) -> list[Line]:
    if space.static:
        return [line("static"), (Span("always on, free", Role.DIM),)]
    runtime = space.runtime
    if runtime is None or runtime.shown_hardware is None:
        return []
    name = runtime.shown_hardware
    if runtime.hardware and runtime.requested_hardware not in (None, runtime.hardware):
        name = f"{runtime.hardware} → {runtime.requested_hardware}"
    replicas = runtime.replicas or 1
    parts: list[Line] = [line(f"{replicas} x {name}" if replicas > 1 else name)]
    price = rate(space, snapshot.hardware)
    if price is not None and price > 0:
        billed = space.stage.billed
        parts.append(
            (Span(per_hour(price), Role.MONEY),)
            if billed
            else (Span(f"{per_hour(price)} when running", Role.DIM),)
        )
    elif price == 0:
        parts.append((Span("free", Role.DIM),))
    forever = runtime.sleep_time is None and bool(price) and space.stage.billed
    parts.append((Span(sleeps(runtime.sleep_time), Role.BUSY if forever else Role.DIM),))
    if (idle := idle_of(space, snapshot)) is not None:
        parts.append((Span(idle_words(idle), Role.BUSY),))
    if runtime.dev_mode:
        parts.append((Span("Dev Mode", Role.BUSY),))
    return parts


def tab_line(tab: Tab, snapshot: Snapshot, space: str, width: int) -> Line:
    """Return the tab strip; a click on a tab opens it.

    Where there is no room for every name, the open one alone has its name.
    """
    whole = _tabs(tab, snapshot, space, frozenset(_NAMES))
    if width_of(whole) <= width:
        return whole
    return clip(_tabs(tab, snapshot, space, frozenset({tab})), width)


def _tabs(tab: Tab, snapshot: Snapshot, space: str, named: frozenset[Tab]) -> Line:
    spans: list[Span] = [Span(" ")]
    for one, name in _NAMES.items():
        action = f"tab.{one.value}"
        role = Role.ACTIVE if one is tab else Role.TEXT
        spans.append(Span(f" {one.value} ", Role.ACTIVE if one is tab else Role.KEY, action))
        if one in named:
            spans.append(Span(f"{name} ", role, action))
        if one is Tab.WATCH:
            spans.append(_watch_note(snapshot, space))
        spans.append(Span(" "))
    return tuple(spans)


def _watch_note(snapshot: Snapshot, space: str) -> Span:
    status = snapshot.watches.get(space)
    if status is None or status.state is SyncState.STOPPED:
        return Span("")
    trouble = status.held or status.conflicts or status.refused
    return Span("! ", Role.BAD) if trouble else Span("⇄ ", Role.GOOD)
