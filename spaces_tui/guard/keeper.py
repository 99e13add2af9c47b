"""Sees to all open loans: looks, decides, writes down, sends, and looks again."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final, ParamSpec, Protocol, TypeVar

from spaces_tui.guard import rules
from spaces_tui.guard.journal import Journal
from spaces_tui.guard.place import BusyError, Lock
from spaces_tui.guard.protocols import Clock, GuardError, Lost, Remote, RemoteOf, Trouble
from spaces_tui.guard.rules import Act, Move
from spaces_tui.guard.time import Time
from spaces_tui.model.loan import Cause, Ended, Loan, LoanState

P = ParamSpec("P")
T = TypeVar("T")

_log = logging.getLogger(__name__)
_LOOKS: Final = 4
"""Looks within one step: one, one after each way to end it, one of a Space that was renamed."""
_NOTED: Final = timedelta(seconds=60)
"""How old the cost in the journal may be while nothing else changes."""
_BACKWARDS: Final = timedelta(hours=1)
"""How far behind the journal the clock may be before it counts as lost."""


class OnDisk(Protocol):
    """Runs what blocks, elsewhere."""

    def __call__(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Return what the call returns."""
        ...


class Keeper:
    """Takes loans one step further at a time. Any number of programs may have one."""

    def __init__(
        self,
        journal: Journal,
        remote_of: RemoteOf,
        clock: Clock,
        *,
        on_disk: OnDisk = asyncio.to_thread,
    ) -> None:
        self.journal = journal
        self.time = Time(clock)
        self.troubles: dict[str, GuardError] = {}
        """Why the last step of a loan did not get on, by the loan's id."""
        self._remote_of = remote_of
        self._on_disk = on_disk
        self._unwritten: dict[str, tuple[Loan | None, Loan]] = {}
        """Loans whose newest state the disk did not take, after what it holds of them."""

    async def loans(self) -> tuple[Loan, ...]:
        """Return every loan as it is now."""
        return tuple(self._newest(loan) for loan in await self._on_disk(self.journal.loans))

    async def to_see_to(self) -> tuple[Loan, ...]:
        """Return the loans that need further steps; one of them may just have to be written."""
        return await self._on_disk(self.journal.open_loans)

    async def step(self, key: str) -> Loan | None:
        """Do what is to be done about a loan now; return how it is then.

        None when it is not ours to see to, or somebody else is at it.
        """
        known = await self._on_disk(self.journal.loan, key)
        if known is None or not known.open:
            return known
        try:
            with self.alone(known.uid):
                known = await self._on_disk(self.journal.loan, key)
                if known is None or not known.open:
                    return known
                loan = self._newest(known)
                return await self._advance(loan) if loan.open else await self._noted(loan, known)
        except BusyError:
            return None

    def alone(self, uid: str) -> Lock:
        """Keep every other program, and every other task, off a Space's loans.

        Raises:
            BusyError: somebody else is at it.
        """
        return Lock(self.journal.folder / f"{uid}.lock")

    async def save(self, loan: Loan) -> None:
        """Write a loan down.

        Raises:
            OSError: the disk will not take it.
        """
        await self._on_disk(self.journal.write, loan)
        self._unwritten.pop(loan.id, None)

    def _newest(self, written: Loan) -> Loan:
        """Return a loan as it is, where the disk did not take that and nobody wrote since."""
        base, loan = self._unwritten.get(written.id, (None, written))
        return loan if base == written else written

    async def _advance(self, loan: Loan) -> Loan | None:
        loan, now = self._at(loan)
        self.troubles.pop(loan.id, None)
        try:
            remote = await self._remote_of(loan)
            return None if remote is None else await self._round(remote, loan, now)
        except GuardError as error:
            self.troubles[loan.id] = error
            written = await self._on_disk(self.journal.loan, loan.id)
            newest = self._newest(written) if written else loan
            due, _ = self._at(newest)
            return await self._noted(rules.unseen(due, error, now), newest)

    def _at(self, loan: Loan) -> tuple[Loan, datetime]:
        """Return the time for a loan; a clock that lost it makes the loan due."""
        now, last = self.time.now(), loan.measured or loan.begun
        if now < last - _BACKWARDS and loan.cause is None:
            loan = replace(loan, cause=Cause.CLOCK)
        return loan, max(now, last)

    async def _round(self, remote: Remote, loan: Loan, now: datetime) -> Loan:
        """Look and act until there is nothing more to do now."""
        sent = False
        for _ in range(_LOOKS):
            move = await self._look(remote, loan, now)
            loan = await self._noted(move.loan, loan)
            if sent or not move.acts or not loan.open:
                break
            loan, sent, again = await self._act(remote, move, now)
            if not again:
                break
        return loan

    async def _look(self, remote: Remote, loan: Loan, now: datetime) -> Move:
        """Look at the Space; before anything comes of it, make sure that it is the same one."""
        try:
            move = rules.observed(loan, await remote.runtime(loan.space), now)
            if not move.acts and move.loan.open:
                return move
        except GuardError as error:
            if error.trouble is not Trouble.GONE:
                raise
            move = None
        where = await remote.find(loan.space, loan.uid)
        if isinstance(where, Lost):
            if where.surely:
                return Move(loan.finished(Ended.GONE, "There is no such Space any more."))
            raise GuardError(Trouble.GONE, f"{loan.space} is not there, or not to be seen.")
        if move is not None and where == loan.space:
            return move
        loan = replace(loan, space=where)
        return rules.observed(loan, await remote.runtime(where), now)

    async def _act(self, remote: Remote, move: Move, now: datetime) -> tuple[Loan, bool, bool]:
        """Send what is to be sent; return the loan, whether it was done, and whether to go on."""
        loan = move.loan
        for act in move.acts:
            try:
                if act is Act.PAUSE:
                    await remote.pause(loan.space)
                else:
                    await remote.set_hardware(loan.space, loan.before.flavor, move.sleep_time)
            except GuardError as error:
                self.troubles[loan.id] = error
                after = rules.refused(loan, act, error, now)
                changed = after.state is not loan.state
                loan = await self._noted(after, loan)
                if changed or error.trouble is not Trouble.REFUSED:
                    return loan, False, changed and loan.state is LoanState.PAUSING
            else:
                self.troubles.pop(loan.id, None)
                return loan, True, True
        return loan, False, False

    async def _noted(self, loan: Loan, before: Loan) -> Loan:
        """Write down what has changed. A disk that is full does not keep hardware lent."""
        if _same(loan, before):
            return loan
        try:
            await self.save(loan)
        except OSError as error:
            self._unwritten[loan.id] = await self._on_disk(self.journal.loan, loan.id), loan
            _log.warning("the journal of loans could not be written: %s", error.strerror)
        return loan


def _same(loan: Loan, before: Loan) -> bool:
    """Whether only the cost has moved on, by little."""
    if before.measured is None or loan.measured is None:
        return loan == before
    alike = replace(before, spent=loan.spent, measured=loan.measured) == loan
    return alike and loan.measured - before.measured < _NOTED
