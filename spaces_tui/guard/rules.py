"""What is to be done about a loan, decided from what was seen. Nothing here touches the world.

    INTENDED ─ a read shows it ─→ ASKED ─ allocated ─→ LENT ─ due ─→ RETURNING ─ read back ─→ ENDED
                                                                │ refused, or no proof in time
                                                                └→ PAUSING ─ read back ─→ ENDED
                                                                    │ refused as well
                                                                    └→ ALARM, and tried again

Where the Space itself asks, for its tasks, a loan begins as EXPECTED, and goes between that and
LENT as the hardware comes and goes, until no task needs it or its deadline is over.

Hardware that is neither what was borrowed nor what was there before is somebody's choice: the loan
ends there, and nothing is sent any more.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final

from spaces_tui.guard.protocols import GuardError, Trouble
from spaces_tui.model.loan import BASIC, MINUTE, AtEnd, Before, Cause, Ended, Loan, LoanState
from spaces_tui.model.sleep import NEVER
from spaces_tui.model.space import Runtime
from spaces_tui.model.stage import PAUSED

DOUBT: Final = timedelta(minutes=5)
"""How long a request without an answer may still show its effect."""
PATIENCE: Final = timedelta(minutes=10)
"""How long one way to end a loan is tried while the trouble is of the passing kind."""
PROOF: Final = timedelta(minutes=30)
"""How long the Hub may take from the request for the old hardware until it is there."""

_EARLY: Final = frozenset({LoanState.INTENDED, LoanState.ASKED})


class Act(StrEnum):
    """A request that changes the Space."""

    ASK_BACK = "ask back"
    PAUSE = "pause"


@dataclass(frozen=True, slots=True)
class Move:
    """What follows from a look."""

    loan: Loan
    """How the loan is from now on; written down before anything is sent."""
    acts: tuple[Act, ...] = ()
    """What to send: the second only if the first is refused."""
    sleep_time: int | None = None
    """The sleep time to put back with the hardware, in seconds, or `NEVER`; None: leave it."""


def observed(loan: Loan, runtime: Runtime, now: datetime) -> Move:
    """Return what follows from what a Space runs on now."""
    expecting = bool(loan.expects) and not loan.ending
    loan = measured(_as_expected(loan, runtime) if expecting else loan, runtime, now)
    chosen = runtime.requested_hardware or runtime.hardware
    if expecting:
        return _expecting(loan, runtime, chosen, now)
    in_doubt = loan.state is LoanState.INTENDED and now < loan.begun + DOUBT
    if chosen not in {None, loan.flavor, loan.before.flavor} and not in_doubt:
        return Move(loan.finished(Ended.STOOD_DOWN, f"Somebody chose {chosen}: that stays."))
    if loan.ending:
        return _ending(loan, runtime, chosen, now)
    if chosen == loan.before.flavor:
        return _not_lent(loan, runtime, now)
    if chosen == loan.flavor:
        there = runtime.hardware == loan.flavor or loan.state is LoanState.LENT
        loan = replace(loan, state=LoanState.LENT if there else LoanState.ASKED)
    cause = cause_of(loan, now)
    if cause is None or in_doubt:
        return Move(loan)
    return _ending(end_begins(loan, cause, now), runtime, chosen, now)


def _as_expected(loan: Loan, runtime: Runtime) -> Loan:
    """Return a loan for tasks with the hardware that is there now, theirs or not."""
    chosen = runtime.requested_hardware or runtime.hardware
    prices = dict(loan.expects)
    if chosen is not None and chosen != loan.before.flavor:
        if chosen not in prices:  # a person's choice: that is what the next task goes back to
            before = Before(chosen, runtime.sleep_time, _copies(runtime))
            return replace(loan, state=LoanState.EXPECTED, before=before)
        state = LoanState.LENT if runtime.hardware == chosen else LoanState.ASKED
        return replace(loan, state=state, flavor=chosen, price=prices[chosen])
    if runtime.hardware in {None, loan.before.flavor}:
        return replace(loan, state=LoanState.EXPECTED)
    return loan


def _expecting(loan: Loan, runtime: Runtime, chosen: str | None, now: datetime) -> Move:
    cause = cause_of(loan, now) or (None if loan.tasks else Cause.EARLY)
    if cause is None:
        return Move(loan)
    if loan.resting:
        return Move(loan.finished(Ended.QUIET))
    return _ending(end_begins(loan, cause, now), runtime, chosen, now)


def cause_of(loan: Loan, now: datetime) -> Cause | None:
    """Return why a loan has to end now; None when it may go on."""
    if loan.cause:
        return loan.cause
    if now >= loan.deadline:
        return Cause.DEADLINE
    return Cause.BUDGET if now >= loan.due() else None


def end_begins(loan: Loan, cause: Cause, now: datetime) -> Loan:
    """Return a loan as it is when it begins to be taken back."""
    state = LoanState.PAUSING if loan.at_end is AtEnd.PAUSE else LoanState.RETURNING
    return replace(loan, state=state, cause=cause, ending_since=now)


def unseen(loan: Loan, error: GuardError, now: datetime) -> Loan:
    """Return a loan after a look that failed: a Space that cannot be seen is left alone."""
    cause = cause_of(loan, now)
    if cause is None:
        return loan
    if loan.seen and error.trouble is Trouble.GONE:
        return loan.finished(Ended.GONE, loan.note)
    if not loan.ending:
        loan = end_begins(loan, cause, now)
    if error.trouble in {Trouble.AUTH, Trouble.REFUSED, Trouble.GONE} or _impatient(loan, now):
        return alarmed(loan, error.message)
    return loan


def refused(loan: Loan, act: Act, error: GuardError, now: datetime) -> Loan:
    """Return a loan after a request that was not done, or of which nobody knows."""
    if error.trouble in {Trouble.AUTH, Trouble.GONE}:
        return alarmed(loan, error.message)
    if error.trouble is not Trouble.REFUSED and not _impatient(loan, now):
        return loan
    if loan.state is LoanState.RETURNING and error.trouble is not Trouble.OFFLINE:
        return _pausing(loan, error.message, now)
    last = act is Act.PAUSE or error.trouble is not Trouble.REFUSED
    return alarmed(loan, error.message) if last else loan


def alarmed(loan: Loan, why: str) -> Loan:
    """Return a loan that a person has to look at. One that has seen it is not told again."""
    return replace(loan, state=LoanState.ALARM, note=why, alarmed=True)


def measured(loan: Loan, runtime: Runtime, now: datetime) -> Loan:
    """Return a loan with its cost up to now.

    Time between two looks counts when either showed that the borrowed hardware is billed; so the
    figure is rather too high, like the Hub's own, which counts whole minutes.
    """
    running = runtime.stage.billed and runtime.hardware == loan.flavor
    spent = loan.spent
    if loan.measured is not None and (running or loan.running):
        seconds = max(0.0, (now - loan.measured).total_seconds())
        spent += round(seconds * loan.price * max(_copies(runtime), loan.replicas) / MINUTE)
    return replace(loan, spent=spent, measured=now, running=running, replicas=_copies(runtime))


def _copies(runtime: Runtime) -> int:
    return max(1, runtime.replicas or runtime.requested_replicas or 1)


def _not_lent(loan: Loan, runtime: Runtime, now: datetime) -> Move:
    """The old hardware is what is asked for, although nobody took it back from here."""
    if loan.state in _EARLY and now < loan.begun + DOUBT:
        return Move(loan)
    if loan.state is LoanState.INTENDED:
        return Move(loan.finished(Ended.NEVER_BEGAN, "The Hub never got the request."))
    if runtime.hardware in {None, loan.before.flavor}:
        return Move(loan.finished(Ended.BY_HAND, "Somebody gave it back already."))
    cause = cause_of(loan, now)
    if cause is None:
        return Move(loan)
    return _ending(end_begins(loan, cause, now), runtime, loan.before.flavor, now)


def _ending(loan: Loan, runtime: Runtime, chosen: str | None, now: datetime) -> Move:
    paused = runtime.stage == PAUSED
    if paused and loan.state is LoanState.PAUSING:
        return _pause(loan, paused=True)
    if chosen == loan.before.flavor:
        if runtime.hardware in {None, loan.before.flavor}:
            return Move(loan.finished(Ended.RETURNED))
        loan = replace(loan, taken=True)
        if loan.state is LoanState.RETURNING and now < _since(loan, now) + PROOF:
            return Move(loan)
        if loan.state is LoanState.RETURNING:
            loan = _pausing(loan, f"The Hub still has it on {runtime.hardware}.", now)
        return _pause(loan, paused=paused)
    if loan.taken and chosen == loan.flavor:
        why = f"Somebody asked for {chosen} again: that stays."
        return Move(loan.finished(Ended.STOOD_DOWN, why))
    if chosen is None or loan.at_end is AtEnd.PAUSE or loan.state is LoanState.PAUSING:
        return _pause(loan, paused=paused)
    then_pause = loan.state is LoanState.ALARM and not paused
    acts = (Act.ASK_BACK, Act.PAUSE) if then_pause else (Act.ASK_BACK,)
    return Move(loan, acts, _own_sleep_time(loan, runtime))


def _own_sleep_time(loan: Loan, runtime: Runtime) -> int | None:
    """Return the sleep time from before the loan, where it still is the one set for the loan."""
    if loan.net is None or runtime.sleep_time != loan.net or loan.before.flavor == BASIC:
        return None
    return NEVER if loan.before.sleep_time is None else loan.before.sleep_time


def _pause(loan: Loan, *, paused: bool) -> Move:
    return Move(loan.finished(Ended.PAUSED, loan.note)) if paused else Move(loan, (Act.PAUSE,))


def _pausing(loan: Loan, why: str, now: datetime) -> Loan:
    return replace(loan, state=LoanState.PAUSING, note=why, ending_since=now)


def _since(loan: Loan, now: datetime) -> datetime:
    return loan.ending_since or now


def _impatient(loan: Loan, now: datetime) -> bool:
    return now >= _since(loan, now) + PATIENCE
