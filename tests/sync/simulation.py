"""Hours in seconds: an event loop whose time jumps to the next thing that is due.

Files and the engine's disk thread are real; the network and file events are in memory. While the
thread works, time stands still; when everything waits for a timer, time jumps to it.
"""

from __future__ import annotations

import asyncio
import selectors
from collections.abc import AsyncIterator, Callable, Coroutine, Sequence
from concurrent.futures import Executor
from typing import Any, TypeVar

T = TypeVar("T")
_STEP = 0.05


class _JumpingSelector(selectors.DefaultSelector):
    """Waits for real only while a thread works."""

    def __init__(self) -> None:
        super().__init__()
        self.now = 1000.0
        self.working = 0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        ready = super().select(0)
        if ready or timeout == 0:
            return ready
        if self.working or timeout is None:
            return super().select(_STEP)
        self.now += max(timeout, 0.0)
        return []


class SimulatedLoop(asyncio.SelectorEventLoop):
    """An event loop on simulated time."""

    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.now

    def run_in_executor(  # type: ignore[override]  # typeshed's variadic types say the same
        self, executor: Executor | None, func: Callable[..., T], *args: Any
    ) -> asyncio.Future[T]:
        self._jumping.working += 1
        future: asyncio.Future[T] = super().run_in_executor(executor, func, *args)
        future.add_done_callback(self._worked)
        return future

    def _worked(self, _: object) -> None:
        self._jumping.working -= 1


class SimulatedClock:
    """The engine's clock on the running loop's time."""

    def monotonic(self) -> float:
        return asyncio.get_running_loop().time()

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds)


class ToldWatcher:
    """A watcher that is told what happened."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.folders = folders
        self._batches: asyncio.Queue[frozenset[str]] = asyncio.Queue()

    def tell(self, path: str) -> None:
        self._batches.put_nowait(frozenset({path}))

    async def batches(self) -> AsyncIterator[frozenset[str]]:
        while True:
            yield await self._batches.get()

    async def close(self) -> None:
        return


def simulate(main: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine on simulated time."""
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        return runner.run(main())
