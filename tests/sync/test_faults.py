"""What the network, the Hub and other people do to a save."""

from __future__ import annotations

import asyncio

import pytest

from spaces_tui.model.sync_events import Committed, Conflicted, Failed, Refused, Retrying
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.protocols import Trouble
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault

APP = {"app.py": b"print(1)\n", "util.py": b"a = 1\n", "README.md": b"# x"}


@pytest.fixture
def fast(rig: Rig) -> Rig:
    rig.speed = 20.0
    rig.seed(APP)
    return rig


@pytest.mark.parametrize("landed", [True, False])
async def test_a_lost_answer_makes_one_commit(fast: Rig, landed: bool) -> None:
    async with fast.running():
        fast.space.fail("commit", Fault(Trouble.UNCLEAR, landed=landed))
        fast.write("app.py", "print(2)\n")
        await fast.commits(1)
        await fast.looks()
    assert len(fast.space.ours) == 1
    assert SyncState.CONFIRMING in fast.states
    assert len(set(fast.space.bodies)) == 1
    assert [event.oid for event in fast.of(Committed)] == [fast.space.ours[0].oid]


async def test_a_lost_answer_with_foreign_commits_around_it_makes_one_commit(fast: Rig) -> None:
    async with fast.running():
        fast.space.fail("commit", Fault(Trouble.UNCLEAR, landed=True))
        fast.space.fail(
            "commit",
            Fault(Trouble.UNCLEAR, before=lambda: fast.space.push({"other.py": b"o"})),
        )
        fast.write("app.py", "print(2)\n")
        await fast.commits(1)
        await fast.looks()
        fast.write("util.py", "a = 2\n")
        await fast.commits(2)
    assert len(fast.space.ours) == 2
    assert fast.space.tree_now["other.py"] == b"o"


async def test_a_restart_after_a_crash_in_flight_makes_no_second_commit(fast: Rig) -> None:
    engine = fast.engine = fast.make(assume_yes=True)
    task = asyncio.create_task(engine.run())
    await fast.state(SyncState.IN_SYNC)
    fast.space.fail("commit", Fault(Trouble.UNCLEAR, landed=True))
    fast.write("app.py", "print(2)\n")
    await fast.state(SyncState.CONFIRMING)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await fast.once()
    await fast.once()
    assert len(fast.space.ours) == 1


async def test_a_restart_after_a_crash_before_the_request_sends_even_a_deletion(fast: Rig) -> None:
    engine = fast.engine = fast.make(assume_yes=True)
    task = asyncio.create_task(engine.run())
    await fast.state(SyncState.IN_SYNC)
    fast.space.fail("commit", Fault(Trouble.UNCLEAR))
    (fast.root / "util.py").unlink()
    fast.write("app.py", "print(2)\n")
    await fast.state(SyncState.CONFIRMING)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await fast.once()
    assert len(fast.space.ours) == 1
    assert set(fast.space.ours[0].paths) == {"app.py", "util.py"}


async def test_saves_made_offline_arrive_as_one_commit(fast: Rig) -> None:
    async with fast.running():
        fast.space.down = Trouble.OFFLINE
        for number in range(5):
            fast.write("app.py", f"print({number})\n")
            fast.write(f"f{number}.py", "x = 1\n")
            await fast.looks(1)
        await fast.state(SyncState.OFFLINE)
        assert fast.of(Retrying)
        await fast.until(lambda: fast.engine and fast.engine.status.pending == 6)
        fast.space.down = None
        await fast.commits(1)
    assert len(fast.space.ours) == 1
    assert len(fast.space.ours[0].paths) == 6


async def test_attempts_back_off(fast: Rig) -> None:
    async with fast.running():
        fast.space.down = Trouble.OFFLINE
        fast.write("app.py", "print(2)\n")
        await fast.until(lambda: len(fast.of(Retrying)) >= 5)
        fast.space.down = None
        await fast.commits(1)
    delays = [event.in_seconds for event in fast.of(Retrying)]
    assert delays[0] < 1.3
    assert delays[1] > delays[0]
    assert delays[4] > 10.0


