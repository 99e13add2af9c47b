"""Going back to what was live last."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace

import pytest

from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import Lfs
from spaces_tui.model.space import Runtime
from spaces_tui.model.stage import Stage
from spaces_tui.model.sync_events import Failed, HeldBack, Warned, WentLive
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.engine import Engine
from spaces_tui.sync.protocols import Trouble
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault

GOOD: Mapping[str, bytes] = {"app.py": b"good\n", "util.py": b"good util\n", "README.md": b"r\n"}


async def go_live(rig: Rig, engine: Engine) -> str:
    """Commit once more and let it go live."""
    rig.write("app.py", GOOD["app.py"])
    await rig.until(lambda: rig.space.tree_now.get("app.py") == GOOD["app.py"])
    await rig.state(SyncState.IN_SYNC)
    head = rig.space.head_now
    engine.runtime_seen(Runtime(Stage("RUNNING"), sha=head))
    await rig.until(lambda: [each for each in rig.of(WentLive) if each.oid == head])
    await rig.looks()
    return head


async def break_it(rig: Rig) -> None:
    """Send what breaks the build: one file changed, one added, one deleted."""
    count = len(rig.space.ours)
    rig.write("app.py", b"broken\n")
    rig.write("extra.py", b"broken = True\n")
    (rig.root / "util.py").unlink()
    await rig.until(
        lambda: rig.space.tree_now.get("extra.py") and "util.py" not in rig.space.tree_now
    )
    await rig.until(lambda: len(rig.space.ours) > count)
    await rig.state(SyncState.IN_SYNC)


def broken(rig: Rig) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in rig.root.iterdir()}


async def test_one_command_puts_back_what_was_live(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        good = await go_live(rig, engine)
        await break_it(rig)
        await rig.until(lambda: engine.status.good == good)
        commits = len(rig.space.ours)
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        assert rig.space.tree_now == GOOD
        assert len(rig.space.ours) == commits + 1
        assert rig.space.ours[-1].title == f"Put back 3 files as of {good[:7]}"
        # the folder is as it was, and nothing is sent by itself
        mine = {"app.py": b"broken\n", "extra.py": b"broken = True\n", "README.md": b"r\n"}
        assert broken(rig) == mine
        assert {each.path for each in engine.status.held} == {"app.py", "extra.py", "util.py"}
        assert "last good set" in engine.status.reason
        assert rig.of(HeldBack)[-1].reason == engine.status.reason
        await rig.looks(3)
        assert len(rig.space.ours) == commits + 1
        assert engine.status.good == ""
        engine.tell("accept")
        await rig.commits(commits + 2)
        assert rig.space.tree_now == mine


async def test_what_others_put_where_a_file_was_is_not_lost(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        good = await go_live(rig, engine)
        (rig.root / "util.py").unlink()
        rig.write("util.py/mine.py", b"m\n")
        await rig.until(lambda: "util.py/mine.py" in rig.space.tree_now)
        await rig.until(lambda: engine.status.good == good)
        rig.space.push({"util.py/theirs.py": b"t\n"})
        before = dict(rig.space.tree_now)
        engine.tell("sync")
        engine.tell("restore")
        await rig.until(lambda: rig.of(Failed))
        assert "util.py/theirs.py is in its place now" in rig.of(Failed)[0].message
        assert dict(rig.space.tree_now) == before


async def test_the_next_save_goes_on_from_there(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
        await break_it(rig)
        await rig.until(lambda: engine.status.good)
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        rig.write("app.py", b"mended\n")
        await rig.until(lambda: rig.space.tree_now.get("app.py") == b"mended\n")
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.tree_now == broken(rig)


async def test_a_restart_still_holds_what_was_put_back(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
        await break_it(rig)
        await rig.until(lambda: engine.status.good)
        engine.tell("restore")
        await rig.state(SyncState.HELD)
    commits = len(rig.space.ours)
    async with rig.running(settled=False) as engine:
        await rig.state(SyncState.HELD)
        await rig.looks()
        assert len(rig.space.ours) == commits
        engine.tell("drop")
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.tree_now == GOOD


async def test_it_is_remembered_over_a_restart(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        good = await go_live(rig, engine)
        await break_it(rig)
    async with rig.running() as engine:
        await rig.until(lambda: engine.status.good == good)
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        assert rig.space.tree_now == GOOD


async def test_a_commit_that_nobody_lived_to_record_counts(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
    sent = {"app.py": b"broken\n", "extra.py": b"broken too\n"}
    for path, content in sent.items():
        rig.write(path, content)
    (rig.root / "util.py").unlink()
    rig.space.push({**sent, "util.py": None})  # as if it had been ours
    async with rig.running() as engine:
        await rig.until(lambda: engine.status.good)
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        assert rig.space.tree_now == GOOD


async def test_a_space_that_runs_at_the_start_is_good(rig: Rig) -> None:
    rig.seed(GOOD)
    runtime = Runtime(Stage("RUNNING"), sha=rig.space.head_now)
    rig.space.facts = replace(rig.space.facts, runtime=runtime)
    async with rig.running() as engine:
        await break_it(rig)
        await rig.until(lambda: engine.status.good == runtime.sha)
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        assert rig.space.tree_now == GOOD


async def test_large_files_are_put_back_without_their_bytes(rig: Rig) -> None:
    content = b"m" * 5_000
    oid = hashlib.sha256(content).hexdigest()
    rig.seed({**GOOD, "app.py": b"old\n", "model.bin": content})
    rig.space.large["model.bin"] = Lfs(oid, len(content))
    rig.space.storage[oid] = content
    async with rig.running() as engine:
        await go_live(rig, engine)
        (rig.root / "model.bin").unlink()
        await rig.until(lambda: "model.bin" not in rig.space.tree_now)
        await rig.state(SyncState.IN_SYNC)
        await rig.until(lambda: engine.status.good)
        rig.space.large["model.bin"] = Lfs(oid, len(content))  # it still is one in the history
        before = len(rig.space.calls)
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        assert rig.space.tree_now["model.bin"] == content
        assert rig.space.calls[before : before + 2] == ["tree", "commit"]
        assert "send_large" not in rig.space.calls[before:]


async def test_what_somebody_else_changed_stays(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
        await break_it(rig)
        rig.space.push({"extra.py": b"foreign\n", "other.py": b"o\n"})
        await rig.until(lambda: engine.status.good)
        engine.tell("restore")  # meets the moved head, and looks again
        await rig.until(lambda: rig.space.tree_now.get("app.py") == GOOD["app.py"])
        assert rig.space.tree_now == {**GOOD, "extra.py": b"foreign\n", "other.py": b"o\n"}
        assert [event.path for event in rig.of(Warned)] == ["extra.py"]


async def test_nothing_is_deleted_where_that_was_ruled_out(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running(never_delete=True) as engine:
        await go_live(rig, engine)
        rig.write("app.py", b"broken\n")
        rig.write("extra.py", b"broken = True\n")
        await rig.until(lambda: "extra.py" in rig.space.tree_now)
        await rig.until(lambda: engine.status.good)
        engine.tell("restore")
        await rig.until(lambda: rig.space.tree_now["app.py"] == GOOD["app.py"])
        assert rig.space.tree_now == {**GOOD, "extra.py": b"broken = True\n"}
        assert [event.path for event in rig.of(Warned)] == ["extra.py"]


@pytest.mark.parametrize("landed", [False, True])
async def test_a_lost_answer_makes_one_commit(rig: Rig, landed: bool) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
        await break_it(rig)
        await rig.until(lambda: engine.status.good)
        commits = len(rig.space.ours)
        rig.space.fail("commit", Fault(Trouble.UNCLEAR, landed=landed))
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        assert len(rig.space.ours) == commits + 1
        assert rig.space.tree_now == GOOD


async def test_a_network_that_is_down_puts_it_off(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
        await break_it(rig)
        await rig.until(lambda: engine.status.good)
        rig.space.fail("read", Fault(Trouble.OFFLINE), Fault(Trouble.BUSY))
        engine.tell("restore")
        await rig.state(SyncState.HELD)
        assert SyncState.OFFLINE in rig.states
        assert rig.space.tree_now == GOOD


async def test_a_commit_that_is_gone_says_so(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
        await break_it(rig)
        await rig.until(lambda: engine.status.good)
        rig.space.fail("tree", Fault(Trouble.NO_BRANCH, message="No such revision."))
        engine.tell("restore")
        await rig.until(lambda: rig.of(Failed))
        assert "cannot be put back: No such revision." in rig.of(Failed)[0].message
        await rig.looks()
        assert engine.status.state is SyncState.IN_SYNC


async def test_a_token_is_not_sent_even_if_it_was_there(rig: Rig) -> None:
    rig.forbidden = [Secret("my-own-token")]
    rig.seed({**GOOD, "app.py": b"old\n", "notes.txt": b"my-own-token\n"})
    async with rig.running() as engine:
        await go_live(rig, engine)
        (rig.root / "notes.txt").unlink()
        await rig.until(lambda: "notes.txt" not in rig.space.tree_now)
        await rig.until(lambda: engine.status.good)
        commits = len(rig.space.bodies)
        engine.tell("restore")
        await rig.until(lambda: rig.of(Failed))
        assert "held your access token" in rig.of(Failed)[-1].message
        assert len(rig.space.bodies) == commits


async def test_nothing_to_put_back_is_one_sentence(rig: Rig) -> None:
    rig.seed({**GOOD, "app.py": b"old\n"})
    async with rig.running() as engine:
        with pytest.raises(ValueError, match="Nothing was sent since"):
            engine.tell("restore")
        await go_live(rig, engine)
        with pytest.raises(ValueError, match="Nothing was sent since"):
            engine.tell("restore")
        rig.write("app.py", b"broken\n")
        await rig.until(lambda: engine.status.good)
        rig.write("app.py", GOOD["app.py"])
        await rig.until(lambda: rig.space.tree_now["app.py"] == GOOD["app.py"])
        await rig.state(SyncState.IN_SYNC)
        engine.tell("restore")
        await rig.until(lambda: rig.of(Failed))
        assert rig.of(Failed)[0].message.startswith("Nothing differs from the last good set")
        engine.tell("pause")
        await rig.state(SyncState.PAUSED)
        with pytest.raises(ValueError, match="resume"):
            engine.tell("restore")
