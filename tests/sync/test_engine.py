"""The whole engine: real files, real file events, a Space in memory."""

from __future__ import annotations

from spaces_tui.model.repo import AddFile, DeleteFile
from spaces_tui.model.sync import Committed, Planned, SyncState
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
    assert rig.space.calls == ["head"]


async def test_a_deletion_while_watching_follows(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running():
        (rig.root / "util.py").unlink()
        await rig.commits(1)
    assert rig.space.bodies == [(DeleteFile("util.py"),)]
    assert rig.space.ours[0].title == "Delete util.py"
