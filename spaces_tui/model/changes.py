"""What a commit can do beyond putting and removing regular files.

Paths here are the wire's own: exact, relative, with `/`.
"""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.repo import FileOperation


@dataclass(frozen=True, slots=True)
class LfsFile:
    """Put a large file, whose content the storage already has, at this path."""

    path: str
    sha256: str
    size: int | None
    """Bytes; None for a copy of a large file of the same repository."""


@dataclass(frozen=True, slots=True)
class RenameFile:
    """Move a regular file; its content stays as it is."""

    path: str
    old_path: str


@dataclass(frozen=True, slots=True)
class RenameLfsFile:
    """Move a large file; its content stays as it is."""

    path: str
    old_path: str
    size: int
    """Bytes of the content, which the Hub wants to hear again."""
    sha256: str | None = None


@dataclass(frozen=True, slots=True)
class DeleteFolder:
    """Remove a folder and everything in it."""

    path: str


CommitOperation = FileOperation | LfsFile | RenameFile | RenameLfsFile | DeleteFolder
