"""Watched folders: one sync engine each, fed with the runtime of its Space."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING, Final

from spaces_tui.model.sync_events import Failed, StateChanged, Stranded, SyncEvent
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.clock import SystemClock
from spaces_tui.session.facade import CommandError
from spaces_tui.session.logtail import log_of, tell_tail
from spaces_tui.session.remote import SpaceRemote
from spaces_tui.session.tasks import place_of, spawn
from spaces_tui.sync.engine import Engine
from spaces_tui.sync.protocols import RemoteError
from spaces_tui.sync.scan import FolderError
from spaces_tui.sync.store import LockedError

if TYPE_CHECKING:
    from spaces_tui.model.space import Runtime
    from spaces_tui.model.sync import Comparison, WatchOptions
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities
    from spaces_tui.session.leftovers import Leftovers
    from spaces_tui.session.runtimes import RuntimeFeeds

_log = logging.getLogger(__name__)
_WHY: Final = "watch"
_ORDERLY: Final = 5.0
"""Seconds a single watch gets to end."""
_LAST_STEPS: Final = 0.3
"""Seconds an engine needs to write down what it knows."""
Listener = Callable[[SyncEvent], None]


class Watching:
    """Starts, feeds and ends sync engines."""

    def __init__(
        self,
        identities: Identities,
        board: Board,
        feeds: RuntimeFeeds,
        leftovers: Leftovers,
        *,
        state: Path,
        read_only: bool,
        ignore: tuple[str, ...] = (),
        settle: float | None = None,
    ) -> None:
        """`ignore` and `settle` are what holds where a watch does not say it itself."""
        self._ignore = ignore
        self._settle = settle
        self._identities = identities
        self._board = board
        self._feeds = feeds
        self._leftovers = leftovers
        self._state = state
        self._read_only = read_only
        self._starting: set[str] = set()
        self._engines: dict[str, Engine] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._tails: set[asyncio.Task[None]] = set()

    async def start(
        self, space: str, folder: str, options: WatchOptions, listener: Listener | None
    ) -> None:
        """Start an engine and return once it has looked at both sides.

        Raises:
            CommandError: the folder cannot be watched, or this Space has one already.
        """
        if self._read_only and not options.dry_run:
            raise CommandError("This console is read-only: start it without --read-only to watch.")
        if space in self._tasks or space in self._starting:
            raise CommandError(f"A folder is already watched for {space}: stop it first.")
        self._starting.add(space)
        try:
            await self._identities.settled(space)
            endpoint = self._identities.hub(space).endpoint
            place = await asyncio.to_thread(_place, self._state, endpoint, space, folder)
        finally:
            self._starting.discard(space)
        options = self.with_defaults(options)
        started = asyncio.Event()

        def emit(event: SyncEvent) -> None:
            self._show(space, engine, options)
            if listener is not None:
                listener(event)
                self._tail(space, event, listener)
            if isinstance(event, StateChanged) and event.state is not SyncState.STARTING:
                started.set()

        engine = Engine(
            space=space,
            folder=Path(folder),
            options=options,
            remote=SpaceRemote(lambda: self._identities.hub(space), space),
            clock=SystemClock(),
            state_dir=place,
            forbidden=self._identities.secrets,
            emit=emit,
        )
        self._engines[space] = engine
        task = asyncio.create_task(
            self._run(space, engine, dry_run=options.dry_run), name=f"watch {space}"
        )
        self._tasks[space] = task
        task.add_done_callback(lambda ended: self._ended(space, ended, started, listener))
        waiting = asyncio.create_task(started.wait())
        await asyncio.wait({task, waiting}, return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if task.done():
            await task

    def with_defaults(self, options: WatchOptions) -> WatchOptions:
        """Return what a person said about a watch, and what holds for all of them."""
        settle = self._settle if options.settle is None else options.settle
        return replace(options, ignore=(*self._ignore, *options.ignore), settle=settle)

    def tell(self, space: str, command: str, *paths: str) -> None:
        """Say something to an engine.

        Raises:
            CommandError: no folder is watched for this Space, or the command is not understood.
        """
        try:
            self._engine(space).tell(command, *paths)
        except ValueError as error:
            raise CommandError(str(error)) from error

    async def stop(self, space: str, timeout: float = _ORDERLY) -> None:
        """End one watch in order, and return once it has ended; there may be none."""
        engine, task = self._engines.get(space), self._tasks.get(space)
        if engine is not None and task is not None:
            engine.stop(timeout - _LAST_STEPS)
            await self._ends({task: engine}, timeout)

    async def compare(self, space: str, path: str) -> Comparison:
        """Read both sides of a path.

        Raises:
            CommandError: no folder is watched for this Space, or a side cannot be read.
        """
        try:
            return await self._engine(space).compare(path)
        except ValueError as error:
            raise CommandError(str(error)) from error
        except RemoteError as error:
            raise CommandError(error.message, request_id=error.request_id) from error

    def runtime_seen(self, space: str, runtime: Runtime) -> None:
        """Pass on what was read of a Space."""
        engine = self._engines.get(space)
        if engine is not None:
            engine.runtime_seen(runtime)
            self._follow(space, engine)
            self._board.watching(space, engine.status)

    def resume(self, acts: Callable[[str], bool]) -> None:
        """Let the engines of some Spaces go on at once: there is a token again."""
        for space, engine in self._engines.items():
            if acts(space) and engine.status.state is SyncState.AUTH:
                engine.tell("sync")

    async def leave(self, acts: Callable[[str], bool]) -> None:
        """End the watches of some Spaces in order."""
        await asyncio.gather(*(self.stop(space) for space in tuple(self._engines) if acts(space)))

    def awaits(self, space: str) -> bool:
        """Whether a batch of this Space is on its way to being live."""
        engine = self._engines.get(space)
        return engine is not None and engine.wants_runtime

    async def ended(self, space: str) -> None:
        """Wait until nothing is watched for a Space any more, however that ends."""
        task = self._tasks.get(space)
        if task is not None:
            await asyncio.wait({task})

    async def close(self, timeout: float) -> None:
        """Stop every engine: what is in flight is finished or journaled within `timeout`."""
        for engine in self._engines.values():
            engine.stop(timeout - _LAST_STEPS)
        tasks = {task: self._engines.get(space) for space, task in self._tasks.items()}
        if tasks:
            await self._ends(tasks, timeout)
        for task in self._tails:
            task.cancel()

    async def _ends(
        self, tasks: Mapping[asyncio.Task[None], Engine | None], timeout: float
    ) -> None:
        """Wait for engines that were told to stop; one that does not is called off."""
        _, late = await asyncio.wait(tasks, timeout=timeout)
        for task in late:
            task.cancel()
        await asyncio.gather(*late, return_exceptions=True)
        for engine in filter(None, map(tasks.get, late)):
            await self._leftovers.ended(engine.status)

    def _engine(self, space: str) -> Engine:
        engine = self._engines.get(space)
        if engine is None:
            raise CommandError(f"No folder is watched for {space}: press w to choose one.")
        return engine

    async def _run(self, space: str, engine: Engine, *, dry_run: bool) -> None:
        try:
            final = await engine.run()
            self._board.watching(space, replace(final, state=SyncState.STOPPED))
            if not dry_run:
                await self._leftovers.ended(final)
        except (FolderError, LockedError) as error:
            self._board.watching(space, None)
            raise CommandError(str(error)) from error
        except Exception as error:
            self._board.watching(space, None)
            _log.error("watch %s ended: %s", space, place_of(error))
            said = f"Watching for {space} broke; start it again, nothing is lost."
            raise CommandError(f"{said} ({place_of(error)})") from error
        finally:
            self._feeds.drop(space, _WHY)
            self._engines.pop(space, None)
            self._tasks.pop(space, None)

    def _ended(
        self,
        space: str,
        task: asyncio.Task[None],
        started: asyncio.Event,
        listener: Listener | None,
    ) -> None:
        """Say why an engine that was running broke; before that, `start` says it."""
        error = None if task.cancelled() else task.exception()
        if error is None or not started.is_set():
            return
        said = str(error)
        self._board.notify(said, severity="error", space=space)
        if listener is not None:
            listener(Failed(said))
            listener(StateChanged(SyncState.HALTED, said, 0))
            listener(StateChanged(SyncState.STOPPED, said, 0))

    def _tail(self, space: str, event: SyncEvent, listener: Listener) -> None:
        """Follow up a build or a start that failed with the end of its log."""
        stream = log_of(event) if isinstance(event, Stranded) else None
        if isinstance(event, Stranded) and stream is not None:
            work = tell_tail(self._identities.hub(space), space, event, stream, listener)
            task = spawn(work, f"log tail {space}")
            self._tails.add(task)
            task.add_done_callback(self._tails.discard)

    def _show(self, space: str, engine: Engine, options: WatchOptions) -> None:
        self._board.watching(space, engine.status)
        self._leftovers.seen(engine.status)
        if options.follow:
            self._follow(space, engine)

    def _follow(self, space: str, engine: Engine) -> None:
        if engine.wants_runtime:
            self._feeds.want(space, _WHY)
            self._feeds.nudge(space)
        else:
            self._feeds.drop(space, _WHY)


def _place(state: Path, endpoint: str, space: str, folder: str) -> Path:
    """Return where the journal of one folder for one Space lies; the real path tells folders."""
    real = Path(folder).expanduser().resolve()
    key = "\0".join((endpoint, space, str(real)))
    return state / sha256(key.encode("utf-8", "surrogateescape")).hexdigest()[:20]
