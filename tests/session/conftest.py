"""A real session on a real local Hub, and ways to wait for what it shows."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path
from threading import Event
from time import monotonic
from typing import TypeVar

import pytest

from spaces_tui.hub.client import Hub
from spaces_tui.hub.sources import LargeFile
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.session.config import Candidate, Origin, SessionConfig
from spaces_tui.session.first import first_snapshot
from spaces_tui.session.identities import Identities
from spaces_tui.session.session import Session
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.store.paths import Paths
from tests.patience import PATIENCE

T = TypeVar("T")


class Running:
    """A started session that tests can wait on."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self._changed = Event()
        self._unsubscribe = session.subscribe(self._changed.set)

    @property
    def snapshot(self) -> Snapshot:
        return self.session.snapshot

    def until(self, wanted: Callable[[Snapshot], object], what: str = "") -> Snapshot:
        """Wait for a snapshot that is as wanted."""
        end = monotonic() + PATIENCE
        while True:
            self._changed.clear()
            self.session.acknowledge()
            snapshot = self.session.snapshot
            if wanted(snapshot):
                return snapshot
            left = end - monotonic()
            assert left > 0, f"never came: {what or wanted}; last: {snapshot}"
            self._changed.wait(min(left, 1.0))

    def within(self, work: Callable[[Identities], Awaitable[T]]) -> T:
        """Do something with the accounts, on the session's loop."""
        future = self.session._command(lambda works: work(works.identities))
        return future.result(PATIENCE)


DEADLINE = PATIENCE

StartSession = Callable[..., Running]


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    return Paths(state=tmp_path / "state", cache=tmp_path / "cache")


@pytest.fixture
def start(paths: Paths) -> Iterator[StartSession]:
    """Start sessions; all end with the test."""
    running: list[Session] = []

    def run(
        url: str,
        token: str | None,
        *,
        fleet: bool = True,
        read_only: bool = False,
        why: str = "",
        last_words: bool = True,
        accounts: tuple[Candidate, ...] = (),
    ) -> Running:
        origin = Origin.of_token(url, Secret(token), "test") if token else Origin(url, why=why)
        if accounts:
            origin = Origin(url, accounts)
        config = SessionConfig(
            connect=lambda: origin,
            paths=paths,
            fleet=fleet,
            read_only=read_only,
            last_words=last_words,
        )
        session = Session(config, first_snapshot(config, url))
        running.append(session)
        session.start()
        return Running(session)

    yield run
    for session in running:
        session.close(PATIENCE)


@pytest.fixture
def demo(demo_hub: LocalHub, start: StartSession) -> Running:
    """A session of the demo's person."""
    return start(demo_hub.url, demo_hub.token())


async def put_large(local_hub: LocalHub, space: str, path: str, content: bytes) -> None:
    """Commit a large file as a client does."""
    async with Hub(local_hub.url, Secret(local_hub.token()), version="test") as hub:
        stored = await hub.space(space).lfs.upload([LargeFile(path, content)])
        await hub.space(space).commit(stored, summary=f"Put {path}", parent=None)
