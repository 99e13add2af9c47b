"""From a commit to what visitors see: builds that are waited for, and commits left aside."""

from __future__ import annotations

import asyncio
from dataclasses import replace

import pytest

from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.model.sync_events import Committed, StateChanged, Stranded, WentLive
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.building import CALM, RELOADING, STALE, pause_for_build, pause_for_reload
from tests.sync.conftest import Rig

FILES = {"Dockerfile": b"FROM x\n", "app.py": b"x = 1\n", "README.md": b"---\nsdk: docker\n---\n"}
BUILDING = Runtime(Stage("RUNNING_BUILDING"))
RUNNING = Runtime(Stage("RUNNING"))
DOCKER = Space("ada/demo", sdk="docker", runtime=RUNNING)


def test_a_batch_waits_until_the_build_ends_or_nobody_saves() -> None:
    pause = pause_for_build(BUILDING, 100.0, written=98.0, now=100.0)
    assert pause is not None
    assert pause.until == 98.0 + CALM
    assert pause_for_build(BUILDING, 100.0, written=100.0 - CALM, now=100.0) is None
    assert pause_for_build(RUNNING, 100.0, written=100.0, now=100.0) is None
    assert pause_for_build(None, 100.0, written=100.0, now=100.0) is None
    assert pause_for_build(BUILDING, 0.0, written=STALE + 1, now=STALE + 1) is None
    reload = pause_for_reload(10.0, 12.0)
    assert reload is not None
    assert reload.until == 10.0 + RELOADING
    assert pause_for_reload(10.0, 10.0 + RELOADING) is None


def docker(rig: Rig, runtime: Runtime = RUNNING) -> None:
    rig.seed(FILES)
    rig.space.facts = replace(DOCKER, runtime=runtime)


def reasons(rig: Rig) -> set[str]:
    return {each.reason for each in rig.of(StateChanged) if each.state is SyncState.SETTLING}


async def test_saves_during_a_build_are_one_more_build(rig: Rig) -> None:
    docker(rig)
    rig.speed = 1.0
    async with rig.running() as engine:
        rig.write("Dockerfile", "FROM a\n")
        await rig.commits(1)
        engine.runtime_seen(BUILDING)
        for name in "bcd":
            rig.write("Dockerfile", f"FROM {name}\n")
            await rig.looks(1)
        await rig.until(lambda: "being built" in engine.status.reason)
        assert engine.status.pending == 1
        assert engine.wants_runtime
        engine.runtime_seen(Runtime(Stage("RUNNING"), sha=rig.space.head_now))
        await rig.commits(2)
        await rig.looks()
    assert [each.tree["Dockerfile"] for each in rig.space.ours] == [b"FROM a\n", b"FROM d\n"]
    assert any("sync sends now" in reason for reason in reasons(rig))


async def test_a_build_of_somebody_else_counts_from_the_start(rig: Rig) -> None:
    docker(rig, BUILDING)
    async with rig.running() as engine:
        assert engine.wants_runtime
        rig.write("Dockerfile", "FROM a\n")
        await rig.until(lambda: "being built" in engine.status.reason)
        assert rig.space.ours == []
        engine.tell("sync")
        await rig.commits(1)


async def test_after_a_calm_while_it_goes_all_the_same(rig: Rig) -> None:
    docker(rig, BUILDING)
    rig.speed = 30.0
    async with rig.running() as engine:
        rig.write("Dockerfile", "FROM a\n")
        await rig.until(lambda: "being built" in engine.status.reason)
        await rig.commits(1)
    assert rig.of(Committed)[0].seconds >= CALM


@pytest.mark.parametrize("options", [{"send_while_building": True}, {"follow": False}])
async def test_who_does_not_want_to_wait_does_not(rig: Rig, options: dict[str, bool]) -> None:
    docker(rig, BUILDING)
    rig.speed = 0.5
    async with rig.running(**options):
        rig.write("Dockerfile", "FROM a\n")
        await rig.commits(1)
    assert not any("being built" in reason for reason in reasons(rig))


