"""What lies in a repository, and what a commit does to it.

Paths here are the wire's own: exact, relative, with `/`. They are data for comparison and for
requests; what a person sees goes through `clean_name`.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of

if TYPE_CHECKING:
    from datetime import datetime


class EntryType(StrEnum):
    """What a tree entry is."""

    FILE = "file"
    DIRECTORY = "directory"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Lfs:
    """How a large file is stored."""

    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class LastCommit:
    """The commit that touched an entry last."""

    oid: str
    title: str
    date: datetime | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "title")


@dataclass(frozen=True, slots=True)
class TreeEntry:
    """One entry of a repository's tree."""

    path: str
    type: EntryType
    oid: str
    """Git object id. For a large file this is the id of its pointer, not of its content."""
    size: int = 0
    """Bytes of the real content."""
    lfs: Lfs | None = None
    last: LastCommit | None = None
    """Only where it was asked for."""

    @property
    def content_id(self) -> str:
        """What names the content: git's blob id, or `sha256:…` for a large file."""
        return f"sha256:{self.lfs.sha256}" if self.lfs else self.oid

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class CommitInfo:
    """One line of a repository's history."""

    oid: str
    title: str
    message: str = ""
    authors: tuple[str, ...] = ()
    date: datetime | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "title")
        clean_texts_of(self, "message")


class UploadMode(StrEnum):
    """How the Hub wants a file's content."""

    REGULAR = "regular"
    LFS = "lfs"


@dataclass(frozen=True, slots=True)
class FileSample:
    """What the Hub asks of a file before it is sent."""

    path: str
    size: int
    sample: bytes
    """The first 512 bytes."""


@dataclass(frozen=True, slots=True)
class FileMode:
    """The Hub's answer for one sampled file."""

    path: str
    mode: UploadMode
    ignored: bool = False
    """Git-ignored on the Hub's side: it would vanish from the commit without an error."""
    oid: str | None = None
    """Id of the file already there: git blob SHA-1 if regular, SHA-256 if large."""


@dataclass(frozen=True, slots=True)
class Preupload:
    """The Hub's upload plan."""

    files: tuple[FileMode, ...]
    head: str | None
    """Head of the revision now."""


@dataclass(frozen=True, slots=True)
class AddFile:
    """Put these bytes at this path, as a regular file."""

    path: str
    content: bytes


@dataclass(frozen=True, slots=True)
class DeleteFile:
    """Remove this path. A path that is not there fails the whole commit."""

    path: str


FileOperation = AddFile | DeleteFile


@dataclass(frozen=True, slots=True)
class CommitResult:
    """A commit the Hub accepted."""

    oid: str
    url: str | None = None
