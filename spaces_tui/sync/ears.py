"""Listens to the folder, and knows when it has gone deaf."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path
from typing import Final

from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.aside import Aside
from spaces_tui.sync.bell import Bell
from spaces_tui.sync.board import Board
from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.deny import denied_path
from spaces_tui.sync.folder import Folder
from spaces_tui.sync.ignore import Rules
from spaces_tui.sync.protocols import Clock
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.silence import Silence
from spaces_tui.sync.watching import WatcherFactory, Watching
from spaces_tui.sync.window import Window

REARM: Final = 30.0
"""Seconds between two tries to get file events back."""
CALM: Final = frozenset({SyncState.IN_SYNC, SyncState.DIRTY, SyncState.SETTLING})
"""States in which nothing but quiet is waited for."""


class Ears:
    """Turns file events into touches of the window."""

    def __init__(
        self,
        root: Path,
        *,
        window: Window,
        board: Board,
        scope: Scope,
        bell: Bell,
        clock: Clock,
        on_disk: OnDisk,
        factory: WatcherFactory,
    ) -> None:
        self._root = root
        self._window = window
        self._board = board
        self._scope = scope
        self._bell = bell
        self._clock = clock
        self._on_disk = on_disk
        self._watching = Watching(factory, on_disk, self._heard, self._lost)
        self._silence = Silence()
        self._candidates: set[str] = set()
        self._asked: Collection[str] = ()
        self._held: frozenset[str] = frozenset()
        self._watched_as: tuple[frozenset[str], frozenset[str]] = (frozenset(), frozenset())
        self._armed_at = float("-inf")
        self.rules = Rules({})
        """What is ignored, as of the last look."""
        self.aside = Aside()
        """What a person wants left alone."""
        self.generation = 0
        """Grows with everything that may mean a change."""
        self.urgent = True
        """Whether to look at once, without waiting for quiet."""

    def quiet_since(self, generation: int) -> bool:
        """Whether nothing was heard since the generation was this."""
        return generation == self.generation

    async def watch(self, folders: Collection[str]) -> None:
        """Watch these folders, given relative to the root, unless that failed just now."""
        if folders is self._asked and self._watching.folders is self._held and self._held:
            return
        wanted = frozenset(map(self._absolute, folders))
        if wanted == self._watching.folders:
            self._asked, self._held = folders, self._watching.folders
            return
        now = self._clock.monotonic()
        if self._board.status.degraded and now - self._armed_at < REARM:
            return
        self._armed_at = now
        before = self._watching.folders
        new = await self._watching.arm(wanted)
        if new is None:
            return
        self._asked, self._held = folders, self._watching.folders
        self._board.degrade("")
        # What was written there between the scan and now was not told.
        if not before or new >= before:
            self._silence.forget()
            self.doubt()
        elif new:
            self._scope.keep([self._relative(path) for path in new])
            self.generation += 1
            self.urgent = True

    async def watch_new(self, folder: Folder, known: Collection[str]) -> None:
        """Watch folders as soon as they appear, since what is in them settles with the rest."""
        candidates, self._candidates = self._candidates, set()
        if not candidates or not self._watching.folders:
            return
        new = await self._on_disk(folder.new_folders, candidates, self._watched())
        if new:
            await self.watch([*known, *new])
            self.urgent = False

    async def check(self, seen: Collection[str]) -> None:
        """Give a watcher up that does not tell what the looks find."""
        now = self._clock.monotonic()
        self._silence.found(seen, now)
        if self._silence.broken(now) and self._watching.folders:
            await self._watching.close()
            self._armed_at = now
            self._lost("file events are silent; the folder is scanned instead")

    async def close(self) -> None:
        """Listen no more."""
        await self._watching.close()

    def _watched(self) -> frozenset[str]:
        """Return what is watched, relative to the root."""
        folders = self._watching.folders
        if folders is not self._watched_as[0]:
            self._watched_as = (folders, frozenset(map(self._relative, folders)))
        return self._watched_as[1]

    def _absolute(self, path: str) -> str:
        return f"{self._root}{os.sep}{path}" if path else str(self._root)

    def _relative(self, absolute: str) -> str:
        return absolute.removeprefix(str(self._root)).lstrip(os.sep).replace(os.sep, "/")

    def _heard(self, batch: frozenset[str]) -> None:
        """Take a batch of events."""
        now = self._clock.monotonic()
        lead = f"{self._root}{os.sep}"
        touched: list[str] = []
        for absolute in batch:
            path = absolute.removeprefix(lead).replace(os.sep, "/")
            if path.startswith("/") or denied_path(path) or self.rules.covers(path):
                continue
            if self.aside.covers(path):
                self._silence.heard(path, now)
                continue
            touched.append(path)
            self._silence.heard(path, now)
            self._window.heard(path, now)
        itself = str(self._root) in batch
        if batch and not touched and not itself:
            return
        self._candidates.update(touched)
        self._scope.touch(touched)
        self.generation += 1
        if itself or not touched:
            self.doubt()
        state = self._board.status.state
        if state in CALM:
            new = SyncState.DIRTY if state is SyncState.IN_SYNC else SyncState.SETTLING
            self._board.pending(self._window.paths)
            self._board.show(new, "", max(len(self._window.paths), 1))
        self._bell.ring()

    def doubt(self) -> None:
        """Look at everything soon: something may have changed, and nobody told."""
        self._scope.doubt()
        self.generation += 1
        self.urgent = True

    def _lost(self, reason: str) -> None:
        """Go on without file events."""
        self._board.degrade(reason)
        self.doubt()
        self._bell.ring()
