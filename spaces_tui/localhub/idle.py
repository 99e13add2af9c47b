"""Falling asleep: a Space nobody visits stops after its sleep time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import TYPE_CHECKING

from spaces_tui.localhub import stages
from spaces_tui.localhub.clock import Clock

if TYPE_CHECKING:
    from spaces_tui.localhub.space import Space


class Idlers:
    """Waits, for each running Space, until its sleep time has passed without a visit."""

    def __init__(self, clock: Clock, asleep: Callable[[Space], None]) -> None:
        self._clock = clock
        self._asleep = asleep
        self._tasks: dict[str, asyncio.Task[None]] = {}

    def watch(self, space: Space) -> None:
        """Begin to wait for a Space, or stop, by what its stage and sleep time are now."""
        task = self._tasks.pop(space.hub_id, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()
        if space.runtime.stage == stages.RUNNING and space.runtime.gc_timeout:
            wait = self._wait(space, space.runtime.gc_timeout)
            self._tasks[space.hub_id] = asyncio.get_running_loop().create_task(wait)

    def close(self) -> None:
        """Stop all waiting."""
        for task in self._tasks.values():
            task.cancel()

    async def _wait(self, space: Space, seconds: int) -> None:
        while (left := space.visited + seconds - self._clock.now()) > 0:
            await self._clock.sleep(left)
        self._asleep(space)
