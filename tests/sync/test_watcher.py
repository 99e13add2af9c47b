"""Real file events from the system."""

from __future__ import annotations

import asyncio
import os
import shutil
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from spaces_tui.sync.protocols import WatcherLostError
from spaces_tui.sync.watcher import NotifyWatcher, _watches
from tests.patience import PATIENCE
from tests.sync.conftest import Rig


@asynccontextmanager
async def heard(*folders: Path) -> AsyncIterator[list[frozenset[str]]]:
    """Watch folders and collect the batches."""
    watcher = NotifyWatcher([str(folder) for folder in folders])
    batches: list[frozenset[str]] = []

    async def listen() -> None:
        record = batches.append
        async for batch in watcher.batches():
            record(batch)

    task = asyncio.create_task(listen())
    try:
        yield batches
    finally:
        await watcher.close()
        await asyncio.wait_for(task, PATIENCE)


async def until(condition: object) -> None:
    assert callable(condition)
    deadline = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < deadline, "the condition never held"
        await asyncio.sleep(0.002)


async def test_a_write_is_heard_and_a_close_does_not_wait(tmp_path: Path) -> None:
    async with heard(tmp_path) as batches:
        file = tmp_path / "a.py"
        file.write_text("x")
        await until(lambda: any(str(file) in batch for batch in batches))


async def test_only_the_named_folders_are_watched(tmp_path: Path) -> None:
    inner = tmp_path / "inner"
    inner.mkdir()
    async with heard(tmp_path) as batches:
        (inner / "unheard.py").write_text("x")
        (tmp_path / "heard.py").write_text("x")
        await until(lambda: any(str(tmp_path / "heard.py") in batch for batch in batches))
        assert not any("unheard" in path for batch in batches for path in batch)


async def test_a_name_that_is_not_text_asks_for_a_scan_and_events_go_on(tmp_path: Path) -> None:
    async with heard(tmp_path) as batches:
        os.close(os.open(os.fsencode(tmp_path) + b"/bad\xff", os.O_CREAT | os.O_WRONLY))
        await until(lambda: frozenset() in batches)
        (tmp_path / "good.py").write_text("x")
        await until(lambda: any("good.py" in path for batch in batches for path in batch))


def test_folders_that_vanish_before_they_are_watched_do_no_harm(tmp_path: Path) -> None:
    NotifyWatcher([str(tmp_path), str(tmp_path / "gone")])


def test_watches_the_system_left_out_are_noticed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "inner").mkdir()
    real = _watches

    def short() -> dict[str, int]:
        return {descriptor: min(count, 1) for descriptor, count in real().items()}

    monkeypatch.setattr("spaces_tui.sync.watcher._watches", short)
    with pytest.raises(WatcherLostError, match="1 of 2"):
        NotifyWatcher([str(tmp_path), str(tmp_path / "inner")])


async def test_a_huge_ignored_tree_is_not_watched(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    for number in range(1500):
        (rig.root / ".venv" / f"d{number // 50}" / f"e{number}").mkdir(parents=True)
    before = sum(_watches().values())
    async with rig.running() as engine:
        await rig.looks()
        assert sum(_watches().values()) - before <= 3
        assert not engine.status.degraded
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)


async def test_a_tree_moved_in_is_watched_and_one_moved_out_is_not(
    rig: Rig, tmp_path: Path
) -> None:
    rig.seed({"app.py": b"x = 1\n"})
    outside = tmp_path / "outside"
    for number in range(30):
        file = outside / f"p{number % 3}" / f"f{number}.py"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"n = {number}\n")
    async with rig.running() as engine:
        outside.rename(rig.root / "inside")
        await rig.commits(1)
        assert len(rig.space.ours[0].paths) == 30
        await rig.looks()
        rig.write("inside/p1/f1.py", "n = 'new'\n")
        await rig.commits(2)
        (rig.root / "inside").rename(outside)
        rig.write("app.py", "x = 3\n")
        await rig.until(lambda: engine.status.held)
        assert len(rig.space.ours) == 2
        engine.tell("accept")
        await rig.commits(3)
        calls = len(rig.space.calls)
        (outside / "p1" / "f1.py").write_text("unseen")
        await rig.looks()
        assert len(rig.space.calls) == calls
    shutil.rmtree(outside)
