"""Requests about the files of a Space: look, edit, go back, download."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from spaces_tui.model.files import (
    CommitChanges,
    DownloadPlan,
    DownloadResult,
    FileContent,
    FolderListing,
    HistoryPage,
    RollbackPlan,
)
from spaces_tui.model.repo import LastCommit, TreeEntry
from spaces_tui.session.requests.base import Change, Request

TEXT_LIMIT = 1024 * 1024
"""Bytes up to which a file is shown and edited."""


@dataclass(frozen=True, slots=True)
class ListFolder(Request[FolderListing]):
    """One folder, all pages; not what is in its folders."""

    space: str
    path: str = ""
    revision: str | None = None
    """A commit; None: the newest one."""


@dataclass(frozen=True, slots=True)
class LoadTouched(Request[Mapping[str, LastCommit]]):
    """By path, the commit that touched it last; paths the Hub says nothing of are missing."""

    space: str
    revision: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ReadFile(Request[FileContent]):
    """A file as text, if it is one of up to 1 MiB."""

    space: str
    path: str
    revision: str | None = None
    """A commit; None: the newest one."""
    entry: TreeEntry | None = None
    """What is known of it at that commit; asked for when None."""


@dataclass(frozen=True, slots=True)
class EditFile(Change):
    """Put a text in a file's place, as one commit on the newest one.

    Refused when the file is not any more what `before` says, and when the text holds a token or
    key. What was not sent for any other reason is kept on this machine; the step's error says
    where.
    """

    space: str
    path: str
    before: str
    """Content id of the text that was edited."""
    text: str = field(repr=False)
    title: str


@dataclass(frozen=True, slots=True)
class LoadHistory(Request[HistoryPage]):
    """Fifty commits of `main`, newest first."""

    space: str
    revision: str | None = None
    """The commit of the first page; None for the first page."""
    page: int = 0


@dataclass(frozen=True, slots=True)
class LoadCommit(Request[CommitChanges]):
    """A commit and what it changed."""

    space: str
    oid: str


@dataclass(frozen=True, slots=True)
class PlanRollback(Request[RollbackPlan]):
    """Work out what differs between the newest commit and an older one."""

    space: str
    oid: str


@dataclass(frozen=True, slots=True)
class RollBack(Change):
    """Make the files what they were, as one new commit. Refused when the branch has moved on
    since the plan."""

    space: str
    plan: RollbackPlan


@dataclass(frozen=True, slots=True)
class PlanDownload(Request[DownloadPlan]):
    """Work out what a download of a file, a folder or everything would write.

    Nothing is written. A folder on this machine that is missing will be made.
    """

    space: str
    revision: str
    path: str
    """Empty: everything."""
    folder: str
    entry: TreeEntry | None = None
    """The file; None for a folder."""


@dataclass(frozen=True, slots=True)
class Download(Request[DownloadResult]):
    """Write what was planned, each file whole or not at all. Cancelling it ends it in order."""

    plan: DownloadPlan
    overwrite: bool = False
    """Replace what the plan found there, keeping a copy; else leave it alone."""
    told: Callable[[int, int], None] | None = field(default=None, repr=False, compare=False)
    """Told files and bytes that have come, on the session's thread."""
