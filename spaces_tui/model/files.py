"""What a person sees of a repository: folders, texts, history, and what a way back would change.

Paths are exact (see `model.repo`); show them through `clean_name`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spaces_tui.model.patch import FilePatch
    from spaces_tui.model.repo import CommitInfo, TreeEntry


@dataclass(frozen=True, slots=True)
class FolderListing:
    """One folder at one commit."""

    path: str
    """Empty for the root."""
    revision: str
    """The commit; empty when there is none yet."""
    entries: tuple[TreeEntry, ...] = ()


@dataclass(frozen=True, slots=True)
class FileContent:
    """A file at one commit, as text where it is some."""

    path: str
    revision: str
    content_id: str
    size: int
    """Bytes."""
    text: str | None = field(default=None, repr=False)
    """Exactly; show it through `clean`."""
    note: str = ""
    """What it is instead of text, such as `binary, 12.0 kB`."""


@dataclass(frozen=True, slots=True)
class HistoryPage:
    """Some commits, newest first."""

    revision: str
    """The commit the history was read from; the next page is asked for with it."""
    commits: tuple[CommitInfo, ...]
    more: bool
    """Whether there are older ones."""


@dataclass(frozen=True, slots=True)
class CommitChanges:
    """One commit, and what it changed."""

    commit: CommitInfo
    files: tuple[FilePatch, ...]
    note: str = ""
    """Why less is shown than there is, in one sentence."""


@dataclass(frozen=True, slots=True)
class RollbackPlan:
    """What makes a Space's files what they were at a commit."""

    space: str
    commit: CommitInfo
    """The one to go back to."""
    head: str
    """The newest commit, on which this was worked out."""
    back: tuple[TreeEntry, ...] = ()
    """Files that were deleted since: they come back."""
    changed: tuple[TreeEntry, ...] = ()
    """Files that get their old content, as they were."""
    gone: tuple[TreeEntry, ...] = ()
    """Files that were added since: they disappear. As they are now."""

    @property
    def count(self) -> int:
        """How many files differ."""
        return len(self.back) + len(self.changed) + len(self.gone)


@dataclass(frozen=True, slots=True)
class DownloadItem:
    """A file to download."""

    entry: TreeEntry
    target: str
    """Where it goes, relative to the chosen folder, with `/`."""


@dataclass(frozen=True, slots=True)
class DownloadPlan:
    """What a download would write."""

    space: str
    revision: str
    folder: str
    """The chosen folder on this machine."""
    items: tuple[DownloadItem, ...]
    there: tuple[str, ...] = ()
    """Targets at which there is something already."""
    refused: tuple[tuple[str, str], ...] = ()
    """Paths that are never written, and why."""

    @property
    def bytes(self) -> int:
        """Size of everything."""
        return sum(item.entry.size for item in self.items)


@dataclass(frozen=True, slots=True)
class DownloadResult:
    """What became of a download."""

    written: tuple[str, ...] = ()
    bytes: int = 0
    skipped: tuple[str, ...] = ()
    """Left alone because something was there."""
    failed: tuple[tuple[str, str], ...] = ()
    """Not written, and why."""
    kept: tuple[tuple[str, str], ...] = ()
    """What was replaced, and where it is kept."""
