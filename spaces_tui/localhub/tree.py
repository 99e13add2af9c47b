"""Files and folders of one revision, as immutable trees that share what did not change.

A commit copies only the folders on the way to the files it touches; every folder computes its git
id once. A commit of one file into a folder of a thousand therefore costs one sort and one hash.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from spaces_tui.localhub.gitobjects import (
    FILE_MODE,
    FOLDER_MODE,
    TreeLine,
    object_id,
    tree_line,
    tree_payload,
)


@dataclass(frozen=True)
class LfsPointer:
    """What a large file is in the repository: a hash and a size, the bytes are elsewhere."""

    sha256: str
    size: int

    @cached_property
    def text(self) -> bytes:
        """The pointer file as git stores it."""
        return (
            f"version https://git-lfs.github.com/spec/v1\noid sha256:{self.sha256}\n"
            f"size {self.size}\n"
        ).encode()

    @property
    def xet_hash(self) -> str:
        """What the chunked storage calls the content, which has no meaning here."""
        return hashlib.sha256(f"xet {self.sha256}".encode()).hexdigest()


@dataclass(frozen=True)
class Blob:
    """One stored file: its bytes, or the pointer to a large one."""

    data: bytes
    lfs: LfsPointer | None = None

    @cached_property
    def oid(self) -> str:
        """Git blob id of what is stored (of the pointer for a large file)."""
        return object_id("blob", self.data)

    @property
    def size(self) -> int:
        """Size of the content in bytes, also for a large file."""
        return self.lfs.size if self.lfs else len(self.data)

    @property
    def content_id(self) -> str:
        """What `preupload` reports: the blob id, or the SHA-256 of a large file."""
        return self.lfs.sha256 if self.lfs else self.oid

    @cached_property
    def text(self) -> str | None:
        """The content as text, or None for a large or binary file."""
        if self.lfs or b"\0" in self.data:
            return None
        try:
            return self.data.decode()
        except UnicodeDecodeError:
            return None


def lfs_blob(sha256: str, size: int) -> Blob:
    """Return the stored form of a large file."""
    pointer = LfsPointer(sha256, size)
    return Blob(pointer.text, pointer)


class Folder:
    """An immutable folder. Its entries must not be changed after construction."""

    def __init__(
        self,
        entries: Mapping[str, Blob | Folder] | None = None,
        lines: dict[str, TreeLine] | None = None,
    ) -> None:
        self.entries: Mapping[str, Blob | Folder] = entries or {}
        self._lines = lines or {}
        """Lines of the tree object that are known already, by name."""

    @cached_property
    def payload(self) -> bytes:
        """The git tree object."""
        for name, item in self.entries.items():
            if name not in self._lines:
                mode = FOLDER_MODE if isinstance(item, Folder) else FILE_MODE
                self._lines[name] = tree_line(mode, name, item.oid)
        return tree_payload(self._lines.values())

    @cached_property
    def oid(self) -> str:
        """Git tree id."""
        return object_id("tree", self.payload)

    def get(self, path: str) -> Blob | Folder | None:
        """Return what is at `path`; the empty path is the folder itself."""
        item: Blob | Folder | None = self
        for part in path.split("/") if path else ():
            if not isinstance(item, Folder):
                return None
            item = item.entries.get(part)
        return item

    def file(self, path: str) -> Blob | None:
        """Return the file at `path`, or None."""
        item = self.get(path)
        return item if isinstance(item, Blob) else None

    def children(self, prefix: str = "") -> Iterator[tuple[str, Blob | Folder]]:
        """Yield (path, item) of the direct entries by name, `prefix` put in front."""
        for name in sorted(self.entries):
            yield f"{prefix}{name}", self.entries[name]

    def walk(self, prefix: str = "") -> Iterator[tuple[str, Blob | Folder]]:
        """Yield (path, item) of everything beneath, each folder before its contents."""
        for path, item in self.children(prefix):
            yield path, item
            if isinstance(item, Folder):
                yield from item.walk(f"{path}/")

    def files(self) -> Iterator[tuple[str, Blob]]:
        """Yield (path, file) of every file beneath."""
        for path, item in self.walk():
            if isinstance(item, Blob):
                yield path, item

    def edited(self, changes: Mapping[str, Blob | None]) -> Folder:
        """Return a copy with files replaced, added, or (None) removed; empty folders vanish."""
        entries = dict(self.entries)
        lines = dict(self._lines)
        deeper: dict[str, dict[str, Blob | None]] = {}
        for path, blob in changes.items():
            name, slash, rest = path.partition("/")
            lines.pop(name, None)
            if slash:
                deeper.setdefault(name, {})[rest] = blob
            elif blob is None:
                entries.pop(name, None)
            else:
                entries[name] = blob
        for name, below in deeper.items():
            old = entries.get(name)
            new = (old if isinstance(old, Folder) else Folder()).edited(below)
            if new.entries:
                entries[name] = new
            elif isinstance(old, Folder):
                del entries[name]
        return Folder(entries, lines)
