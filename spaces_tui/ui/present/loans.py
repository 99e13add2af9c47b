"""What a loan would cost, until when it would last, and what catches it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from spaces_tui.model.loan import AtEnd, Before, latest_end, net_for
from spaces_tui.model.loanwords import dollars, loan_words
from spaces_tui.model.sleep import sleep_words
from spaces_tui.ui.present.machines import change_lines
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.present.times import clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.loan import Loan
    from spaces_tui.model.loanwords import Limit
    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot


def moment(time: datetime, now: datetime) -> str:
    """Return a time of day, with the day where it is another one."""
    shown = clock(time)[:5]
    days = (time.astimezone().date() - now.astimezone().date()).days
    return shown if not days else f"{shown} on {time.astimezone():%d %b}"


def price_lines(
    space: Space,
    hardware: Hardware,
    limit: Limit,
    at_end: AtEnd,
    snapshot: Snapshot,
    now: datetime,
    width: int,
) -> list[Line]:
    """Return what borrowing would cost at most, when it ends, and what catches it.

    Raises:
        ValueError: it has no end, or is too short; one sentence.
    """
    runtime = space.runtime
    copies = max(1, (runtime.replicas or runtime.requested_replicas or 1) if runtime else 1)
    rate = hardware.micro_usd_per_minute * copies
    end = latest_end(now, seconds=limit.seconds, budget=limit.budget, rate=rate)
    most = round((end - now).total_seconds() / 60 * rate)
    if limit.budget is not None:
        most = min(most, limit.budget)
    lines = change_lines([space], hardware.name, None, snapshot.hardware, width)
    then = "it is paused" if at_end is AtEnd.PAUSE else "it goes back by itself"
    lines.append(BLANK)
    lines += wrapped(
        f"Costs at most {dollars(most)}. Ends at {moment(end, now)} at the latest: then {then}, "
        "which restarts it again.",
        width,
        Role.MONEY,
    )
    lines += wrapped(_net_words(space, now, end), width, Role.DIM)
    return lines


def _net_words(space: Space, now: datetime, end: datetime) -> str:
    guard = (
        "This console takes it back, or the next one that starts; spaces-tui guard does the same "
        "from cron."
    )
    runtime = space.runtime
    if runtime is None or runtime.hardware is None:
        return guard
    net = net_for(Before(runtime.hardware, runtime.sleep_time), now, end)
    if net is None:
        return guard
    net -= net % 60
    return f"{guard} Should none of them run, the Hub puts it to sleep after {sleep_words(net)}."


def extension_lines(loan: Loan, seconds: int, budget: int, now: datetime, width: int) -> list[Line]:
    """Return what more time or money would cost, and until when it would last then."""
    more = timedelta(seconds=seconds or (budget * 60 / loan.rate if loan.rate else 0))
    cost = budget or round(seconds / 60 * loan.rate)
    said = f"{loan.space} keeps {loan.flavor}"
    if loan.budget is None or budget:
        end = f"until {moment(loan.deadline + more, now)} at the latest"
    else:
        end = f"until {moment(loan.deadline + more, now)}, or until its sum is used up"
    return [
        *wrapped(f"{said} {end}.", width),
        *wrapped(f"Costs at most {dollars(cost)} more.", width, Role.MONEY),
    ]


def standing_lines(loans: Sequence[Loan], now: datetime, width: int) -> list[Line]:
    """Return how loans stand, each under the name of its Space."""
    lines: list[Line] = []
    for loan in loans:
        bad = loan.rings or (loan.open and loan.due() <= now)
        lines.append((Span(loan.space, Role.STRONG),))
        lines += wrapped(loan_words(loan, now), width, Role.BAD if bad else Role.TEXT, "  ")
    return lines
