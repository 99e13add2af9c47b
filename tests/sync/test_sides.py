"""Paths that changed here and on the Space, and every way out."""

from __future__ import annotations

import asyncio
import os
import stat
from pathlib import Path

import pytest

from spaces_tui.model.sync_events import Conflicted, Failed, Fetched
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import kept
from spaces_tui.sync.incoming import PREFIX
from spaces_tui.sync.protocols import Trouble
from spaces_tui.sync.sides import chosen
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault

OURS, THEIRS = b"x = 'ours'\n", b"x = 'theirs'\n"


async def collide(rig: Rig, path: str = "app.py") -> None:
    """Change a path on both sides, and wait until that is noticed."""
    rig.space.push({path: THEIRS})
    rig.write(path, OURS)
    await rig.state(SyncState.CONFLICT)


def replaced(told: Fetched, path: str) -> bytes:
    """Return what was kept of the file that was here."""
    return Path(dict(told.replaced)[path]).read_bytes()


def leftovers(rig: Rig) -> list[Path]:
    return [path for path in rig.root.rglob("*") if path.name.startswith(PREFIX)]


async def test_theirs_replaces_the_local_file(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "util.py": b"u = 1\n"})
    async with rig.running() as engine:
        (rig.root / "app.py").chmod(0o750)
        await rig.looks()
        await collide(rig)
        head = rig.space.head_now
        assert rig.of(Conflicted) == [Conflicted(("app.py",), head)]
        engine.tell("theirs", "app.py")
        await rig.state(SyncState.IN_SYNC)
        file = rig.root / "app.py"
        assert file.read_bytes() == THEIRS
        assert stat.S_IMODE(file.stat().st_mode) == 0o750
        assert rig.space.ours == []
        assert engine.status.conflicts == ()
        assert leftovers(rig) == []
        (told,) = rig.of(Fetched)
        assert (told.paths, told.deleted, told.oid) == (("app.py",), (), head)
        assert replaced(told, "app.py") == OURS
        # and it goes on as before
        rig.write("app.py", b"x = 2\n")
        await rig.commits(1)
        assert rig.space.tree_now == {"app.py": b"x = 2\n", "util.py": b"u = 1\n"}


async def test_theirs_is_one_read_and_no_commit(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        before = len(rig.space.calls)
        engine.tell("theirs")
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.calls[before:] == ["fetch"]


async def test_theirs_deletes_what_the_space_deleted(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "pkg/util.py": b"u = 1\n"})
    async with rig.running() as engine:
        rig.space.push({"pkg/util.py": None})
        rig.write("pkg/util.py", OURS)
        await rig.state(SyncState.CONFLICT)
        engine.tell("theirs", "pkg/")
        await rig.state(SyncState.IN_SYNC)
        assert not (rig.root / "pkg/util.py").exists()
        (told,) = rig.of(Fetched)
        assert told.deleted == ("pkg/util.py",)
        assert replaced(told, "pkg/util.py") == OURS
        assert rig.space.ours == []


async def test_theirs_brings_back_what_was_deleted_here(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "pkg/util.py": b"u = 1\n"})
    async with rig.running() as engine:
        rig.space.push({"pkg/util.py": THEIRS})
        (rig.root / "pkg/util.py").unlink()
        (rig.root / "pkg").rmdir()
        await rig.state(SyncState.CONFLICT)
        engine.tell("theirs", "pkg/util.py")
        await rig.state(SyncState.IN_SYNC)
        assert (rig.root / "pkg/util.py").read_bytes() == THEIRS
        assert rig.space.ours == []


async def test_mine_takes_a_deletion_either_way(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "a.txt": b"a\n", "b.txt": b"b\n"})
    async with rig.running() as engine:
        rig.space.push({"a.txt": None, "b.txt": THEIRS})
        rig.write("a.txt", OURS)
        (rig.root / "b.txt").unlink()
        await rig.until(lambda: engine.status.conflicts == ("a.txt", "b.txt"))
        engine.tell("mine")
        await rig.commits(1)
        assert rig.space.tree_now == {"app.py": b"x = 1\n", "a.txt": OURS}


