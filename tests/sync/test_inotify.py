"""File events straight from Linux."""

from __future__ import annotations

import asyncio
import errno
import os
import shutil
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import inotify
from spaces_tui.sync.inotify import InotifyWatcher
from spaces_tui.sync.protocols import WatcherLostError
from spaces_tui.sync.watcher import NotifyWatcher, _watches, system_watcher
from tests.patience import PATIENCE
from tests.sync.conftest import Rig

pytestmark = pytest.mark.skipif(not inotify.available(), reason="needs Linux")


class Heard:
    """A watcher, and what it told so far."""

    def __init__(self, watcher: InotifyWatcher) -> None:
        self.watcher = watcher
        self.batches: list[frozenset[str]] = []
        self.came = asyncio.Condition()

    async def listen(self) -> None:
        async for batch in self.watcher.batches():
            async with self.came:
                self.batches.append(batch)
                self.came.notify_all()

    async def until(self, condition: Callable[[], bool]) -> None:
        async with self.came:
            await asyncio.wait_for(self.came.wait_for(condition), PATIENCE)

    async def tells(self, path: Path) -> None:
        await self.until(lambda: any(str(path) in batch for batch in self.batches))


@asynccontextmanager
async def heard(*folders: Path) -> AsyncIterator[Heard]:
    told = Heard(InotifyWatcher([str(folder) for folder in folders]))
    task = asyncio.create_task(told.listen())
    try:
        yield told
    finally:
        await told.watcher.close()
        await asyncio.wait_for(task, PATIENCE)


async def test_a_save_is_told_in_one_batch(tmp_path: Path) -> None:
    file = tmp_path / "a.py"
    file.write_text("x")
    async with heard(tmp_path) as told:
        file.write_text("y")
        await told.tells(file)
        assert told.batches == [frozenset({str(file)})]


