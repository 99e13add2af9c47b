"""Hardware that a Space borrows for a time or up to a sum, and what it goes back to."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of

MINUTE: Final = 60
"""Seconds the Hub bills at once."""
BASIC: Final = "cpu-basic"
"""The flavour whose sleep time nobody can set."""
START: Final = timedelta(minutes=30)
"""What a loan up to a sum may last beyond the time its sum pays for: the Hub's own limit for
building and starting, which is not billed."""
SPARE: Final = timedelta(minutes=15)
"""How much later than the loan's end the Hub may put the Space to sleep by itself."""


class LoanState(StrEnum):
    """How far a loan is. Each is written down before what it names is done."""

    EXPECTED = "expected"
    """The Space itself is going to ask, for a task; nothing is asked for from here."""
    INTENDED = "intended"
    """About to ask the Hub; after a crash nobody knows whether it was asked."""
    ASKED = "asked"
    """The Hub took the request; the hardware is not there yet."""
    LENT = "lent"
    RETURNING = "returning"
    """The old hardware is being asked for, until a read shows it."""
    PAUSING = "pausing"
    """The Space is being paused, until a read shows it."""
    ALARM = "alarm"
    """Neither could be done: a person has to look. It is still tried."""
    ENDED = "ended"


class AtEnd(StrEnum):
    """What is to be done when the time or the sum is used up."""

    BACK = "back"
    """Back to the hardware from before."""
    PAUSE = "pause"


class Cause(StrEnum):
    """Why a loan has to end."""

    DEADLINE = "deadline"
    BUDGET = "budget"
    EARLY = "early"
    """A person asked for it."""
    CLOCK = "clock"
    """This machine's clock went back so far that it tells nothing any more."""


class Ended(StrEnum):
    """How a loan ended."""

    RETURNED = "returned"
    """A read showed the old hardware."""
    PAUSED = "paused"
    """A read showed that it is paused; its hardware may still be the borrowed one."""
    QUIET = "quiet"
    """No task needs the hardware any more, and it is not there."""
    NEVER_BEGAN = "never-began"
    """The hardware was not asked for, or the Hub refused."""
    BY_HAND = "by-hand"
    """Somebody had put the old hardware back."""
    STOOD_DOWN = "stood-down"
    """Somebody chose other hardware: that is theirs, and stays."""
    GONE = "gone"
    """There is no such Space any more."""


@dataclass(frozen=True, slots=True)
class Before:
    """What a Space ran on before the loan."""

    flavor: str
    sleep_time: int | None
    """Seconds; None: never."""
    replicas: int = 1

    def __post_init__(self) -> None:
        clean_lines_of(self, "flavor")


@dataclass(frozen=True, slots=True)
class Loan:
    """One loan. All moments are UTC."""

    id: str
    endpoint: str
    space: str
    """`owner/name`: the name it was known by last."""
    uid: str
    """The Hub's own id of the Space, which survives renames."""
    account: str
    """Who borrowed."""
    before: Before
    flavor: str
    """What is borrowed."""
    price: int
    """Micro-dollars for a minute of one replica, when it was borrowed."""
    begun: datetime
    deadline: datetime
    """When it ends at the latest."""
    budget: int | None = None
    """Micro-dollars at which it ends, None for any sum."""
    at_end: AtEnd = AtEnd.BACK
    net: int | None = None
    """The sleep time set for the loan, in seconds; None when the Space kept its own."""
    state: LoanState = LoanState.INTENDED
    spent: int = 0
    """Micro-dollars so far: the billed time that was seen, and all time that nobody looked at."""
    measured: datetime | None = None
    """When `spent` was true; None before the first look."""
    running: bool = False
    """Whether the borrowed hardware was billed then."""
    replicas: int = 1
    """Copies that were billed then."""
    cause: Cause | None = None
    """Why it has to end, from then on."""
    ending_since: datetime | None = None
    """Since when the present way to end it is tried."""
    taken: bool = False
    """Whether a read showed that the Hub has the request for the old hardware."""
    ended: Ended | None = None
    note: str = ""
    """What a person should know: why there is an alarm, or how it ended."""
    seen: bool = False
    """Whether a person has seen the alarm."""
    alarmed: bool = False
    """Whether there was ever an alarm."""
    expects: tuple[tuple[str, int], ...] = ()
    """Hardware that the Space itself asks for, for its tasks, with the price of a minute in
    micro-dollars; `flavor` is what was seen of it last. Empty for hardware that a person borrowed.
    """
    tasks: tuple[str, ...] = ()
    """The tasks that are not over yet."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "space", "uid", "account", "flavor")
        clean_texts_of(self, "note")

    @property
    def open(self) -> bool:
        """Whether somebody still has to see to its end."""
        return self.state is not LoanState.ENDED

    @property
    def resting(self) -> bool:
        """Whether it only stands behind tasks: no hardware is borrowed now."""
        return self.state is LoanState.EXPECTED

    @property
    def ending(self) -> bool:
        """Whether it is being taken back."""
        return self.state in {LoanState.RETURNING, LoanState.PAUSING, LoanState.ALARM}

    @property
    def rings(self) -> bool:
        """Whether a person has to be told of an alarm."""
        return self.state is LoanState.ALARM and not self.seen

    @property
    def rate(self) -> int:
        """Micro-dollars for a minute of all replicas."""
        return self.price * max(1, self.replicas)

    def due(self) -> datetime:
        """Return when it ends, as far as is known now: at the deadline, or with its last cent.

        A minute that has begun is billed whole, so one is kept back.
        """
        if self.budget is None or not self.running or not self.rate or self.measured is None:
            return self.deadline
        left = max(0, self.budget - self.spent - self.rate)
        return min(self.deadline, self.measured + timedelta(seconds=left * MINUTE / self.rate))

    def spent_by(self, now: datetime) -> int:
        """Return the micro-dollars by `now`, as if it went on as it was seen last."""
        if not self.running or self.measured is None:
            return self.spent
        seconds = max(0.0, (now - self.measured).total_seconds())
        return self.spent + round(seconds * self.rate / MINUTE)

    def finished(self, how: Ended, note: str = "") -> Loan:
        """Return it as it is after its end."""
        return replace(self, state=LoanState.ENDED, ended=how, note=note, running=False)


def latest_end(begun: datetime, *, seconds: int | None, budget: int | None, rate: int) -> datetime:
    """Return when a loan ends at the latest; `rate` is micro-dollars a minute for all replicas.

    Raises:
        ValueError: there is no limit at all; the message is one sentence.
    """
    if (seconds is not None and seconds <= 0) or (budget is not None and budget <= 0):
        raise ValueError("A loan needs more than nothing: a time such as 2h, or a sum.")
    ends = [] if seconds is None else [begun + timedelta(seconds=seconds)]
    if budget is not None and rate > 0:
        if budget < rate:
            raise ValueError("The sum does not pay for a single minute.")
        ends.append(begun + timedelta(seconds=budget * MINUTE / rate) + START)
    if not ends:
        raise ValueError("A loan needs an end: a time, or a sum for hardware that costs something.")
    return min(ends)


def net_for(before: Before, begun: datetime, deadline: datetime) -> int | None:
    """Return the sleep time, in seconds, that catches a loan nobody takes back; None for none.

    It is longer than the whole loan, so it cannot end work that is still allowed. A Space that
    sleeps earlier by itself keeps its own; that of the basic hardware does not count on other.
    """
    seconds = int((deadline + SPARE - begun).total_seconds())
    own = None if before.flavor == BASIC else before.sleep_time
    if own is not None and own <= seconds:
        return None
    return seconds
