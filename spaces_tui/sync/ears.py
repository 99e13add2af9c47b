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
_CALM: Final = frozenset({SyncState.IN_SYNC, SyncState.DIRTY, SyncState.SETTLING})


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
        if folders is self._asked and self._watching.folders:
            return
        self._asked = folders
        wanted = frozenset(str(self._root / path) for path in folders)
        if wanted == self._watching.folders:
            return
        now = self._clock.monotonic()
        if self._board.status.degraded and now - self._armed_at < REARM:
            return
        self._armed_at = now
        if await self._watching.arm(wanted):
            self._board.degrade("")
            self._silence.forget()
            # What was written between the scan and now was not told.
            self.doubt()

    async def watch_new(self, folder: Folder, known: Collection[str]) -> None:
        """Watch folders as soon as they appear, since what is in them settles with the rest."""
        candidates, self._candidates = self._candidates, set()
        if not candidates or not self._watching.folders:
            return
        new = await self._on_disk(folder.new_folders, candidates, known)
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
        if batch and not touched and str(self._root) not in batch:
            return
        self._candidates.update(touched)
        self._scope.touch(touched)
        self.generation += 1
        if not touched:
            self.doubt()
        state = self._board.status.state
        if state in _CALM:
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
