"""Keeps file events coming: arms watchers as folders come and go, and says when they are lost."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence

from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.protocols import AdjustableWatcher, Watcher, WatcherLostError

WatcherFactory = Callable[[Sequence[str]], Watcher]
"""Makes a watcher of these absolute folders, each without what is below it. May block, and may
raise `WatcherLostError`."""


class Watching:
    """The one watcher of a folder at a time, and the task that listens to it."""

    def __init__(
        self,
        factory: WatcherFactory,
        on_disk: OnDisk,
        heard: Callable[[frozenset[str]], None],
        lost: Callable[[str], None],
    ) -> None:
        self._factory = factory
        self._on_disk = on_disk
        self._heard = heard
        self._lost = lost
        self._watcher: Watcher | None = None
        self._task: asyncio.Task[None] | None = None
        self._folders: frozenset[str] = frozenset()

    @property
    def folders(self) -> frozenset[str]:
        """What is watched now."""
        if isinstance(self._watcher, AdjustableWatcher):
            return self._watcher.folders
        return self._folders

    async def arm(self, folders: frozenset[str]) -> frozenset[str] | None:
        """Watch these folders; return those whose past is not known, or None if it failed.

        A watcher that cannot be adjusted listens until another one does.
        """
        try:
            if isinstance(self._watcher, AdjustableWatcher):
                return await self._on_disk(self._watcher.adjust, folders)
            watcher = await self._on_disk(self._factory, sorted(folders))
        except WatcherLostError as error:
            await self.close()
            self._lost(str(error))
            return None
        await self.close()
        self._folders = folders
        self._watcher = watcher
        self._task = asyncio.create_task(self._listen(watcher))
        return folders

    async def close(self) -> None:
        """Listen no more."""
        self._folders = frozenset()
        watcher, self._watcher = self._watcher, None
        task, self._task = self._task, None
        if watcher:
            await watcher.close()
        if task:
            task.cancel()
            await asyncio.wait({task})  # and not swallow that we are cancelled ourselves

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
            self._watcher, self._folders = None, frozenset()
            await watcher.close()
            self._lost(reason)
