"""The whole engine: real files, real file events, a Space in memory."""

from __future__ import annotations

import asyncio
import os
from itertools import pairwise

import pytest

from spaces_tui.model.repo import AddFile, DeleteFile
from spaces_tui.model.space import Runtime
from spaces_tui.model.stage import Stage
from spaces_tui.model.sync_events import Committed, Planned, StateChanged, WentLive
from spaces_tui.model.sync_state import SyncState
from tests.patience import PATIENCE
from tests.sync.conftest import Rig

APP = {
    "app.py": b"print(1)\n",
    "util.py": b"a = 1\n",
    "pkg/mod.py": b"b = 2\n",
    "README.md": b"# x",
}


async def test_a_save_is_one_request_and_one_commit_on_the_head(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        rig.space.calls.clear()
        head = rig.space.head_now
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
    assert rig.space.calls == ["commit"]
    assert rig.space.bodies == [(AddFile("app.py", b"print(2)\n"),)]
    assert rig.space.parents == [head]
    assert rig.space.ours[0].title == "Update app.py"
    assert rig.space.ours[0].message.startswith("Sync-Id: ")
    assert rig.of(Committed)[0].uploaded == ("app.py",)


async def test_the_first_plan_waits_for_a_yes(rig: Rig) -> None:
    rig.write("app.py", "print(2)\n")
    async with rig.running(settled=False, assume_yes=False) as engine:
        await rig.state(SyncState.PLAN)
        assert rig.space.ours == []
        assert [item.path for item in rig.of(Planned)[0].plan.upload] == ["app.py"]
        engine.tell("accept")
        await rig.commits(1)
    assert rig.space.tree_now == {"app.py": b"print(2)\n"}


async def test_a_restart_with_nothing_changed_asks_for_the_head_alone(rig: Rig) -> None:
    rig.seed(APP)
    await rig.once()
    rig.space.calls.clear()
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    assert rig.space.calls == ["info"]


async def test_a_deletion_while_watching_follows(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        (rig.root / "util.py").unlink()
        await rig.commits(1)
    assert rig.space.bodies == [(DeleteFile("util.py"),)]
    assert rig.space.ours[0].title == "Delete util.py"


async def test_two_saves_inside_the_window_are_one_commit(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        rig.write("app.py", "print(2)\n")
        await rig.until(lambda: rig.states[-1] is not SyncState.IN_SYNC)
        rig.write("app.py", "print(3)\n")
        await rig.commits(1)
        await rig.looks()
    assert [revision.tree["app.py"] for revision in rig.space.ours] == [b"print(3)\n"]


async def test_an_edit_that_hides_behind_its_old_time_is_found(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        file = rig.root / "app.py"
        before = file.stat()
        file.write_bytes(b"print(9)\n")
        os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))
        await rig.commits(1)
    assert rig.space.tree_now["app.py"] == b"print(9)\n"


async def test_a_change_of_mode_or_time_alone_sends_nothing(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        (rig.root / "app.py").chmod(0o755)
        (rig.root / "util.py").touch()
        await rig.looks()
        await rig.state(SyncState.IN_SYNC)
    assert rig.space.ours == []


async def test_a_tree_made_at_once_goes_in_one_commit(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        for number in range(50):
            rig.write(f"a/b/c/f{number}.py", f"n = {number}\n")
        await rig.commits(1)
        await rig.looks()
        rig.write("a/b/c/f0.py", "n = 'again'\n")
        await rig.commits(2)
    assert len(rig.space.ours[0].paths) == 50
    assert rig.space.ours[1].paths == ("a/b/c/f0.py",)


async def test_a_renamed_folder_is_one_commit(rig: Rig) -> None:
    rig.seed(APP | {f"old/f{number}.py": b"n = %d\n" % number for number in range(120)})
    async with rig.running():
        (rig.root / "old").rename(rig.root / "new")
        await rig.commits(1)
        await rig.looks()
    assert len(rig.space.ours) == 1
    assert len(rig.space.ours[0].paths) == 240


async def test_a_file_that_becomes_a_folder_is_one_commit(rig: Rig) -> None:
    rig.seed(APP | {"conf": b"old"})
    async with rig.running():
        (rig.root / "conf").unlink()
        rig.write("conf/a.py", "new = 1\n")
        await rig.commits(1)
    assert set(rig.space.ours[0].paths) == {"conf", "conf/a.py"}
    assert "conf" not in rig.space.tree_now


async def test_what_comes_and_goes_sends_nothing(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        rig.write("tmp.py").unlink()
        (rig.root / "util.py").unlink()
        rig.write("util.py", APP["util.py"])
        await rig.looks()
        await rig.state(SyncState.IN_SYNC)
    assert rig.space.ours == []


async def test_a_save_during_an_upload_joins_the_next_commit(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        rig.space.hold = asyncio.Event()
        rig.write("app.py", "print('one')\n")
        await rig.until(lambda: rig.space.bodies)
        rig.write("app.py", "print('two')\n")
        rig.write("util.py", "a = 'two'\n")
        rig.space.hold.set()
        await rig.commits(2)
    first, second = rig.space.ours
    assert first.tree["app.py"] == b"print('one')\n"
    assert second.tree["app.py"] == b"print('two')\n"
    assert rig.space.parents[1] == first.oid
    sent = rig.of(Committed)
    assert [event.parent for event in sent] == [rig.space.history[1].oid, first.oid]


async def test_a_file_written_in_steps_is_never_sent_in_part(rig: Rig) -> None:
    rig.speed = 1.0
    rig.seed(APP)
    async with rig.running():
        with (rig.root / "big.py").open("wb", buffering=0) as file:
            for _ in range(25):
                file.write(b"#" * 40_000 + b"\n")
                await asyncio.sleep(0.1)
        await rig.commits(1)
        await rig.looks()
    assert [len(revision.tree["big.py"]) for revision in rig.space.ours] == [25 * 40_001]


async def test_editors_leave_one_file_behind(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        rig.write("4913", "")
        (rig.root / "app.py").rename(rig.root / "app.py~")
        rig.write("app.py", "print('vim')\n")
        (rig.root / "4913").unlink()
        rig.write(".app.py.swp", "x")
        (rig.root / ".#app.py").symlink_to("ada@host.1")
        rig.write("#app.py#", "x")
        await rig.commits(1)
        await rig.looks()
    assert [revision.paths for revision in rig.space.ours] == [("app.py",)]


async def test_what_only_the_space_has_stays(rig: Rig) -> None:
    rig.seed(APP)
    rig.space.push({"assets/logo.txt": b"logo"})
    async with rig.running():
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
    assert rig.space.tree_now["assets/logo.txt"] == b"logo"


async def test_the_first_plan_deletes_when_asked_but_not_the_card(rig: Rig) -> None:
    rig.seed({"app.py": b"print(1)\n"})
    rig.space.push({"old.py": b"x", "README.md": b"card", ".gitattributes": b"*.bin lfs"})
    await rig.once(delete=True)
    assert set(rig.space.tree_now) == {"app.py", "README.md", ".gitattributes"}


async def test_what_was_deleted_while_nobody_watched_stays_unless_asked(rig: Rig) -> None:
    rig.seed(APP)
    await rig.once()
    (rig.root / "util.py").unlink()
    await rig.once()
    assert "util.py" in rig.space.tree_now
    await rig.once(delete=True)
    assert "util.py" not in rig.space.tree_now


async def test_never_delete_means_never(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running(never_delete=True):
        (rig.root / "util.py").unlink()
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
    assert "util.py" in rig.space.tree_now


async def test_a_dry_run_shows_the_plan_and_ends(rig: Rig) -> None:
    rig.seed(APP)
    rig.write("new.py")
    engine = rig.make(dry_run=True)
    await asyncio.wait_for(engine.run(), PATIENCE)
    assert [item.path for item in rig.of(Planned)[0].plan.upload] == ["new.py"]
    assert rig.of(Planned)[0].plan.unchanged == 4
    assert rig.space.ours == []


async def test_a_folder_in_the_repository(rig: Rig) -> None:
    rig.write("app.py", "print(1)\n")
    rig.space.push({"other.py": b"theirs", "sub/dir/gone.py": b"x"})
    await rig.once(into="sub/dir", delete=True)
    assert dict(rig.space.tree_now) == {"other.py": b"theirs", "sub/dir/app.py": b"print(1)\n"}


async def test_pause_keeps_saves_until_resume(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        engine.tell("pause")
        await rig.state(SyncState.PAUSED)
        rig.write("app.py", "print(2)\n")
        engine.tell("resume")
        await rig.commits(1)
    assert rig.states.count(SyncState.PAUSED) == 1


async def test_commands_that_mean_nothing_now_say_so(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        for command in ("accept", "drop", "theirs", "both", "fly"):
            with pytest.raises(ValueError, match=r"\.$"):
                engine.tell(command)
        with pytest.raises(ValueError, match="in conflict"):
            engine.tell("mine", "app.py")


async def test_large_plans_go_in_parts_with_the_app_last(rig: Rig) -> None:
    for number in range(600):
        rig.write(f"data/f{number}.py", f"n = {number}\n")
    rig.write("app.py", "print(1)\n")
    await rig.once()
    assert [len(revision.paths) for revision in rig.space.ours] == [250, 250, 101]
    assert "app.py" in rig.space.ours[-1].paths


async def test_every_state_the_status_shows_was_told(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
    told = rig.of(StateChanged)
    assert all(one != other for one, other in pairwise(told))
    assert told[-1].state is SyncState.STOPPED
    order = [SyncState.DIRTY, SyncState.SENDING, SyncState.IN_SYNC, SyncState.STOPPED]
    assert [state for state in rig.states if state in order][-4:] == order


async def test_a_plan_that_was_only_shown_is_the_same_plan_next_time(rig: Rig) -> None:
    rig.seed(APP)
    rig.write("app.py", "print('here')\n")
    await asyncio.wait_for(rig.make(dry_run=True).run(), PATIENCE)
    async with rig.running(settled=False, assume_yes=False):
        await rig.state(SyncState.PLAN)
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    assert rig.space.tree_now["app.py"] == b"print('here')\n"


async def test_many_commits_wait_their_turn_unless_told_otherwise(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        assert engine._rounds
        for _ in range(115):
            engine._rounds.patience.budget.spend(engine._clock.monotonic())
        rig.write("app.py", "print(2)\n")
        await rig.state(SyncState.BUDGET)
        assert engine.status.pending == 1
        assert rig.space.ours == []
        engine.tell("sync")
        await rig.commits(1)
    assert rig.states[0] is SyncState.STARTING


async def test_a_batch_is_followed_until_it_is_live(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        wanted = [engine.wants_runtime]
        rig.write("app.py", "print(2)\n")
        await rig.commits(1)
        wanted.append(engine.wants_runtime)
        oid = rig.space.ours[0].oid
        engine.runtime_seen(Runtime(Stage("RUNNING_BUILDING"), sha="old"))
        engine.runtime_seen(Runtime(Stage("RUNNING"), sha=oid))
        wanted.append(engine.wants_runtime)
        assert wanted == [False, True, False]
        batch = engine.status.batches[0]
        assert batch.committed is not None
        assert batch.building is not None
        assert batch.live is not None
        assert 0 <= batch.committed <= batch.building <= batch.live
        assert [event.oid for event in rig.of(WentLive)] == [oid]


@pytest.mark.parametrize("pause", [0.005, 0.034])
async def test_a_moving_file_does_not_hold_the_others_for_ever(rig: Rig, pause: float) -> None:
    """Neither one that never rests, nor one that rests a little longer than is waited for."""
    rig.seed(APP)
    async with rig.running():
        stop = asyncio.Event()

        async def scribble() -> None:
            number = 0
            while not stop.is_set():
                number += 1
                rig.write("state.json", f"{number}\n")
                await asyncio.sleep(pause)

        task = asyncio.create_task(scribble())
        rig.write("app.py", "print(2)\n")
        await rig.until(lambda: rig.space.tree_now["app.py"] == b"print(2)\n")
        stop.set()
        await task
        last = (rig.root / "state.json").read_bytes()
        await rig.until(lambda: rig.space.tree_now.get("state.json") == last)
