"""Filling an empty folder from the Space, and where nothing is ever written."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
import threading
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces_tui.model.repo import Lfs
from spaces_tui.model.sync_events import Failed, Fetched, Planned, Progressed, Refused
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import incoming
from spaces_tui.sync.allowed import why_not_write
from spaces_tui.sync.fetch import STOP_CHECK
from spaces_tui.sync.incoming import PREFIX, ChangedError, Incoming, WriteError
from spaces_tui.sync.kept import Kept
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.oid import blob_oid
from spaces_tui.sync.protocols import Trouble
from spaces_tui.sync.scan import FolderError, RootId, Scan
from tests.patience import PATIENCE
from tests.sync.conftest import Rig
from tests.sync.fakes import PIECE, Fault

FILES = {
    ".gitattributes": b"*.bin filter=lfs diff=lfs merge=lfs -text\n",
    "README.md": b"---\nsdk: gradio\n---\n",
    "app.py": b"x = 1\n",
    "empty.txt": b"",
    "pkg/util.py": b"u = 1\n",
}


def local(rig: Rig) -> dict[str, bytes]:
    return {
        str(path.relative_to(rig.root)): path.read_bytes()
        for path in rig.root.rglob("*")
        if path.is_file()
    }


def large(rig: Rig, path: str, content: bytes) -> None:
    """Put a large file on the Space."""
    rig.space.push({path: content})
    rig.space.large[path] = Lfs(hashlib.sha256(content).hexdigest(), len(content))


async def test_an_empty_folder_is_filled_when_told(rig: Rig) -> None:
    rig.space.push(FILES)
    large(rig, "model.bin", b"m" * (3 * PIECE + 5))
    async with rig.running(assume_yes=False, settled=False) as engine:
        await rig.state(SyncState.PLAN)
        assert "6 files (196.7 kB) can be fetched" in engine.status.reason
        (planned,) = rig.of(Planned)
        assert {file.path for file in planned.plan.fetch} == {*FILES, "model.bin"}
        assert local(rig) == {}
        engine.tell("theirs")
        await rig.state(SyncState.IN_SYNC)
        assert local(rig) == {**FILES, "model.bin": b"m" * (3 * PIECE + 5)}
        (told,) = rig.of(Fetched)
        assert (told.oid, told.bytes) == (rig.space.head_now, sum(map(len, local(rig).values())))
        assert rig.space.ours == []
        # from now on it is watched like any other
        (rig.root / "pkg/util.py").unlink()
        await rig.commits(1)
        assert "pkg/util.py" not in rig.space.tree_now
    assert not (rig.state_dir / "fetching").exists()


async def test_going_on_without_fetching(rig: Rig) -> None:
    rig.space.push(FILES)
    async with rig.running(assume_yes=False, settled=False) as engine:
        await rig.state(SyncState.PLAN)
        engine.tell("accept")
        await rig.state(SyncState.IN_SYNC)
        assert local(rig) == {}
        rig.write("new.py")
        await rig.commits(1)
    assert rig.space.tree_now == {**FILES, "new.py": b"x = 1\n"}
    (rig.root / "new.py").unlink()
    async with rig.running(assume_yes=False):  # it was answered for good
        assert "fetch" not in rig.space.calls


async def test_from_the_space_once(rig: Rig) -> None:
    rig.space.push(FILES)
    rig.root.rmdir()
    final = await rig.once(assume_yes=False, from_space=True)
    assert final.state is SyncState.IN_SYNC
    assert local(rig) == FILES
    assert rig.space.ours == []
    assert SyncState.PLAN not in rig.states


async def test_from_the_space_into_a_folder_of_the_repository(rig: Rig) -> None:
    rig.space.push({f"demo/{path}": content for path, content in FILES.items()})
    rig.space.push({"other.py": b"o\n"})
    await rig.once(from_space=True, into="demo")
    assert local(rig) == FILES


async def test_from_the_space_needs_an_empty_folder(rig: Rig) -> None:
    rig.space.push(FILES)
    rig.write("mine.py", b"mine\n")
    with pytest.raises(FolderError, match="is not empty"):
        await rig.once(from_space=True)
    assert local(rig) == {"mine.py": b"mine\n"}


async def test_a_folder_made_for_nothing_is_taken_away(rig: Rig) -> None:
    rig.root.rmdir()
    rig.space.down = Trouble.GONE
    engine = rig.engine = rig.make(from_space=True)
    task = asyncio.create_task(engine.run())
    await rig.state(SyncState.GONE)
    engine.tell("stop")
    await asyncio.wait_for(task, PATIENCE)
    assert not rig.root.exists()


async def test_a_dry_run_fetches_nothing(rig: Rig) -> None:
    rig.space.push(FILES)
    final = await rig.once(assume_yes=False, dry_run=True, from_space=True)
    assert final.state is SyncState.PLAN
    assert len(rig.of(Planned)[0].plan.fetch) == len(FILES)
    assert local(rig) == {}


async def test_what_must_not_be_here_is_refused(rig: Rig) -> None:
    bad = (
        "../escape.py", "/abs.py", "a//b.py", "./c.py", ".git/hooks/x", ".GIT/config", ".env",
        "deep/.ssh/id_rsa", ".gi\u200bt/config", "node_modules/x.js", "key.pem",
    )  # fmt: skip
    rig.space.push({**FILES, **dict.fromkeys(bad, b"bad\n")})
    await rig.once(from_space=True)
    assert local(rig) == FILES
    assert {event.path for event in rig.of(Refused)} == set(bad)
    assert not (rig.root.parent / "escape.py").exists()


async def test_ignore_rules_of_the_space_rule_nothing_out_before_they_are_here(rig: Rig) -> None:
    files = {**FILES, ".gitignore": b"pkg/\n", "pkg/.gitignore": b"*.log\n", "pkg/x.log": b"1\n"}
    rig.space.push(files)
    async with rig.running(from_space=True):
        assert local(rig) == files
        await rig.looks()
        assert rig.space.ours == []


async def test_an_interrupted_start_goes_on(rig: Rig) -> None:
    rig.space.push(FILES)
    never = asyncio.Event()
    rig.speed = 1.0

    async def stall(path: str, at: int) -> None:
        if path == "pkg/util.py":
            await never.wait()

    rig.space.fetching = stall
    engine = rig.engine = rig.make(from_space=True)
    task = asyncio.create_task(engine.run())
    await rig.until(lambda: FILES.keys() - local(rig).keys() == {"pkg/util.py"})
    task.cancel()  # as good as killed: nothing is tidied up
    with pytest.raises(asyncio.CancelledError):
        await task
    rig.space.fetching = None
    rig.space.calls.clear()
    mine = rig.write("app.py", b"edited meanwhile\n").read_bytes()
    async with rig.running(assume_yes=False, settled=False) as engine:
        await rig.state(SyncState.PLAN)
        assert "was not filled to the end: 1 file" in engine.status.reason
        engine.tell("theirs")
        await rig.until((rig.root / "pkg/util.py").exists)
        await rig.until(lambda: engine.status.plan and engine.status.plan.upload)
        assert rig.space.calls.count("fetch") == 1
        assert local(rig) == {**FILES, "app.py": mine}
        engine.tell("accept")
        await rig.commits(1)
        assert rig.space.tree_now == {**FILES, "app.py": mine}


async def test_a_failing_network_is_outlived(rig: Rig) -> None:
    rig.space.push(FILES)
    rig.space.fail("fetch", Fault(Trouble.UNCLEAR, landed=True), Fault(Trouble.BUSY))
    async with rig.running(from_space=True):
        assert local(rig) == FILES
        assert SyncState.BACKOFF in rig.states
        assert rig.space.ours == []


async def test_a_file_that_is_being_made_when_all_ends_is_removed(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A thread that makes one is not stopped by a cancellation."""
    rig.space.push(FILES)
    real = Incoming.__init__
    loop = asyncio.get_running_loop()
    begun, ended = asyncio.Event(), threading.Event()

    def slow(self: Incoming, root: Path, mark: str, stored: Stored) -> None:
        loop.call_soon_threadsafe(begun.set)
        assert ended.wait(PATIENCE)
        real(self, root, mark, stored)

    monkeypatch.setattr(Incoming, "__init__", slow)
    async with rig.running(from_space=True, settled=False) as engine:
        await begun.wait()
        engine.tell("stop")
        loop.call_later(3 * STOP_CHECK, ended.set)
    assert local(rig) == {}


