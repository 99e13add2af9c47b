"""From the Hub's JSON to refs and stored large files."""

from __future__ import annotations

from spaces_tui.hub.fields import Fields, fields, integer, moment, objects, text
from spaces_tui.model.refs import Ref, Refs, SharedFiles, StoredLfsFile
from spaces_tui.model.text import clean_line


def read_refs(data: Fields) -> Refs:
    """Read all kinds of refs; those without a name or a target are dropped."""
    return Refs(
        branches=_refs(data.get("branches")),
        tags=_refs(data.get("tags")),
        converts=_refs(data.get("converts")),
        pull_requests=_refs(data.get("pullRequests")),
    )


def _refs(value: object) -> tuple[Ref, ...]:
    return tuple(
        Ref(name, text(entry.get("ref")) or "", target)
        for entry in objects(value)
        if (name := text(entry.get("name"))) and (target := text(entry.get("targetCommit")))
    )


def read_stored(value: object) -> StoredLfsFile | None:
    """Read an entry of the storage; None without its SHA-256, which is `fileOid` there."""
    data = fields(value)
    sha256 = text(data.get("fileOid"))
    if not sha256:
        return None
    return StoredLfsFile(
        sha256=sha256,
        oid=text(data.get("oid")) or "",
        size=integer(data.get("size")) or 0,
        filename=text(data.get("filename")),
        pushed=moment(data.get("pushedAt")),
        ref=text(data.get("ref")),
        xet_hash=text(data.get("xetHash")),
    )


def read_shared(value: object) -> SharedFiles:
    """Read how sharing went; an answer that says nothing of it counts as complete."""
    data = fields(value)
    failed = data.get("failed")
    failures = tuple(_failure(item) for item in failed) if isinstance(failed, list) else ()
    succeeded = integer(data.get("succeeded")) or 0
    return SharedFiles(
        complete=data.get("success") is not False and not failures,
        processed=integer(data.get("processed")) or succeeded + len(failures),
        succeeded=succeeded,
        failed=failures,
    )


def _failure(item: object) -> str:
    if isinstance(item, dict):
        parts = (text(item.get(name)) for name in ("filename", "sha256", "error", "message"))
        return clean_line(": ".join(part for part in parts if part))
    return clean_line(text(item) or "")
