"""Random things that happen to a watched folder, its Space and what lies between, and the judge.

A schedule is made from a seed alone: step n draws its chances from (seed, n), so that a step does
the same thing when others are left out. That is how a failing schedule is made smaller.
"""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import time
from collections.abc import AsyncIterator, Callable, Collection, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Final

from spaces_tui.model.repo import AddFile
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.engine import Engine
from spaces_tui.sync.protocols import Trouble, Watcher, WatcherLostError
from spaces_tui.sync.scan import FolderError
from spaces_tui.sync.watcher import system_watcher
from tests.cases.oracles import belongs
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault, SilentWatcher, no_watcher

NAMES: Final = (
    "a.py", "b.py", "pkg/c.py", "pkg/deep/d.py", "data/e.txt", "f.md", "lib/g.py", "lib/h.py",
    "swap/x", "swap", "new/born/i.py",
)  # fmt: skip
RULES: Final = ("data/", "f.md", "*.md", "!f.md", "lib/h.py", "new/", "/data/", "**/born")
CANARY: Final = b"hf_" + b"Canary" * 6
SPEED: Final = 40.0
LONGEST: Final = 120.0
"""Real seconds a schedule may take to come to rest."""
_NOTHING_DONE: Final = (
    Trouble.OFFLINE, Trouble.BUSY, Trouble.QUOTA, Trouble.MOVED, Trouble.AUTH, Trouble.FORBIDDEN,
    Trouble.GONE, Trouble.NO_BRANCH, Trouble.UNTRUSTED, Trouble.MISSING_PATH, Trouble.UNCLEAR,
)  # fmt: skip
_CALLS: Final = ("commit", "commit", "commit", "commit", "info", "tree", "commits", "preupload")
Channels = frozenset[str]


class Lossy:
    """The system's file events with some of the ways to lose them switched on."""

    KINDS: Final = (
        "overflow", "only-folders", "half", "batch", "few-folders", "filtered", "dies", "doubtful",
    )  # fmt: skip

    def __init__(self, folders: Sequence[str], channels: Channels, chance: random.Random) -> None:
        """Listen to folders; `channels` are some of `KINDS`."""
        few = sorted(folders)[:2] if "few-folders" in channels else folders
        self._inner = system_watcher(few)
        self._channels = channels
        self._chance = chance

    async def batches(self) -> AsyncIterator[frozenset[str]]:
        """Yield what is left of the events."""
        async for batch in self._inner.batches():
            if "dies" in self._channels and self._chance.random() < 0.1:
                raise WatcherLostError("the thread died")
            if "batch" in self._channels and self._chance.random() < 0.3:
                continue
            left = set(batch)
            if "doubtful" in self._channels and self._chance.random() < 0.2:
                left = set()
            if "overflow" in self._channels:
                left = set(sorted(left)[:2])
            if "only-folders" in self._channels:
                left = {path for path in left if "." not in path.rpartition("/")[2]}
            if "half" in self._channels:
                left = {path for path in left if self._chance.random() < 0.5}
            if "filtered" in self._channels:
                left = {path for path in left if "/pkg" not in path and "/lib" not in path}
            if left or not batch or "doubtful" in self._channels:
                yield frozenset(left)

    async def close(self) -> None:
        """Stop the inner watcher."""
        await self._inner.close()