async def test_a_full_disk_leaves_nothing_half_written(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.space.push(FILES)
    real = Incoming.write

    def full(self: Incoming, at: int, piece: bytes) -> None:
        if piece == FILES["app.py"]:
            raise OSError(28, "No space left on device")
        real(self, at, piece)

    monkeypatch.setattr(Incoming, "write", full)
    async with rig.running(assume_yes=False, settled=False) as engine:
        await rig.state(SyncState.PLAN)
        engine.tell("theirs")
        await rig.until(lambda: rig.of(Failed))
        assert rig.of(Failed)[0].message == "app.py could not be fetched: No space left on device."
        await rig.state(SyncState.PLAN)
        assert not [path for path in local(rig) if path.startswith(PREFIX) or path == "app.py"]
        monkeypatch.setattr(Incoming, "write", real)
        engine.tell("theirs")
        await rig.state(SyncState.IN_SYNC)
        assert local(rig) == FILES


async def test_one_file_that_cannot_be_had_does_not_stop_the_others(rig: Rig) -> None:
    rig.space.push(FILES)
    rig.space.spoiled["app.py"] = b"far more than the tree says it is"
    async with rig.running(assume_yes=False, settled=False) as engine:
        await rig.state(SyncState.PLAN)
        engine.tell("theirs")
        await rig.until(lambda: rig.of(Failed))
        assert "app.py could not be fetched: The file is larger" in rig.of(Failed)[0].message
        await rig.until(lambda: engine.status.plan and len(engine.status.plan.fetch) == 1)
        assert local(rig).keys() == FILES.keys() - {"app.py"}
        engine.tell("accept")
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.ours == []


async def test_a_disk_too_small_is_noticed_before_the_first_byte(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.space.push(FILES)
    monkeypatch.setattr(incoming, "_ROOM", 1 << 60)
    with pytest.raises(FolderError, match="MB free"):
        await rig.once(from_space=True)
    assert "fetch" not in rig.space.calls
    assert local(rig) == {}


async def test_progress_is_told_and_ends(rig: Rig) -> None:
    large(rig, "model.bin", os.urandom(4 * 1024 * 1024))

    async def slow(path: str, at: int) -> None:
        await asyncio.sleep(0.02)

    rig.space.fetching = slow
    async with rig.running(from_space=True) as engine:
        told = rig.of(Progressed)
        assert [each.fetching for each in told] == [True] * len(told)
        assert len(told) >= 2
        assert (told[-1].path, told[-1].sent, told[-1].size) == ("model.bin", 1 << 22, 1 << 22)
        assert [each.sent for each in told] == sorted(each.sent for each in told)
        assert engine.status.transfers == ()


def scan_of(*hidden: str) -> Scan:
    return Scan(RootId(1, 1), 0, hidden=set(hidden))


@pytest.mark.parametrize(
    "path",
    [
        "", "/abs", "../x", "a/../b", "a//b", "a/", "./a", "nul\0", "a\udc80b", ".git/hooks/x",
        "a/.Git/x", ".env", "x/.env.local", "id_rsa", "venv/x", "hidden/x", "a" * 256, ".git ./x",
        ".spaces-tui-0-0.part", "__pycache__/x.pyc",
    ],
)  # fmt: skip
def test_names_that_are_never_written(path: str) -> None:
    assert why_not_write(path, scan_of("hidden"))


@pytest.mark.parametrize("path", ["app.py", "a/b/c.txt", ".gitignore", ".env.example", "a\\b", "ü"])
def test_names_that_may_be_written(path: str) -> None:
    assert why_not_write(path, scan_of("hidden")) is None


_PART = st.sampled_from(
    ["..", ".", "", "a", "b", ".git", ".GIT", "link", "door", "file", "C:", "a\\..\\b", "\0", " "]
)


@settings(max_examples=200, deadline=None)
@given(parts=st.lists(_PART | st.text(max_size=4), min_size=1, max_size=5))
def test_nothing_is_ever_written_outside(parts: list[str]) -> None:
    """Whatever the Space calls a file, it lands inside the folder or not at all."""
    path = "/".join(parts)
    with tempfile.TemporaryDirectory() as base:
        root, outside = Path(base, "root"), Path(base, "outside")
        root.mkdir()
        outside.mkdir()
        (root / "door").symlink_to(outside, target_is_directory=True)
        (root / "link").symlink_to(outside / "made")
        (root / "file").write_bytes(b"mine")
        if why_not_write(path, scan_of("door", "link")) is None:
            stored = Stored(blob_oid(b"theirs"), 6)
            arriving = Incoming(root, "00", stored)
            try:
                arriving.write(0, b"theirs")
                arriving.land(path, None, Kept(Path(base, "kept")))
                landed = root / path
                assert landed.read_bytes() == b"theirs"
                assert landed.resolve().is_relative_to(root.resolve())
            except (ChangedError, WriteError):
                pass
            finally:
                arriving.close()
        assert list(outside.iterdir()) == []
        assert (root / "file").read_bytes() == b"mine"
        assert sorted(path.name for path in Path(base).iterdir()) == ["outside", "root"]
        assert not [entry for entry in root.iterdir() if entry.name.startswith(PREFIX)]
        assert not (root / ".git").exists()


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("spaces_tui.sync.kept.MOST", 3)
    monkeypatch.setattr("spaces_tui.sync.kept.MOST_BYTES", 10)
    store = Kept(tmp_path / "kept")
    source = tmp_path / "source"
    copies = []
    for number in range(5):
        source.write_bytes(b"%d234" % number)
        with source.open("rb") as file:
            copies.append(store.keep("app.py", file))
    assert [copy.exists() for copy in copies] == [False, False, False, True, True]
    assert copies[-1].read_bytes() == b"4234"
    assert store.takes(10)
    assert not store.takes(11)
