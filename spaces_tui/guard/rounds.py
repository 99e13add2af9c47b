"""The loop around the keeper: which loan needs a step when."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final

from spaces_tui.guard.keeper import Keeper
from spaces_tui.model.loan import Loan, LoanState

_LOOK: Final = 60.0
"""Seconds between looks at a loan that goes its way. A machine that was suspended over a deadline
notices so soon after it wakes."""
_ASKED: Final = 10.0
_ENDING: Final = 3.0
"""Seconds between looks that are to prove an end; doubles while there is trouble."""
_TROUBLED: Final = 60.0
_ALARM: Final = 120.0
_BUSY: Final = 2.0
"""Seconds until a loan is tried again that somebody else is at; doubles up to `_LOOK`."""


class Rounds:
    """Keeps taking steps."""

    def __init__(self, keeper: Keeper, changed: Callable[[Loan], None]) -> None:
        """Prepare.

        Args:
            keeper: takes the steps.
            changed: told how a loan is after each of them.
        """
        self._keeper = keeper
        self._changed = changed
        self._clock = keeper.time.clock
        self._next: dict[str, float] = {}
        self._failures: dict[str, int] = {}
        self._rung = asyncio.Event()

    def ring(self, key: str | None = None) -> None:
        """Look at a loan (None: at all of them) now."""
        if key is None:
            self._next.clear()
        self._next.pop(key or "", None)
        self._rung.set()

    async def run(self, *, until_none: bool = False) -> None:
        """Take steps until cancelled, or with `until_none` until no loan is open."""
        while True:
            self._rung.clear()
            loans = await self._keeper.to_see_to()
            if until_none and not loans:
                return
            now = self._clock.steady()
            due = [loan for loan in loans if self._next.get(loan.id, 0.0) <= now]
            await asyncio.gather(*(self._step(loan) for loan in due))
            await self._rest([loan.id for loan in loans])

    async def _step(self, loan: Loan) -> None:
        after = await self._keeper.step(loan.id)
        if after is None:
            failures = self._failures[loan.id] = self._failures.get(loan.id, 0) + 1
            pause = min(_BUSY * 2 ** min(failures - 1, 8), _LOOK)
        else:
            pause = self._pause(after)
            self._changed(after)
        self._next[loan.id] = self._clock.steady() + (0.0 if self._rung.is_set() else pause)

    def _pause(self, loan: Loan) -> float:
        """Return the seconds until the next look at a loan."""
        error = self._keeper.troubles.get(loan.id)
        failures = self._failures.get(loan.id, 0) + 1 if error else 0
        self._failures[loan.id] = failures
        if not loan.open:
            return 0.0
        if loan.state is LoanState.ALARM:
            pause = _ALARM
        elif loan.ending:
            pause = min(_ENDING * 2 ** min(failures, 8), _TROUBLED)
        else:
            left = (loan.due() - self._keeper.time.now()).total_seconds()
            calm = loan.state is LoanState.LENT or loan.resting
            usual = _LOOK if calm else _ASKED
            pause = max(1.0, min(usual, left))
        return max(pause, error.retry_after or 0.0) if error else pause

    async def _rest(self, open_loans: list[str]) -> None:
        """Wait until a loan needs a look, or somebody rings, at most as long as between looks."""
        for gone in self._next.keys() - set(open_loans):
            del self._next[gone]
            self._failures.pop(gone, None)
        now = self._clock.steady()
        until = min((self._next.get(key, now) for key in open_loans), default=now + _LOOK)
        pause = min(max(0.0, until - now), _LOOK)
        waiting = asyncio.ensure_future(self._clock.sleep(pause))
        ringing = asyncio.ensure_future(self._rung.wait())
        try:
            await asyncio.wait({waiting, ringing}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            waiting.cancel()
            ringing.cancel()
