"""What is paid for now: each Space, each owner, and what could be saved."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.ui.present.idling import idle_of, idle_words
from spaces_tui.ui.present.money import Cost, amount, cost_now, cost_words, rate
from spaces_tui.ui.present.spans import Line, Role, Span, clip, padded, text_of, wrapped
from spaces_tui.ui.present.spending import caveat_words, goes_on, spent_line
from spaces_tui.ui.present.times import sleeps

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from spaces_tui.model.idling import Idle
    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot

_HARDWARE: Final = 13
_PRICE: Final = 8
_SLEEPS: Final = 18
_LEAST_NAME: Final = 16


class PaidRow(NamedTuple):
    """One Space that costs something now."""

    space: Space
    hourly: float | None
    """Dollars over all replicas; None where the flavour's price is not known."""
    idle: Idle | None


def paid_rows(snapshot: Snapshot) -> list[PaidRow]:
    """Return what costs something now: idle ones first, the longest on top, then by price."""
    rows = []
    for space in snapshot.spaces:
        cost = cost_now((space,), snapshot.hardware)
        if cost.hourly or cost.unknown:
            hourly = rate(space, snapshot.hardware)
            rows.append(PaidRow(space, hourly, idle_of(space, snapshot)))

    def rank(row: PaidRow) -> tuple[float, float, str]:
        idle = row.idle.lasted.total_seconds() if row.idle else 0.0
        return -idle, -(row.hourly or 0.0), row.space.id

    return sorted(rows, key=rank)


def paid_line(row: PaidRow, marked: Collection[str], width: int) -> Line:
    """Return mark, name, hardware, price an hour, sleep time and how long it is idle."""
    space, runtime = row.space, row.space.runtime
    assert runtime is not None
    name = max(_LEAST_NAME, min(32, width - 2 - _HARDWARE - _PRICE - _SLEEPS - 16))
    price = "?" if row.hourly is None else amount(row.hourly)
    never = runtime.sleep_time is None
    rests, idle = sleeps(runtime.sleep_time), idle_words(row.idle) if row.idle else ""
    return clip(
        (
            Span("✓ " if space.id in marked else "  ", Role.MARK),
            Span(padded(space.id, name), Role.STRONG),
            Span(padded(runtime.shown_hardware or "-", _HARDWARE)),
            Span(price.rjust(_PRICE - 2) + "  ", Role.MONEY),
            Span(padded(rests, _SLEEPS) if idle else rests, Role.BUSY if never else Role.DIM),
            Span(idle, Role.BUSY),
        ),
        width,
    )


def saved_words(rows: Sequence[PaidRow]) -> str:
    """Return what pausing these would save: `Pausing 2 Spaces saves $1.40/h · ≈$34/day …`."""
    cost = Cost(sum(row.hourly or 0.0 for row in rows), sum(row.hourly is None for row in rows))
    what = rows[0].space.id if len(rows) == 1 else f"{len(rows)} Spaces"
    sums = cost_words(cost, short=True)
    on = goes_on(cost)
    return f"Pausing {what} saves {sums}{f' · {on}' if on else ''}."


def owner_lines(snapshot: Snapshot, now: datetime, width: int) -> list[Line]:
    """Return what each owner's Spaces cost now, and what was spent for them."""
    lines: list[Line] = []
    owners = list(dict.fromkeys(space.owner for space in snapshot.spaces))
    for owner in owners:
        spaces = [one for one in snapshot.spaces if one.owner == owner]
        cost = cost_now(spaces, snapshot.hardware)
        said = text_of(
            spent_line(snapshot.spending, now, owners=(owner,), rate=cost.hourly, caveat=False)
        )
        if cost.hourly or cost.unknown or said:
            now_words = cost_words(cost, short=True)
            lines += wrapped(f"{owner}: {now_words}{f' · {said}' if said else ''}", width)
    for budget in snapshot.budgets:
        role = Role.BAD if budget.over else Role.TEXT
        lines += wrapped(f"Budget of {budget.name}: {budget.words}", width, role)
    if lines and (caveat := caveat_words(snapshot.spending, now)):
        lines += wrapped(caveat, width, Role.DIM)
    return lines