async def test_what_a_person_agreed_to_does_not_wait(rig: Rig) -> None:
    docker(rig, BUILDING)
    rig.speed = 0.5
    rig.write("Dockerfile", "FROM a\n")
    async with rig.running(settled=False):
        await rig.commits(1)
    rig.write("Dockerfile", "FROM b\n")
    await rig.once()
    assert len(rig.space.ours) == 2
    assert not any("being built" in reason for reason in reasons(rig))


async def test_the_rest_of_a_plan_in_parts_does_not_wait(rig: Rig) -> None:
    names = [f"data/f{number}.txt" for number in range(260)]
    docker(rig)
    rig.seed(dict.fromkeys(names, b"old\n"))
    rig.speed = 0.5
    async with rig.running() as engine:
        rig.space.hold = asyncio.Event()
        for name in names:
            rig.write(name, "new\n")
        await rig.until(lambda: rig.space.bodies)
        engine.runtime_seen(BUILDING)
        rig.space.hold.set()
        await rig.commits(2)
    assert len(rig.space.ours[0].paths) < len(names)
    assert not any("being built" in reason for reason in reasons(rig))


@pytest.mark.parametrize(
    ("runtime", "words"),
    [
        (Runtime(Stage("PAUSED")), "paused; restart it"),
        (Runtime(Stage("PAUSED"), error_message="Quota exceeded"), "Paused: Quota exceeded"),
        (Runtime(Stage("RUNNING"), sha="0" * 40, dev_mode=True), "Dev Mode is on"),
    ],
)
async def test_a_commit_that_is_not_live_says_why(rig: Rig, runtime: Runtime, words: str) -> None:
    docker(rig, runtime)
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)
        engine.runtime_seen(runtime)
        (told,) = rig.of(Stranded)
        assert words in told.reason
        assert told.oid == rig.space.head_now
        assert engine.status.batches[0].note == told.reason
        assert not engine.wants_runtime
        assert engine.status.state is SyncState.IN_SYNC


async def test_a_paused_space_that_is_restarted_goes_live(rig: Rig) -> None:
    docker(rig, Runtime(Stage("PAUSED")))
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)
        engine.runtime_seen(Runtime(Stage("PAUSED")))
        engine.runtime_seen(Runtime(Stage("BUILDING")))
        assert engine.wants_runtime
        engine.runtime_seen(Runtime(Stage("RUNNING"), sha=rig.space.head_now))
        batch = engine.status.batches[0]
        assert batch.live is not None
        assert batch.note == ""


async def test_a_build_that_fails_is_told_and_watching_goes_on(rig: Rig) -> None:
    docker(rig)
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)
        first = rig.space.head_now
        engine.runtime_seen(BUILDING)
        failed = Runtime(Stage("BUILD_ERROR"), error_message="exit code: 1\nno matching\n version")
        engine.runtime_seen(failed)
        assert rig.of(Stranded) == [
            Stranded(first, Stage("BUILD_ERROR"), "Build error: exit code: 1 no matching version")
        ]
        rig.write("app.py", "x = 3\n")
        await rig.commits(2)
        engine.runtime_seen(failed)
        assert len(rig.of(Stranded)) == 1, "the failure of the build before is no news"


async def test_another_commit_that_runs_instead_is_told_after_a_while(rig: Rig) -> None:
    docker(rig)
    rig.speed = 1000.0
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)
        other = Runtime(Stage("RUNNING"), sha="a" * 40)

        def told() -> bool:
            engine.runtime_seen(other)
            return bool(rig.of(Stranded))

        await rig.until(told)
    assert "runs aaaaaaa" in rig.of(Stranded)[0].reason


async def test_a_static_space_is_live_at_once(rig: Rig) -> None:
    rig.seed(FILES)
    rig.space.facts = replace(DOCKER, sdk="static")
    async with rig.running() as engine:
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)
        engine.runtime_seen(RUNNING)
    assert rig.of(WentLive)[0].oid == rig.space.head_now