@pytest.mark.parametrize(
    ("trouble", "state"),
    [
        (Trouble.AUTH, SyncState.AUTH),
        (Trouble.FORBIDDEN, SyncState.FORBIDDEN),
        (Trouble.GONE, SyncState.GONE),
        (Trouble.NO_BRANCH, SyncState.HALTED),
    ],
)
async def test_lasting_trouble_keeps_the_change_and_asks_rarely(
    fast: Rig, trouble: Trouble, state: SyncState
) -> None:
    async with fast.running() as engine:
        fast.space.down = trouble
        fast.write("app.py", "print(2)\n")
        await fast.state(state)
        asked = len(fast.space.calls)
        await fast.looks(3)
        assert len(fast.space.calls) == asked
        assert engine.status.pending == 1
        assert len(fast.of(Failed)) == 1
        fast.space.down = None
        engine.tell("sync")
        await fast.commits(1)


async def test_a_quota_waits_as_long_as_the_hub_says(fast: Rig) -> None:
    words = "You have exceeded the rate limit for repository commits (128 per hour). "
    words += "You can retry this action in about 1 hour"
    async with fast.running():
        fast.space.fail("commit", Fault(Trouble.QUOTA, message=words))
        fast.write("app.py", "print(2)\n")
        await fast.state(SyncState.BUDGET)
        assert [event.in_seconds for event in fast.of(Retrying)] == [3600.0]
        assert fast.space.ours == []


async def test_a_foreign_commit_elsewhere_is_kept(fast: Rig) -> None:
    async with fast.running():
        foreign = fast.space.push({"foreign.py": b"f"})
        fast.write("app.py", "print(2)\n")
        await fast.commits(1)
    assert fast.space.parents[-1] == foreign
    assert fast.space.tree_now["foreign.py"] == b"f"
    assert len(fast.space.bodies) == 2


async def test_a_foreign_edit_of_the_same_file_is_a_conflict_until_ours_is_chosen(
    fast: Rig,
) -> None:
    async with fast.running() as engine:
        foreign = fast.space.push({"app.py": b"print('theirs')\n"})
        fast.write("app.py", "print('ours')\n")
        fast.write("util.py", "a = 2\n")
        await fast.state(SyncState.CONFLICT)
        await fast.looks()
        assert fast.space.head_now == foreign
        assert fast.of(Conflicted) == [Conflicted(("app.py",), foreign)]
        assert engine.status.conflicts == ("app.py",)
        engine.tell("mine", "app.py")
        await fast.commits(1)
    assert set(fast.space.ours[0].paths) == {"app.py", "util.py"}
    assert fast.space.tree_now["app.py"] == b"print('ours')\n"


async def test_a_dropped_conflict_leaves_theirs_and_sends_the_rest(fast: Rig) -> None:
    async with fast.running() as engine:
        fast.space.push({"app.py": b"print('theirs')\n"})
        fast.write("app.py", "print('ours')\n")
        fast.write("util.py", "a = 2\n")
        await fast.state(SyncState.CONFLICT)
        engine.tell("drop")
        await fast.commits(1)
    assert fast.space.tree_now["app.py"] == b"print('theirs')\n"
    assert fast.space.tree_now["util.py"] == b"a = 2\n"


async def test_a_foreign_edit_equal_to_ours_is_no_conflict(fast: Rig) -> None:
    async with fast.running():
        fast.space.push({"app.py": b"print(2)\n"})
        fast.write("app.py", "print(2)\n")
        await fast.until(lambda: fast.space.calls.count("tree") == 2)
        await fast.state(SyncState.IN_SYNC)
    assert fast.space.ours == []


