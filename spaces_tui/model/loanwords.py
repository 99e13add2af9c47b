"""Loans in words, alike on the screen and on plain lines; and the limits people write."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.loan import AtEnd, Ended, LoanState
from spaces_tui.model.sleep import NEVER, parse_sleep

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.loan import Loan

MICRO: Final = 1_000_000
_LONGEST: Final = 30 * 86_400
"""Seconds: a loan for longer is no loan."""
_SUM: Final = re.compile(r"\$\s*(\d{1,6}(?:[.,]\d{1,2})?)|(\d{1,6}(?:[.,]\d{1,2})?)\s*\$")
_BETWEEN: Final = re.compile(r"\b(?:or|and|up to|max)\b|[,;]")


class Limit(NamedTuple):
    """Where a loan ends, whichever comes first."""

    seconds: int | None
    budget: int | None
    """Micro-dollars."""


def parse_limit(text: str) -> Limit:
    """Return the limit in `2h`, `$5`, or `2h $5`.

    Raises:
        ValueError: it is none; the message is one sentence.
    """
    sums = _SUM.findall(text)
    if len(sums) > 1:
        raise ValueError("Write one sum at most, such as $5.")
    budget = None
    if sums:
        dollars = next(part for part in sums[0] if part).replace(",", ".")
        budget = round(float(dollars) * MICRO)
        if not budget:
            raise ValueError("A loan needs more than nothing: a time such as 2h, or a sum as $5.")
    rest = _BETWEEN.sub(" ", _SUM.sub(" ", text)).strip()
    if not rest and budget is None:
        raise ValueError("Write for how long, such as 2h, or up to what sum, such as $5.")
    try:
        seconds = parse_sleep(rest) if rest else None
    except ValueError:
        raise ValueError("Write a time such as 45m or 2h, a sum such as $5, or both.") from None
    if seconds is not None and (seconds == NEVER or seconds > _LONGEST):
        raise ValueError("A loan ends within 30 days: write a time such as 45m, 2h or 1d.")
    return Limit(seconds, budget)


def dollars(micro: int) -> str:
    """Return a sum: `$1.05`."""
    return f"${micro / MICRO:,.2f}"


def left_words(loan: Loan, now: datetime) -> str:
    """Return how long a loan still lasts: `1h 05m`, `12m`, `<1m`, or `due`."""
    minutes = int((loan.due() - now).total_seconds() // 60)
    if loan.due() <= now:
        return "due"
    if minutes < 1:
        return "<1m"
    hours, minutes = divmod(minutes, 60)
    if hours >= 48:
        return f"{hours // 24}d {hours % 24}h"
    return f"{hours}h {minutes:02d}m" if hours else f"{minutes}m"


def end_words(loan: Loan) -> str:
    """Return what happens at its end."""
    return "pause" if loan.at_end is AtEnd.PAUSE else f"back to {loan.before.flavor}"


def loan_words(loan: Loan, now: datetime) -> str:
    """Return how a loan stands, without the name of the Space."""
    spent = f"{dollars(loan.spent_by(now))} so far"
    match loan.state:
        case LoanState.ENDED:
            return ended_words(loan)
        case LoanState.ALARM:
            why = loan.note.rstrip(".")
            return f"{loan.flavor} could not be taken back: {why}. It is still tried · {spent}"
        case LoanState.RETURNING:
            return f"{loan.flavor} is being given back for {loan.before.flavor} · {spent}"
        case LoanState.PAUSING:
            return f"{loan.flavor} is being paused · {spent}"
        case LoanState.EXPECTED:
            count = "1 task" if len(loan.tasks) == 1 else f"{len(loan.tasks)} tasks"
            asked = ", ".join(flavor for flavor, _ in loan.expects)
            return f"stands behind {count} for {asked}, {left_words(loan, now)} left · {spent}"
        case _ if loan.cause is not None:
            return f"{loan.flavor} is about to be given back · {spent}"
        case LoanState.INTENDED | LoanState.ASKED:
            return f"{loan.flavor} asked for · {end_words(loan)} in {left_words(loan, now)}"
        case _:
            return f"{loan.flavor} · {end_words(loan)} in {left_words(loan, now)} · {spent}"


def ended_words(loan: Loan) -> str:
    """Return how a loan ended, and what it cost."""
    note = f" {loan.note}" if loan.note else ""
    cost = f" It cost about {dollars(loan.spent)}." if loan.spent else ""
    match loan.ended:
        case Ended.RETURNED:
            return f"{loan.flavor} was given back; it is on {loan.before.flavor} again.{cost}"
        case Ended.PAUSED:
            return f"Paused, so that {loan.flavor} costs nothing more.{note}{cost}"
        case Ended.QUIET:
            return f"No task needs {loan.flavor} any more; it is on {loan.before.flavor}.{cost}"
        case Ended.NEVER_BEGAN:
            return f"{loan.flavor} was not borrowed.{note}"
        case _:
            return f"The loan of {loan.flavor} is over.{note}{cost}"
