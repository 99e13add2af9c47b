"""The list of Spaces, kept live: one list call per namespace, and the state of the connection.

This loop is also the pulse: whatever else notices that the Hub does not answer nudges it, it
finds out, says so, and says when the Hub is back.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spaces_tui.hub.errors import Forbidden, HubError, NotFoundOrPrivate, RateLimited, Unauthorized
from spaces_tui.session.board import Board
from spaces_tui.session.merge import DirectReads, merged
from spaces_tui.session.pace import REFUSED, back_off, list_pause
from spaces_tui.session.snapshot import Link
from spaces_tui.session.trouble import sentence
from spaces_tui.session.waiting import Nudge
from spaces_tui.store.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from spaces_tui.hub.client import Hub
    from spaces_tui.model.identity import Identity
    from spaces_tui.model.space import Space

_log = logging.getLogger(__name__)


class Fleet:
    """Keeps identities, price list and Spaces up to date on the board."""

    def __init__(
        self, hub: Hub, board: Board, reads: DirectReads, keep: Callable[[Listing], Awaitable[None]]
    ) -> None:
        self._hub = hub
        self._board = board
        self._reads = reads
        self._keep = keep
        self._nudge = Nudge()
        self._identity: Identity | None = None
        self._guests: dict[str, Space] = {}
        self._barred: set[str] = set()
        self._deleted: set[str] = set()
        """The Hub's own ids of Spaces that were deleted from here: the list may lag behind."""
        self._turn = asyncio.Lock()

    def nudge(self) -> None:
        """Ask the Hub now instead of at the next turn."""
        self._nudge.nudge()

    async def run(self) -> None:
        """Keep the list live until cancelled."""
        failures = 0
        while True:
            try:
                await self.refresh()
            except Unauthorized as error:
                self._board.link(Link.REFUSED, sentence(error), retry_in=REFUSED)
                pause = REFUSED
            except HubError as error:
                failures += 1
                pause = back_off(failures)
                if isinstance(error, RateLimited) and error.retry_after:
                    pause = max(pause, error.retry_after)
                self._board.link(Link.OFFLINE, sentence(error), retry_in=pause)
            else:
                failures = 0
                pause = list_pause(self._board.snapshot)
            await self._nudge.wait(pause)

    async def refresh(self) -> None:
        """Read identities once, and the list now.

        Raises:
            HubError: the Hub cannot be asked.
        """
        async with self._turn:
            if self._identity is None:
                await self._introduce()
            elif not self._board.snapshot.hardware:
                await self._price()
            await self._list()
            self._board.link(Link.LIVE)

    async def admit(self, space: str) -> None:
        """Bring a Space onto the list that belongs to somebody else.

        Raises:
            HubError: it cannot be read.
        """
        found = await self._hub.space(space).info()
        self._guests[found.id] = found
        self._board.spaces(
            {
                **{known.id: known for known in self._board.snapshot.spaces},
                found.id: found,
            }.values(),
            self._owners,
        )

    def forget(self, space: str) -> None:
        """Take a Space that was deleted off the list, for good."""
        known = self._board.space(space)
        if known is not None and known.uid:
            self._deleted.add(known.uid)
        self._guests.pop(space, None)
        self._board.removed(space)

    def learned(self, space: Space, before: str) -> None:
        """Take a Space that was just read by itself; `before` is the name it had until now."""
        if self._guests.pop(before, None) is not None:
            self._guests[space.id] = space
        known = self._board.snapshot.spaces
        others = [one for one in known if one.id not in {before, space.id}]
        self._reads.note(space.id)
        self._board.spaces([*others, space], self._owners)

    @property
    def _owners(self) -> tuple[str, ...]:
        return self._identity.namespaces if self._identity else ()

    async def _introduce(self) -> None:
        identity, _ = await asyncio.gather(self._hub.whoami(), self._price())
        self._identity = identity
        self._board.change(identities=(identity,))

    async def _price(self) -> None:
        """Read the price list. Without it there are no costs, but there is still a list."""
        try:
            hardware = await self._hub.spaces.hardware()
        except HubError as error:
            _log.warning("no price list: %s", error)
            return
        self._board.change(hardware={flavour.name: flavour for flavour in hardware})

    async def _list(self) -> None:
        pages = await asyncio.gather(*(self._of(owner) for owner in self._owners))
        listed = {
            space.id: space for page in pages for space in page if space.uid not in self._deleted
        }
        # One of our own, shown before it was listed, is no guest any more: it may be deleted.
        self._guests = {name: one for name, one in self._guests.items() if name not in listed}
        for guest, known in self._guests.items():
            listed[guest] = self._board.space(guest) or known
        spaces = merged(listed.values(), self._board.snapshot.spaces, self._reads)
        now = datetime.now(UTC)
        self._board.listed(spaces, self._owners, now)
        await self._keep(Listing(now, self._owners, self._board.snapshot.spaces))

    async def _of(self, owner: str) -> list[Space]:
        try:
            spaces = [space async for space in self._hub.spaces.list(author=owner)]
        except (Forbidden, NotFoundOrPrivate) as error:
            if owner not in self._barred:
                self._barred.add(owner)
                self._board.notify(
                    f"The Spaces of {owner} cannot be listed: {sentence(error)}", severity="warning"
                )
            return []
        self._barred.discard(owner)
        return spaces