async def test_both_keeps_ours_and_puts_theirs_beside_it(rig: Rig) -> None:
    rig.seed({"pkg/app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig, "pkg/app.py")
        beside = f"pkg/app.remote-{rig.space.head_now[:7]}.py"
        engine.tell("both", "pkg/app.py")
        await rig.commits(1)
        assert (rig.root / "pkg/app.py").read_bytes() == OURS
        assert (rig.root / beside).read_bytes() == THEIRS
        assert rig.space.tree_now == {"pkg/app.py": OURS, beside: THEIRS}
        assert rig.of(Fetched)[0].replaced == ()


async def test_both_never_takes_a_name_that_is_taken(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        taken = f"app.remote-{rig.space.head_now[:7]}.py"
        rig.write(taken, b"my own\n")
        await rig.looks()
        engine.tell("both", "app.py")
        await rig.commits(1)
        assert (rig.root / taken).read_bytes() == b"my own\n"
        assert (rig.root / taken.replace(".py", "-2.py")).read_bytes() == THEIRS


async def test_both_keeps_the_only_file_there_is(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "a.txt": b"a\n", "b.txt": b"b\n"})
    async with rig.running() as engine:
        rig.space.push({"a.txt": None, "b.txt": THEIRS})
        rig.write("a.txt", OURS)
        (rig.root / "b.txt").unlink()
        await rig.until(lambda: engine.status.conflicts == ("a.txt", "b.txt"))
        engine.tell("both")
        await rig.commits(1)
        everything = {"app.py": b"x = 1\n", "a.txt": OURS, "b.txt": THEIRS}
        assert rig.space.tree_now == everything
        assert {path: (rig.root / path).read_bytes() for path in everything} == everything


async def test_each_path_its_own_way(rig: Rig) -> None:
    rig.seed({"a.py": b"1\n", "b.py": b"1\n", "c.py": b"1\n"})
    async with rig.running() as engine:
        rig.space.push(dict.fromkeys(("a.py", "b.py", "c.py"), THEIRS))
        for path in ("a.py", "b.py", "c.py"):
            rig.write(path, OURS)
        await rig.until(lambda: len(engine.status.conflicts) == 3)
        engine.tell("mine", "a.py")
        engine.tell("theirs", "b.py")
        await rig.until(lambda: engine.status.conflicts == ("c.py",))
        assert rig.space.ours == []  # half a change set can break the app
        engine.tell("both", "c.py")
        await rig.commits(1)
        assert rig.space.tree_now["a.py"] == OURS
        assert rig.space.tree_now["b.py"] == THEIRS
        assert rig.space.tree_now["c.py"] == OURS
        assert (rig.root / "b.py").read_bytes() == THEIRS


async def test_an_edit_after_the_choice_is_not_overwritten(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)

        async def edit(path: str, at: int) -> None:
            rig.write("app.py", b"x = 'newer'\n")

        rig.space.fetching = edit
        engine.tell("theirs", "app.py")
        await rig.until(lambda: rig.of(Failed))
        assert "changed just now" in rig.of(Failed)[0].message
        await rig.looks()
        assert (rig.root / "app.py").read_bytes() == b"x = 'newer'\n"
        assert engine.status.state is SyncState.CONFLICT
        assert leftovers(rig) == []
        rig.space.fetching = None
        engine.tell("theirs", "app.py")
        await rig.state(SyncState.IN_SYNC)
        assert (rig.root / "app.py").read_bytes() == THEIRS


async def test_a_newer_version_on_the_space_is_asked_about_again(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        newest = rig.space.push({"app.py": b"x = 'newest'\n"})
        engine.tell("theirs", "app.py")
        engine.tell("sync")
        await rig.until(lambda: rig.of(Failed))
        await rig.until(lambda: len(rig.of(Conflicted)) == 2)
        assert rig.of(Conflicted)[1].remote_oid == newest
        assert (rig.root / "app.py").read_bytes() == OURS


async def test_content_that_is_not_the_trees_is_not_taken(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        rig.space.spoiled["app.py"] = b"X" * len(THEIRS)
        engine.tell("theirs", "app.py")
        await rig.state(SyncState.BACKOFF)
        assert (rig.root / "app.py").read_bytes() == OURS
        assert leftovers(rig) == []
        rig.space.spoiled.clear()
        await rig.state(SyncState.IN_SYNC)
        assert (rig.root / "app.py").read_bytes() == THEIRS


async def test_a_broken_download_goes_on_later(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        rig.space.fail("fetch", Fault(Trouble.UNCLEAR, landed=True), Fault(Trouble.OFFLINE))
        engine.tell("theirs", "app.py")
        await rig.state(SyncState.IN_SYNC)
        assert (rig.root / "app.py").read_bytes() == THEIRS
        assert leftovers(rig) == []
        assert rig.space.ours == []


async def test_a_link_in_the_way_is_never_followed(rig: Rig, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    rig.seed({"app.py": b"x = 1\n", "pkg/util.py": b"u = 1\n"})
    async with rig.running() as engine:
        await collide(rig, "pkg/util.py")

        async def swap(path: str, at: int) -> None:
            (rig.root / "pkg").rename(tmp_path / "moved")
            (rig.root / "pkg").symlink_to(outside, target_is_directory=True)
            os.link(tmp_path / "moved/util.py", outside / "util.py")

        rig.space.fetching = swap
        engine.tell("theirs", "pkg/util.py")
        await rig.until(lambda: rig.of(Failed))
        assert "symbolic link" in rig.of(Failed)[0].message
        assert (outside / "util.py").read_bytes() == OURS
        assert (tmp_path / "moved/util.py").read_bytes() == OURS


async def test_a_folder_where_the_space_has_a_file(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "data": b"1\n"})
    async with rig.running() as engine:
        rig.space.push({"data": THEIRS})
        (rig.root / "data").unlink()
        (rig.root / "data").mkdir()
        await rig.state(SyncState.CONFLICT)
        engine.tell("theirs", "data")
        await rig.until(lambda: rig.of(Failed))
        assert (rig.root / "data").is_dir()
        assert engine.status.conflicts == ("data",)


async def test_what_cannot_be_kept_is_not_replaced(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(kept, "MOST_BYTES", 5)
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        engine.tell("theirs", "app.py")
        await rig.until(lambda: rig.of(Failed))
        assert "move the file away" in rig.of(Failed)[0].message
        assert (rig.root / "app.py").read_bytes() == OURS
        assert engine.status.state is SyncState.CONFLICT


async def test_a_stop_during_a_download_leaves_nothing(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        never = asyncio.Event()
        begun = asyncio.Event()

        async def stall(path: str, at: int) -> None:
            begun.set()
            await never.wait()

        rig.space.fetching = stall
        engine.tell("theirs", "app.py")
        await begun.wait()
        assert leftovers(rig)
    assert leftovers(rig) == []
    assert (rig.root / "app.py").read_bytes() == OURS


async def test_what_a_killed_run_left_is_removed(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        mark = engine._rounds.sides.fetcher._mark if engine._rounds else ""
    rig.write(f"{PREFIX}{mark}-0123456789abcdef.part", b"half")
    foreign = rig.write(f"{PREFIX}ffffffff-0123456789abcdef.part", b"another engine's")
    async with rig.running():
        assert leftovers(rig) == [foreign]
        assert rig.space.ours == []


async def test_other_edits_wait_and_are_not_lost(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "other.py": b"o = 1\n"})
    async with rig.running() as engine:
        await collide(rig)
        rig.write("other.py", b"o = 2\n")
        rig.space.push({"foreign.py": b"f = 1\n"})
        await rig.until(lambda: engine.status.pending == 2)
        assert rig.space.ours == []
        engine.tell("theirs", "app.py")
        await rig.commits(1)
        assert rig.space.tree_now == {
            "app.py": THEIRS, "other.py": b"o = 2\n", "foreign.py": b"f = 1\n",
        }  # fmt: skip
        assert not (rig.root / "foreign.py").exists()


async def test_both_sides_changed_while_it_was_down(rig: Rig) -> None:
    rig.seed({f"{name}.py": b"1\n" for name in "abcd"})
    async with rig.running():
        pass
    rig.write("a.py", OURS)
    rig.write("b.py", OURS)
    rig.write("new.py", OURS)
    rig.space.push({"b.py": THEIRS, "d.py": THEIRS})
    async with rig.running(settled=False) as engine:
        await rig.until(lambda: engine.status.state is SyncState.CONFLICT)
        assert engine.status.conflicts == ("b.py",)
        assert rig.space.tree_now["b.py"] == THEIRS
        assert rig.space.tree_now["a.py"] == rig.space.tree_now["new.py"] == OURS
        engine.tell("theirs", "b.py")
        await rig.state(SyncState.IN_SYNC)
        assert "newer on the Space" in engine.status.reason
        assert (rig.root / "d.py").read_bytes() == b"1\n"
        assert (rig.root / "b.py").read_bytes() == THEIRS


async def test_gone_on_both_sides_is_no_conflict(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "a.py": b"1\n"})
    async with rig.running() as engine:
        rig.space.push({"a.py": None})
        (rig.root / "a.py").unlink()
        rig.write("app.py", OURS)
        await rig.commits(1)
        assert rig.space.tree_now == {"app.py": OURS}
        assert rig.of(Conflicted) == []
        assert engine.status.conflicts == ()


@pytest.mark.parametrize("command", ["mine", "theirs", "both"])
async def test_sides_without_a_conflict_are_one_sentence(rig: Rig, command: str) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    async with rig.running() as engine:
        with pytest.raises(ValueError, match="Nothing is in conflict"):
            engine.tell(command, "app.py")
        await collide(rig)
        with pytest.raises(ValueError, match=r"other\.py is not in conflict"):
            engine.tell(command, "app.py", "other.py")
        with pytest.raises(ValueError, match="mine, theirs or both"):
            engine.tell("accept")


def test_what_a_path_stands_for() -> None:
    conflicts = ("a.py", "pkg/b.py", "pkg/sub/c.py", "pkgs.py")
    assert chosen((), conflicts) == conflicts
    assert chosen(("pkg",), conflicts) == ("pkg/b.py", "pkg/sub/c.py")
    assert chosen(("./a.py", "pkg/sub/"), conflicts) == ("a.py", "pkg/sub/c.py")
    assert chosen((".",), conflicts) == conflicts
