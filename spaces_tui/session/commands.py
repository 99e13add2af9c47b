"""Pause, restart, factory rebuild: shown at once, sent once, read back."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import AnswerLost, HubError
from spaces_tui.hub.space import SpaceResource
from spaces_tui.model.stage import BUILDING, PAUSED, Stage
from spaces_tui.session.facade import CommandError
from spaces_tui.session.snapshot import Pending
from spaces_tui.session.tasks import spawn
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from spaces_tui.model.space import Runtime
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities
    from spaces_tui.session.runtimes import RuntimeFeeds

_READ_BACK: Final = (1.0, 1.0, 2.0, *([3.0] * 100))
"""Seconds between the reads that follow a command, until the stage is settled."""


class Commands:
    """Control calls on Spaces. Each is sent once; a lost answer is settled by reading back."""

    def __init__(
        self,
        identities: Identities,
        board: Board,
        feeds: RuntimeFeeds,
        seen: Callable[[str, Runtime], None],
        *,
        read_only: bool,
    ) -> None:
        self._identities = identities
        self._board = board
        self._feeds = feeds
        self._seen = seen
        self._read_only = read_only
        self._readers: dict[str, asyncio.Task[None]] = {}

    async def pause(self, space: str) -> None:
        """Pause a Space.

        Raises:
            CommandError: it was not done, or nobody can tell; the message says which.
        """
        await self._control(
            space,
            Pending("pausing", PAUSED),
            SpaceResource.pause,
            lambda stage: stage == PAUSED,
        )

    async def restart(self, space: str, *, factory: bool) -> None:
        """Restart, wake or resume a Space; `factory` rebuilds it without caches.

        Raises:
            CommandError: it was not done, or nobody can tell; the message says which.
        """
        await self._control(
            space,
            Pending("rebuilding" if factory else "restarting", BUILDING),
            lambda resource: resource.restart(factory=factory),
            lambda stage: stage.transitional,
        )

    async def _control(
        self,
        space: str,
        pending: Pending,
        send: Callable[[SpaceResource], Awaitable[Runtime]],
        done: Callable[[Stage], bool],
    ) -> None:
        if self._read_only:
            raise CommandError("This console is read-only: start it without --read-only to act.")
        if space in self._board.snapshot.pending:
            raise CommandError(f"{space} is busy: an earlier command is still on its way.")
        self._board.pending(space, pending)
        try:
            runtime = await self._sent(space, send, done)
        except HubError as error:
            said = f"{space}: {pending.verb} failed. {sentence(error)}"
            raise CommandError(said, request_id=error.request_id) from error
        finally:
            self._board.pending(space, None)
        self._seen(space, runtime)
        self.follow(space)

    async def _sent(
        self,
        space: str,
        send: Callable[[SpaceResource], Awaitable[Runtime]],
        done: Callable[[Stage], bool],
    ) -> Runtime:
        resource = self._identities.space(space)
        try:
            return await send(resource)
        except AnswerLost:
            runtime = await resource.runtime()
            if done(runtime.stage):
                return runtime
            raise

    def follow(self, space: str) -> None:
        """Read a Space that was just changed until its stage is settled."""
        if self._feeds.nudge(space):
            return
        if (running := self._readers.get(space)) is not None:
            running.cancel()
        task = spawn(self._until_settled(space), f"read back {space}")
        self._readers[space] = task
        task.add_done_callback(lambda done: self._forget(space, done))

    def _forget(self, space: str, task: asyncio.Task[None]) -> None:
        if self._readers.get(space) is task:
            del self._readers[space]

    async def _until_settled(self, space: str) -> None:
        resource = self._identities.space(space)
        for pause in _READ_BACK:
            await asyncio.sleep(pause)
            try:
                runtime = await resource.runtime()
            except HubError:
                return  # the list tells the rest, and whether the Hub answers at all
            self._seen(space, runtime)
            if not runtime.stage.transitional:
                return
