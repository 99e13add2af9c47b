"""The disk side of an engine. Everything here blocks, and runs in the engine's own thread."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import MappingProxyType
from typing import Final

from spaces_tui.model.changes import LfsFile
from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import AddFile, DeleteFile, FileSample
from spaces_tui.sync.deny import prefixes
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.index import Index
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.measure import LargeSizes, Unmeasured, stamp_of
from spaces_tui.sync.plan import LARGEST, MAX_FILE
from spaces_tui.sync.protocols import Operation
from spaces_tui.sync.read import Content, MovingError, describe, read_file, read_start
from spaces_tui.sync.scan import FolderError, RootLostError, Scan, Scanner
from spaces_tui.sync.secrets import find_secret

_SAMPLE: Final = 512
"""Bytes of a file's start that the Hub wants to see."""
_SEARCHED: Final = 8192
"""Bytes searched for secrets before a sample of them is sent: one may begin in the sample."""
_CALM: Final = 0.02
"""Seconds a file that is about to be sent must have been left alone."""
_CALM_NS: Final = 30_000_000
"""The same by the times of files, which may be as coarse as the system's clock tick, 10 ms."""
_BUSY_MARKS: Final = ("index.lock", "MERGE_HEAD", "rebase-merge", "rebase-apply")


@dataclass(slots=True)
class Look:
    """A scan with the contents of its files."""

    scan: Scan
    local: dict[str, Content]
    oversized: dict[str, int] = field(default_factory=dict)
    """Files larger than the Hub takes, with their sizes; not hashed."""
    unmeasured: dict[str, Unmeasured] = field(default_factory=dict)
    """Large files that may be what the Space has; that is known once they were read."""
    moving: set[str] = field(default_factory=set)
    """Files that changed while they were looked at."""
    unread: dict[str, str] = field(default_factory=dict)
    """Files that could not be read, and why."""
    seen: set[str] = field(default_factory=set)
    """Files whose figures differ from the look before."""

    @property
    def problems(self) -> dict[str, str]:
        """Everything that could not be read."""
        return {**self.scan.problems, **self.unread}

    def deleted(self, path: str) -> bool:
        """Whether a file that was at `path` is surely gone."""
        if any(part in self.moving or part in self.unread for part in prefixes(path)):
            return False
        return self.scan.deleted(path)


@dataclass(frozen=True, slots=True)
class Refusal:
    """A content that is not sent, and why."""

    content: str | None
    reason: str
    line: int | None = None


@dataclass(slots=True)
class Load:
    """The operations of one commit, in memory, as they will be sent."""

    operations: list[Operation] = field(default_factory=list)
    figures: dict[str, Stat] = field(default_factory=dict)
    refusals: dict[str, Refusal] = field(default_factory=dict)
    moved: list[str] = field(default_factory=list)
    """Paths that are not any more what was planned."""
    written: float = 0.0
    """When the newest file was written, by the wall clock; 0 without uploads."""


