"""Branches, tags, and what else names a commit; and what is known of one stored file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaces_tui.model.cleaned import clean_lines_of

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Ref:
    """A name for a commit."""

    name: str
    """Such as `main`."""
    ref: str
    """Such as `refs/heads/main`."""
    target: str
    """The commit, 40 hexadecimal digits."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "ref", "target")


@dataclass(frozen=True, slots=True)
class Refs:
    """All names for commits of a repository."""

    branches: tuple[Ref, ...] = ()
    tags: tuple[Ref, ...] = ()
    converts: tuple[Ref, ...] = ()
    """Made by the Hub, such as the output of a static Space's build."""
    pull_requests: tuple[Ref, ...] = ()
    """Only when they were asked for."""


@dataclass(frozen=True, slots=True)
class FileHead:
    """What the Hub says of a file without sending it."""

    commit: str | None
    """The commit that the asked revision is."""
    etag: str | None
    """Git blob id of a regular file, SHA-256 of a large one; without quotes."""
    size: int | None
    """Bytes of the content."""
    large: bool
    """Whether the content is in the storage for large files."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "commit", "etag")


@dataclass(frozen=True, slots=True)
class StoredLfsFile:
    """A large file in a repository's storage, in use by a revision or not."""

    sha256: str
    """Of its content; by this it is deleted."""
    oid: str
    """The Hub's other id of it."""
    size: int
    """Bytes."""
    filename: str | None = None
    pushed: datetime | None = None
    ref: str | None = None
    xet_hash: str | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "filename", "ref")


@dataclass(frozen=True, slots=True)
class SharedFile:
    """A large file to make known to another repository."""

    xet_hash: str
    sha256: str
    filename: str | None = None


@dataclass(frozen=True, slots=True)
class SharedFiles:
    """How sharing large files with another repository went."""

    complete: bool
    processed: int
    succeeded: int
    failed: tuple[str, ...] = ()
    """What the Hub says of each that failed."""