async def test_a_foreign_edit_of_a_file_we_did_not_touch_is_not_undone(fast: Rig) -> None:
    async with fast.running():
        fast.space.push({"util.py": b"a = 'theirs'\n"})
        fast.write("app.py", "print(2)\n")
        await fast.commits(1)
        await fast.looks()
    assert fast.space.tree_now["util.py"] == b"a = 'theirs'\n"
    await fast.once()
    assert fast.space.tree_now["util.py"] == b"a = 'theirs'\n"


async def test_both_sides_changed_while_nobody_watched(fast: Rig) -> None:
    fast.write("third.py", "t = 1\n")
    await fast.once()
    fast.space.push({"app.py": b"print('theirs')\n", "their.py": b"t"})
    for path in ("app.py", "util.py", "third.py"):
        fast.write(path, "changed = 'ours'\n")
    status = await fast.once()
    assert status.state is SyncState.CONFLICT
    assert status.conflicts == ("app.py",)
    assert fast.space.tree_now["app.py"] == b"print('theirs')\n"
    assert fast.space.tree_now["util.py"] == b"changed = 'ours'\n"
    assert fast.space.tree_now["their.py"] == b"t"


async def test_the_one_path_the_hub_will_not_take_is_found(fast: Rig) -> None:
    fast.space.unwanted = {"f13.py"}
    async with fast.running():
        calls = len(fast.space.bodies)
        for number in range(20):
            fast.write(f"f{number:02}.py", f"n = {number}\n")
        await fast.until(lambda: len(fast.space.tree_now) == 3 + 19)
        await fast.state(SyncState.IN_SYNC)
        assert len(fast.space.bodies) - calls <= 7
        assert [event.path for event in fast.of(Refused)] == ["f13.py"]
        fast.space.unwanted = set()
        fast.write("f13.py", "n = 'better'\n")
        await fast.until(lambda: "f13.py" in fast.space.tree_now)


async def test_a_path_the_message_names_is_found_at_once(fast: Rig) -> None:
    async with fast.running():
        fast.space.fail("commit", Fault(Trouble.REJECTED, message="Invalid path: bad.py"))
        for path in ("bad.py", "good.py", "fine.py"):
            fast.write(path)
        await fast.commits(1)
    assert set(fast.space.ours[0].paths) == {"good.py", "fine.py"}
    assert [event.path for event in fast.of(Refused)] == ["bad.py"]


async def test_a_deletion_of_what_is_gone_does_not_block_the_batch(fast: Rig) -> None:
    async with fast.running():
        fast.space.fail(
            "commit",
            Fault(
                Trouble.MISSING_PATH,
                before=lambda: fast.space.push({"util.py": None}),
            ),
        )
        (fast.root / "util.py").unlink()
        fast.write("app.py", "print(2)\n")
        await fast.commits(1)
    assert fast.space.ours[0].paths == ("app.py",)


async def test_a_space_that_keeps_moving_is_not_hammered(fast: Rig) -> None:
    async with fast.running():
        fast.space.fail(
            "commit",
            *(
                Fault(Trouble.MOVED, before=lambda: fast.space.push({"n.py": b"n"}))
                for _ in range(8)
            ),
        )
        fast.write("app.py", "print(2)\n")
        await fast.commits(1)
    assert any(event.in_seconds >= 0.8 for event in fast.of(Retrying))


async def test_an_empty_file_and_a_sibling_need_no_question(fast: Rig) -> None:
    async with fast.running():
        fast.write("empty", "")
        fast.write("other.py", "o = 1\n")
        await fast.commits(1)
    assert "preupload" not in fast.space.calls


async def test_an_unknown_suffix_is_asked_for_once(fast: Rig) -> None:
    async with fast.running():
        fast.write("a.toml", "x = 1\n")
        await fast.commits(1)
        fast.write("b.toml", "x = 1\n")
        await fast.commits(2)
    assert fast.space.calls.count("preupload") == 1


async def test_text_that_becomes_binary_is_asked_for(fast: Rig) -> None:
    async with fast.running():
        fast.write("util.py", b"\0\1\2")
        await fast.commits(1)
    assert fast.space.calls.count("preupload") == 1
    assert fast.space.large.keys() == {"util.py"}
