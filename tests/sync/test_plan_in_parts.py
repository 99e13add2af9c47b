"""A plan too large for one commit: its parts follow each other as long as nothing else happens."""

from __future__ import annotations

import gc

import pytest

from spaces_tui.model.sync_events import Planned
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import heap
from spaces_tui.sync.folder import Look
from tests.sync.conftest import Rig

APP = {"app.py": b"print(1)\n", "README.md": b"# app\n"}
MANY = {f"pkg{number % 7}/m{number}.py": b"m = %d\n" % number for number in range(700)}


@pytest.fixture
def parts(rig: Rig, monkeypatch: pytest.MonkeyPatch) -> list[Look]:
    """Return the look that each commit is tried from; no timed look comes between."""
    monkeypatch.setattr("spaces_tui.sync.rounds._PERIODS", ((2_000, 600.0),))
    found: list[Look] = []

    def trying() -> None:
        assert rig.engine is not None
        rounds = rig.engine._rounds
        assert rounds is not None
        last = rounds.folder._last
        assert last is not None
        found.append(last)

    rig.space.trying = trying
    return found


async def test_all_parts_are_sent_from_one_look(rig: Rig, parts: list[Look]) -> None:
    for path, content in {**APP, **MANY}.items():
        rig.write(path, content)
    status = await rig.once()
    assert status.state is SyncState.IN_SYNC
    sizes = [len(revision.paths) for revision in rig.space.ours]
    assert sizes == [250, 250, 202]
    assert {"app.py", "README.md"} <= set(rig.space.ours[-1].paths)
    assert len({id(look) for look in parts}) == 1
    assert len(rig.of(Planned)) == 1
    assert dict(rig.space.tree_now) == {**APP, **MANY}


async def test_what_is_written_between_two_parts_is_looked_at_first(
    rig: Rig, parts: list[Look]
) -> None:
    rig.seed({**APP, **MANY})
    late = max(MANY)

    def between() -> None:
        if not rig.space.ours:
            rig.write(late, "m = -2\n")
            rig.write("new.py", "new = True\n")

    async with rig.running():
        rig.space.trying = between
        for path in MANY:
            rig.write(path, "m = -1\n")
        await rig.until(lambda: rig.space.tree_now.get("new.py") == b"new = True\n")
        await rig.state(SyncState.IN_SYNC)
    assert rig.space.tree_now[late] == b"m = -2\n"
    assert [revision.paths.count(late) for revision in rig.space.ours].count(1) == 1
    assert all(len(revision.paths) <= 250 for revision in rig.space.ours)


async def test_git_that_begins_between_two_parts_is_waited_for(rig: Rig, parts: list[Look]) -> None:
    rig.seed({**APP, **MANY})

    def begin() -> None:
        if not rig.space.ours:
            rig.write(".git/index.lock", "")

    async with rig.running():
        rig.space.trying = begin
        for path in MANY:
            rig.write(path, "m = -1\n")
        await rig.until(lambda: rig.engine and "git" in rig.engine.status.reason)
        assert len(rig.space.ours) == 1
        await rig.looks()
        assert len(rig.space.ours) == 1
        rig.space.trying = None
        (rig.root / ".git" / "index.lock").unlink()
        await rig.commits(3)
    assert len(rig.space.ours) == 3


async def test_what_is_remembered_is_set_aside_while_a_folder_is_watched(rig: Rig) -> None:
    rig.seed(APP)
    heap.take_back(rig)
    before = gc.get_freeze_count()
    async with rig.running():
        await rig.until(lambda: gc.get_freeze_count() > before)
    assert gc.get_freeze_count() == 0
