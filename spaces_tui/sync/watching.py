"""Keeps file events coming: arms watchers as folders come and go, and says when they are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress

from spaces_tui.sync.protocols import Watcher, WatcherLostError

WatcherFactory = Callable[[Sequence[str]], Watcher]
"""Makes a watcher of these absolute folders, each without what is below it. May block, and may
raise `WatcherLostError`."""


class Watching:
    """The one watcher of a folder at a time, and the task that listens to it."""

    def __init__(
        self,
        factory: WatcherFactory,
        make: Callable[[WatcherFactory, Sequence[str]], Awaitable[Watcher]],
        heard: Callable[[frozenset[str]], None],
        lost: Callable[[str], None],
    ) -> None:
        self._factory = factory
        self._make = make
        self._heard = heard
        self._lost = lost
        self._watcher: Watcher | None = None
        self._task: asyncio.Task[None] | None = None
        self.folders: frozenset[str] = frozenset()
        """What is watched now."""

    async def arm(self, folders: frozenset[str]) -> bool:
        """Watch these folders instead; the old watcher listens until the new one does."""
        try:
            watcher = await self._make(self._factory, sorted(folders))
        except WatcherLostError as error:
            await self.close()
            self._lost(str(error))
            return False
        await self.close()
        self.folders = folders
        self._watcher = watcher
        self._task = asyncio.create_task(self._listen(watcher))
        return True

    async def close(self) -> None:
        """Listen no more."""
        self.folders = frozenset()
        watcher, self._watcher = self._watcher, None
        task, self._task = self._task, None
        if watcher:
            await watcher.close()
        if task:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task

    async def _listen(self, watcher: Watcher) -> None:
        reason = "file events ended"
        try:
            async for batch in watcher.batches():
                self._heard(batch)
        except WatcherLostError as error:
            reason = str(error)
        except Exception as error:  # noqa: BLE001  the task's boundary: any end means no events
            reason = f"file events failed: {error}"
        if self._watcher is watcher:
            self.folders = frozenset()
            self._lost(reason)
