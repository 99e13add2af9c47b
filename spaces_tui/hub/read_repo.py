"""From the Hub's JSON to tree entries, history and upload plans."""

from __future__ import annotations

from spaces_tui.hub.fields import fields, flag, integer, moment, objects, text
from spaces_tui.model.repo import (
    CommitInfo,
    EntryType,
    FileMode,
    LastCommit,
    Lfs,
    TreeEntry,
    UploadMode,
)


def read_entry(value: object) -> TreeEntry | None:
    """Read a tree entry; None without a path."""
    data = fields(value)
    path = data.get("path")
    if not isinstance(path, str) or not path:
        return None
    kind = text(data.get("type"))
    return TreeEntry(
        path=path,
        type=EntryType(kind) if kind in ("file", "directory") else EntryType.UNKNOWN,
        oid=text(data.get("oid")) or "",
        size=integer(data.get("size")) or 0,
        lfs=_lfs(data.get("lfs")),
        last=_last(data.get("lastCommit")),
    )


def _last(value: object) -> LastCommit | None:
    data = fields(value)
    oid = text(data.get("id"))
    if not oid:
        return None
    return LastCommit(oid, text(data.get("title")) or "", moment(data.get("date")))


def _lfs(value: object) -> Lfs | None:
    data = fields(value)
    sha256 = text(data.get("oid")) or text(data.get("sha256"))
    return Lfs(sha256, integer(data.get("size")) or 0) if sha256 else None


def read_commit(value: object) -> CommitInfo | None:
    """Read a line of the history; None without an id."""
    data = fields(value)
    oid = text(data.get("id"))
    if not oid:
        return None
    people = (text(author.get("user")) for author in objects(data.get("authors")))
    return CommitInfo(
        oid=oid,
        title=text(data.get("title")) or "",
        message=text(data.get("message")) or "",
        authors=tuple(name for name in people if name),
        date=moment(data.get("date")),
    )


def read_mode(value: object, *, empty: bool) -> FileMode | None:
    """Read the plan for one file; None without a path or with an unknown mode.

    An empty file is always regular: the storage for large files refuses it.
    """
    data = fields(value)
    path = data.get("path")
    mode = "regular" if empty else text(data.get("uploadMode"))
    if not isinstance(path, str) or mode not in ("regular", "lfs"):
        return None
    ignored = flag(data.get("shouldIgnore")) or False
    return FileMode(path, UploadMode(mode), ignored, text(data.get("oid")))
