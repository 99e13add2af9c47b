"""The list of Spaces, kept live: one list call per namespace, and how each account stands.

These loops are also the pulse: whatever else notices that the Hub does not answer nudges one, it
finds out, says so, and says when the Hub is back.
"""

from __future__ import annotations

import asyncio
import logging
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from spaces_tui.hub.errors import Forbidden, HubError, NotFoundOrPrivate, RateLimited
from spaces_tui.session.merge import DirectReads, merged
from spaces_tui.session.pace import back_off, list_pause
from spaces_tui.session.snapshot import Standing
from spaces_tui.session.trouble import sentence
from spaces_tui.store.listing import Listing

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterator

    from spaces_tui.model.space import Space
    from spaces_tui.session.acting import Acting
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities

_log = logging.getLogger(__name__)


class Fleet:
    """Keeps price list and Spaces of all accounts up to date on the board."""

    def __init__(
        self,
        identities: Identities,
        board: Board,
        reads: DirectReads,
        keep: Callable[[Listing], Awaitable[None]],
    ) -> None:
        self._identities = identities
        self._board = board
        self._reads = reads
        self._keep = keep
        self._listed: dict[str, tuple[Space, ...]] = {}
        """What the Hub listed last, by owner."""
        self._guests: dict[str, Space] = {}
        self._barred: set[str] = set()
        self._deleted: set[str] = set()
        """The Hub's own ids of Spaces that were deleted from here: the list may lag behind."""
        self._awake = asyncio.Event()
        self._awake.set()
        self._turns: WeakKeyDictionary[Acting, asyncio.Lock] = WeakKeyDictionary()

    def nudge(self, space: str | None = None) -> None:
        """Ask again now instead of at the next turn: the account of a Space, or all."""
        acting = self._identities.of(space.partition("/")[0]) if space else None
        for one in (acting,) if acting else self._identities:
            one.wake.nudge()

    def rest(self, resting: bool) -> None:
        """Read no lists until somebody looks again; then read all of them at once."""
        if resting:
            self._awake.clear()
        elif not self._awake.is_set():
            self._awake.set()
            self.nudge()

    async def run(self) -> None:
        """Keep the lists live until cancelled: those of one account never wait for another's."""
        async with asyncio.TaskGroup() as group:
            running: dict[Acting, asyncio.Task[None]] = {}
            while True:
                present = set(self._identities)
                gone = running.keys() - present
                for acting in gone:
                    running.pop(acting).cancel()
                if gone:
                    await self._take_off()
                for acting in present - running.keys():
                    running[acting] = group.create_task(self._keep_live(acting))
                await self._identities.news()

    async def _keep_live(self, acting: Acting) -> None:
        failures = 0
        while True:
            await acting.until_usable()
            await self._awake.wait()
            try:
                await self._read(acting)
            except HubError as error:
                failures += 1
                pause = back_off(failures)
                if isinstance(error, RateLimited) and error.retry_after:
                    pause = max(pause, error.retry_after)
                self._identities.stands(acting, Standing.OFFLINE, sentence(error), retry_in=pause)
            else:
                failures = 0
                pause = list_pause(self._spaces_of(acting), acting.gauge)
            await acting.wake.wait(pause)

    async def refresh(self) -> None:
        """Read the lists of all accounts now, and who they are where that is not known.

        Raises:
            HubError: no account can be asked.
        """
        asked = [one for one in self._identities if one.usable] or list(self._identities)
        results = await asyncio.gather(*(self._read(one) for one in asked), return_exceptions=True)
        failed = [result for result in results if isinstance(result, BaseException)]
        for error in failed:
            if not isinstance(error, HubError) or len(failed) == len(asked):
                raise error

    async def _read(self, acting: Acting) -> None:
        async with self._turns.setdefault(acting, asyncio.Lock()):
            if acting.identity is None:
                await self._introduce(acting)
            elif not self._board.snapshot.hardware:
                await self._price(acting)
            await self._list(acting)
            self._identities.stands(acting, Standing.LIVE)

    async def admit(self, space: str) -> None:
        """Bring a Space onto the list that belongs to somebody else.

        Raises:
            HubError: it cannot be read.
        """
        found = await self._identities.hub(space).space(space).info()
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
        return self._identities.owners

    async def _introduce(self, acting: Acting) -> None:
        priced = bool(self._board.snapshot.hardware)
        asked = [self._identities.introduce(acting)]
        await asyncio.gather(*asked, *(() if priced else (self._price(acting),)))

    async def _price(self, acting: Acting) -> None:
        """Read the price list. Without it there are no costs, but there is still a list."""
        try:
            hardware = await acting.hub.spaces.hardware()
        except HubError as error:
            _log.warning("no price list: %s", error)
            return
        self._board.change(hardware={flavour.name: flavour for flavour in hardware})

    async def _list(self, acting: Acting) -> None:
        owners = acting.owners
        pages = await asyncio.gather(*(self._of(acting, owner) for owner in owners))
        self._listed |= {owner: tuple(page) for owner, page in zip(owners, pages, strict=True)}
        self._listed = {
            owner: self._listed[owner] for owner in self._owners if owner in self._listed
        }
        now = datetime.now(UTC)
        self._board.listed(self._together(), self._owners, now)
        await self._keep(Listing(now, self._owners, self._board.snapshot.spaces))

    async def _take_off(self) -> None:
        """Show no more what nobody of those who are left reads; whoever reads on looks again."""
        self._listed = {
            owner: page for owner, page in self._listed.items() if owner in self._owners
        }
        self._board.spaces(self._together(), self._owners)
        now = self._board.snapshot.as_of or datetime.now(UTC)
        await self._keep(Listing(now, self._owners, self._board.snapshot.spaces))
        self.nudge()

    def _together(self) -> tuple[Space, ...]:
        """Return all Spaces: listed now, known from earlier where they were not, and guests."""
        listed = {
            space.id: space
            for page in self._listed.values()
            for space in page
            if space.uid not in self._deleted
        }
        for known in self._board.snapshot.spaces:
            if known.owner in self._listed or known.id in self._guests:
                continue
            if self._expects(known.owner):
                listed[known.id] = known
        # One of our own, shown before it was listed, is no guest any more: it may be deleted.
        self._guests = {name: one for name, one in self._guests.items() if name not in listed}
        for guest, known in self._guests.items():
            listed[guest] = self._board.space(guest) or known
        return merged(listed.values(), self._board.snapshot.spaces, self._reads)

    def _spaces_of(self, acting: Acting) -> Iterator[Space]:
        return (space for space in self._board.snapshot.spaces if space.owner in acting.owners)

    def _expects(self, owner: str) -> bool:
        """Whether an owner's Spaces may still be listed: its account could not be asked so far."""
        return owner in self._owners or any(one.identity is None for one in self._identities)

    async def _of(self, acting: Acting, owner: str) -> list[Space]:
        try:
            spaces = [space async for space in acting.hub.spaces.list(author=owner)]
        except (Forbidden, NotFoundOrPrivate) as error:
            if owner not in self._barred:
                self._barred.add(owner)
                self._board.notify(
                    f"The Spaces of {owner} cannot be listed: {sentence(error)}", severity="warning"
                )
            return []
        self._barred.discard(owner)
        return spaces
