"""Counts what is spent while somebody looks, and keeps it on the disk."""

from __future__ import annotations

import asyncio
import logging
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from spaces_tui.model.spending import Rate, Record, looked, rates_of
from spaces_tui.model.stagehistory import LOOKING
from spaces_tui.session.snapshot import Link, Standing, account_of
from spaces_tui.store.spending import Turn, read_spending, write_spending

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from spaces_tui.session.board import Board
    from spaces_tui.session.snapshot import Snapshot

_TICK: Final = 20.0
"""Seconds after which it is counted on, if no list came meanwhile."""
_WRITTEN: Final = timedelta(minutes=1)
"""What is lost at most when the machine is switched off."""
_log = logging.getLogger(__name__)


class Spending:
    """Everything here runs on the session's loop. Without a folder nothing is kept.

    Of several programs one counts; the others show what it has counted.
    """

    def __init__(
        self,
        board: Board,
        state: Path | None,
        endpoint: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._board = board
        self._state = state
        self._endpoint = endpoint
        self._clock = clock
        self._turn = Turn(state, endpoint) if state else None
        self._record = Record()
        self._written: datetime | None = None
        self._as_of: datetime | None = None
        self._listed: datetime | None = None
        """When the list that is shown came."""

    async def run(self) -> None:
        """Count until cancelled."""
        await self._read()
        try:
            while True:
                if not await self._ours():
                    await self._read()
                    await asyncio.sleep(_TICK)
                    continue
                if self.look():
                    await self._write_sometimes()
                await self._board.looked.wait(_TICK)
        finally:
            if self._turn is not None:
                self._turn.release()

    def look(self) -> bool:
        """Count up to now, where the list is live; return whether it was."""
        snapshot = self._board.snapshot
        if snapshot.cached or snapshot.as_of is None or not snapshot.hardware:
            return False
        now = self._clock()
        if snapshot.as_of != self._as_of:
            self._as_of, self._listed = snapshot.as_of, now
        fresh = self._listed is not None and now - self._listed <= LOOKING
        if snapshot.connection.link is not Link.LIVE or not fresh:
            return False
        self._record = looked(self._record, self._rates(snapshot), now)
        self._board.change(spending=self._record)
        return True

    def _rates(self, snapshot: Snapshot) -> dict[str, Rate]:
        """Return what costs something now; nothing of an account that cannot be asked."""
        rates = rates_of(snapshot.spaces, snapshot.hardware)
        return {
            uid: rate
            for uid, rate in rates.items()
            if (account := account_of(snapshot, rate.space)) is None
            or account.standing is Standing.LIVE
        }

    async def _write_sometimes(self) -> None:
        now = self._clock()
        if self._written is None or not timedelta() <= now - self._written < _WRITTEN:
            self._written = now
            await self.write()

    async def write(self) -> None:
        """Keep what was counted."""
        if self._state is None or self._turn is None or not self._record.days:
            return
        try:
            await asyncio.to_thread(write_spending, self._state, self._endpoint, self._record)
        except OSError as error:
            # An estimate is a convenience; a full disk must not stop the rest.
            _log.warning("what was spent could not be kept: %s", error.strerror)

    async def _ours(self) -> bool:
        """Whether it is this program's turn to count."""
        if self._turn is None or self._turn.held:
            return True
        try:
            ours = await asyncio.to_thread(self._turn.take)
        except OSError:
            return True  # nothing can be kept; what this run sees can still be shown
        if ours:
            await self._read()
        return ours

    async def _read(self) -> None:
        if self._state is not None:
            self._record = await asyncio.to_thread(read_spending, self._state, self._endpoint)
            self._board.change(spending=self._record)
