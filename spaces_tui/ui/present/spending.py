"""What was spent, as an estimate, and what goes on being spent."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from spaces_tui.model.spending import total
from spaces_tui.ui.present.money import Cost
from spaces_tui.ui.present.spans import Line, Role, Span

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from spaces_tui.model.spending import Record, Total

_MICRO: Final = 1_000_000
_CENT: Final = 10_000
_MONTH: Final = 24 * 365 / 12
"""Hours of a month, on average."""
_WORTH_SAYING: Final = timedelta(minutes=10)


def goes_on(cost: Cost) -> str:
    """Return what a rate comes to: `≈$10/day · ≈$292/month`; empty for what costs nothing."""
    if not cost.hourly:
        return ""
    return f"≈${cost.hourly * 24:,.2f}/day · ≈${cost.hourly * _MONTH:,.0f}/month"


def spent_line(
    record: Record | None,
    now: datetime,
    space: str | None = None,
    rate: float = 0.0,
    owners: Collection[str] | None = None,
    caveat: bool = True,
) -> Line:
    """Return what a Space (by the Hub's own id), some owners, or all cost today and this month.

    What goes on comes first; then the sums, which are estimates, and what they leave out.
    """
    spans: list[Span] = []
    if rate:
        spans.append(Span(goes_on(Cost(rate)), Role.MONEY))
    if record is not None and record.days:
        today = total(record, now.date(), now, space=space, owners=owners)
        month = total(record, now.date().replace(day=1), now, space=space, owners=owners)
        if month.micro_usd >= _CENT / 2:
            said = f"{_sum(today)} today, {_sum(month)} this month"
            spans += [Span(" · ") if spans else Span(""), Span(said, Role.MONEY)]
            if caveat:
                spans.append(Span(f" · estimate{_left_out(month)}", Role.DIM))
    return tuple(span for span in spans if span.text)


def today_words(record: Record | None, now: datetime) -> str:
    """Return what everything cost today: `≈$7.10 today`; empty where nothing was counted."""
    if record is None or now.date() not in record.days:
        return ""
    spent = total(record, now.date(), now)
    return f"{_sum(spent)} today" if spent.micro_usd >= _CENT / 2 else ""


def caveat_words(record: Record | None, now: datetime) -> str:
    """Return how far sums can be trusted, in one sentence; empty where nothing was counted."""
    if record is None or not record.days:
        return ""
    month = total(record, now.date().replace(day=1), now)
    said = "Sums are estimates from the stages that were seen; days end at midnight UTC."
    left = _left_out(month).removeprefix(", ")
    return f"{said} This month: {left}." if left else said


def _sum(spent: Total) -> str:
    return f"≈${spent.micro_usd / _MICRO:,.2f}"


def _left_out(spent: Total) -> str:
    if spent.unwatched < _WORTH_SAYING:
        return ""
    hours = spent.unwatched.total_seconds() / 3600
    shown = f"{hours:,.0f} h" if hours >= 1 else f"{hours * 60:.0f} min"
    return f", {shown} not watched"