class Schedule:
    """One folder, one Space, and everything that happens to them."""

    def __init__(self, base: Path, seed: int, left_out: Collection[int] = ()) -> None:
        self.rig = Rig(base)
        self.rig.speed = SPEED
        self.seed = seed
        self._base = base
        self._left_out = frozenset(left_out)
        self.random = random.Random(seed)
        self.steps = self.random.randint(8, 28)
        self.log: list[str] = []
        self.states: dict[str, set[bytes]] = {}
        self.foreign: dict[str, bytes] = {}
        self.pushed: dict[str, set[bytes]] = {}
        """What others put on the Space, by path."""
        self.given: set[str] = set()
        """What was said to be ours, whoever has it."""
        self.contested: set[str] = set()
        """Paths of ours that others wrote to as well."""
        self._task: asyncio.Task[object] | None = None
        self._engine: Engine | None = None
        self._starts = 0
        self._listening: list[Lossy] = []
        self._choose_watcher()

    def _choose_watcher(self) -> None:
        kind = self.random.random()
        if kind < 0.1:
            self.rig.watcher = SilentWatcher
        elif kind < 0.2:
            self.rig.watcher = no_watcher
        else:
            count = self.random.randint(1, 3) if kind < 0.7 else 0
            channels = frozenset(self.random.sample(Lossy.KINDS, count))
            chance = random.Random(self.seed)

            def lossy(folders: Sequence[str]) -> Watcher:
                self._listening.append(Lossy(folders, channels, chance))
                return self._listening[-1]

            self.rig.watcher = lossy
            self.log.append(f"losing events by {sorted(channels)}")

    # What happens here

    def put(self, path: str, content: bytes, *, in_place: bool = False) -> None:
        self.states.setdefault(path, set()).add(content)
        place = self.rig.root / path
        for parent in reversed(place.relative_to(self.rig.root).parents):
            at = self.rig.root / parent
            if at.is_file() or at.is_symlink():
                at.unlink()
        if place.is_dir():
            shutil.rmtree(place)
        place.parent.mkdir(parents=True, exist_ok=True)
        if in_place:
            self.states[path].add(b"")
            place.write_bytes(content)
            return
        new = self._base / "being-written"
        new.write_bytes(content)
        new.replace(place)

    def write(self, chance: random.Random) -> None:
        path = chance.choice(NAMES)
        content = f"step = {self._now}  # {'x' * chance.randint(0, 300)}\n"
        self.put(path, content.encode(), in_place=chance.random() < 0.5)

    def append(self, chance: random.Random) -> None:
        for file in self._some(chance):
            whole = file.read_bytes() + b"more = %d\n" % self._now
            self.states.setdefault(self._name(file), set()).add(whole)
            with file.open("ab", buffering=0) as opened:
                opened.write(b"more = %d\n" % self._now)

    def truncate(self, chance: random.Random) -> None:
        for file in self._some(chance):
            size = chance.choice((0, 1, 5))
            short = file.read_bytes()[:size].ljust(size, b"\0")
            self.states.setdefault(self._name(file), set()).add(short)
            os.truncate(file, size)

    def hide_in_time(self, chance: random.Random) -> None:
        for file in self._some(chance):
            before = file.stat()
            self.put(self._name(file), file.read_bytes()[::-1], in_place=chance.random() < 0.5)
            os.utime(file, ns=(before.st_atime_ns, before.st_mtime_ns))

    def write_again(self, chance: random.Random) -> None:
        for file in self._some(chance):
            content = file.read_bytes()
            file.unlink()
            self.put(self._name(file), content)

    def remove(self, chance: random.Random) -> None:
        for file in self._some(chance):
            file.unlink()

    def rename(self, chance: random.Random) -> None:
        for file in self._some(chance):
            content = file.read_bytes()
            file.unlink()
            self.put(chance.choice(NAMES), content)

    def swap(self, chance: random.Random) -> None:
        files = self._files()
        if len(files) > 1:
            one, other = chance.sample(files, 2)
            first, second = one.read_bytes(), other.read_bytes()
            self.put(self._name(one), second)
            self.put(self._name(other), first)

    def make_folder(self, chance: random.Random) -> None:
        with suppress(FileExistsError, NotADirectoryError):
            (self.rig.root / chance.choice(("empty", "pkg/empty", "data"))).mkdir(parents=True)

    def remove_tree(self, chance: random.Random) -> None:
        shutil.rmtree(self.rig.root / chance.choice(("pkg", "lib", "new")), ignore_errors=True)

    def mode(self, chance: random.Random) -> None:
        for file in self._some(chance):
            file.chmod(chance.choice((0o600, 0o755)))

    def link(self, chance: random.Random) -> None:
        secret = self._base / "secret"
        secret.write_bytes(CANARY)
        place = self.rig.root / chance.choice(("link", "pkg-link", "a.py"))
        if place.is_file() or place.is_symlink():
            place.unlink()
        place.symlink_to(secret)

    def rules(self, chance: random.Random) -> None:
        name = chance.choice((".gitignore", "pkg/.gitignore"))
        lines = chance.sample(RULES, chance.randint(0, 3))
        with suppress(OSError):
            self.put(name, "".join(f"{line}\n" for line in lines).encode())

    def move_out_and_in(self, chance: random.Random) -> None:
        inside = self.rig.root / chance.choice(("pkg", "lib"))
        outside = self._base / f"outside-{self._now}"
        if inside.is_dir():
            inside.rename(outside)
            if chance.random() < 0.7 and not (self.rig.root / "moved").exists():
                outside.rename(self.rig.root / "moved")
                self._saw()

    def batch(self, chance: random.Random) -> None:
        for number in range(chance.randint(20, 80)):
            self.put(f"many/d{number % 4}/f{number}.py", b"f = %d, %d\n" % (number, self._now))

    def secrets(self, chance: random.Random) -> None:
        del chance
        (self.rig.root / "leak.py").write_bytes(b"T = '" + CANARY + b"'\n")
        (self.rig.root / ".env").write_bytes(CANARY)
        (self.rig.root / "__pycache__").mkdir(exist_ok=True)
        (self.rig.root / "__pycache__" / "x.pyc").write_bytes(CANARY)

    def odd_name(self, chance: random.Random) -> None:
        name = chance.choice((b"bad\xff.py", b"pipe"))
        place = os.path.join(os.fsencode(self.rig.root), name)  # noqa: PTH118  a name in bytes
        with suppress(FileExistsError):
            if name == b"pipe":
                os.mkfifo(place)
            else:
                os.close(os.open(place, os.O_CREAT | os.O_WRONLY))

    async def close_a_folder(self, chance: random.Random) -> None:
        place = self.rig.root / chance.choice(("pkg", "lib", "a.py"))
        if place.exists() and not place.is_symlink():
            mode = place.stat().st_mode & 0o777
            place.chmod(0)
            await asyncio.sleep(chance.choice((0.0, 0.1)))
            place.chmod(mode)

    async def vanish(self, chance: random.Random) -> None:
        away = self._base / "away"
        self.rig.root.rename(away)
        await asyncio.sleep(chance.choice((0.0, 0.02, 0.1)))
        away.rename(self.rig.root)

    # What happens there

    def push(self, chance: random.Random) -> None:
        path = f"theirs/{chance.randint(0, 3)}.py"
        self.foreign[path] = b"foreign %d" % self._now
        tree = self.rig.space.tree_now
        if any(name == "theirs" or name.startswith(f"{path}/") for name in tree):
            self.contested.add("theirs")
        self.pushed.setdefault(path, set()).add(self.foreign[path])
        self.rig.space.push({path: self.foreign[path]})

    def contest(self, chance: random.Random) -> None:
        path = chance.choice(NAMES[:8])
        self.contested.add(path)
        self.rig.space.push({path: chance.choice((b"theirs = %d\n" % self._now, None))})

    def turn(self, chance: random.Random) -> None:
        """Make a file of what is a folder on the Space, or a folder of what is a file there."""
        name = chance.choice(
            ("theirs", "theirs/0.py/x.txt", "theirs/1.py/deep/y.txt", "pkg", "lib")
        )
        self.put(name, b"turned = %d\n" % self._now)

    def turn_back(self, chance: random.Random) -> None:
        """Remove what `turn` made."""
        place = self.rig.root / chance.choice(("theirs", "pkg", "lib"))
        if place.is_file() and not place.is_symlink():
            place.unlink()
        elif place.name == "theirs":
            shutil.rmtree(place, ignore_errors=True)

    def push_turned(self, chance: random.Random) -> None:
        """Have somebody else commit a folder where we may have a file, or the other way round."""
        path = chance.choice(("a.py/theirs.py", "swap/theirs.py", "f.md/theirs.py", "pkg", "new"))
        self.contested.add(path.partition("/")[0])
        content = b"theirs, turned = %d\n" % self._now
        self.pushed.setdefault(path, set()).add(content)
        self.rig.space.push({path: content})

    def fault(self, chance: random.Random) -> None:
        if chance.random() < 0.4:
            self.rig.space.fail("commit", Fault(Trouble.UNCLEAR, landed=True))
            return
        trouble = chance.choice(_NOTHING_DONE)
        call = chance.choice(_CALLS)
        if call != "commit" and trouble in {Trouble.MOVED, Trouble.MISSING_PATH}:
            trouble = Trouble.UNCLEAR
        patience = chance.choice((None, 1.0, 5.0)) if trouble is Trouble.BUSY else None
        self.rig.space.fail(call, Fault(trouble, retry_after=patience))

    def lag(self, chance: random.Random) -> None:
        self.rig.space.lag = chance.randint(1, 3)

    async def hang_and_kill(self, chance: random.Random) -> None:
        self.rig.space.hang = True
        self.write(chance)
        await asyncio.sleep(chance.choice((0.0, 0.02, 0.05)))
        await self.kill(chance)
        self.rig.space.hang = False

    async def kill(self, chance: random.Random) -> None:
        """End the engine as a power cut would, and start another after a while."""
        assert self._task
        assert self._engine
        # Only the end of a process lets go of a lock that is half taken.
        engine, task = self._engine, self._task
        await self.rig.until(lambda: engine._rounds is not None or task.done())
        self._task.cancel()
        with suppress(asyncio.CancelledError, FolderError):
            await self._task
        self._engine._disk.shutdown(wait=True)
        if chance.random() < 0.3:
            self.write(chance)
        self._start()

    def choke(self, chance: random.Random) -> None:
        """Let the state folder take nothing more, as a full disk does."""
        name = chance.choice(("journal.ndjson", "state.new"))
        place = self.rig.state_dir / name
        if not place.exists():
            place.mkdir(parents=True)

    def breathe(self, _chance: random.Random) -> None:
        for name in ("journal.ndjson", "state.new"):
            place = self.rig.state_dir / name
            if place.is_dir():
                place.rmdir()

    def command(self, chance: random.Random) -> None:
        engine = self._engine
        assert engine
        word = chance.choice(("sync", "accept", "mine", "pause", "resume", "sync", "resume"))
        with suppress(ValueError):
            if word == "mine":
                self._mine(engine)
            else:
                engine.tell(word)

    # The whole

    @property
    def _kinds(self) -> list[Callable[[random.Random], object]]:
        return [
            *[self.write] * 9, self.append, self.truncate, self.hide_in_time, self.write_again,
            self.remove, self.rename, self.swap, self.make_folder, self.remove_tree, self.mode,
            self.link, self.rules, self.move_out_and_in, self.batch, self.secrets, self.odd_name,
            self.close_a_folder, self.vanish, self.push, self.push, self.contest,
            self.turn, self.turn, self.turn_back, self.push_turned, *[self.fault] * 6,
            self.lag, self.hang_and_kill, self.kill, self.choke, self.breathe,
            self.command,
        ]  # fmt: skip

    async def run(self) -> None:
        """Let it all happen, come to rest, and judge."""
        self.rig.seed({name: f"# {name}\n".encode() for name in NAMES if name != "swap"})
        self.states |= {name: {f"# {name}\n".encode()} for name in NAMES}
        self._start()
        await self.rig.state(SyncState.IN_SYNC)
        try:
            for step in range(self.steps):
                if step not in self._left_out:
                    await self._step(step)
            await self._rest()
            self._judge()
        finally:
            await self._stop()

    async def _step(self, step: int) -> None:
        chance = random.Random(f"{self.seed}:{step}")
        self._now = step
        kind = chance.choice(self._kinds)
        self.log.append(f"{step} {getattr(kind, '__name__', kind)}")
        done = kind(chance)
        if asyncio.iscoroutine(done):
            await done
        await asyncio.sleep(chance.choice((0, 0, 0.002, 0.02)))
        await self._revive()

    async def _revive(self) -> None:
        """Start again what ended because the folder was away as it began; anything else is news."""
        assert self._task
        if self._task.done():
            with suppress(FolderError):
                await self._task
            self._start()

    def _start(self) -> None:
        self._starts += 1
        self._engine = self.rig.engine = self.rig.make(assume_yes=True)
        self._task = asyncio.create_task(self._engine.run())

    async def _stop(self) -> None:
        assert self._engine
        assert self._task
        with suppress(ValueError):
            self._engine.tell("stop")
        done, _ = await asyncio.wait({self._task}, timeout=LONGEST)
        assert done, "it does not stop"
        with suppress(FolderError):
            await self._task
        for watcher in self._listening:  # an engine that was killed did not
            await watcher.close()

    async def _rest(self) -> None:
        """End all trouble, answer what is asked, and wait until it is in sync and stays so."""
        self.rig.space.faults.clear()
        self.rig.space.lag = 0
        self.breathe(self.random)
        assert self._engine
        engine = self._engine
        deadline = time.monotonic() + LONGEST
        still = 0
        last: object = None
        while still < 4:
            assert time.monotonic() < deadline, f"never at rest: {engine.status}"
            await self._revive()
            engine = self._engine
            with suppress(ValueError):
                self._answer(engine)
            await asyncio.sleep(0.06)
            now = (engine.status.state, self.rig.space.head_now)
            quiet = now == last and engine.status.state is SyncState.IN_SYNC
            still = still + 1 if quiet else 0
            last = now

    def _answer(self, engine: Engine) -> None:
        state = engine.status.state
        if state in {SyncState.HELD, SyncState.PLAN}:
            engine.tell("accept")
        elif state is SyncState.CONFLICT:
            self._mine(engine)
        elif state is SyncState.PAUSED:
            engine.tell("resume")
        else:
            engine.tell("sync")

    def _mine(self, engine: Engine) -> None:
        """Say that this folder's side counts, and remember for what."""
        names = engine.status.conflicts
        engine.tell("mine", *names)
        self.given |= set(names)

    def _given(self, path: str) -> bool:
        """Whether somebody said that this folder's side counts at or above a path."""
        return any(path == name or path.startswith(f"{name}/") for name in self.given)

    def _judge(self) -> None:
        space = self.rig.space
        here, there = belongs(self.rig.root), dict(space.tree_now)
        here.pop("leak.py", None)
        there.pop(".gitattributes", None)  # the Hub writes it when it takes a binary file
        assert not space.swallowed, f"O2: taken away without a word: {space.swallowed}"
        for before, after in zip(space.history, space.history[1:], strict=False):
            gone = before.tree.keys() - after.tree.keys() if after.ours else ()
            for path in gone:
                of_others = before.tree[path] in self.pushed.get(path, ())
                assert not of_others or self._given(path), f"O2: {path} of others was deleted"
        for path, content in self.foreign.items():
            held = there.pop(path, None)
            assert held == content or self._given(path), f"O2: {path} of others was changed"
        excused = {
            path
            for path in {*here, *there}
            if path in self.contested or any(path.startswith(f"{each}/") for each in self.contested)
        }
        lost = {path for path, content in here.items() if there.get(path) != content} - excused
        assert not lost, f"O1: here and not there: {sorted(lost)}"
        extra = {path for path in there.keys() - here.keys() - excused if self._gone(path)}
        assert not extra, f"O1: gone here and still there: {sorted(extra)}"
        for body in space.bodies:
            for each in body:
                if isinstance(each, AddFile):
                    assert CANARY not in each.content, "O4: a secret was sent"
                    known = self.states.get(each.path, set())
                    assert each.content in known, f"O5: {each.path} never held {each.content!r}"
        nonces = [revision.message for revision in space.ours]
        assert len(set(nonces)) == len(nonces), "O3: one commit landed twice"
        for before, after in zip(space.history, space.history[1:], strict=False):
            assert not after.ours or after.tree != before.tree, "O3: a commit of nothing"
        writes = self.steps + sum(name.startswith("most") for name in self.log) + 4
        assert len(space.ours) <= 2 * writes, f"O6: {len(space.ours)} commits"
        assert self._engine
        assert self._engine.status.pending == 0, "O8: in sync with something pending"

    def _gone(self, path: str) -> bool:
        """Whether nothing explains that a path is on the Space and not here.

        What was ever ignored or hidden may have been left there, as it should be, and so may what
        was deleted while no engine ran.
        """
        ever_hidden = any("rules" in entry or "link" in entry for entry in self.log)
        return not ever_hidden and self._starts == 1

    def _saw(self) -> None:
        for file in (self.rig.root / "moved").rglob("*"):
            if file.is_file():
                self.states.setdefault(self._name(file), set()).add(file.read_bytes())

    def _files(self) -> list[Path]:
        return sorted(
            place
            for name in NAMES
            if (place := self.rig.root / name).is_file() and not place.is_symlink()
        )

    def _some(self, chance: random.Random) -> list[Path]:
        files = self._files()
        return [chance.choice(files)] if files else []

    def _name(self, file: Path) -> str:
        return file.relative_to(self.rig.root).as_posix()
