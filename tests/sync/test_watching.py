"""One watcher at a time, and a task that can be cancelled at every moment."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

import pytest

from spaces_tui.sync.watching import Watching
from tests.sync.fakes import SilentWatcher


class Stubborn(SilentWatcher):
    """Takes its time to end."""

    async def batches(self) -> AsyncIterator[frozenset[str]]:
        """Say nothing, and end some turns after being told to."""
        try:
            await asyncio.Event().wait()
        finally:
            for _ in range(10):
                await asyncio.sleep(0)
        yield frozenset()


async def _now(factory: type[Stubborn], folders: Sequence[str]) -> Stubborn:
    return factory(folders)


async def test_being_cancelled_while_a_watcher_is_closed_is_not_forgotten() -> None:
    watching = Watching(Stubborn, _now, lambda _: None, lambda _: None)  # type: ignore[arg-type]  # a narrower factory
    await watching.arm(frozenset({"/"}))
    await asyncio.sleep(0)

    async def closing() -> None:
        await watching.close()
        await asyncio.sleep(0)

    task = asyncio.create_task(closing())
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asyncio.wait_for(task, 10)
