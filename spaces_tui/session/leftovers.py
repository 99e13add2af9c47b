"""What stays unsent when watching ends is remembered, told at the next start, and forgotten."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.unsent import Unsent
from spaces_tui.session.tasks import spawn
from spaces_tui.store.unsent import drop_unsent, read_unsent, write_unsent

if TYPE_CHECKING:
    from pathlib import Path

    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.session.board import Board

_log = logging.getLogger(__name__)
_NEVER_BEGUN: Final = frozenset({SyncState.STARTING, SyncState.PLAN})
"""Nobody has agreed yet to send anything: nothing was left behind."""


class Leftovers:
    """Keeps the records of one Hub; `place` is None where nothing is to be kept."""

    def __init__(self, board: Board, place: Path | None, endpoint: str) -> None:
        self._board = board
        self._place = place
        self._endpoint = endpoint

    async def load(self) -> None:
        """Read what earlier runs left behind."""
        if self._place is not None:
            found = await asyncio.to_thread(read_unsent, self._place, self._endpoint)
            self._board.change(unsent=found)

    def seen(self, status: SyncStatus) -> None:
        """Forget a folder that is in sync again."""
        if status.state is SyncState.IN_SYNC and not status.pending and self._known(status):
            spawn(self.forget(status.space, status.folder), f"forget unsent {status.space}")

    async def ended(self, last: SyncStatus) -> None:
        """Take down how a folder was left: `last` is its status just before it ended."""
        if self._place is None or last.state in _NEVER_BEGUN:
            return
        if not last.pending:
            if last.state is SyncState.IN_SYNC:
                await self.forget(last.space, last.folder)
            return
        left = Unsent(last.space, last.folder, last.into, last.pending, datetime.now(UTC))
        others = tuple(one for one in self._board.snapshot.unsent if not _same(one, left))
        self._board.change(unsent=(left, *others))
        try:
            await asyncio.to_thread(write_unsent, self._place, self._endpoint, left)
        except OSError as error:
            # The folder's journal knows as well; this is only what a person is told.
            _log.warning("unsent files could not be noted: %s", error)

    async def forget(self, space: str, folder: str) -> None:
        """Tell no more of a folder."""
        known = self._board.snapshot.unsent
        left = tuple(one for one in known if (one.space, one.folder) != (space, folder))
        self._board.change(unsent=left)
        if self._place is None:
            return
        try:
            await asyncio.to_thread(drop_unsent, self._place, self._endpoint, space, folder)
        except OSError as error:
            _log.warning("a note of unsent files could not be removed: %s", error)

    def _known(self, status: SyncStatus) -> bool:
        wanted = (status.space, status.folder)
        return any((one.space, one.folder) == wanted for one in self._board.snapshot.unsent)


def _same(one: Unsent, other: Unsent) -> bool:
    return (one.space, one.folder) == (other.space, other.folder)
