"""The disk side of an engine. Everything here blocks, and runs in the engine's own thread."""

from __future__ import annotations

import stat
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import AddFile, DeleteFile
from spaces_tui.sync.deny import prefixes
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.index import Index
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.plan import MAX_FILE
from spaces_tui.sync.protocols import Operation
from spaces_tui.sync.read import Content, MovingError, describe, read_file
from spaces_tui.sync.scan import FolderError, RootLostError, Scan, Scanner
from spaces_tui.sync.secrets import find_secret

_LARGE_COMPARE: Final = 1024 * 1024 * 1024
"""Bytes up to which a local file is hashed to compare it with a large file of the Space."""
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
    """Files too large to be sent, with their sizes; not hashed."""
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
        self, root: Path, index: Index, forbidden: Sequence[Secret], *, allow_secrets: bool
    ) -> None:
        self.root = root
        self.index = index
        self._forbidden = forbidden
        self._allow_secrets = allow_secrets
        self._scanner = Scanner(root, allow_keys=allow_secrets)
        self._last: Look | None = None
        self._remote: Mapping[str, Stored] | None = None
        self._oversized: dict[str, int] = {}
        self._changed: set[str] = set()
        """What scans found changed since the last look."""

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
        if last is not None:
            look.seen, self._changed = self._changed, set()
        if last is None or remote is not self._remote:
            paths = set(scan.files)
            self.index.keep(scan.files)
        else:
            look.local, look.oversized = last.local, self._oversized.copy()
            paths = look.seen | last.moving | last.unread.keys()
            paths |= self.index.unsure if touched is None else set(touched)
        if paths:
            self._look_again(look, paths, remote)
        self._last, self._remote, self._oversized = look, remote, look.oversized.copy()
        return look

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
        large = stored is not None and stored.large and stored.size == figures.size
        if figures.size > MAX_FILE and not (large and figures.size <= _LARGE_COMPARE):
            look.oversized[path] = figures.size
            return
        content = self.index.find(path, figures, large=large)
        if content is None:
            try:
                content = describe(self.root / path, figures, large=large)
            except (MovingError, FileNotFoundError):
                look.moving.add(path)
                return
            except OSError as error:
                look.unread[path] = f"cannot be read: {error.strerror}"
                return
            self.index.learn(path, figures, content, look.scan.started_ns)
        look.local[path] = content

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

    def load(self, look: Look, uploads: Mapping[str, Content], deletes: Sequence[str]) -> Load:
        """Read what will be sent, once; what is not as planned is left for the next look."""
        load = Load()
        for path, content in uploads.items():
            try:
                data, figures = read_file(self.root / path, look.scan.files.get(path))
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

    def _figures(self, path: str) -> Stat | None:
        try:
            return Stat.of((self.root / path).lstat())
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
