"""Watches what identities spend: tells each line once in its period, and acts where it is told to.

A hard line pauses by itself only where the configuration says so. It does that once in a period:
what somebody resumes afterwards was meant. What is borrowed is the guard's to give back.
"""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from spaces_tui.model.budget import (
    BudgetState,
    budget_words,
    crossed_words,
    crossings,
    dollars,
    reached_at,
)
from spaces_tui.model.spending import rates_of
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import Pause
from spaces_tui.session.snapshot import Link, Standing
from spaces_tui.store.budgets import read_told, write_told

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence
    from datetime import datetime
    from pathlib import Path

    from spaces_tui.model.budget import Budget, Crossing
    from spaces_tui.session.board import Board
    from spaces_tui.session.requests.base import Change
    from spaces_tui.session.snapshot import Account, Snapshot

_TICK: Final = 20.0
_log = logging.getLogger(__name__)


class Budgets:
    """Everything here runs on the session's loop. Without a folder nothing is remembered."""

    def __init__(
        self,
        board: Board,
        budgets: Sequence[Budget],
        state: Path | None,
        act: Callable[[Change], Awaitable[None]],
        clock: Callable[[], datetime],
        *,
        read_only: bool,
    ) -> None:
        """`act` carries a change out and keeps it in the journal."""
        self._board = board
        self._budgets = budgets
        self._state = state
        self._act = act
        self._clock = clock
        self._read_only = read_only
        self._told: dict[str, None] = {}
        self._complained: set[str] = set()

    async def run(self) -> None:
        """Watch until cancelled."""
        while self._budgets:
            await self.look()
            await asyncio.sleep(_TICK)

    async def look(self) -> None:
        """Compare what was spent with every line."""
        snapshot = self._board.snapshot
        record = snapshot.spending
        if record is None or snapshot.cached or snapshot.as_of is None:
            return
        now = self._clock()
        states: list[BudgetState] = []
        reached: list[tuple[Budget, Account, Crossing]] = []
        for budget in self._budgets:
            account = _account_of(budget, snapshot)
            if account is None:
                continue
            found = crossings(budget, record, account.owners, now)
            words = budget_words(budget, record, account.owners, now)
            over = any(one.hard for one in found)
            states.append(BudgetState(account.name, account.owners, words, over))
            reached += [(budget, account, one) for one in found]
        if tuple(states) != snapshot.budgets:
            self._board.change(budgets=tuple(states))
        for budget, account, crossing in reached:
            at = reached_at(budget, record, account.owners, now)
            ahead = f" At this rate it is {_words(at, budget)}." if at and not crossing.hard else ""
            asks = not (budget.pause and not self._read_only)
            await self._tell(crossing, ahead, asks=asks)
            if crossing.hard and budget.pause and not self._read_only:
                await self._pause(account, crossing)

    async def _tell(self, crossing: Crossing, ahead: str, *, asks: bool) -> None:
        """Say that a line was reached, once in its period."""
        if not await self._first(crossing.key):
            return
        severity = "error" if crossing.hard else "warning"
        self._board.notify(crossed_words(crossing) + ahead, severity=severity)
        if crossing.hard and asks:
            alerts = (*self._board.snapshot.budget_alerts, crossing)
            self._board.change(budget_alerts=alerts)

    async def _pause(self, account: Account, crossing: Crossing) -> None:
        """Pause what costs money of an identity, once in a period; again where that failed."""
        key = f"{crossing.key} acted"
        if self._board.snapshot.connection.link is not Link.LIVE:
            return
        if key in self._told or not await self._fresh(key):
            return
        snapshot = self._board.snapshot
        lent = {loan.space for loan in snapshot.loans if loan.open}
        paid = [
            rate.space
            for rate in rates_of(snapshot.spaces, snapshot.hardware).values()
            if rate.space.partition("/")[0] in account.owners and rate.space not in lent
        ]
        failed = False
        for space in paid:
            try:
                await self._act(Pause(space))
            except CommandError as error:
                failed = True
                _log.warning("the budget could not pause %s: %s", space, error.message)
                if space in self._complained:
                    continue
                self._complained.add(space)
                self._board.notify(
                    f"{space} is over budget and could not be paused: {error.message}",
                    severity="error",
                    space=space,
                )
            else:
                self._board.notify(
                    f"{space} was paused: {crossed_words(crossing)}", severity="error", space=space
                )
        if not failed:
            await self._first(key)

    async def _fresh(self, key: str) -> bool:
        """Whether nobody has done this yet, another program included."""
        if self._state is not None:
            self._told |= dict.fromkeys(await asyncio.to_thread(read_told, self._state))
        return key not in self._told

    async def _first(self, key: str) -> bool:
        """Note something; return whether it was not noted before."""
        if key in self._told or not await self._fresh(key):
            return False
        self._told[key] = None
        if self._state is not None:
            try:
                await asyncio.to_thread(write_told, self._state, tuple(self._told))
            except OSError as error:
                # Told again after a restart is better than not told.
                _log.warning("what was told could not be kept: %s", error.strerror)
        return True


def _words(at: datetime, budget: Budget) -> str:
    """Return `$50 on 14 March` for the month's last line."""
    line = budget.hard if budget.hard is not None else budget.soft
    return f"{dollars(line or 0)} on {at.day} {at:%B}"


def _account_of(budget: Budget, snapshot: Snapshot) -> Account | None:
    """Return the identity a budget is for, at the Hub whose spending is counted."""
    for account in snapshot.accounts:
        here = account.endpoint == snapshot.endpoint and budget.endpoint in ("", account.endpoint)
        same = account.name.casefold() == budget.name.casefold()
        if here and same and account.standing is Standing.LIVE:
            return replace(account, owners=account.owners or (account.name,))
    return None
