"""An engine on a real folder, with a fake Space behind it."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import pytest

from spaces_tui.model.identity import Secret
from spaces_tui.model.sync import SyncStatus, WatchOptions
from spaces_tui.model.sync_events import StateChanged, SyncEvent
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.engine import Engine
from spaces_tui.sync.protocols import Clock
from spaces_tui.sync.watcher import system_watcher
from tests.patience import PATIENCE
from tests.sync.fakes import FakeSpace, FastClock

E = TypeVar("E")


class Rig:
    """One folder, one Space, and engines that run on them."""

    def __init__(self, base: Path) -> None:
        self.root = base / "app"
        self.root.mkdir()
        self.state_dir = base / "state"
        self.space = FakeSpace()
        self.events: list[SyncEvent] = []
        self.engine: Engine | None = None
        self.speed = 5.0
        self.forbidden: Sequence[Secret] = ()
        self.watcher: Callable[..., Any] = system_watcher
        self.clock: Clock | None = None
        """Instead of one that runs at `speed`."""

    def write(self, path: str, content: bytes | str = b"x = 1\n") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return file

    def seed(self, files: Mapping[str, bytes]) -> None:
        """Put the same files here and on the Space."""
        for path, content in files.items():
            self.write(path, content)
        self.space.push(dict(files), "seed")

    def make(self, **options: Any) -> Engine:
        return Engine(
            space="ada/demo",
            folder=self.root,
            options=WatchOptions(**options),
            remote=self.space,
            clock=self.clock or FastClock(self.speed),
            state_dir=self.state_dir,
            forbidden=self.forbidden,
            emit=self.events.append,
            watcher_factory=self.watcher,
        )

    @asynccontextmanager
    async def running(self, *, settled: bool = True, **options: Any) -> AsyncIterator[Engine]:
        """Run an engine; `settled` waits until it is in sync first."""
        engine = self.engine = self.make(**{"assume_yes": True, **options})
        task = asyncio.create_task(engine.run())
        try:
            if settled:
                await self.state(SyncState.IN_SYNC)
            yield engine
        finally:
            engine.tell("stop")
            await asyncio.wait_for(task, PATIENCE)

    async def once(self, **options: Any) -> SyncStatus:
        """Run an engine to its end."""
        engine = self.engine = self.make(**{"assume_yes": True, "once": True, **options})
        return await asyncio.wait_for(engine.run(), PATIENCE)

    async def until(self, condition: Callable[[], object]) -> None:
        """Wait until a condition holds."""
        deadline = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < deadline, "the condition never held"
            await asyncio.sleep(0.005)

    async def state(self, state: SyncState) -> None:
        assert self.engine is not None
        engine = self.engine
        await self.until(lambda: engine.status.state is state)

    async def commits(self, count: int) -> None:
        """Wait until we made so many commits and all is in sync."""
        await self.until(lambda: len(self.space.ours) >= count)
        await self.state(SyncState.IN_SYNC)

    async def looks(self, count: int = 2) -> None:
        """Wait until the engine has looked at the folder so many times more."""
        assert self.engine is not None
        rounds = self.engine._rounds
        assert rounds is not None
        folder = rounds.folder
        seen: list[object] = []
        last = folder._last

        def looked() -> bool:
            nonlocal last
            if folder._last is not last:
                last = folder._last
                seen.append(last)
            return len(seen) >= count

        await self.until(looked)

    def of(self, kind: type[E]) -> list[E]:
        """Return the events of one kind."""
        return [event for event in self.events if isinstance(event, kind)]

    @property
    def told(self) -> list[StateChanged]:
        return self.of(StateChanged)

    @property
    def states(self) -> list[SyncState]:
        return [event.state for event in self.of(StateChanged)]


@pytest.fixture
def rig(tmp_path: Path) -> Rig:
    return Rig(tmp_path)
