"""A Space in memory that behaves like one, and a clock that runs faster than ours."""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections import deque
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import PurePosixPath

from spaces_tui.model.changes import LfsFile
from spaces_tui.model.hotreload import HotReloading, ReloadEvent
from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.repo import (
    AddFile,
    CommitInfo,
    CommitResult,
    EntryType,
    FileMode,
    FileSample,
    Lfs,
    Preupload,
    TreeEntry,
    UploadMode,
)
from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.sync.oid import blob_oid
from spaces_tui.sync.protocols import (
    LargeSource,
    Operation,
    RemoteError,
    Trouble,
    WatcherLostError,
    Write,
)

_SPACE = Space("ada/demo", sdk="gradio", sdk_version="5.0.0", app_file="app.py")
PIECE = 64 * 1024
"""Bytes in a piece of `fetch`."""
LARGE_SUFFIXES = frozenset({".bin", ".png", ".safetensors"})


@dataclass(frozen=True)
class Revision:
    """One commit of the fake Space."""

    oid: str
    title: str
    message: str
    tree: Mapping[str, bytes]
    paths: tuple[str, ...] = ()
    ours: bool = False


@dataclass
class Fault:
    """What happens to one call: a failure, before or after it did its work."""

    trouble: Trouble
    landed: bool = False
    message: str = "a planted failure"
    retry_after: float | None = None
    before: Callable[[], object] | None = None


