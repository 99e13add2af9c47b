"""A folder kept in step with a Space's repository.

The engine looks at the folder, compares it with what the Space holds, and sends what differs, one
commit at a time. File events only make it look sooner. Everything that touches the disk runs in
the engine's own thread; commands and runtimes are told on the loop it runs on.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import ParamSpec, TypeVar

from spaces_tui.model.identity import Secret
from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.sync import Comparison, SyncStatus, WatchOptions
from spaces_tui.model.sync_events import Retrying, StateChanged, SyncEvent
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import crashes, heap
from spaces_tui.sync.aside import Aside
from spaces_tui.sync.assembly import Setting, assemble
from spaces_tui.sync.beginning import make_folder, remove_folder
from spaces_tui.sync.bell import Bell
from spaces_tui.sync.board import Board
from spaces_tui.sync.comparing import compare_sides
from spaces_tui.sync.ears import Ears
from spaces_tui.sync.ending import PATIENCE
from spaces_tui.sync.following import Following
from spaces_tui.sync.gate import Gate, delay_after
from spaces_tui.sync.loop import Loop
from spaces_tui.sync.orders import checked
from spaces_tui.sync.protocols import Clock, Remote, RemoteError
from spaces_tui.sync.repository import Repository
from spaces_tui.sync.rounds import Rounds
from spaces_tui.sync.scan import FolderError, check_folder
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.send import Sender
from spaces_tui.sync.store import Lock, LockedError
from spaces_tui.sync.watcher import system_watcher
from spaces_tui.sync.watching import WatcherFactory
from spaces_tui.sync.window import Window

__all__ = ["Engine", "FolderError", "LockedError"]

P = ParamSpec("P")
T = TypeVar("T")


class Engine:
    """Watches one folder for one Space, from `run()` until it is told to stop."""

    def __init__(  # noqa: PLR0913  everything an engine needs from outside, by name
        self,
        *,
        space: str,
        folder: Path,
        options: WatchOptions,
        remote: Remote,
        clock: Clock,
        state_dir: Path,
        emit: Callable[[SyncEvent], None],
        forbidden: Sequence[Secret] = (),
        watcher_factory: WatcherFactory = system_watcher,
    ) -> None:
        """Prepare an engine; nothing is read or watched yet.

        Args:
            space: the Space's id, for the records.
            folder: the folder to watch.
            options: what the person said about it.
            remote: the Space's repository.
            clock: time to act by.
            state_dir: a folder outside `folder` for this engine's memory; created if missing.
            emit: called with every event, on the loop.
            forbidden: tokens that must never be in a request's body.
            watcher_factory: makes the source of file events.
        """
        self._folder = Path(os.path.abspath(folder))  # noqa: PTH100  resolve() would follow a link
        self._options = options
        self._clock = clock
        self._state_dir = state_dir
        self._space = space
        self._forbidden = forbidden
        into = options.into.strip("/")
        self._repository = Repository(remote, into)
        self._board = Board(SyncStatus(space, str(self._folder), into), emit)
        self._window = Window(options.settle)
        self._gate = Gate()
        self._disk = ThreadPoolExecutor(1, thread_name_prefix="sync-disk")
        self._bell = Bell(clock)
        self._scope = Scope()
        self._aside = Aside()
        self._following = Following(remote, self._board, clock, options, self._look_now)
        self._ears = Ears(
            self._folder,
            window=self._window,
            scope=self._scope,
            board=self._board,
            bell=self._bell,
            clock=clock,
            on_disk=self._on_disk,
            factory=watcher_factory,
        )
        self._ears.aside = self._aside
        self._asked: asyncio.Task[Space] | None = None
        """The first question to the Space, on its way while the folder is looked at."""
        self._rounds: Rounds | None = None
        self._loop: Loop | None = None

    @property
    def status(self) -> SyncStatus:
        """The newest status; immutable."""
        return self._board.status

    @property
    def wants_runtime(self) -> bool:
        """Whether a batch is on its way to being live, so that runtimes should be read often."""
        return self._following.wants_runtime

    def runtime_seen(self, runtime: Runtime) -> None:
        """Take a newer runtime of the Space, whoever read it."""
        self._following.seen(runtime)

    def tell(self, command: str, *paths: str) -> None:
        """Give a command: one of `accept`, `drop`, `mine`, `theirs`, `both`, `restore`,
        `pause`, `resume`, `sync` and `stop`.

        `mine`, `theirs` and `both` take the paths in conflict they are about, or folders; without
        any they are about all of them. `theirs` without paths fills an empty folder, if that is
        what is asked. `restore` puts the Space back to what it was when it was live last.

        `ignore PATH…` leaves paths alone from now on, and `unignore PATH…` takes them up again;
        a folder stands for all that is in it. `accept` while the commits of the hour are used up
        is `sync`: it takes one of those that are kept back.

        Raises:
            ValueError: it is not a command, or means nothing now; the message is one sentence.
        """
        if command == "stop" and not paths:
            self.stop(0.0 if self._bell.stopping else PATIENCE)
            return
        if command in {"ignore", "unignore"}:
            self._bell.tell(command, self._aside.checked(command, paths))
            return
        if command == "accept" and self.status.state is SyncState.BUDGET:
            command = "sync"
        self._bell.tell(command, checked(command, paths, self.status))

    def stop(self, patience: float) -> None:
        """End within about so many seconds.

        A request in flight gets at most 1.5 s of them, and what has settled is sent in the rest.
        What is not sent then is counted, and goes with the next start.
        """
        self._bell.stop(patience)

    async def compare(self, path: str) -> Comparison:
        """Read both sides of a path, up to 1 MiB each, as they are now.

        The texts are exact: a screen shows them through `clean`.

        Raises:
            ValueError: nothing was looked at yet, or this is no path of the folder.
            RemoteError: the Space's side cannot be read.
        """
        rounds = self._rounds
        if rounds is None or not rounds.listing.known:
            raise ValueError("The Space was not read yet; try again in a moment.")
        return await compare_sides(
            path, self._folder, rounds.ledger, self._repository, self._on_disk
        )

    async def run(self) -> SyncStatus:
        """Watch until stopped, or until reconciled with `once` or `dry_run`.

        Returns the status from just before it ended: what is pending there was not sent.

        Raises:
            FolderError: the folder cannot be watched.
            LockedError: another process watches it for this Space.
        """
        lock: Lock | None = None
        made = False
        try:
            if self._options.from_space and not self._options.dry_run:
                made = await self._on_disk(make_folder, self._folder)
            await self._on_disk(check_folder, self._folder)
            lock = await self._on_disk(self._take_lock)
            self._board.emit(StateChanged(SyncState.STARTING, "", 0))
            self._asked = asyncio.create_task(self._repository.info())
            await self._prepare(self._asked)
            loop = await self._begin()
            await loop.run()
            return await loop.end()
        except (FolderError, LockedError):
            raise
        except Exception:
            await self._on_disk(crashes.note, self._state_dir)
            raise
        finally:
            if self._asked:
                self._asked.cancel()
                await asyncio.gather(self._asked, return_exceptions=True)
            await self._ears.close()
            if self._rounds:
                await self._rounds.freight.transfers.close()
            await self._following.close()
            if lock:
                lock.release()
            if made:
                await self._on_disk(remove_folder, self._folder)
            self._disk.shutdown(wait=False)
            heap.take_back(self._loop)

    def _take_lock(self) -> Lock:
        try:
            return Lock(self._state_dir / "lock")
        except OSError as error:
            raise FolderError(f"The state folder {self._state_dir} is not usable.") from error

    async def _prepare(self, asked: Awaitable[Space]) -> None:
        """Read what was remembered, and put the parts together."""
        careful = await self._on_disk(crashes.careful, self._state_dir)
        options = replace(self._options, assume_yes=False, delete=False)
        setting = Setting(
            space=self._space,
            folder=self._folder,
            state_dir=self._state_dir,
            options=options if careful else self._options,
            repository=self._repository,
            forbidden=self._forbidden,
            clock=self._clock,
            on_disk=self._on_disk,
            board=self._board,
            bell=self._bell,
            window=self._window,
            scope=self._scope,
            aside=self._aside,
            gate=self._gate,
            following=self._following,
            sender=Sender(self._repository, self._confirming, self._bell.rest),
        )
        self._rounds = await assemble(setting, asked)
        if careful:
            self._rounds.questions.caution = crashes.WORDS

    async def _begin(self) -> Loop:
        """Watch, and look around before the first look that counts."""
        rounds = self._rounds
        assert rounds is not None
        loop = self._loop = Loop(
            rounds=rounds,
            ears=self._ears,
            bell=self._bell,
            board=self._board,
            gate=self._gate,
            window=self._window,
            scope=self._scope,
            clock=self._clock,
            state_dir=self._state_dir,
            on_disk=self._on_disk,
            broke=bool(await self._on_disk(crashes.broken, self._state_dir)),
        )
        await self._ears.watch([""])
        early = await self._on_disk(rounds.folder.early, rounds.ledger.remote)
        if early is not None:
            self._ears.rules = early.rules
            await self._ears.watch(early.folders)
        return loop

    def _look_now(self) -> None:
        """Look without waiting: what a batch waited for may be over."""
        self._ears.urgent = True
        self._bell.ring()

    async def _confirming(self, error: RemoteError, tries: int) -> bool:
        """Wait before a commit whose answer was lost is sent again; True to give up."""
        delay = 0.5 if tries == 0 else delay_after(error, tries - 1)
        self._board.show(SyncState.CONFIRMING, error.message)
        self._board.emit(Retrying(error.message, delay))
        await self._bell.rest(delay)
        return self._bell.stopping

    async def _on_disk(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._disk, lambda: call(*args, **kwargs))
