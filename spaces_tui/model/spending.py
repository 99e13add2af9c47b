"""What Spaces cost, by our own record: minutes in which a billed stage was seen, day by day.

The Hub tells no Space's cost. What it bills is whole minutes of the stages that are billed, at the
flavour's price, for each replica. All there is to go by are looks; between two that are close the
Space counts as it was at the first of them, and where they are far apart nobody knows: such gaps
are kept beside the sums, so that an estimate can say what it leaves out.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Final

from spaces_tui.model.cleaned import clean_lines_of
from spaces_tui.model.stagehistory import LOOKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space

MINUTE: Final = 60
KEPT: Final = 62
"""Days that are kept: this month and the one before."""


@dataclass(frozen=True, slots=True)
class Spent:
    """What one Space cost on one day, UTC."""

    space: str
    """`owner/name`, as it was called last."""
    micro_usd: float = 0.0
    seconds: float = 0.0
    """How long it was billed, as far as it was seen."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "space")


@dataclass(frozen=True, slots=True)
class Day:
    """One day, UTC."""

    spent: Mapping[str, Spent] = field(default_factory=dict)
    """By the Hub's own id of the Space."""
    watched: float = 0.0
    """Seconds of it in which somebody looked."""


@dataclass(frozen=True, slots=True)
class Rate:
    """What a Space costs while it is as it was seen."""

    space: str
    per_minute: int
    """Micro-dollars of all replicas; 0 for what is not billed."""


@dataclass(frozen=True, slots=True)
class Record:
    """Everything that was spent, as far as it was seen."""

    days: Mapping[date, Day] = field(default_factory=dict)
    first: datetime | None = None
    """The first look of all; what was before it is nobody's to know."""
    looked: datetime | None = None
    """The newest look; None before the first one of this run."""
    rates: Mapping[str, Rate] = field(default_factory=dict)
    """How each Space was at that look, by the Hub's own id."""


def rates_of(spaces: Iterable[Space], prices: Mapping[str, Hardware]) -> dict[str, Rate]:
    """Return what Spaces cost as they are now; those that cost nothing are left out."""
    rates: dict[str, Rate] = {}
    for space in spaces:
        runtime = space.runtime
        if runtime is None or not runtime.stage.billed or space.static or space.shares_gpus:
            continue
        hardware = prices.get(runtime.shown_hardware or "")
        if hardware is None or not hardware.micro_usd_per_minute:
            continue
        asked = runtime.replicas if runtime.replicas is not None else runtime.requested_replicas
        copies = 1 if asked is None else asked
        if copies:
            rates[space.uid or space.id] = Rate(space.id, hardware.micro_usd_per_minute * copies)
    return rates


def looked(record: Record, rates: Mapping[str, Rate], now: datetime) -> Record:
    """Return the record after one more look at all Spaces.

    Time since the look before counts at the rates of then, if it is short enough to vouch for; a
    clock that was set back counts nothing.
    """
    before = record.looked
    days = dict(record.days)
    if before is not None and timedelta() < now - before <= LOOKING:
        for start, end in _by_day(before, now):
            seconds = (end - start).total_seconds()
            day = days.get(start.date(), Day())
            spent = dict(day.spent)
            for uid, rate in record.rates.items():
                one = spent.get(uid, Spent(rate.space))
                cost = one.micro_usd + seconds * rate.per_minute / MINUTE
                spent[uid] = replace(
                    one, space=rate.space, micro_usd=cost, seconds=one.seconds + seconds
                )
            days[start.date()] = Day(spent, day.watched + seconds)
    oldest = now.date() - timedelta(days=KEPT)
    days = {one: day for one, day in days.items() if one > oldest}
    return Record(days, record.first or now, now, dict(rates))


@dataclass(frozen=True, slots=True)
class Total:
    """A sum over some days."""

    micro_usd: float
    unwatched: timedelta
    """How long nobody looked meanwhile, since the first look there is."""


def total(
    record: Record,
    since: date,
    now: datetime,
    *,
    owners: Iterable[str] | None = None,
    space: str | None = None,
) -> Total:
    """Return what was spent from the day `since` until now.

    Of everything, or of some owners' Spaces, or of one Space by the Hub's own id.
    """
    wanted = None if owners is None else frozenset(owners)

    def counts(uid: str, spent: Spent) -> bool:
        if space is not None:
            return uid == space
        return wanted is None or spent.space.partition("/")[0] in wanted

    begin = datetime.combine(since, time.min, UTC)
    if record.first is not None:
        begin = max(begin, record.first)
    days = [day for one, day in record.days.items() if one >= since]
    spent = sum(one.micro_usd for day in days for uid, one in day.spent.items() if counts(uid, one))
    seen = sum(day.watched for day in days)
    passed = max(0.0, (now - begin).total_seconds()) if days else 0.0
    return Total(spent, timedelta(seconds=max(0.0, passed - seen)))


def _by_day(start: datetime, end: datetime) -> list[tuple[datetime, datetime]]:
    """Cut a stretch of time at midnights, UTC."""
    parts: list[tuple[datetime, datetime]] = []
    while start < end:
        midnight = datetime.combine(start.date() + timedelta(days=1), time.min, UTC)
        parts.append((start, min(end, midnight)))
        start = midnight
    return parts
