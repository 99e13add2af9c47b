"""Counts what is spent while somebody looks, and keeps it on the disk."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from itertools import count
from typing import TYPE_CHECKING, Final

from spaces_tui.model.spending import Record, looked, rates_of
from spaces_tui.session.snapshot import Link
from spaces_tui.store.spending import Turn, read_spending, write_spending

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from spaces_tui.session.board import Board

_TICK: Final = 20.0
"""Seconds between looks: how far off an interval may be at each of its ends, beside the lists."""
_WRITTEN: Final = 3
"""Looks that become one write."""
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
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._board = board
        self._state = state
        self._endpoint = endpoint
        self._clock = clock
        self._turn = Turn(state, endpoint) if state else None
        self._record = Record()

    async def run(self) -> None:
        """Count until cancelled."""
        await self._read()
        try:
            for tick in count(1):
                ours = await self._ours()
                if not ours:
                    await self._read()
                elif self.look() and tick % _WRITTEN == 0:
                    await self.write()
                await asyncio.sleep(_TICK)
        finally:
            if self._turn is not None:
                self._turn.release()

    def look(self) -> bool:
        """Count up to now, where the list is live; return whether it was."""
        snapshot = self._board.snapshot
        if snapshot.cached or snapshot.as_of is None or not snapshot.hardware:
            return False
        if snapshot.connection.link is not Link.LIVE:
            return False
        rates = rates_of(snapshot.spaces, snapshot.hardware)
        self._record = looked(self._record, rates, self._clock())
        self._board.change(spending=self._record)
        return True

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
        if self._turn is None:
            return True
        try:
            had = self._turn.held
            ours = await asyncio.to_thread(self._turn.take)
        except OSError:
            return True  # nothing can be kept; what this run sees can still be shown
        if ours and not had:
            await self._read()
        return ours

    async def _read(self) -> None:
        if self._state is not None:
            self._record = await asyncio.to_thread(read_spending, self._state, self._endpoint)
            self._board.change(spending=self._record)
