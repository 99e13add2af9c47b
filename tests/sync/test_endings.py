"""Stops: nothing holds them up, nothing is dropped on the way, and what is left is said."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from spaces_tui.model.sync import SyncStatus
from spaces_tui.model.sync_events import Failed, StateChanged
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.bell import Bell
from spaces_tui.sync.ending import bounded, last_words
from spaces_tui.sync.engine import Engine
from spaces_tui.sync.protocols import Trouble
from spaces_tui.sync.send import StoppedError
from tests.sync.fakes import Fault
from tests.sync.hours import Hours
from tests.sync.simulation import SimulatedClock, simulate

APP = {"app.py": b"print(1)\n", "util.py": b"a = 1\n", "README.md": b"# x"}


@pytest.fixture
def hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours(tmp_path, monkeypatch)
    made.seed(APP)
    return made


@asynccontextmanager
async def started(hours: Hours) -> AsyncIterator[tuple[Engine, asyncio.Task[SyncStatus]]]:
    """Run an engine that the test itself ends."""
    engine = hours.engine = hours.make(assume_yes=True)
    task = asyncio.create_task(engine.run())
    await hours.state(SyncState.IN_SYNC)
    yield engine, task
    assert task.done()


def last(hours: Hours) -> StateChanged:
    """Return the last state that was told."""
    assert hours.told[-1].state is SyncState.STOPPED
    return hours.told[-1]


@pytest.mark.parametrize("told", [True, False])
def test_a_save_just_before_a_stop_is_sent(hours: Hours, told: bool) -> None:
    async def main() -> None:
        async with started(hours) as (engine, task):
            if told:
                hours.save("app.py", "print(2)\n")
                await hours.pass_time(0.02)
            else:
                hours.write("app.py", "print(2)\n")
            begun = hours.now
            engine.tell("stop")
            assert (await task).pending == 0
            assert hours.now - begun < 1.0
        assert hours.space.tree_now["app.py"] == b"print(2)\n"
        assert last(hours).reason == ""

    simulate(main)


def test_a_commit_in_flight_is_finished(hours: Hours) -> None:
    async def main() -> None:
        hours.space.hold = asyncio.Event()
        async with started(hours) as (engine, task):
            hours.save("app.py", "print(2)\n")
            await hours.state(SyncState.SENDING)
            hours.save("util.py", "a = 2\n")
            engine.tell("stop")
            await hours.pass_time(1.0)
            hours.space.hold.set()
            assert (await task).pending == 0
        assert len(hours.space.ours) == 2
        assert hours.space.tree_now["util.py"] == b"a = 2\n"

    simulate(main)


@pytest.mark.parametrize("landed", [True, False])
def test_an_answer_that_never_comes_does_not_hold_a_stop_up(hours: Hours, landed: bool) -> None:
    async def main() -> None:
        hours.space.hold = asyncio.Event()
        async with started(hours) as (engine, task):
            hours.save("app.py", "print(2)\n")
            await hours.state(SyncState.SENDING)
            begun = hours.now
            engine.tell("stop")
            assert (await task).pending == 1
            assert hours.now - begun < 2.0
        assert last(hours).reason.startswith("1 file not uploaded; 1 commit unconfirmed")
        assert hours.space.ours == []
        hours.space.hold = None
        if landed:
            intent = hours.state_dir.joinpath("journal.ndjson").read_text()
            nonce = intent.split('"nonce":"')[1].split('"')[0]
            hours.space.push({"app.py": b"print(2)\n"}, f"Sync-Id: {nonce}")
        before = len(hours.space.history)
        async with hours.running():
            pass
        assert len(hours.space.history) == before + (not landed)
        assert hours.space.tree_now["app.py"] == b"print(2)\n"

    simulate(main)


def test_what_takes_too_long_is_left_for_the_next_start(hours: Hours) -> None:
    async def main() -> None:
        async with started(hours) as (engine, task):
            hours.space.hold = asyncio.Event()
            hours.save("app.py", "print(2)\n")
            hours.save("new.py", "n = 1\n")
            begun = hours.now
            engine.tell("stop")
            assert (await task).pending == 2
            assert 4.0 < hours.now - begun < 6.0
        assert "2 files not uploaded" in last(hours).reason
        hours.space.hold = None
        await asyncio.wait_for(hours.make(assume_yes=True, once=True).run(), 60)
        assert len(hours.space.ours) == 1
        assert hours.space.tree_now["new.py"] == b"n = 1\n"

    simulate(main)


def test_a_second_stop_does_not_wait(hours: Hours) -> None:
    async def main() -> None:
        hours.space.hold = asyncio.Event()
        async with started(hours) as (engine, task):
            hours.save("app.py", "print(2)\n")
            await hours.state(SyncState.SENDING)
            begun = hours.now
            engine.tell("stop")
            engine.tell("stop")
            assert (await task).pending == 1
            assert hours.now - begun < 0.3

    simulate(main)


def test_a_stop_while_offline_says_what_is_left(hours: Hours) -> None:
    async def main() -> None:
        async with started(hours) as (engine, task):
            hours.space.down = Trouble.OFFLINE
            hours.save("app.py", "print(2)\n")
            await hours.state(SyncState.OFFLINE)
            engine.tell("stop")
            final = await task
            assert (final.state, final.pending) == (SyncState.OFFLINE, 1)
        assert last(hours).reason.startswith("1 file not uploaded")

    simulate(main)


def test_a_refusal_at_the_very_end_is_said(hours: Hours) -> None:
    async def main() -> None:
        async with started(hours) as (engine, task):
            hours.space.fail("commit", Fault(Trouble.FORBIDDEN, message="No right to write."))
            hours.write("app.py", "print(2)\n")
            engine.tell("stop")
            assert (await task).pending == 1
        assert [event.message for event in hours.of(Failed)] == ["No right to write."]

    simulate(main)


def test_a_noisy_file_is_sent_before_the_end(hours: Hours) -> None:
    async def main() -> None:
        async with started(hours) as (engine, task):
            for number in range(40):
                hours.save("train.log", f"{number}\n" * (number + 1))
                await hours.pass_time(1.0)
            engine.tell("stop")
            assert (await task).pending == 0
        assert hours.space.tree_now["train.log"] == b"39\n" * 40

    simulate(main)


def test_paused_changes_stay_pending(hours: Hours) -> None:
    async def main() -> None:
        async with started(hours) as (engine, task):
            engine.tell("pause")
            await hours.state(SyncState.PAUSED)
            hours.save("app.py", "print(2)\n")
            engine.tell("stop")
            assert (await task).pending == 1
        assert hours.space.ours == []

    simulate(main)


def test_work_is_bounded_only_after_a_stop() -> None:
    async def main() -> None:
        bell = Bell(SimulatedClock())

        async def work(seconds: float) -> str:
            await asyncio.sleep(seconds)
            return "done"

        assert await bounded(work(100.0), bell, 1.0) == "done"
        bell.stop(5.0)
        assert await bounded(work(0.5), bell, 1.0) == "done"
        with pytest.raises(StoppedError):
            await bounded(work(100.0), bell, 1.0)
        with pytest.raises(StoppedError):
            await bounded(work(100.0), bell, float("inf"))
        assert bell.left <= 0.1

    simulate(main)


def test_last_words() -> None:
    assert last_words(0, unconfirmed=False) == ""
    assert last_words(1, unconfirmed=False).startswith("1 file not uploaded:")
    assert last_words(3, unconfirmed=True).startswith("3 files not uploaded; 1 commit unconfirmed:")
