"""Notes each look at each Space, and keeps what comes of it on the disk."""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from spaces_tui.model.stagehistory import History, looked
from spaces_tui.store.stages import read_stages, write_stages

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from spaces_tui.model.space import Space

_BATCH: Final = 10.0
"""Seconds in which several changes become one write."""
_AT_LEAST: Final = 600.0
"""Seconds after which it is written that somebody still looks, even if nothing has changed."""

_log = logging.getLogger(__name__)


class StageBook:
    """The histories of all Spaces seen. Everything here runs on the session's loop."""

    def __init__(self) -> None:
        self._histories: dict[str, History] = {}
        self._turn = asyncio.Event()

    def look(self, spaces: Iterable[Space], now: datetime | None = None) -> None:
        """Note that these Spaces were looked at now, and how they were."""
        now = now or datetime.now(UTC)
        for space in spaces:
            key = _key(space)
            before = self._histories.get(key, ())
            after = looked(before, space, now)
            self._histories[key] = after
            if after != before:
                self._turn.set()

    def of(self, space: Space | None) -> History:
        """Return the history of a Space, the newest last."""
        return self._histories.get(_key(space), ()) if space else ()

    async def load(self, state: Path, endpoint: str) -> None:
        """Read what earlier runs have seen; call it before anything is looked at."""
        kept = await asyncio.to_thread(read_stages, state, endpoint)
        self._histories = {**kept, **self._histories}

    async def keep(self, state: Path, endpoint: str) -> None:
        """Write what changes, some changes at a time, until cancelled."""
        while True:
            try:
                async with asyncio.timeout(_AT_LEAST):
                    await self._turn.wait()
            except TimeoutError:
                pass
            await asyncio.sleep(_BATCH)
            self._turn.clear()
            await self.write(state, endpoint)

    async def write(self, state: Path, endpoint: str) -> None:
        """Write what is known now."""
        try:
            await asyncio.to_thread(write_stages, state, endpoint, dict(self._histories))
        except OSError as error:
            # The past is a convenience; a full disk must not stop the present.
            _log.warning("the stages could not be kept: %s", error.strerror)


def _key(space: Space) -> str:
    """Return what names a Space for good: the Hub's own id survives a new name."""
    return space.uid or space.id
