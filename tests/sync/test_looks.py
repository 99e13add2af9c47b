"""A look at what was touched finds what a look at everything finds."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.deny import denied_path
from spaces_tui.sync.engine import Engine
from spaces_tui.sync.folder import Folder
from spaces_tui.sync.index import Index
from spaces_tui.sync.rounds import Rounds
from spaces_tui.sync.scan import Scan, Scanner
from spaces_tui.sync.scope import MANY, Scope
from spaces_tui.sync.stopped import Stopped
from tests.sync.conftest import Rig
from tests.sync.fakes import FastClock

FOLDERS = ("", "a", "a/b", "a/b/c", "d", "d/e", "build")
NAMES = ("x.py", "y.txt", "z.log", "build", "a", "b")
RULES = ("", "*.log\n", "build/\n", "b/\n", "!z.log\n", "/a/b\n")

places = st.sampled_from(FOLDERS)
names = st.sampled_from(NAMES)
operations = st.one_of(
    st.tuples(st.just("write"), places, names),
    st.tuples(st.just("remove"), places, names),
    st.tuples(st.just("mkdir"), places, names),
    st.tuples(st.just("rmtree"), places, st.just("")),
    st.tuples(st.just("rename"), places, places),
    st.tuples(st.just("link"), places, names),
    st.tuples(st.just("ignore"), places, st.sampled_from(RULES)),
)


class Disk:
    """A folder in which things happen, and the events a system would tell of them."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told: set[str] = set()
        self.count = 0

    def tell(self, path: Path) -> None:
        relative = path.relative_to(self.root).as_posix()
        self.told.add("" if relative == "." else relative)

    def write(self, folder: str, name: str) -> None:
        place = self.root / folder
        self.count += 1
        if self.made(place) and not (place / name).is_dir() and not (place / name).is_symlink():
            (place / name).write_text(f"{self.count}")
            self.tell(place / name)

    def made(self, place: Path) -> bool:
        """Make a folder and those above it, unless something is in the way.

        Only the topmost is told of, as in a burst.
        """
        new = None
        for part in (place, *place.parents):
            if part == self.root:
                break
            if part.is_symlink() or part.is_file():
                return False
            new = new if part.exists() else part
        place.mkdir(parents=True, exist_ok=True)
        if new is not None:
            self.tell(new)
        return True

    def remove(self, folder: str, name: str) -> None:
        path = self.root / folder / name
        if path.is_symlink() or path.is_file():
            path.unlink()
            self.tell(path)

    def mkdir(self, folder: str, name: str) -> None:
        path = self.root / folder / name
        if path.parent.is_dir() and not path.is_symlink() and not path.exists():
            path.mkdir()
            self.tell(path)

    def rmtree(self, folder: str, _: str) -> None:
        path = self.root / folder
        if folder and path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
            self.tell(path)

    def rename(self, folder: str, target: str) -> None:
        source, to = self.root / folder, self.root / target
        if not folder or not source.is_dir() or source.is_symlink() or to.is_relative_to(source):
            return
        if self.made(to.parent) and not to.exists() and not to.is_symlink():
            source.rename(to)
            self.tell(source)
            self.tell(to)

    def link(self, folder: str, name: str) -> None:
        path = self.root / folder / name
        if path.parent.is_dir() and not path.is_symlink() and not path.exists():
            path.symlink_to("nowhere")
            self.tell(path)

    def ignore(self, folder: str, text: str) -> None:
        path = self.root / folder / ".gitignore"
        if path.parent.is_dir() and not path.is_dir():
            path.write_text(text)
            self.tell(path)


def same(one: Scan, other: Scan) -> None:
    """Compare everything a scan says, whatever it took to find out."""
    assert one.files == other.files
    assert set(one.folders) == set(other.folders)
    assert one.hidden == other.hidden
    assert one.refused == other.refused
    assert one.problems == other.problems
    for folder in FOLDERS:
        for name in NAMES:
            path = f"{folder}/{name}" if folder else name
            assert one.deleted(path) == other.deleted(path), path


