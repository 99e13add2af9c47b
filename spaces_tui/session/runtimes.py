"""The runtime of single Spaces, kept live: the one in view and those with a watched folder.

The Hub's event stream is only a hint to read the runtime again, and a slow poll lies beneath it:
the stream's payloads are not documented, and it may go silent.
"""

from __future__ import annotations

import asyncio
from contextlib import aclosing, suppress
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import HubError, Unauthorized, Unreachable
from spaces_tui.session.pace import back_off
from spaces_tui.session.tasks import spawn
from spaces_tui.session.waiting import Nudge

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.space import Runtime
    from spaces_tui.session.identities import Identities

_HINTS_APART: Final = 0.2
"""Seconds in which several hints become one read."""


class RuntimeFeed:
    """Reads the runtime of one Space at a given pace, and earlier when its events say so."""

    def __init__(
        self,
        find: Callable[[], SpaceResource],
        space: str,
        *,
        pace: Callable[[str], float],
        seen: Callable[[str, Runtime], None],
        failed: Callable[[str, HubError], None],
    ) -> None:
        self._find = find
        self._space = space
        self._pace = pace
        self._seen = seen
        self._failed = failed
        self._nudge = Nudge()
        self._again = Nudge()

    def nudge(self) -> None:
        """Read now."""
        self._nudge.nudge()

    def resume(self) -> None:
        """Read now, and listen again: there is a token to do it with."""
        self._nudge.nudge()
        self._again.nudge()

    async def run(self) -> None:
        """Read until cancelled."""
        async with asyncio.TaskGroup() as group:
            group.create_task(self._read())
            group.create_task(self._listen())

    async def _read(self) -> None:
        failures = 0
        while True:
            try:
                runtime = await self._find().runtime()
            except HubError as error:
                failures += 1
                self._failed(self._space, error)
                await self._nudge.wait(max(back_off(failures), self._pace(self._space)))
                continue
            failures = 0
            self._seen(self._space, runtime)
            if await self._nudge.wait(self._pace(self._space)):
                await asyncio.sleep(_HINTS_APART)

    async def _listen(self) -> None:
        failures = 0
        while True:
            with suppress(HubError):
                async with aclosing(self._find().events()) as events:
                    async for _event in events:
                        failures = 0
                        self._nudge.nudge()
            failures += 1
            if failures == 1:
                self._nudge.nudge()  # a stream that breaks may mean that the Hub is gone
            await self._again.wait(back_off(failures + 1))


class RuntimeFeeds:
    """The feeds that somebody wants. Several may want the same one."""

    def __init__(
        self,
        identities: Identities,
        *,
        pace: Callable[[str], float],
        seen: Callable[[str, Runtime], None],
        failed: Callable[[str, HubError], None],
    ) -> None:
        self._identities = identities
        self._pace = pace
        self._seen = seen
        self._failed = failed
        self._feeds: dict[str, tuple[RuntimeFeed, asyncio.Task[None]]] = {}
        self._wanted: dict[str, set[str]] = {}

    def want(self, space: str, why: str) -> None:
        """Keep a Space's runtime live, for this reason."""
        self._wanted.setdefault(space, set()).add(why)
        if space not in self._feeds:
            feed = RuntimeFeed(
                lambda: self._identities.space(space),
                space,
                pace=self._pace,
                seen=self._seen,
                failed=self._failed,
            )
            self._feeds[space] = (feed, spawn(feed.run(), f"runtime {space}"))

    def drop(self, space: str, why: str) -> None:
        """Take one reason back; without any left the feed ends."""
        reasons = self._wanted.get(space, set())
        reasons.discard(why)
        if not reasons:
            self._wanted.pop(space, None)
            if feed := self._feeds.pop(space, None):
                feed[1].cancel()

    def nudge(self, space: str) -> bool:
        """Read a Space's runtime now; return whether it has a feed."""
        feed = self._feeds.get(space)
        if feed:
            feed[0].nudge()
        return feed is not None

    def resume(self, acts: Callable[[str], bool]) -> None:
        """Read the runtimes of some Spaces now, and listen to their events again."""
        for space, (feed, _) in self._feeds.items():
            if acts(space):
                feed.resume()

    def afresh(self) -> None:
        """Read every runtime now, and listen on new connections: the old ones may be dead."""
        for space, (feed, task) in list(self._feeds.items()):
            task.cancel()
            self._feeds[space] = (feed, spawn(feed.run(), f"runtime {space}"))


def stops_feeds(error: HubError) -> bool:
    """Whether an error tells about the connection as a whole rather than about one Space."""
    return isinstance(error, Unreachable | Unauthorized)
