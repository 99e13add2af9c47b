"""The session: the network, the watched folders and the truth, on a loop of their own."""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import Future
from typing import TYPE_CHECKING, Final, TypeVar

from spaces_tui.session.apart import apart
from spaces_tui.session.board import Board
from spaces_tui.session.facade import CommandError
from spaces_tui.session.loads import Loads
from spaces_tui.session.requests.actions import Pause, Restart
from spaces_tui.session.rings import Rings
from spaces_tui.session.snapshot import Link, Snapshot
from spaces_tui.session.tasks import place_of
from spaces_tui.session.thread import LoopThread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from spaces_tui.model.loadhistory import LoadHistory
    from spaces_tui.model.log_stream import LogStream
    from spaces_tui.model.ring import LineRing
    from spaces_tui.model.sync import Comparison, WatchOptions
    from spaces_tui.model.sync_events import SyncEvent
    from spaces_tui.session.config import Origin, SessionConfig
    from spaces_tui.session.requests.base import Request
    from spaces_tui.session.works import Works

Result = TypeVar("Result")

_log = logging.getLogger(__name__)
_ORDERLY_END: Final = 1.5
"""Seconds a commit in flight gets when the session ends; after that the journal remembers it."""
_BROKEN: Final = "Something in this program broke; please start it again, and report this:"


class Session:
    """Implements `SessionPort`. Importing it costs no network code: that loads in its thread."""

    def __init__(self, config: SessionConfig, first: Snapshot) -> None:
        self._config = config
        self._board = Board(first)
        self._rings = Rings()
        self._loads = Loads()
        self._thread = LoopThread("session", self._main)
        self._works: asyncio.Future[Works] | None = None
        self._view: tuple[str | None, frozenset[LogStream]] = (None, frozenset())
        self._resting = False
        self._closed = False

    @property
    def snapshot(self) -> Snapshot:
        """The newest snapshot."""
        return self._board.snapshot

    def subscribe(self, changed: Callable[[], None]) -> Callable[[], None]:
        """Call `changed` when there is something newer; return what ends that."""
        return self._board.subscribe(changed)

    def acknowledge(self) -> None:
        """Say that the newest snapshot was read."""
        self._board.acknowledge()

    def log(self, space: str, stream: LogStream) -> LineRing:
        """Return the ring of one log."""
        return self._rings.of(space, stream)

    def load(self, space: str) -> LoadHistory:
        """Return what was measured of a Space."""
        return self._loads.of(space)

    def start(self) -> None:
        """Start the session's thread."""
        self._thread.start()

    def attend(self, space: str | None, *, logs: frozenset[LogStream] = frozenset()) -> None:
        """Say which Space, and which of its logs, are in view."""
        self._view = (space, logs)
        self._thread.call(self._look)

    def rest(self, *, resting: bool) -> None:
        """Say whether nobody can see what is shown, as while the terminal is suspended."""
        self._resting = resting
        self._thread.call(lambda: self._rest(resting))

    def ask(self, request: Request[Result]) -> Future[Result]:
        """Ask for something."""
        return self._command(lambda works: works.desk.answer(request))

    def find(self, space: str) -> Future[None]:
        """Bring somebody else's Space onto the list."""
        return self._command(lambda works: works.find(space))

    def refresh(self) -> Future[None]:
        """Read everything again now."""
        return self._command(lambda works: works.refresh())

    def pause(self, space: str) -> Future[None]:
        """Pause a Space."""
        return self._command(lambda works: works.desk.carry_out(Pause(space)))

    def restart(self, space: str, *, factory: bool = False) -> Future[None]:
        """Restart, wake, resume or rebuild a Space."""
        return self._command(lambda works: works.desk.carry_out(Restart(space, factory)))

    def watch(
        self,
        space: str,
        folder: str,
        options: WatchOptions,
        listener: Callable[[SyncEvent], None] | None = None,
    ) -> Future[None]:
        """Watch a folder."""
        return self._command(lambda works: works.watching.start(space, folder, options, listener))

    def tell_watch(self, space: str, command: str, *paths: str) -> Future[None]:
        """Say something to a watched folder's engine."""

        async def tell(works: Works) -> None:
            works.watching.tell(space, command, *paths)

        return self._command(tell)

    def compare_watch(self, space: str, path: str) -> Future[Comparison]:
        """Read both sides of a path of a watched folder."""
        return self._command(lambda works: works.watching.compare(space, path))

    def forget_unsent(self, space: str, folder: str) -> Future[None]:
        """Tell no more of what an earlier run left unsent in this folder."""
        return self._command(lambda works: works.leftovers.forget(space, folder))

    def close(self, timeout: float = 2.0) -> None:
        """End in order."""
        if not self._closed:
            self._closed = True
            self._thread.close(timeout)

    def _command(self, work: Callable[[Works], Awaitable[Result]]) -> Future[Result]:
        if self._closed:
            refused: Future[Result] = Future()
            refused.set_exception(CommandError("The session has ended."))
            return refused

        async def run() -> Result:
            return await work(await asyncio.shield(self._ready()))

        return self._thread.submit(run)

    def _ready(self) -> asyncio.Future[Works]:
        if self._works is None:
            self._works = asyncio.get_running_loop().create_future()
        return self._works

    def _look(self) -> None:
        works = self._works
        if works is not None and works.done() and not works.exception():
            works.result().attention.look(*self._view)

    def _rest(self, resting: bool) -> None:
        works = self._works
        if works is not None and works.done() and not works.exception():
            works.result().rest(resting)

    async def _main(self) -> None:
        ready = self._ready()
        try:
            await self._live(ready)
        except Exception as error:  # noqa: BLE001  the thread ends here: nobody else would ever know
            _log.error("the session ended: %s", place_of(error))
            why = f"{_BROKEN} ({place_of(error)})"
            if ready.done():
                ready = self._works = asyncio.get_running_loop().create_future()
            await self._stuck(ready, Link.OFFLINE, why)

    async def _live(self, ready: asyncio.Future[Works]) -> None:
        try:
            origin = await apart(self._config.connect)
        except OSError as error:
            await self._stuck(ready, Link.OFFLINE, str(error))
            return
        self._board.change(endpoint=origin.endpoint)
        await self._work(origin, ready)

    async def _work(self, origin: Origin, ready: asyncio.Future[Works]) -> None:
        # Loading the network code takes a fifth of a second: off the loop, after the first frame.
        try:
            works = await asyncio.to_thread(
                _load, self._config, origin, self._board, self._rings, self._loads
            )
        except CommandError as error:
            await self._stuck(ready, Link.OFFLINE, error.message)
            return
        async with works:
            ready.set_result(works)
            works.rest(self._resting)
            works.attention.look(*self._view)
            try:
                await works.run()
            finally:
                await works.end(_ORDERLY_END)

    async def _stuck(self, ready: asyncio.Future[Works], link: Link, why: str) -> None:
        """Say why nothing can be done, to the screen and to every command, until the end."""
        self._board.link(link, why)
        ready.set_exception(CommandError(why))
        ready.exception()  # noted: nobody may ever ask
        await asyncio.Event().wait()


def _load(config: SessionConfig, origin: Origin, board: Board, rings: Rings, loads: Loads) -> Works:
    from spaces_tui.hub.errors import HubError  # noqa: PLC0415  (see `_work`)
    from spaces_tui.session.trouble import sentence  # noqa: PLC0415
    from spaces_tui.session.works import Works  # noqa: PLC0415

    try:
        return Works(config, origin, board, rings, loads)
    except HubError as error:
        raise CommandError(sentence(error)) from error