@pytest.mark.parametrize("many", [500, 0])
@settings(max_examples=100, deadline=None)
@given(st.lists(st.lists(operations, min_size=1, max_size=6), min_size=1, max_size=8))
def test_what_was_told_is_enough(many: int, rounds: list[list[tuple[str, str, str]]]) -> None:
    with tempfile.TemporaryDirectory() as base, pytest.MonkeyPatch.context() as patch:
        patch.setattr("spaces_tui.sync.place._MANY", many)
        disk = Disk(Path(base))
        scanner = Scanner(disk.root)
        before = scanner.scan().files
        for steps in rounds:
            for kind, *arguments in steps:
                getattr(disk, kind)(*arguments)
            told, disk.told = disk.told, set()
            scan = scanner.scan(told)
            same(scan, Scanner(disk.root).scan())
            every = before.keys() | scan.files.keys()
            differing = {path for path in every if before.get(path) != scan.files.get(path)}
            assert scan.changed == differing
            before = scan.files


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(operations, st.booleans()), min_size=1, max_size=15))
def test_what_was_not_told_is_found_by_the_next_whole_look(
    steps: list[tuple[tuple[str, str, str], bool]],
) -> None:
    with tempfile.TemporaryDirectory() as base:
        disk = Disk(Path(base))
        folder = Folder(disk.root, Index(), (), allow_secrets=False)
        folder.look({})
        for (kind, *arguments), heard in steps:
            getattr(disk, kind)(*arguments)
            if heard:
                folder.look({}, disk.told)
            disk.told.clear()
        look = folder.look({})
        same(look.scan, Scanner(disk.root).scan())
        fresh = Folder(disk.root, Index(), (), allow_secrets=False).look({})
        assert look.local == fresh.local
        assert set(folder.index.entries) == set(look.scan.files)


