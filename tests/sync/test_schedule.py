"""Random operations under random faults end with both sides equal, and nothing lost on the way.

`SYNC_SCHEDULES=1000 pytest tests/sync/test_schedule.py` runs more of them.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
from pathlib import Path

import pytest

from spaces_tui.model.repo import AddFile
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.protocols import Trouble
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault, SilentWatcher, no_watcher

SCHEDULES = int(os.environ.get("SYNC_SCHEDULES", "30"))
NAMES = ("a.py", "b.py", "pkg/c.py", "pkg/deep/d.py", "data/e.txt", "f.md", "lib/g.py", "lib/h.py")
CANARY = "hf_" + "Canary" * 6
TROUBLES = (Trouble.OFFLINE, Trouble.BUSY, Trouble.MOVED, Trouble.AUTH)


class Folk:
    """Everything that happens to a folder and its Space in one schedule."""

    def __init__(self, rig: Rig, seed: int) -> None:
        self.rig = rig
        self.random = random.Random(seed)
        self.states: dict[str, set[bytes]] = {}
        self.foreign: dict[str, bytes] = {}
        self.steps = 0

    def write(self) -> None:
        path = self.random.choice(NAMES)
        self.steps += 1
        content = f"step = {self.steps}  # {'x' * self.random.randint(0, 300)}\n"
        self.put(path, content.encode())

    def put(self, path: str, content: bytes) -> None:
        self.states.setdefault(path, set()).add(content)
        place = self.rig.root / path
        for parent in reversed(place.relative_to(self.rig.root).parents):
            at = self.rig.root / parent
            if at.is_file():
                at.unlink()
        place.parent.mkdir(parents=True, exist_ok=True)
        new = place.with_name(f"{place.name}.tmp.1.new")
        new.write_bytes(content)
        new.replace(place)

    def hide_in_time(self) -> None:
        files = self.files()
        if files:
            file = self.random.choice(files)
            before = file.stat()
            self.put(self.relative(file), bytes(reversed(file.read_bytes())))
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def remove(self) -> None:
        files = self.files()
        if len(files) > 1:
            self.random.choice(files).unlink()

    def rename(self) -> None:
        files = self.files()
        if files:
            file = self.random.choice(files)
            target = self.random.choice(NAMES)
            content = file.read_bytes()
            file.unlink()
            self.put(target, content)

    def remove_tree(self) -> None:
        if len(self.files()) > 4:
            shutil.rmtree(self.rig.root / self.random.choice(("pkg", "lib")), ignore_errors=True)

    def link(self) -> None:
        link = self.rig.root / "link"
        if not link.is_symlink():
            link.symlink_to(self.rig.state_dir)

    def mode(self) -> None:
        files = self.files()
        if files:
            self.random.choice(files).chmod(self.random.choice((0o600, 0o755)))

    def secret(self) -> None:
        (self.rig.root / "leak.py").write_text(f"T = '{CANARY}'\n")
        (self.rig.root / ".env").write_text(CANARY)

    def ignored(self) -> None:
        cache = self.rig.root / "__pycache__"
        cache.mkdir(exist_ok=True)
        (cache / "x.pyc").write_text(CANARY)

    def push(self) -> None:
        path = f"theirs/{self.random.randint(0, 3)}.py"
        self.foreign[path] = b"foreign %d" % self.steps
        self.rig.space.push({path: self.foreign[path]})

    def fault(self) -> None:
        landed = self.random.random() < 0.5
        trouble = self.random.choice((Trouble.UNCLEAR, Trouble.UNCLEAR, *TROUBLES))
        call = self.random.choice(("commit", "commit", "commit", "info", "tree", "commits"))
        self.rig.space.fail(call, Fault(trouble, landed=landed and trouble is Trouble.UNCLEAR))

    def files(self) -> list[Path]:
        return sorted(self.rig.root / name for name in NAMES if (self.rig.root / name).is_file())

    def relative(self, file: Path) -> str:
        return file.relative_to(self.rig.root).as_posix()

    async def act(self) -> None:
        kinds = (
            *[self.write] * 8, self.hide_in_time, self.remove, self.rename, self.remove_tree,
            self.link, self.mode, self.secret, self.ignored, self.push, *[self.fault] * 4,
        )  # fmt: skip
        for _ in range(self.random.randint(10, 25)):
            self.random.choice(kinds)()
            await asyncio.sleep(self.random.choice((0, 0, 0.002, 0.02)))

    def here(self) -> dict[str, bytes]:
        return {self.relative(file): file.read_bytes() for file in self.files()}

    def there(self) -> dict[str, bytes]:
        tree = self.rig.space.tree_now
        return {path: content for path, content in tree.items() if path in NAMES}


@pytest.mark.parametrize("seed", range(SCHEDULES))
async def test_both_sides_end_equal(rig: Rig, seed: int) -> None:
    folk = Folk(rig, seed)
    rig.speed = 20.0
    if seed % 5 == 3:
        rig.watcher = SilentWatcher
    elif seed % 5 == 4:
        rig.watcher = no_watcher
    rig.seed({name: f"# {name}\n".encode() for name in NAMES})
    folk.states |= {name: {f"# {name}\n".encode()} for name in NAMES}
    async with rig.running() as engine:
        await folk.act()
        rig.space.faults.clear()
        engine.tell("sync")

        def quiet() -> bool:
            if engine.status.state is SyncState.HELD:
                engine.tell("accept")
            elif engine.status.state is SyncState.AUTH:
                engine.tell("sync")
            return engine.status.state is SyncState.IN_SYNC and folk.here() == folk.there()

        await rig.until(quiet)
        await rig.looks()
        assert engine.status.state is SyncState.IN_SYNC
    assert folk.here() == folk.there()
    for path, content in folk.foreign.items():
        assert rig.space.tree_now[path] == content
    sent = [each for body in rig.space.bodies for each in body if isinstance(each, AddFile)]
    for each in sent:
        assert CANARY.encode() not in each.content
        assert each.content in folk.states[each.path], "a state the file never had"
    nonces = [revision.message for revision in rig.space.ours]
    assert len(set(nonces)) == len(nonces), "one commit landed twice"
