"""Names that are a file on one side and a folder on the other: nothing of the Space is lost."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from spaces_tui.model.repo import AddFile, DeleteFile
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_events import Conflicted, Failed, Fetched
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.clash import Clash
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.ledger import Ledger, Stored
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Trouble
from spaces_tui.sync.read import Content
from spaces_tui.sync.shape import completed, judged, swallowed, together
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault

APP = {"app.py": b"x = 1\n"}
ASSETS = {"assets/x.txt": b"x\n", "assets/deep/y.txt": b"y\n"}
HERE = b"a file here\n"


def uploads(*paths: str) -> dict[str, Content]:
    return {path: Content(1, path) for path in paths}


def stored(*paths: str) -> dict[str, Stored]:
    return {path: Stored(f"{path} there", 1) for path in paths}


# The pure part


def test_a_file_where_the_space_has_a_folder_is_a_conflict() -> None:
    remote = stored("assets/x", "assets/deep/y", "assets2/z", "app.py")
    diff = judged(Diff(uploads("assets", "b.py")), {"assets", "b.py"}, remote, {})
    assert list(diff.uploads) == ["b.py"]
    assert diff.conflicts == ("assets",)
    clash = Clash("assets", ("assets",), ("assets/deep/y", "assets/x"))
    assert diff.clashes == {"assets": clash}
    assert clash.sentence == "assets is a folder with 2 files on the Space, and a file here"


def test_a_folder_where_the_space_has_a_file_is_one_conflict() -> None:
    local = {"conf/a", "conf/b/c", "other"}
    diff = judged(Diff(uploads(*local)), local, stored("conf"), {})
    assert list(diff.uploads) == ["other"]
    assert diff.conflicts == ("conf",)
    clash = diff.clashes["conf"]
    assert (clash.here, clash.there) == (("conf/a", "conf/b/c"), ("conf",))
    assert clash.sentence == "conf is a file on the Space, and a folder with 2 files here"


def test_what_was_deleted_here_makes_room_in_the_same_commit() -> None:
    remote = stored("conf", "app.py")
    diff = judged(Diff(uploads("conf/a", "z"), ("conf",)), {"conf/a", "z"}, remote, {})
    assert (diff.conflicts, diff.bound) == ((), {"conf/a": ("conf",)})
    assert together(diff, remote) == diff
    assert list(together(diff.without(["conf"]), remote).uploads) == ["z"]
    assert together(diff.without(["conf/a"]), remote).deletes == ()
    assert completed(diff, {"conf/a"}) == {"conf/a", "conf"}
    assert completed(diff, {"conf"}) == {"conf/a", "conf"}
    # once it is gone, the rest may follow
    assert list(together(diff.without(["conf"]), stored("app.py")).uploads) == ["conf/a", "z"]


def test_one_foreign_file_in_a_folder_that_was_deleted_is_enough() -> None:
    remote = stored("lib/a", "lib/theirs")
    diff = judged(Diff(uploads("lib"), ("lib/a",)), {"lib"}, remote, {})
    assert (diff.paths, diff.conflicts) == ((), ("lib",))
    assert diff.clashes["lib"].there == ("lib/a", "lib/theirs")


def test_a_yes_holds_for_what_was_shown() -> None:
    remote = stored("lib/a", "lib/b")
    diff = Diff(uploads("lib"))
    granted = {path: each.content for path, each in remote.items()}
    agreed = judged(diff, {"lib"}, remote, granted)
    assert (agreed.deletes, agreed.conflicts) == (("lib/a", "lib/b"), ())
    for other in (stored("lib/a", "lib/b", "lib/c"), {**remote, "lib/b": Stored("new", 1)}):
        assert judged(diff, {"lib"}, other, granted).conflicts == ("lib",)


def test_names_that_differ_in_case_are_two() -> None:
    local = {"Assets", "CONF/a"}
    diff = judged(Diff(uploads(*local)), local, stored("assets/x", "conf"), {})
    assert set(diff.uploads) == local
    assert diff.conflicts == ()


def test_a_commit_that_would_take_away_more_than_it_says_is_known() -> None:
    remote = stored("conf", "assets/x", "assets/y")
    assert swallowed([AddFile("assets", b""), DeleteFile("assets/x")], remote) == {"assets/y"}
    assert swallowed([AddFile("conf/a", b"")], remote) == {"conf"}
    assert swallowed([AddFile("conf/a", b""), DeleteFile("conf")], remote) == set()


def test_a_yes_that_is_not_needed_any_more_is_forgotten() -> None:
    ledger = Ledger(remote=stored("conf"))
    consent = Consent(WatchOptions())
    consent.replace(Clash("conf", ("conf/a",), ("conf",)), ledger)
    assert consent.granted == {"conf": "conf there"}
    consent.used(Diff(uploads("conf/a"), ("conf",)))
    assert consent.granted
    consent.used(Diff())
    assert not consent.granted


# A file here, a folder there


def kept(told: Fetched, path: str) -> bytes:
    """Return what was kept of a file that was here."""
    return Path(dict(told.replaced)[path]).read_bytes()


async def folder_there(rig: Rig) -> None:
    """Have a folder of others on the Space, and a file of its name here."""
    rig.space.push(ASSETS)
    rig.write("assets", HERE)
    await rig.state(SyncState.CONFLICT)


async def test_a_folder_of_others_is_not_replaced_by_a_file(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        rig.space.push(ASSETS)
        engine.tell("sync")
        await rig.until(lambda: "assets/x.txt" in engine._rounds.ledger.remote)  # type: ignore[union-attr]  # it runs
        rig.write("assets", HERE)
        await rig.state(SyncState.CONFLICT)
        words = "assets is a folder with 2 files on the Space, and a file here."
        assert words in engine.status.reason
        assert engine.status.conflicts == ("assets",)
        (told,) = rig.of(Conflicted)
        assert told.notes == (words,)
        assert dict(rig.space.tree_now) == APP | ASSETS
        rig.write("app.py", b"x = 2\n")  # waits, too: half a change set can break the app
        await rig.looks()
        assert rig.space.ours == []


async def test_mine_replaces_the_folder_in_one_commit(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        engine.tell("mine", "assets")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | {"assets": HERE}
        (body,) = (set(map(type, body)) for body in rig.space.bodies if len(body) > 1)
        assert body == {AddFile, DeleteFile}
    assert rig.space.swallowed == []


async def test_theirs_replaces_the_file_here(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        engine.tell("theirs", "assets")
        await rig.state(SyncState.IN_SYNC)
        assert (rig.root / "assets/deep/y.txt").read_bytes() == b"y\n"
        (told,) = rig.of(Fetched)
        assert (set(told.paths), told.deleted) == (set(ASSETS), ("assets",))
        assert kept(told, "assets") == HERE
        assert rig.space.ours == []
        rig.write("assets/x.txt", b"edited\n")
        await rig.commits(1)
        assert rig.space.tree_now["assets/x.txt"] == b"edited\n"


async def test_theirs_goes_on_after_the_network_was_gone(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        rig.space.fail("fetch", *[Fault(Trouble.OFFLINE)] * 3)
        engine.tell("theirs")
        await rig.until((rig.root / "assets/x.txt").exists)
        await rig.until((rig.root / "assets/deep/y.txt").exists)
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.ours == []


async def test_both_puts_the_folder_beside(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        beside = f"assets.remote-{rig.space.head_now[:7]}"
        engine.tell("both", "assets")
        await rig.commits(1)
        moved = {f"{beside}/x.txt": b"x\n", f"{beside}/deep/y.txt": b"y\n"}
        await rig.until(lambda: dict(rig.space.tree_now) == APP | {"assets": HERE} | moved)
        assert (rig.root / "assets").read_bytes() == HERE
        assert (rig.root / beside / "deep/y.txt").read_bytes() == b"y\n"


async def test_later_leaves_both_sides_until_the_file_changes(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        engine.tell("drop")
        await rig.state(SyncState.IN_SYNC)
        rig.write("app.py", b"x = 2\n")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == ASSETS | {"app.py": b"x = 2\n"}
        rig.write("assets", b"another\n")
        await rig.state(SyncState.CONFLICT)
        assert engine.status.conflicts == ("assets",)


async def test_what_others_add_after_a_yes_is_asked_about_again(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        rig.space.fail(
            "commit", Fault(Trouble.MOVED, before=lambda: rig.space.push({"assets/z": b"z"}))
        )
        engine.tell("mine")
        await rig.until(lambda: "3 files" in engine.status.reason)
        await rig.state(SyncState.CONFLICT)
        assert rig.space.ours == []
        assert dict(rig.space.tree_now) == APP | ASSETS | {"assets/z": b"z"}
        engine.tell("mine")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | {"assets": HERE}


async def test_what_is_left_alone_is_not_replaced_either(rig: Rig) -> None:
    rig.seed(APP | ASSETS)
    async with rig.running() as engine:
        engine.tell("ignore", "assets/x.txt")
        await rig.looks()
        shutil.rmtree(rig.root / "assets")
        rig.write("assets", HERE)
        await rig.state(SyncState.CONFLICT)
        assert dict(rig.space.tree_now) == APP | ASSETS
        engine.tell("mine")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | {"assets": HERE}


async def test_ignore_is_a_way_out(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        engine.tell("ignore", "assets")
        await rig.state(SyncState.IN_SYNC)
        assert dict(rig.space.tree_now) == APP | ASSETS


async def test_what_is_newly_ignored_is_not_replaced_either(rig: Rig) -> None:
    rig.seed(APP | ASSETS)
    async with rig.running():
        rig.write(".gitignore", "assets/\n")
        await rig.commits(1)
        shutil.rmtree(rig.root / "assets")
        rig.write("assets", HERE)
        await rig.state(SyncState.CONFLICT)
        assert rig.space.tree_now["assets/x.txt"] == b"x\n"


async def test_nothing_is_ever_deleted_when_so_asked(rig: Rig) -> None:
    rig.seed(APP | ASSETS)
    async with rig.running(never_delete=True) as engine:
        shutil.rmtree(rig.root / "assets")
        rig.write("assets", HERE)
        await rig.state(SyncState.CONFLICT)
        engine.tell("mine")
        await rig.until(lambda: any("another name" in each.message for each in rig.of(Failed)))
        engine.tell("both")
        await rig.until(lambda: len(rig.of(Failed)) == 2)
        assert dict(rig.space.tree_now) == APP | ASSETS
        assert (rig.root / "assets").read_bytes() == HERE


async def test_a_held_deletion_holds_the_file_that_takes_its_place(rig: Rig) -> None:
    many = {f"many/{number}.py": b"m = %d\n" % number for number in range(40)}
    rig.seed(APP | many)
    async with rig.running() as engine:
        shutil.rmtree(rig.root / "many")
        rig.write("many", HERE)
        await rig.state(SyncState.HELD)
        assert "40 of 41" in engine.status.reason
        assert rig.space.ours == []
        engine.tell("accept")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | {"many": HERE}
        assert len(rig.space.ours) == 1
    assert rig.space.swallowed == []


async def test_the_first_plan_leaves_a_folder_of_others(rig: Rig) -> None:
    rig.space.push(APP | ASSETS)
    for path, content in APP.items():
        rig.write(path, content)
    rig.write("new.py")
    rig.write("assets", HERE)
    status = await rig.once()
    assert status.state is SyncState.CONFLICT
    assert dict(rig.space.tree_now) == APP | ASSETS | {"new.py": b"x = 1\n"}


async def test_what_was_turned_while_nobody_watched_is_asked_about(rig: Rig) -> None:
    rig.seed(APP | ASSETS)
    await rig.once()
    shutil.rmtree(rig.root / "assets")
    rig.write("assets", HERE)
    async with rig.running(settled=False) as engine:
        await rig.state(SyncState.CONFLICT)
        assert dict(rig.space.tree_now) == APP | ASSETS
        engine.tell("mine")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | {"assets": HERE}


async def test_both_sides_are_told_apart_when_they_are_compared(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await folder_there(rig)
        sides = await engine.compare("assets")
        assert (sides.here, sides.there_note) == (HERE.decode(), "a folder with 2 files")
        (rig.root / "assets").unlink()
        rig.write("assets/z")
        assert (await engine.compare("assets")).here_note == "a folder"


# A folder here, a file there


async def file_there(rig: Rig) -> None:
    """Have a file of others on the Space, and a folder of its name here."""
    rig.space.push({"conf": b"theirs\n"})
    rig.write("conf/a.toml", b"a = 1\n")
    rig.write("conf/b/c.toml", b"c = 1\n")
    await rig.state(SyncState.CONFLICT)


MINE = {"conf/a.toml": b"a = 1\n", "conf/b/c.toml": b"c = 1\n"}


async def test_mine_replaces_the_file_there_in_one_commit(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await file_there(rig)
        await rig.until(lambda: "folder with 2 files here" in engine.status.reason)
        assert dict(rig.space.tree_now) == APP | {"conf": b"theirs\n"}
        engine.tell("mine", "conf")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | MINE
    assert rig.space.swallowed == []


async def test_theirs_replaces_the_folder_here(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await file_there(rig)
        await rig.until(lambda: "folder with 2 files here" in engine.status.reason)
        engine.tell("theirs", "conf")
        await rig.state(SyncState.IN_SYNC)
        assert (rig.root / "conf").read_bytes() == b"theirs\n"
        (told,) = rig.of(Fetched)
        assert (told.paths, set(told.deleted)) == (("conf",), set(MINE))
        assert rig.space.ours == []


@pytest.mark.parametrize("other", ["conf/__pycache__/x.pyc", "conf/.env"])
async def test_theirs_takes_no_folder_that_holds_more(rig: Rig, other: str) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        rig.write(other, b"x")
        await file_there(rig)
        engine.tell("theirs", "conf")
        await rig.until(lambda: any(other in each.message for each in rig.of(Failed)))
        assert (rig.root / other).read_bytes() == b"x"
        assert (rig.root / "conf/a.toml").exists()


async def test_both_puts_the_file_beside(rig: Rig) -> None:
    rig.seed(APP)
    async with rig.running() as engine:
        await file_there(rig)
        await rig.until(lambda: "folder with 2 files here" in engine.status.reason)
        beside = f"conf.remote-{rig.space.head_now[:7]}"
        engine.tell("both")
        await rig.until(lambda: dict(rig.space.tree_now) == APP | MINE | {beside: b"theirs\n"})
        assert (rig.root / beside).read_bytes() == b"theirs\n"


async def test_our_own_file_becomes_a_folder_in_one_commit(rig: Rig) -> None:
    rig.seed(APP | {"conf": b"old\n"})
    async with rig.running():
        (rig.root / "conf").unlink()
        rig.write("conf/a.toml", b"a = 1\n")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | {"conf/a.toml": b"a = 1\n"}
        assert len(rig.space.ours) == 1
    assert rig.space.swallowed == []


async def test_a_folder_of_several_parts_takes_the_place_of_a_file(rig: Rig) -> None:
    rig.seed(APP | {"conf": b"old\n"})
    many = {f"conf/{number}.py": b"c = %d\n" % number for number in range(199)}
    more = {f"also/{number}.py": b"a = %d\n" % number for number in range(199)}
    async with rig.running() as engine:
        (rig.root / "conf").unlink()
        for path, content in (many | more).items():
            rig.write(path, content)
        await rig.state(SyncState.HELD)
        engine.tell("accept")
        await rig.commits(2)
        assert dict(rig.space.tree_now) == APP | many | more
    assert rig.space.swallowed == []


async def test_a_path_the_hub_refuses_is_found_in_a_folder_that_was_a_file(rig: Rig) -> None:
    rig.seed(APP | {"conf": b"old\n"})
    rig.space.unwanted = {"conf/bad.py"}
    async with rig.running() as engine:
        (rig.root / "conf").unlink()
        for name in ("a.py", "b.py", "bad.py"):
            rig.write(f"conf/{name}", name)
        await rig.until(lambda: "conf/a.py" in rig.space.tree_now)
        await rig.until(lambda: [each.path for each in engine.status.refused] == ["conf/bad.py"])
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.tree_now["conf/b.py"] == b"b.py"
    assert rig.space.swallowed == []


async def test_a_file_of_theirs_that_changed_where_ours_became_a_folder(rig: Rig) -> None:
    rig.seed(APP | {"conf": b"old\n"})
    async with rig.running() as engine:
        rig.space.push({"conf": b"theirs\n"})
        (rig.root / "conf").unlink()
        rig.write("conf/a.toml", b"a = 1\n")
        await rig.state(SyncState.CONFLICT)
        assert engine.status.conflicts == ("conf",)
        engine.tell("mine")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == APP | {"conf/a.toml": b"a = 1\n"}


async def test_nothing_is_put_into_a_file(rig: Rig) -> None:
    rig.space.push({"sub": b"a file\n"})
    rig.write("app.py")
    async with rig.running(settled=False, into="sub/deep") as engine:
        await rig.state(SyncState.HALTED)
        assert engine.status.reason.startswith("sub is a file on the Space")
        assert dict(rig.space.tree_now) == {"sub": b"a file\n"}
        rig.space.push({"sub": None})
        engine.tell("sync")
        await rig.commits(1)
        assert dict(rig.space.tree_now) == {"sub/deep/app.py": b"x = 1\n"}