def test_only_the_way_to_what_was_touched_is_listed(tmp_path: Path) -> None:
    for name in ("a/b/one.py", "a/two.py", "c/three.py", "c/d/four.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    scanner = Scanner(tmp_path)
    assert scanner.scan().listed is None
    (tmp_path / "a/b/one.py").unlink()
    (tmp_path / "c/three.py").unlink()
    scan = scanner.scan({"a/b/one.py"})
    assert scan.listed == {"", "a", "a/b"}
    assert scan.deleted("a/b/one.py")
    assert scan.confirms("a/b/one.py")
    assert not scan.confirms("c/three.py")
    assert not scan.deleted("c/three.py")
    assert scan.confirms("new/deep/five.py")
    assert scanner.scan().deleted("c/three.py")


def test_a_folder_of_very_many_files_is_not_listed_for_one_that_is_still_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spaces_tui.sync.place._MANY", 10)
    for number in range(20):
        (tmp_path / f"m{number}.py").write_text("x")
    scanner = Scanner(tmp_path)
    scanner.scan()
    (tmp_path / "m7.py").write_text("longer")
    scan = scanner.scan({"m7.py"})
    assert (scan.changed, scan.listed) == ({"m7.py"}, set())
    assert not scan.confirms("m7.py")
    assert scanner.scan({f"m{number}.py" for number in range(3)}).listed == {""}
    (tmp_path / "m7.py").unlink()
    scan = scanner.scan({"m7.py"})
    assert scan.listed == {""}
    assert scan.confirms("m7.py")
    assert scanner.scan({"m7.py"}).confirms("m7.py")
    (tmp_path / "new.py").write_text("x")
    assert "new.py" in scanner.scan({"new.py"}).files
    (tmp_path / "m8.py").unlink()
    (tmp_path / "m8.py").symlink_to("m9.py")
    scan = scanner.scan({"m8.py"})
    assert "m8.py" not in scan.files
    assert "link" in scan.refused["m8.py"]


def test_a_deletion_that_this_look_did_not_see_waits_for_one_that_does(tmp_path: Path) -> None:
    for name in ("a/one.py", "b/two.py"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text("x")
    folder = Folder(tmp_path, Index(), (), allow_secrets=False)
    folder.look({})
    (tmp_path / "a/one.py").unlink()
    folder.look({}, {"a/one.py"})
    look = folder.look({}, {"b/two.py"})
    assert look.deleted("a/one.py")
    assert folder.load(look, {}, ["a/one.py"]).moved == ["a/one.py"]
    again = folder.look({}, {"a/one.py"})
    assert folder.load(again, {}, ["a/one.py"]).moved == []


def test_another_root_or_other_rules_make_a_look_whole(tmp_path: Path) -> None:
    root = tmp_path / "app"
    (root / "pkg").mkdir(parents=True)
    (root / "pkg" / "a.log").write_text("x")
    scanner = Scanner(root)
    scanner.scan()
    (root / ".gitignore").write_text("*.log\n")
    scan = scanner.scan({"pkg/a.log"})
    assert scan.listed is None
    assert not scan.deleted("pkg/a.log")
    root.rename(tmp_path / "elsewhere")
    root.mkdir()
    scan = scanner.scan(set())
    assert scan.listed is None
    assert scan.files == {}


def test_a_folder_that_cannot_be_listed_any_more_keeps_its_files(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pkg").mkdir()
    (tmp_path / "pkg" / "a.py").write_text("x")
    scanner = Scanner(tmp_path)
    scanner.scan()
    real = os.scandir

    def scandir(place: Path) -> object:
        if Path(place) == tmp_path / "pkg":
            raise PermissionError(13, "Permission denied", str(place))
        return real(place)

    with monkeypatch.context() as patch:
        patch.setattr(os, "scandir", scandir)
        scan = scanner.scan({"pkg/a.py"})
        assert scan.problems == {"pkg": "cannot be read: Permission denied"}
        assert not scan.deleted("pkg/a.py")
    scan = scanner.scan({"pkg/a.py"})
    assert set(scan.files) == {"pkg/a.py"}
    assert scan.problems == {}


def test_a_file_is_calm_by_its_own_times_or_after_a_wait(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    folder = Folder(tmp_path, Index(), (), allow_secrets=False)
    look = folder.look({})
    waits: list[float] = []
    wrote: list[Callable[[], object]] = []

    def sleep(seconds: float) -> None:
        waits.append(seconds)
        for write in wrote:
            write()

    monkeypatch.setattr("spaces_tui.sync.folder.time.sleep", sleep)
    now = max(look.scan.files["a.py"].ctime_ns, look.scan.files["a.py"].mtime_ns)
    for age, waited in ((0, 1), (29_000_000, 1), (30_000_001, 0), (-(10**9), 1), (10**10, 0)):
        waits.clear()
        monkeypatch.setattr("spaces_tui.sync.folder.time.time_ns", lambda at=now + age: at)
        assert folder.calm(look, ["a.py"]) == set()
        assert len(waits) == waited, age
    wrote.append(lambda: file.write_text("two"))
    monkeypatch.setattr("spaces_tui.sync.folder.time.time_ns", lambda: now)
    assert folder.calm(look, ["a.py"]) == {"a.py"}
    waits.clear()
    assert folder.calm(look, ["a.py"]) == {"a.py"}
    assert waits == []


def test_times_that_may_be_rounded_prove_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "a.py"
    file.write_text("one")
    os.utime(file, ns=(10**18, 10**18))
    folder = Folder(tmp_path, Index(), (), allow_secrets=False)
    look = folder.look({})
    waits: list[float] = []
    monkeypatch.setattr("spaces_tui.sync.folder.time.sleep", waits.append)
    later = time.time_ns() + 10**10
    monkeypatch.setattr("spaces_tui.sync.folder.time.time_ns", lambda: later)
    assert folder.calm(look, ["a.py"]) == set()
    assert len(waits) == 1


def test_the_scope_asks_for_everything_whenever_in_doubt() -> None:
    scope = Scope()

    def take(now: float, *, settling: bool = True) -> frozenset[str] | None:
        return scope.take(now, 2.0, settling=settling)

    assert take(0.0) is None, "the first look"
    scope.touch(["a.py"])
    scope.touch(["b/c.py"])
    assert take(0.1) == frozenset({"a.py", "b/c.py"})
    scope.keep(["b/c.py"])
    assert take(0.2) == frozenset({"b/c.py"})
    assert take(0.3) == frozenset()
    for name in (".gitignore", "a/.spaceignore"):
        scope.touch([name])
        assert take(0.4) is None
    scope.touch([f"{number}.py" for number in range(MANY)])
    assert take(0.5) is None
    scope.doubt()
    assert not scope.honest(0.6, 2.0)
    assert take(0.6) is None
    assert scope.honest(2.6, 2.0)
    assert not scope.honest(2.7, 2.0)
    assert take(2.7) == frozenset(), "a save goes before a whole look that is due"
    assert take(2.7, settling=False) is None
    assert take(6.8) is None, "but not for long"


def test_a_wait_that_took_far_too_long_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    clock = FastClock()
    assert not Stopped(clock, 1.0).noticed()
    assert Stopped(clock, -3.5).noticed()
    waiting = Stopped(clock, 1.0)
    monkeypatch.setattr("spaces_tui.sync.stopped._asleep", lambda: 1e9)
    assert waiting.noticed()


async def test_in_sync_is_not_said_on_the_word_of_an_old_look(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "lib/b.py": b"b = 1\n"})
    async with rig.running() as engine:
        rounds = _rounds(engine)
        rounds.scope._whole_at = -1e9
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)
        assert rounds.scope.honest(engine._clock.monotonic(), rounds.period)


async def test_a_change_nobody_told_of_is_found_by_the_timer_amid_saves(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "lib/b.py": b"b = 1\n"})
    async with rig.running() as engine:
        await rig.looks(1)
        real = engine._ears._heard

        def deaf(batch: frozenset[str]) -> None:
            real(frozenset(path for path in batch if "lib" not in path))

        engine._ears._watching._heard = deaf
        rig.write("lib/b.py", "b = 2\n")
        rig.write("app.py", "x = 2\n")
        await rig.until(lambda: rig.space.tree_now["lib/b.py"] == b"b = 2\n")
        await rig.state(SyncState.IN_SYNC)
        assert rig.space.tree_now["app.py"] == b"x = 2\n"


def _rounds(engine: Engine) -> Rounds:
    rounds = engine._rounds
    assert rounds is not None
    return rounds


def test_no_name_used_here_is_one_that_is_never_sent() -> None:
    assert not any(denied_path(name) for name in (*NAMES, *FOLDERS[1:]))
