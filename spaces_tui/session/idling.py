"""Looks from time to time whether what costs money does any work."""

from __future__ import annotations

import asyncio
import logging
from contextlib import aclosing
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import HubError
from spaces_tui.model.idling import does_nothing, looked
from spaces_tui.model.spending import rates_of
from spaces_tui.session.pace import thrift
from spaces_tui.store.idling import read_idling, write_idling

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime
    from pathlib import Path

    from spaces_tui.model.idling import Idle
    from spaces_tui.model.logs import Metric
    from spaces_tui.model.space import Space
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities

_TURN: Final = 75.0
"""Seconds between looks at one Space or another: four requests in five minutes at most."""
_AGAIN: Final = 600.0
"""Seconds until the same Space is looked at again."""
_MEASURED: Final = 3
"""Measurements that make a look; one comes each second."""
_PATIENCE: Final = 15.0
"""Seconds to wait for them."""
_log = logging.getLogger(__name__)


class Idling:
    """Everything here runs on the session's loop. Without a folder nothing is kept."""

    def __init__(
        self,
        identities: Identities,
        board: Board,
        state: Path | None,
        endpoint: str,
        clock: Callable[[], datetime],
    ) -> None:
        self._identities = identities
        self._board = board
        self._state = state
        self._endpoint = endpoint
        self._clock = clock
        self._idle: dict[str, Idle] = {}
        self._tried: dict[str, float] = {}
        """When each Space was looked at last, by the Hub's own id."""
        self.resting = False

    async def run(self) -> None:
        """Look at one Space after the other until cancelled."""
        await self.load()
        while True:
            if not self.resting:
                await self.look()
            await asyncio.sleep(_TURN)

    async def load(self) -> None:
        """Take up what earlier runs have seen."""
        if self._state is not None:
            self._idle = await asyncio.to_thread(read_idling, self._state, self._endpoint)

    async def look(self) -> None:
        """Look at the paid Space whose turn it is, if there is one."""
        paid = self._paid()
        self._idle = {uid: one for uid, one in self._idle.items() if uid in paid}
        self._tried = {uid: when for uid, when in self._tried.items() if uid in paid}
        now = monotonic()
        due = [uid for uid in paid if now - self._tried.get(uid, -_AGAIN) >= _AGAIN]
        if due:
            uid = min(due, key=lambda one: self._tried.get(one, 0.0))
            self._tried[uid] = now
            idle = does_nothing(await self._measured(paid[uid].id))
            if idle is not None:
                await self._note(uid, looked(self._idle.get(uid), idle, self._clock()))
        self._show()

    def _paid(self) -> dict[str, Space]:
        """Return the Spaces that cost something now and can be measured, by the Hub's own id."""
        snapshot = self._board.snapshot
        if snapshot.cached:
            return {}
        rates = rates_of(snapshot.spaces, snapshot.hardware)
        return {
            uid: space
            for space in snapshot.spaces
            if (uid := space.uid or space.id) in rates and space.stage.serving
        }

    async def _measured(self, space: str) -> list[Metric]:
        """Return a few seconds of the load; nothing where it cannot be had."""
        acting = self._identities.of(space.partition("/")[0])
        if acting is None or not acting.usable or thrift(acting.gauge) > 1:
            return []
        measured: list[Metric] = []
        try:
            async with (
                asyncio.timeout(_PATIENCE),
                aclosing(self._identities.space(space).metrics()) as metrics,
            ):
                async for metric in metrics:
                    measured.append(metric)
                    if len(measured) >= _MEASURED:
                        break
        except (HubError, TimeoutError) as error:
            _log.info("%s: no look at its load: %s", space, error)
        return measured

    async def _note(self, uid: str, idle: Idle | None) -> None:
        self._idle.pop(uid, None)
        if idle is not None:
            self._idle[uid] = idle
        if self._state is None:
            return
        try:
            await asyncio.to_thread(write_idling, self._state, self._endpoint, dict(self._idle))
        except OSError as error:
            # A badge is a convenience; a full disk must not stop the rest.
            _log.warning("what does nothing could not be kept: %s", error.strerror)

    def _show(self) -> None:
        if self._idle != self._board.snapshot.idle:
            self._board.change(idle=MappingProxyType(dict(self._idle)))
