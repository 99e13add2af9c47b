"""How much time on shared GPUs is left: read rarely, and only for who looks at such a Space."""

from __future__ import annotations

import asyncio
import logging
from time import monotonic
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import Forbidden, HubError, Unauthorized

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.session.acting import Acting
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities

_FRESH: Final = 300.0
"""Seconds for which what was read is good enough."""
_REFUSED: Final = 3600.0
"""Seconds after which a token that may not read it is tried again."""
_LOOK: Final = 5.0
"""Seconds between two looks at what the Space runs on."""

_log = logging.getLogger(__name__)


class SharedGpus:
    """Keeps the quotas of accounts on the board. Everything here runs on the session's loop."""

    def __init__(
        self, identities: Identities, board: Board, clock: Callable[[], float] = monotonic
    ) -> None:
        self._identities = identities
        self._board = board
        self._clock = clock
        self._due: dict[str, float] = {}
        """When to read the quota of an account again, by its name."""

    async def follow(self, space: str) -> None:
        """Keep the quota of the account that acts on a Space, while that is on shared GPUs."""
        while True:
            known = self._board.space(space)
            acting = self._identities.of(space.partition("/")[0])
            if known is not None and known.shares_gpus and acting is not None:
                await self.read(acting)
            await asyncio.sleep(_LOOK)

    async def read(self, acting: Acting) -> None:
        """Read the quota of an account, unless that was done lately; what fails says nothing."""
        now = self._clock()
        if now < self._due.get(acting.name, 0) or not acting.usable:
            return
        self._due[acting.name] = now + _FRESH
        try:
            quota = await acting.hub.zero_gpu_quota()
        except (Unauthorized, Forbidden):
            self._due[acting.name] = now + _REFUSED
            return
        except HubError as error:
            _log.info("no quota of shared GPUs: %s", error)
            return
        quotas = {**self._board.snapshot.zero_gpu, acting.name: quota}
        self._board.change(zero_gpu=MappingProxyType(quotas))
