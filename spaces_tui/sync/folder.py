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
from spaces_tui.sync.index import Index
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.plan import MAX_FILE
from spaces_tui.sync.protocols import Operation
from spaces_tui.sync.read import Content, MovingError, describe, read_file
from spaces_tui.sync.scan import FolderError, RootLostError, Scan, Scanner, Stat
from spaces_tui.sync.secrets import find_secret

_LARGE_COMPARE: Final = 1024 * 1024 * 1024
"""Bytes up to which a local file is hashed to compare it with a large file of the Space."""
_CALM: Final = 0.02
"""Seconds between two looks at a file that is about to be sent."""
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
    seen: set[str] = field(default_factory=set)
    """Files whose figures differ from the look before."""

    def deleted(self, path: str) -> bool:
        """Whether a file that was at `path` is surely gone."""
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
        self._last: dict[str, Stat] = {}

    def look(self, remote: Mapping[str, Stored]) -> Look:
        """Scan the folder and hash what changed since it was last hashed.

        Raises:
            RootLostError: the folder itself cannot be looked at.
            FolderError: it holds too many files.
        """
        scan = self._scanner.scan()
        look = Look(scan, {})
        for path, figures in scan.files.items():
            self._look_at(look, path, figures, remote.get(path))
        self.index.keep(scan.files)
        if self._last:
            look.seen = {
                path for path, figures in scan.files.items() if self._last.get(path) != figures
            }
            look.seen |= self._last.keys() - scan.files.keys()
        self._last = scan.files
        return look

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
                look.scan.hidden.add(path)
                return
            except OSError as error:
                look.scan.problems[path] = f"cannot be read: {error.strerror}"
                look.scan.hidden.add(path)
                return
            self.index.learn(path, figures, content, look.scan.started_ns)
        look.local[path] = content

    def calm(self, look: Look, paths: Collection[str]) -> set[str]:
        """Return those of `paths` that are still being written, after a short wait."""
        if not paths:
            return set()
        time.sleep(_CALM)
        return {path for path in paths if self._figures(path) != look.scan.files.get(path)}

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
            if self._gone(path):
                load.operations.append(DeleteFile(path))
            else:
                load.moved.append(path)
        return load

    def busy(self) -> bool:
        """Whether git is in the middle of something in this folder."""
        git = self.root / ".git"
        return any((git / mark).exists() for mark in _BUSY_MARKS)

    def new_folders(self, paths: Collection[str], known: Collection[str]) -> list[str]:
        """Return the folders at and below `paths` (relative) that are not among `known`."""
        scan: list[str] = []
        for path in paths:
            place = self.root / path
            if path in known or place.is_symlink() or not place.is_dir():
                continue
            scan.append(path)
        if not scan:
            return []
        try:
            return [path for path in self._scanner.scan().folders if path not in known]
        except (RootLostError, FolderError):  # the next look says so
            return []

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
