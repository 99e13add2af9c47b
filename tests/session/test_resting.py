"""Feeds rest while nobody can see the screen, and everything is read at once afterwards."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path
from time import monotonic, sleep

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.sleeping import EVERY, JUMP, wake_up
from spaces_tui.session.snapshot import Link, Snapshot
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/whisper-live"


def stage_of(snapshot: Snapshot, space: str) -> str:
    return next((known.stage.name for known in snapshot.spaces if known.id == space), "")


def in_view(running: Running) -> None:
    """Look at a Space until everything of it has come."""
    running.until(lambda s: s.connection.link is Link.LIVE)
    running.session.attend(SPACE, logs=frozenset({LogStream.RUN}))
    running.until(lambda s: s.detail and s.detail.metrics and s.detail.logs_note.get("run"))


def streams_end(hub: LocalHub) -> None:
    """Wait until no event stream is open."""
    ends = monotonic() + DEADLINE
    while hub.call(lambda state: len(state.open_streams)):
        assert monotonic() < ends, "streams stay open"
        sleep(0.01)


def test_nothing_is_asked_while_it_rests_and_all_at_once_afterwards(
    demo: Running, demo_hub: LocalHub
) -> None:
    in_view(demo)
    demo.session.rest(resting=True)
    streams_end(demo_hub)
    demo_hub.clear_requests()
    demo_hub.set_stage(SPACE, "BUILD_ERROR")
    demo_hub.set_stage("acme/trainer", "SLEEPING")
    assert demo_hub.requests() == []
    assert demo.snapshot.detail is not None, "what was in view stays there"
    demo.session.rest(resting=False)
    demo.until(lambda s: stage_of(s, SPACE) == "BUILD_ERROR")
    demo.until(lambda s: stage_of(s, "acme/trainer") == "SLEEPING")
    demo_hub.wait_requests(f"{SPACE}/events")
    demo_hub.set_stage(SPACE, "RUNNING")
    demo.until(lambda s: stage_of(s, SPACE) == "RUNNING")


def test_what_comes_into_view_while_it_rests_is_read_afterwards(
    demo: Running, demo_hub: LocalHub
) -> None:
    in_view(demo)
    demo.session.rest(resting=True)
    demo.session.attend("ada/rag-demo")
    demo.until(lambda s: s.detail and s.detail.space == "ada/rag-demo")
    streams_end(demo_hub)
    demo.session.rest(resting=False)
    demo_hub.wait_requests("ada/rag-demo/events")
    demo.until(lambda s: s.detail and s.detail.commits)


def test_a_watched_folder_never_rests(demo: Running, demo_hub: LocalHub, tmp_path: Path) -> None:
    demo.until(lambda s: s.connection.link is Link.LIVE)
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "notes.txt").write_text("one\n")
    options = WatchOptions(assume_yes=True)
    demo.session.watch(SPACE, str(folder), options).result(DEADLINE)
    demo.until(lambda s: s.watches[SPACE].state is SyncState.IN_SYNC)
    demo.session.rest(resting=True)
    demo_hub.set_stage(SPACE, "RUNTIME_ERROR")
    demo.until(lambda s: stage_of(s, SPACE) == "RUNTIME_ERROR")
    demo_hub.clear_requests()
    (folder / "notes.txt").write_text("two\n")
    demo_hub.wait_requests(f"{SPACE}/commit/", method="POST")


async def test_time_that_was_not_waited_for_wakes_up() -> None:
    now = 0.0
    woken: list[float] = []
    extra = iter([0.0, JUMP - 1, 3600.0, 0.0, -3600.0, 60.0, 0.0])

    async def pause(seconds: float) -> None:
        nonlocal now
        late = next(extra, None)
        if late is None:
            raise asyncio.CancelledError
        now += seconds + late

    with pytest.raises(asyncio.CancelledError):
        await wake_up(lambda: woken.append(now), clock=lambda: now, pause=pause)
    assert woken == [3 * EVERY + JUMP - 1 + 3600, 6 * EVERY + JUMP - 1 + 60]


def test_after_a_sleep_everything_is_read_on_new_connections(
    demo_hub: LocalHub, start: StartSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    sleeping: list[tuple[asyncio.AbstractEventLoop, Callable[[], None]]] = []

    async def asleep(woke: Callable[[], None]) -> None:
        sleeping.append((asyncio.get_running_loop(), woke))
        await asyncio.Event().wait()

    monkeypatch.setattr("spaces_tui.session.works.wake_up", asleep)
    running = start(demo_hub.url, demo_hub.token())
    in_view(running)
    demo_hub.clear_requests()
    ((loop, woke),) = sleeping
    loop.call_soon_threadsafe(woke)
    for again in ("/events", "/runtime", "/metrics", "/logs/run"):
        demo_hub.wait_requests(f"{SPACE}{again}")
    demo_hub.wait_requests("/api/spaces$", count=3)