async def test_folders_are_added_and_left_while_it_listens(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    async with heard(one) as told:
        assert told.watcher.adjust([str(one), str(two), str(tmp_path / "gone")]) == {str(two)}
        assert told.watcher.folders == {str(one), str(two)}
        (two / "a.py").write_text("x")
        await told.tells(two / "a.py")
        assert told.watcher.adjust([str(two)]) == frozenset()
        (one / "unheard.py").write_text("x")
        (two / "b.py").write_text("x")
        await told.tells(two / "b.py")
    assert not any("unheard" in path for batch in told.batches for path in batch)


async def test_a_folder_made_anew_is_watched_when_asked_for_again(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    both = [str(tmp_path), str(inner)]
    async with heard(tmp_path, inner) as told:
        shutil.rmtree(inner)
        await told.until(lambda: told.watcher.folders == {str(tmp_path)})
        inner.mkdir()
        assert told.watcher.adjust(both) == {str(inner)}
        (inner / "a.py").write_text("x")
        await told.tells(inner / "a.py")


async def test_what_takes_the_place_of_a_folder_that_moved_is_heard(tmp_path: Path) -> None:
    here, away = tmp_path / "here", tmp_path / "away"
    (here / "deep").mkdir(parents=True)
    both = [str(here), str(here / "deep")]
    async with heard(here, here / "deep") as told:
        here.rename(away)
        (here / "deep").mkdir(parents=True)
        await told.tells(here)
        await told.until(lambda: told.watcher.folders == frozenset())
        assert told.watcher.adjust(both) == set(both)
        (here / "deep" / "a.py").write_text("x")
        await told.tells(here / "deep" / "a.py")
        (away / "deep" / "gone.py").write_text("x")
        (here / "b.py").write_text("x")
        await told.tells(here / "b.py")
    assert not any("gone" in path for batch in told.batches for path in batch)


async def test_another_folder_in_the_place_of_the_watched_one_is_noticed_by_events(
    rig: Rig, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("spaces_tui.sync.rounds._PERIODS", ((2_000, 3600.0),))
    rig.seed({"app.py": b"x = 1\n", "pkg/a.py": b"a = 1\n"})
    async with rig.running() as engine:
        rig.root.rename(rig.root.with_name("away"))
        rig.write("pkg/a.py", "a = 2\n")
        await rig.state(SyncState.HALTED)
        await rig.until(lambda: str(rig.root / "pkg") in engine._ears._watching.folders)
        assert rig.space.ours == []
        engine.tell("accept")
        await rig.commits(1)
        rig.write("pkg/a.py", "a = 3\n")
        await rig.until(lambda: rig.space.tree_now["pkg/a.py"] == b"a = 3\n")
        assert not engine.status.degraded


async def test_a_watcher_whose_descriptor_is_gone_can_still_be_given_up(tmp_path: Path) -> None:
    watcher = InotifyWatcher([str(tmp_path)])
    os.close(watcher._descriptor)
    await watcher.close()
    assert [batch async for batch in watcher.batches()] == []


async def test_a_folder_that_moved_is_told_of_by_its_new_name(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "deep").mkdir(parents=True)
    async with heard(tmp_path, old, old / "deep") as told:
        old.rename(new)
        await told.tells(new)
        folders = [str(tmp_path), str(new), str(new / "deep")]
        told.watcher.adjust([*folders, str(old), str(old / "deep")])
        told.watcher.adjust(folders)
        (new / "a.py").write_text("x")
        (new / "deep" / "b.py").write_text("x")
        await told.tells(new / "a.py")
        await told.tells(new / "deep" / "b.py")


async def test_names_that_are_not_text_harm_nobody(tmp_path: Path) -> None:
    async with heard(tmp_path) as told:
        name = os.fsencode(tmp_path) + b"/bad\xff"
        os.close(os.open(name, os.O_CREAT | os.O_WRONLY))
        await told.tells(Path(os.fsdecode(name)))
        (tmp_path / "good.py").write_text("x")
        await told.tells(tmp_path / "good.py")
        assert frozenset() not in told.batches


async def test_what_the_system_dropped_asks_for_a_look_at_everything(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    overflow = inotify._HEAD.pack(-1, 0x4000, 0, 0)
    async with heard(tmp_path) as told:
        parts = [overflow]
        real = told.watcher._events
        monkeypatch.setattr(told.watcher, "_events", lambda: parts.pop() if parts else real())
        (tmp_path / "a.py").write_text("x")
        await told.tells(tmp_path / "a.py")
        assert frozenset() in told.batches


@pytest.mark.parametrize(
    ("code", "words"), [(errno.ENOSPC, "limit .* left 2 of 2"), (errno.ENOMEM, "not available")]
)
def test_what_cannot_be_watched_is_said(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, code: int, words: str
) -> None:
    (tmp_path / "inner").mkdir()
    before = _watches()
    monkeypatch.setattr("ctypes.get_errno", lambda: code)
    monkeypatch.setattr(inotify, "_WANTED", 0)  # no kind of event: the system refuses
    with pytest.raises(WatcherLostError, match=words):
        InotifyWatcher([str(tmp_path), str(tmp_path / "inner")])
    assert _watches() == before


def test_elsewhere_the_notifier_of_the_library_does_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(inotify, "available", lambda: False)
    assert isinstance(system_watcher([str(tmp_path)]), NotifyWatcher)


@pytest.mark.parametrize("factory", [InotifyWatcher, NotifyWatcher])
async def test_a_burst_into_new_folders_is_one_commit(
    rig: Rig, factory: Callable[..., object]
) -> None:
    rig.watcher = factory
    rig.speed = 1.0
    rig.seed({f"src/{number}.py": b"x" for number in range(50)})
    async with rig.running():
        deep = rig.root / "a" / "b" / "c"
        deep.mkdir(parents=True)
        for number in range(50):
            (deep / f"{number}.py").write_text(f"{number}")
        await rig.commits(1)
        assert len(rig.space.ours) == 1
        assert len(rig.space.ours[0].paths) == 50
        (deep / "7.py").write_text("new")
        await rig.commits(2)
        assert rig.space.ours[1].paths == ("a/b/c/7.py",)


async def test_a_folder_deleted_and_made_anew_is_heard(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "pkg/a.py": b"a = 1\n"})
    async with rig.running() as engine:
        shutil.rmtree(rig.root / "pkg")
        rig.write("pkg/a.py", "a = 2\n")
        await rig.commits(1)
        await rig.until(lambda: str(rig.root / "pkg") in engine._ears._watching.folders)
        assert rig.space.tree_now["pkg/a.py"] == b"a = 2\n"
        assert not engine.status.degraded