@dataclass
class FakeSpace:
    """A repository with the Hub's manners; implements `Remote`."""

    history: list[Revision] = field(default_factory=list)
    large: dict[str, Lfs] = field(default_factory=dict)
    faults: dict[str, deque[Fault]] = field(default_factory=dict)
    calls: list[str] = field(default_factory=list)
    bodies: list[tuple[Operation, ...]] = field(default_factory=list)
    parents: list[str] = field(default_factory=list)
    commit_times: list[float] = field(default_factory=list)
    unwanted: set[str] = field(default_factory=set)
    hold: asyncio.Event | None = None
    down: Trouble | None = None
    trying: Callable[[], None] | None = None
    """Called for every commit that is tried."""
    facts: Space = field(default_factory=lambda: _SPACE)
    """What `info` tells, but for the head."""
    storage: dict[str, bytes] = field(default_factory=dict)
    """Contents that were sent as large files, by SHA-256."""
    hold_large: asyncio.Event | None = None
    """Keeps large files half sent until it is set."""
    ignored: set[str] = field(default_factory=set)
    """Paths the Hub calls ignored when it is asked about them."""
    sent_large: list[str] = field(default_factory=list)
    """Paths whose bytes were really sent."""
    hot: list[bool] = field(default_factory=list)
    """For each commit tried, whether a hot reload was asked for."""
    cards: list[str] = field(default_factory=list)
    """READMEs that were asked about."""
    card_check: CardCheck = field(default_factory=CardCheck)
    spoiled: dict[str, bytes] = field(default_factory=dict)
    """What `fetch` hands over instead of what the tree says."""
    fetching: Callable[[str, int], Awaitable[None]] | None = None
    """Called before each piece that `fetch` hands over, with its path and where it begins."""
    swallowed: list[str] = field(default_factory=list)
    """Files a commit of ours took away without naming them: their name became a folder's, or
    their folder's a file's."""
    lag: int = 0
    """So many reads of the history do not show what was committed last."""
    hang: bool = False
    """Commits land, and their answers never come."""
    reports: dict[str, tuple[ReloadEvent, ...]] = field(default_factory=dict)
    """What replicas tell of a hot reload, by replica."""
    reloading: HotReloading | None = None
    """What the runtime says after a commit that asked for a hot reload."""

    def __post_init__(self) -> None:
        if not self.history:
            self.history.append(Revision("0" * 40, "initial commit", "", {}))

    @property
    def requests(self) -> int:
        return len(self.calls)

    @property
    def tree_now(self) -> Mapping[str, bytes]:
        return self.history[-1].tree

    @property
    def head_now(self) -> str:
        return self.history[-1].oid

    @property
    def ours(self) -> list[Revision]:
        return [revision for revision in self.history if revision.ours]

    def push(self, changes: Mapping[str, bytes | None], title: str = "foreign") -> str:
        """Commit as somebody else."""
        return self._land(changes, title, "", ours=False)

    def fail(self, call: str, *faults: Fault) -> None:
        self.faults.setdefault(call, deque()).extend(faults)

    async def info(self) -> Space:
        self._enter("info")
        return replace(self.facts, sha=self.head_now)

    async def tree(self, revision: str) -> Sequence[TreeEntry]:
        self._enter("tree")
        found = next(each for each in self.history if each.oid == revision)
        return [
            TreeEntry(path, EntryType.FILE, blob_oid(content), len(content), self.large.get(path))
            for path, content in found.tree.items()
        ]

    async def commits(self, limit: int) -> Sequence[CommitInfo]:
        self._enter("commits")
        newest = self.history[::-1][:limit]
        if self.lag and len(newest) > 1:
            self.lag -= 1
            newest = newest[1:]
        return [CommitInfo(each.oid, each.title, each.message) for each in newest]

    async def preupload(self, files: Sequence[FileSample]) -> Preupload:
        self._enter("preupload")
        return Preupload(
            tuple(
                FileMode(
                    each.path,
                    UploadMode.LFS
                    if PurePosixPath(each.path).suffix in LARGE_SUFFIXES
                    or b"\0" in each.sample
                    or each.size > 10_000_000
                    else UploadMode.REGULAR,
                    ignored=each.path in self.ignored,
                )
                for each in files
            ),
            self.head_now,
        )

    async def send_large(
        self, files: Sequence[LargeSource], progress: Callable[[str, int], None]
    ) -> None:
        fault = self._enter("send_large")
        for file in files if self.hold_large else ():
            progress(file.path, file.size // 2)
        if self.hold_large:
            await self.hold_large.wait()
        for file in files:
            content = file.source.read_bytes()
            if hashlib.sha256(content).hexdigest() != file.sha256:
                raise RemoteError(Trouble.CHANGED, "The file changed while it was sent.")
            if file.sha256 not in self.storage:
                self.storage[file.sha256] = content
                self.sent_large.append(file.path)
            progress(file.path, file.size)
        if fault:
            raise RemoteError(fault.trouble, fault.message)

    async def read(self, path: str, revision: str, limit: int) -> bytes:
        self._enter("read")
        found = next(each for each in self.history if each.oid == revision)
        content = found.tree.get(path)
        if content is None:
            raise RemoteError(Trouble.MISSING_PATH, "Entry not found")
        if len(content) > limit:
            raise RemoteError(Trouble.TOO_LARGE, "The file is larger than asked for.")
        return content

    async def fetch(self, path: str, revision: str, size: int, write: Write) -> None:
        fault = self._enter("fetch")
        found = next(each for each in self.history if each.oid == revision)
        content = self.spoiled.get(path, found.tree.get(path))
        if content is None:
            raise RemoteError(Trouble.MISSING_PATH, "Entry not found")
        if len(content) > size:
            raise RemoteError(Trouble.TOO_LARGE, "The file is larger than it should be.")
        for at in range(0, len(content), PIECE):
            if self.fetching:
                await self.fetching(path, at)
            await write(at, content[at : at + PIECE])
            if fault:
                raise RemoteError(fault.trouble, fault.message)

    async def check_card(self, readme: str) -> CardCheck:
        self._enter("check_card")
        self.cards.append(readme)
        return self.card_check

    async def reload_report(
        self, space: Space, replica: str, commit: str
    ) -> AsyncGenerator[ReloadEvent, None]:
        self._enter("reload_report")
        for event in self.reports.get(replica, ()):
            yield event

    async def restart(self) -> Runtime:
        self._enter("restart")
        runtime = Runtime(Stage("BUILDING"))
        self.facts = replace(self.facts, runtime=runtime)
        return runtime

    async def commit(
        self,
        operations: Sequence[Operation],
        *,
        summary: str,
        description: str,
        parent: str,
        hot_reload: bool = False,
    ) -> tuple[CommitResult, int]:
        self.hot.append(hot_reload)
        self.commit_times.append(time.monotonic())
        if self.trying:
            self.trying()
        self.bodies.append(tuple(operations))
        self.parents.append(parent)
        assert summary
        assert len(summary.splitlines()) == 1
        fault = self._enter("commit")
        if self.hold:
            await self.hold.wait()
        if parent != self.head_now:
            raise RemoteError(Trouble.MOVED, "The branch was updated.")
        bad = [each.path for each in operations if each.path in self.unwanted]
        if bad:
            raise RemoteError(Trouble.REJECTED, "A file of this commit is not accepted.")
        changes: dict[str, bytes | None] = {}
        for each in operations:
            if isinstance(each, AddFile):
                changes[each.path] = each.content
            elif isinstance(each, LfsFile):
                changes[each.path] = self.storage[each.sha256]
                if each.path not in self.large:
                    before = changes.get(".gitattributes") or self.tree_now.get(".gitattributes")
                    line = f"{each.path} filter=lfs diff=lfs merge=lfs -text\n"
                    changes[".gitattributes"] = (before or b"") + line.encode()
                self.large[each.path] = Lfs(each.sha256, each.size or 0)
            elif each.path not in self.tree_now:
                raise RemoteError(Trouble.MISSING_PATH, "A file with this name doesn't exist")
            else:
                changes[each.path] = None
        oid = self._land(changes, summary, description, ours=True)
        if hot_reload and self.facts.runtime is not None:
            runtime = replace(self.facts.runtime, hot_reloading=self.reloading)
            self.facts = replace(self.facts, runtime=runtime)
        size = 100 + sum(len(value or b"") for value in changes.values())
        if self.hang:
            await asyncio.Event().wait()
        if fault:
            error = RemoteError(fault.trouble, fault.message)
            error.body_bytes = size
            raise error
        return CommitResult(oid), size

    def _enter(self, call: str) -> Fault | None:
        self.calls.append(call)
        if self.down:
            raise RemoteError(self.down, "The Hub is down.")
        queue = self.faults.get(call)
        if not queue:
            return None
        fault = queue.popleft()
        if fault.before:
            fault.before()
        if not fault.landed:
            raise RemoteError(fault.trouble, fault.message, retry_after=fault.retry_after)
        return fault

    def _land(
        self, changes: Mapping[str, bytes | None], title: str, message: str, *, ours: bool
    ) -> str:
        tree = dict(self.tree_now)
        for path in [path for path, content in changes.items() if content is None]:
            tree.pop(path, None)
        for path, content in changes.items():
            if content is not None:
                gone = [each for each in tree if _clash(each, path)]
                for each in gone:
                    del tree[each]
                self.swallowed += gone if ours else []
                tree[path] = content
        for path in self.large.keys() - tree.keys():
            del self.large[path]
        oid = blob_oid(f"{len(self.history)} {title}".encode())
        self.history.append(Revision(oid, title, message, tree, tuple(changes), ours))
        return oid


def _clash(one: str, other: str) -> bool:
    """Whether git can hold only one of two paths: one would be a folder of the other."""
    return one.startswith(f"{other}/") or other.startswith(f"{one}/")


class FastClock:
    """Runs `speed` times faster than the wall's."""

    def __init__(self, speed: float = 1.0) -> None:
        self.speed = speed

    def monotonic(self) -> float:
        return time.monotonic() * self.speed

    async def sleep(self, seconds: float) -> None:
        await asyncio.sleep(seconds / self.speed)


class SilentWatcher:
    """Never says anything."""

    def __init__(self, folders: Sequence[str]) -> None:
        self.folders = folders

    async def batches(self) -> AsyncIterator[frozenset[str]]:
        await asyncio.Event().wait()
        yield frozenset()

    async def close(self) -> None:
        return


def no_watcher(folders: Sequence[str]) -> SilentWatcher:
    """Stand for a system without file events."""
    raise WatcherLostError("no file events here")