class Folder:
    """One folder on disk: looks at it and reads from it."""

    def __init__(
        self,
        root: Path,
        index: Index,
        forbidden: Sequence[Secret],
        *,
        allow_secrets: bool,
        ignore: Sequence[str] = (),
    ) -> None:
        self.root = root
        self._where = str(root)
        self.index = index
        self._forbidden = forbidden
        self._allow_secrets = allow_secrets
        self._scanner = Scanner(root, allow_keys=allow_secrets, ignore=ignore)
        self._last: Look | None = None
        self._remote: Mapping[str, Stored] | None = None
        self._oversized: dict[str, int] = {}
        self._changed: set[str] = set()
        """What scans found changed since the last look."""
        self._large = LargeSizes({})

    def look(self, remote: Mapping[str, Stored], touched: Collection[str] | None = None) -> Look:
        """Scan the folder and hash what changed since it was last hashed.

        Args:
            remote: what the Space holds.
            touched: what may have changed; None: anything. It must name everything that a look
                before found and that was not settled since.

        Raises:
            RootLostError: the folder itself cannot be looked at.
            FolderError: it holds too many files.
        """
        scan = self._scan(touched)
        last = self._last
        look = Look(scan, {})
        self._large = LargeSizes(remote)
        if last is not None:
            look.seen, self._changed = self._changed, set()
        if last is None or remote is not self._remote:
            paths = set(scan.files)
            self.index.keep(scan.files)
        else:
            look.local, look.oversized = last.local, self._oversized.copy()
            paths = look.seen | last.moving | last.unread.keys() | last.unmeasured.keys()
            paths |= self.index.unsure if touched is None else set(touched)
        if paths:
            self._look_again(look, paths, remote)
        self._last, self._remote, self._oversized = look, remote, look.oversized.copy()
        return look

    def early(self, remote: Mapping[str, Stored]) -> Scan | None:
        """Look before it is needed: the next look finds most of its work done. None: not now."""
        try:
            return self.look(remote).scan
        except (RootLostError, FolderError):  # the look that counts says so
            return None

    def _look_again(self, look: Look, paths: set[str], remote: Mapping[str, Stored]) -> None:
        """Look at these files; what is known of all others stays as it is."""
        look.local = look.local.copy()
        look.oversized = {path: size for path, size in look.oversized.items() if path not in paths}
        files = look.scan.files
        for path in paths:
            look.local.pop(path, None)
            figures = files.get(path)
            if figures is None:
                self.index.forget(path)
            else:
                self._look_at(look, path, figures, remote.get(path))

    def _scan(self, touched: Collection[str] | None) -> Scan:
        scan = self._scanner.scan(touched)
        if self._last is not None:
            self._changed |= scan.changed
        return scan

    def _look_at(self, look: Look, path: str, figures: Stat, stored: Stored | None) -> None:
        if figures.size > MAX_FILE:
            self._look_at_large(look, path, figures, stored)
            return
        large = (stored is None or stored.large) and figures.size in self._large
        content = self.index.find(path, figures, large=large)
        if content is None:
            try:
                content = describe(self._at(path), figures, large=large)
            except (MovingError, FileNotFoundError):
                look.moving.add(path)
                return
            except OSError as error:
                look.unread[path] = f"cannot be read: {error.strerror}"
                return
            self.index.learn(path, figures, content, look.scan.started_ns)
        look.local[path] = content

    def _look_at_large(self, look: Look, path: str, figures: Stat, stored: Stored | None) -> None:
        """Tell a large file by its figures until it has been read, which is not done here."""
        if figures.size > LARGEST:
            look.oversized[path] = figures.size
            return
        regular = stored is not None and not stored.large and stored.size == figures.size
        content = self.index.find(path, figures, large=not regular)
        if content is None and (regular or figures.size in self._large):
            look.unmeasured[path] = Unmeasured(figures, regular)
            return
        content = content or Content(figures.size, "")
        look.local[path] = content._replace(stamp=stamp_of(figures))

    def calm(self, look: Look, paths: Collection[str]) -> set[str]:
        """Return those of `paths` that are still being written.

        A file is calm when its figures are the same twice and it was not written in between for
        a short while: its own times tell that, or else a short wait does.
        """
        now = time.time_ns()
        moved = {path for path in paths if self._figures(path) != look.scan.files.get(path)}
        if moved:
            return moved
        recent = [path for path in paths if not _rested(look.scan.files.get(path), now)]
        if not recent:
            return set()
        time.sleep(_CALM)
        return {path for path in recent if self._figures(path) != look.scan.files.get(path)}

    def samples(self, look: Look, paths: Collection[str]) -> list[FileSample]:
        """Return what the Hub asks of files before they are sent; what moved is left out."""
        found = []
        for path in paths:
            figures = look.scan.files[path]
            try:
                start = read_start(self._at(path), figures, _SEARCHED)
            except (MovingError, OSError):
                continue
            sample = start[:_SAMPLE]
            if find_secret(start, self._forbidden, patterns=not self._allow_secrets):
                # Even the question would give it away; that it is text, or not, is enough.
                sample = b"\0" if b"\0" in sample else b"-"
            found.append(FileSample(path, figures.size, sample))
        return found

    def load(
        self,
        look: Look,
        uploads: Mapping[str, Content],
        deletes: Sequence[str],
        large: Mapping[str, str] = MappingProxyType({}),
    ) -> Load:
        """Read what will be sent, once; what is not as planned is left for the next look.

        `large` has the SHA-256 of the uploads whose content is in the Space's storage already.
        """
        load = Load()
        for path, content in uploads.items():
            if path in large:
                self._load_large(load, path, look.scan.files[path], large[path])
                continue
            try:
                data, figures = read_file(self._at(path), look.scan.files.get(path))
            except (MovingError, OSError):
                load.moved.append(path)
                continue
            finding = find_secret(data, self._forbidden, patterns=not self._allow_secrets)
            if finding:
                load.refusals[path] = Refusal(
                    content.id, f"it contains {finding.what}", finding.line
                )
                continue
            load.operations.append(AddFile(path, data))
            load.figures[path] = figures
            load.written = max(load.written, figures.mtime_ns / 1e9)
        for path in deletes:
            if look.scan.confirms(path) and self._gone(path):
                load.operations.append(DeleteFile(path))
            else:
                load.moved.append(path)
        return load

    def leaks(self, content: bytes) -> bool:
        """Whether a content holds one of the person's own tokens."""
        return find_secret(content, self._forbidden, patterns=False) is not None

    def _load_large(self, load: Load, path: str, figures: Stat, sha256: str) -> None:
        if self._figures(path) != figures:
            load.moved.append(path)
            return
        load.operations.append(LfsFile(path, sha256, figures.size))
        load.figures[path] = figures
        load.written = max(load.written, figures.mtime_ns / 1e9)

    def busy(self) -> bool:
        """Whether git is in the middle of something in this folder."""
        git = self.root / ".git"
        return any((git / mark).exists() for mark in _BUSY_MARKS)

    def new_folders(self, paths: Collection[str], known: Collection[str]) -> list[str]:
        """Return the folders at and below `paths` (relative) that are not among `known`."""
        new = [path for path in paths if path not in known and self._is_folder(path)]
        if not new:
            return []
        try:
            return [path for path in self._scan(new).folders if path not in known]
        except (RootLostError, FolderError):  # the next look says so
            return []

    def _is_folder(self, path: str) -> bool:
        try:
            return stat.S_ISDIR((self.root / path).lstat().st_mode)
        except OSError:
            return False

    def _gone(self, path: str) -> bool:
        """Whether there is no file at `path`; a folder there is not the file it was."""
        try:
            return stat.S_ISDIR((self.root / path).lstat().st_mode)
        except (FileNotFoundError, NotADirectoryError):
            return True
        except OSError:
            return False

    def _at(self, path: str) -> str:
        """Return where a path is, without the cost of taking it apart."""
        return f"{self._where}{os.sep}{path}"

    def _figures(self, path: str) -> Stat | None:
        try:
            return Stat.of(os.lstat(self._at(path)))
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError:
            return Stat(0, 0, 0, 0, 0)


def _rested(figures: Stat | None, now_ns: int) -> bool:
    """Whether a file was surely not written for a short while, by the times it bears.

    Times in whole milliseconds may be rounded, and a time from the future tells nothing.
    """
    if figures is None:
        return False
    times = (figures.mtime_ns, figures.ctime_ns)
    return all(time_ns % 1_000_000 and now_ns - time_ns >= _CALM_NS for time_ns in times)
