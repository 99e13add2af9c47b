"""Large folders, small limits, and events of other systems."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Callable, Iterable, Sequence
from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.sync_state import SyncState
from tests.cases.world import World, large
from tests.sync.conftest import Rig


def _watch_one_save(hub: LocalHub, base: Path, count: int) -> None:
    world = World(hub, base, count=count)
    try:
        engine = world.start()
        world.write("app.py", "v = 2\n")
        commit = engine.next("commit")
        assert (commit["requests"], commit["uploaded"]) == (1, ["app.py"])
        assert commit["bytes"] < 3500
        assert len(world.probe(engine)) == 1
        world.judge(engine)
        assert engine.stop() == 0
        world.forget()
        again = world.start("--once", settled=False)
        assert again.wait(100) == 0
        assert not [one for one in world.requests() if one.method != "GET"]
        asked = [one for one in world.requests() if "/tree/" not in one.path]
        assert len(asked) <= 2
    finally:
        world.close()


def test_a_save_among_a_thousand_files_is_one_small_request(hub: LocalHub, tmp_path: Path) -> None:
    """T001, T162, at a thousand."""
    _watch_one_save(hub, tmp_path, 1_000)


@large
def test_a_save_among_ten_thousand_files_is_one_small_request(
    hub: LocalHub, tmp_path: Path
) -> None:
    """T162."""
    _watch_one_save(hub, tmp_path, 10_000)


def test_thirty_two_descriptors_are_enough(world: World) -> None:
    """T164."""
    engine = world.start(prefix=["sh", "-c", 'ulimit -n 32 && exec "$@"', "sh"])
    for number in range(150):
        world.write(f"many/d{number % 40}/f{number}.py", f"f = {number}\n")
    world.holds("many/d29/f149.py", "f = 149\n")
    engine.reaches("in-sync")
    world.probe(engine)
    world.judge(engine)


Shape = Callable[[Path, list[str]], Iterable[set[str]]]
"""What a system's watcher says, batch by batch, when these paths changed below a root."""


def coalesced(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """FSEvents under load: the folder, not the file."""
    yield {str((root / path).parent) for path in paths}


def to_the_root(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """FSEvents when it dropped events: look at everything below the root."""
    yield {str(root)} if paths else set()


def overflow(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """ReadDirectoryChanges with a full buffer: nothing is named."""
    del root, paths
    yield set()


def doubled(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """The same again and again, in the wrong order, with names that never were."""
    for path in reversed(paths):
        yield {str(root / path), str(root / f"{path}.tmp")}
        yield {str(root / path)}


def other_case(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """A system that does not tell upper and lower case apart, and names as it likes."""
    yield {str(root / path.upper()) for path in paths}


def elsewhere(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """Events by the real path of a folder that is watched by another name."""
    yield {f"/private{root / path}" for path in paths}


def half(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """Every second event is lost."""
    yield {str(root / path) for path in paths[::2]}


def created_only(root: Path, paths: list[str]) -> Iterable[set[str]]:
    """New folders are named, what is in them is not."""
    yield {str(root / path.partition("/")[0]) for path in paths}


class Played:
    """A watcher that says what it is given."""

    def __init__(self, queue: asyncio.Queue[frozenset[str]]) -> None:
        self._queue = queue

    async def batches(self) -> AsyncIterator[frozenset[str]]:
        """Yield what was put into the queue."""
        while True:
            yield await self._queue.get()

    async def close(self) -> None:
        """Hold nothing."""


def _act(rig: Rig, chance: random.Random, step: int) -> list[str]:
    names = ["app.py", "pkg/a.py", "pkg/b.py", "new/deep/c.py", "d.txt"]
    chosen = chance.sample(names, chance.randint(1, 3))
    for path in chosen:
        place = rig.root / path
        if place.exists() and path != "app.py" and chance.random() < 0.3:
            place.unlink()
        else:
            rig.write(path, f"step = {step}\n")
    return chosen


@pytest.mark.parametrize(
    "shape",
    [coalesced, to_the_root, overflow, doubled, other_case, elsewhere, half, created_only],
)
async def test_events_as_other_systems_tell_them_end_in_one_truth(
    tmp_path: Path, shape: Shape
) -> None:
    """T166: real files, and events in the shapes recorded on Windows and macOS."""
    rig = Rig(tmp_path)
    rig.speed = 20.0
    rig.seed({"app.py": b"v = 1\n", "pkg/a.py": b"a = 1\n"})
    queue: asyncio.Queue[frozenset[str]] = asyncio.Queue()

    def watcher(folders: Sequence[str]) -> Played:
        del folders
        return Played(queue)

    rig.watcher = watcher
    chance = random.Random(7)
    async with rig.running() as engine:
        for step in range(12):
            paths = _act(rig, chance, step)
            for batch in shape(rig.root, paths):
                queue.put_nowait(frozenset(batch))
            await asyncio.sleep(chance.choice((0, 0.01)))

        def equal() -> bool:
            files = [place for place in rig.root.rglob("*") if place.is_file()]
            here = {place.relative_to(rig.root).as_posix(): place.read_bytes() for place in files}
            return here == dict(rig.space.tree_now)

        await rig.until(equal)
        await rig.looks()
        await rig.state(SyncState.IN_SYNC)
        assert equal()
        assert engine.status.pending == 0
