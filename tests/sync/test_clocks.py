"""Clocks that jump, machines that stop, disks that are full, and engines that break."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

from spaces_tui.model.sync_events import Committed, Failed
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import crashes, differ, notes
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Trouble
from tests.patience import PATIENCE
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault
from tests.sync.hours import Hours
from tests.sync.simulation import simulate

APP = {"app.py": b"print(1)\n", "util.py": b"a = 1\n", "README.md": b"# x"}
DAY = 86_400.0
full = pytest.mark.skipif(
    not Path("/dev/full").exists(), reason="this system has no device that is always full"
)


@pytest.fixture
def hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours(tmp_path, monkeypatch)
    made.seed(APP)
    return made


@pytest.fixture
def jump(monkeypatch: pytest.MonkeyPatch) -> Callable[[float], None]:
    """Return what sets the wall clock: for the engine, not for the files."""
    real, real_ns = time.time, time.time_ns

    def to(seconds: float) -> None:
        monkeypatch.setattr(time, "time", lambda: real() + seconds)
        monkeypatch.setattr(time, "time_ns", lambda: real_ns() + int(seconds * 1e9))

    return to


@pytest.mark.parametrize("seconds", [-DAY, 365 * DAY, -3.0, 3.0])
def test_a_wall_clock_that_jumps_changes_nothing(
    hours: Hours, jump: Callable[[float], None], seconds: float
) -> None:
    async def main() -> None:
        async with hours.running():
            hours.space.calls.clear()
            jump(seconds)
            await hours.pass_time(10.0)
            assert hours.space.calls == []
            begun = hours.now
            hours.save("app.py", "print(2)\n")
            await hours.landed("app.py", b"print(2)\n")
            assert hours.now - begun < 0.5
            hours.save("util.py", "a = 2\n")
            await hours.landed("util.py", b"a = 2\n")
            await hours.pass_time(10.0)
            assert [each.paths for each in hours.space.ours] == [("app.py",), ("util.py",)]
            assert all(0.0 <= event.seconds < 5.0 for event in hours.of(Committed))
        hours.space.calls.clear()
        jump(0.0)
        async with hours.running():
            await hours.pass_time(5.0)
        assert hours.space.calls == ["info"]

    simulate(main)


def test_a_machine_that_slept_looks_again(hours: Hours, monkeypatch: pytest.MonkeyPatch) -> None:
    async def main() -> None:
        async with hours.running():
            hours.space.push({"theirs.py": b"t"})
            hours.write("app.py", "print(2)\n")
            loop = asyncio.get_running_loop()
            loop._jumping.now += 8 * 3600.0  # type: ignore[attr-defined]  # the simulated loop's
            await hours.landed("app.py", b"print(2)\n")
            assert len(hours.space.ours) == 1
            assert hours.space.tree_now["theirs.py"] == b"t"

    simulate(main)


def test_a_name_that_does_not_resolve_for_ten_minutes(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running():
            hours.space.down = Trouble.OFFLINE
            asked = len(hours.space.calls)
            begun = hours.now
            for number in range(30):
                hours.save(f"f{number % 5}.py", f"n = {number}\n")
                await hours.pass_time(20.0)
            assert hours.now - begun == pytest.approx(600.0, abs=10.0)
            assert len(hours.space.calls) - asked <= 20
            hours.space.down = None
            await hours.commits(1)
            assert len(hours.space.ours) == 1
            assert len(hours.space.ours[0].paths) == 5

    simulate(main)


@pytest.mark.parametrize(
    "trouble", [Trouble.AUTH, Trouble.FORBIDDEN, Trouble.GONE, Trouble.NO_BRANCH]
)
def test_lasting_trouble_is_asked_about_once_a_minute(hours: Hours, trouble: Trouble) -> None:
    async def main() -> None:
        async with hours.running() as engine:
            hours.space.down = trouble
            asked = len(hours.space.calls)
            for number in range(60):
                hours.save("app.py", f"print({number})\n")
                await hours.pass_time(10.0)
            assert len(hours.space.calls) - asked <= 12
            assert engine.status.pending == 1
            assert len(hours.of(Failed)) == 1
            hours.space.down = None
            engine.tell("resume")
            await hours.landed("app.py", b"print(59)\n")
            assert len(hours.space.ours) == 1

    simulate(main)


def test_a_hub_in_maintenance_is_asked_once_a_minute(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running():
            hours.space.fail("commit", *(Fault(Trouble.UNCLEAR) for _ in range(25)))
            hours.save("app.py", "print(2)\n")
            await hours.pass_time(1200.0)
            assert 20 <= len(hours.space.bodies) <= 26
            gaps = [after - before for before, after in hours.tried()]
            assert max(gaps) <= 73.0
            assert len(set(gaps)) > 5
            await hours.pass_time(400.0)
            assert len(hours.space.ours) == 1

    simulate(main)


@full
async def test_a_full_disk_pauses_uploads_and_says_so(rig: Rig) -> None:
    rig.speed = 20.0
    rig.seed(APP)
    async with rig.running():
        journal = rig.state_dir / "journal.ndjson"
        journal.symlink_to("/dev/full")
        for number in range(3):
            rig.write(f"f{number}.py", f"n = {number}\n")
        await rig.state(SyncState.BACKOFF)
        await rig.looks(3)
        assert rig.space.ours == []
        assert len(rig.of(Failed)) == 1
        assert "No space left" in rig.of(Failed)[0].message
        journal.unlink()
        await rig.commits(1)
    assert len(rig.space.ours[0].paths) == 3
    assert (await rig.once()).state is SyncState.IN_SYNC
    assert len(rig.space.ours) == 1


async def test_a_memory_that_cannot_be_written_stops_no_upload(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        for name in ("state.new", "state.log"):
            (rig.state_dir / name).unlink(missing_ok=True)
            (rig.state_dir / name).mkdir()
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
        rig.write("app.py", "print(3)\n")
        await rig.commits(2)
    assert len(rig.of(Failed)) == 1
    for name in ("state.new", "state.log"):
        (rig.state_dir / name).rmdir()
    assert (await rig.once()).state is SyncState.IN_SYNC
    assert len(rig.space.ours) == 2


async def test_the_third_start_of_an_engine_that_breaks_is_careful(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.seed(APP)
    await rig.once()
    rig.write("app.py", "print(2)\n")
    (rig.root / "util.py").unlink()

    def broken(*_: object, **__: object) -> Diff:
        raise RuntimeError("a planner that breaks")

    with monkeypatch.context() as patch:
        patch.setattr(differ, "compare", broken)
        for _ in range(2):
            with pytest.raises(RuntimeError):
                await rig.once()
    assert crashes.broken(rig.state_dir) == 2
    async with rig.running(settled=False, assume_yes=True, delete=True) as engine:
        await rig.state(SyncState.PLAN)
        assert "several times" in engine.status.reason
        assert engine.status.plan
        assert [item.path for item in engine.status.plan.upload] == ["app.py"]
        assert engine.status.plan.delete == ()
        await rig.looks()
        assert rig.space.ours == []
        engine.tell("accept")
        await rig.commits(1)
    assert "util.py" in rig.space.tree_now
    assert crashes.broken(rig.state_dir) == 0
    rig.write("app.py", "print(3)\n")
    assert (await rig.once()).state is SyncState.IN_SYNC


async def test_a_careful_start_with_nobody_there_ends(rig: Rig) -> None:
    rig.seed(APP)
    await rig.once()
    rig.write("app.py", "print(2)\n")
    for _ in range(3):
        crashes.note(rig.state_dir)
    status = await rig.once()
    assert (status.state, status.pending) == (SyncState.PLAN, 1)
    assert rig.space.ours == []


async def test_an_edit_after_a_lost_answer_is_no_conflict(rig: Rig) -> None:
    rig.seed(APP)
    engine = rig.engine = rig.make(assume_yes=True)
    task = asyncio.create_task(engine.run())
    await rig.state(SyncState.IN_SYNC)
    rig.space.fail("commit", Fault(Trouble.UNCLEAR, landed=True))
    rig.write("app.py", "print(2)\n")
    await rig.state(SyncState.CONFIRMING)
    task.cancel()
    with suppress(asyncio.CancelledError):
        await asyncio.wait_for(task, PATIENCE)
    rig.write("app.py", "print(3)\n")
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    assert rig.space.tree_now["app.py"] == b"print(3)\n"
    assert len(rig.space.ours) == 2


async def test_a_batch_found_in_the_history_has_its_true_size(rig: Rig) -> None:
    rig.speed = 20.0
    rig.seed(APP)
    async with rig.running():
        rig.space.fail("commit", Fault(Trouble.UNCLEAR, landed=True))
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
    found = rig.of(Committed)[0]
    assert found.bytes == 100 + len("print(2)\n")
    assert found.requests == 3


def test_notes_that_are_no_notes_are_none(tmp_path: Path) -> None:
    place = tmp_path / "notes.json"
    assert notes.read(place) == ({}, 0.0)
    for text in ("", "[]", "{", '{"notes": 3, "written": 1}', '{"notes": {}, "written": "x"}'):
        place.write_text(text)
        assert notes.read(place) == ({}, 0.0)
    notes.write(place, {"a": 1})
    found, gap = notes.read(place)
    assert found == {"a": 1}
    assert 0.0 <= gap < 60.0
