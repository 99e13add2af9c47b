"""Budgets: which line the spending of an identity has crossed, and when it will at this rate."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from spaces_tui.model.spending import MINUTE, total

if TYPE_CHECKING:
    from spaces_tui.model.spending import Record

_MICRO: Final = 1_000_000
_LONGEST: Final = timedelta(days=32)


class Period(StrEnum):
    """What a line holds for. Days and months are those of UTC."""

    MONTH = "this month"
    DAY = "today"


@dataclass(frozen=True, slots=True)
class Budget:
    """What one identity may spend, in micro-dollars; None: no such line."""

    name: str
    """The identity, as the Hub calls it."""
    endpoint: str = ""
    """The Hub it is at; empty: any."""
    soft: int | None = None
    hard: int | None = None
    soft_day: int | None = None
    hard_day: int | None = None
    pause: bool = False
    """Whether the hard line pauses what costs money, without asking."""


@dataclass(frozen=True, slots=True)
class Crossing:
    """A line that was reached."""

    name: str
    period: Period
    begin: date
    hard: bool
    line: int
    spent: float

    @property
    def key(self) -> str:
        """Names the line within its period: it is told once."""
        kind = "hard" if self.hard else "soft"
        return f"{self.name} {self.period} {self.begin.isoformat()} {kind} {self.line}"


@dataclass(frozen=True, slots=True)
class BudgetState:
    """How an identity stands with its budget."""

    name: str
    owners: tuple[str, ...]
    words: str
    """Such as `$41 of $50 this month`."""
    over: bool = False
    """Whether a hard line was reached."""


def crossings(
    budget: Budget, record: Record, owners: Collection[str], now: datetime
) -> list[Crossing]:
    """Return the lines that were reached; of soft and hard of one period the hard one alone."""
    found = []
    for period, begin, soft, hard in _periods(budget, now):
        spent = total(record, begin, now, owners=owners).micro_usd
        for is_hard, line in ((True, hard), (False, soft)):
            if line is not None and spent >= line:
                found.append(Crossing(budget.name, period, begin, is_hard, line, spent))
                break
    return found


def budget_words(
    budget: Budget, record: Record | None, owners: Collection[str], now: datetime
) -> str:
    """Return what was spent of the most that may be: `$41 of $50 this month`.

    The month comes before the day; an estimate, as the record is one.
    """
    for period, begin, soft, hard in _periods(budget, now):
        line = hard if hard is not None else soft
        if line is not None:
            spent = total(record, begin, now, owners=owners).micro_usd if record else 0.0
            return f"{dollars(spent)} of {dollars(line)} {period}"
    return ""


def crossed_words(crossing: Crossing) -> str:
    """Return one sentence about a line that was reached."""
    kind = "hard" if crossing.hard else "soft"
    spent, line = dollars(crossing.spent), dollars(crossing.line)
    return (
        f"{crossing.name}: about {spent} spent {crossing.period}, over the {kind} line of {line}."
    )


def reached_at(
    budget: Budget, record: Record, owners: Collection[str], now: datetime
) -> datetime | None:
    """Return when the month's last line is reached at the rate of the newest look.

    None where there is no such line, it was reached, nothing costs, or the month ends before.
    """
    line = budget.hard if budget.hard is not None else budget.soft
    rate = _per_minute(record, owners)
    if line is None or not rate:
        return None
    left = line - total(record, now.date().replace(day=1), now, owners=owners).micro_usd
    if left <= 0 or left / rate * MINUTE > _LONGEST.total_seconds():
        return None
    at = now + timedelta(seconds=left / rate * MINUTE)
    return at if (at.year, at.month) == (now.year, now.month) else None


def dollars(micro_usd: float) -> str:
    """Return a sum: `$41`, below ten dollars with cents."""
    amount = micro_usd / _MICRO
    return f"${amount:,.2f}" if amount < 10 and amount != int(amount) else f"${int(amount):,}"


def _per_minute(record: Record, owners: Collection[str]) -> int:
    rates: Iterable[int] = (
        one.per_minute for one in record.rates.values() if one.space.partition("/")[0] in owners
    )
    return sum(rates)


def _periods(
    budget: Budget, now: datetime
) -> tuple[tuple[Period, date, int | None, int | None], ...]:
    today = now.date()
    return (
        (Period.MONTH, today.replace(day=1), budget.soft, budget.hard),
        (Period.DAY, today, budget.soft_day, budget.hard_day),
    )
