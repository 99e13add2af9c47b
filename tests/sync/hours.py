"""A rig on simulated time: saves are told to the engine, and hours pass at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest

from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.engine import Engine
from tests.patience import PATIENCE
from tests.sync.conftest import Rig
from tests.sync.simulation import SimulatedClock, ToldWatcher


class Hours(Rig):
    """An engine whose hours are seconds of ours. Use it inside `simulate`."""

    def __init__(self, base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        super().__init__(base)
        self.clock = SimulatedClock()
        self.watcher = self._watch
        self.ear: ToldWatcher | None = None
        self.tries: list[float] = []
        """When commits were tried, in simulated time."""
        self.space.trying = lambda: self.tries.append(self.now)
        # Nobody writes while the disk is read, and the wait for that would take real time.
        monkeypatch.setattr("spaces_tui.sync.folder.time.sleep", lambda _: None)

    def _watch(self, folders: Sequence[str]) -> ToldWatcher:
        self.ear = ToldWatcher(folders)
        return self.ear

    def tried(self) -> list[tuple[float, float]]:
        """Return the moments of every two commits in a row that were tried."""
        return list(pairwise(self.tries))

    @property
    def now(self) -> float:
        return asyncio.get_running_loop().time()

    def save(self, path: str, content: bytes | str) -> None:
        """Write a file and have it told, as the system would."""
        file = self.write(path, content)
        if self.ear:
            self.ear.tell(str(file))

    @asynccontextmanager
    async def running(self, *, settled: bool = True, **options: Any) -> AsyncIterator[Engine]:
        engine = self.engine = self.make(**{"assume_yes": True, **options})
        task = asyncio.create_task(engine.run())
        try:
            if settled:
                await self.state(SyncState.IN_SYNC)
            yield engine
        finally:
            engine.tell("stop")
            await task

    async def until(self, condition: Callable[[], object]) -> None:
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "the condition never held"
            await asyncio.sleep(0.01)

    async def landed(self, path: str, content: bytes) -> None:
        """Wait until the Space holds a content."""
        await self.until(lambda: self.space.tree_now.get(path) == content)

    async def pass_time(self, seconds: float) -> None:
        """Let time pass."""
        await asyncio.sleep(seconds)
