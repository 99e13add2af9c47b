"""An asyncio loop in a thread of its own.

A terminal that stops reading, an open editor or a suspended console blocks the screen's loop; it
must not block an upload. So everything that lasts runs on this loop instead.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from threading import Event, Thread
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine
    from concurrent.futures import Future

Result = TypeVar("Result")


class LoopThread:
    """Runs one coroutine function as the thread's main task, and others handed in from outside."""

    def __init__(self, name: str, main: Callable[[], Coroutine[Any, Any, None]]) -> None:
        self._main = main
        self._loop = asyncio.new_event_loop()
        self._task: asyncio.Task[None] | None = None
        self._ready = Event()
        self._thread = Thread(target=self._run, name=name, daemon=True)
        self._started = False

    @property
    def started(self) -> bool:
        """Whether `start` was called."""
        return self._started

    def start(self) -> None:
        """Start the thread; a second call does nothing."""
        if not self._started:
            self._started = True
            self._thread.start()

    def submit(self, work: Callable[[], Awaitable[Result]]) -> Future[Result]:
        """Run `work` on the loop. Work handed in before the start runs right after it."""

        async def run() -> Result:
            return await work()

        return asyncio.run_coroutine_threadsafe(run(), self._loop)

    def call(self, function: Callable[[], object]) -> None:
        """Call a function on the loop soon; ignored once the loop has ended."""
        with suppress(RuntimeError):
            self._loop.call_soon_threadsafe(function)

    def close(self, timeout: float) -> bool:
        """Cancel the main task and wait for its orderly end.

        Returns whether it ended within `timeout` seconds.
        """
        if not self._started:
            self._loop.close()
            return True
        if self._ready.wait(timeout) and self._task is not None:
            self.call(self._task.cancel)
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._task = self._loop.create_task(self._main())
        self._ready.set()
        try:
            with suppress(asyncio.CancelledError):
                self._loop.run_until_complete(self._task)
            self._loop.run_until_complete(_end_others())
        finally:
            self._loop.run_until_complete(self._loop.shutdown_asyncgens())
            self._loop.close()


async def _end_others() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
