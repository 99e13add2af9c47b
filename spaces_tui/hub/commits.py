"""The body of a commit: one JSON object a line, written by hand because base64 is the bulk.

{"key":"header","value":{"summary":"…","description":"…","parentCommit":"…"}}
{"key":"file","value":{"content":"…base64…","path":"app.py","encoding":"base64"}}
{"key":"file","value":{"path":"new.py","oldPath":"old.py"}}
{"key":"lfsFile","value":{"path":"m.bin","algo":"sha256","oid":"…64 hex…","size":6}}
{"key":"deletedFile","value":{"path":"old.py"}}
{"key":"deletedFolder","value":{"path":"old"}}

`deletedEntry` would remove a file or a folder, but only the Hub's schema has it; the official
clients send the two keys above. There is no line for a copy: a regular file is sent anew, a large
one is named by its SHA-256.
"""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spaces_tui.hub.fields import fields, integer, text
from spaces_tui.model.changes import (
    CommitOperation,
    DeleteFolder,
    LfsFile,
    RenameFile,
    RenameLfsFile,
)
from spaces_tui.model.repo import AddFile, CommitResult, DeleteFile

_OID: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit the Hub accepted, and what sending it took."""

    result: CommitResult
    body_bytes: int
    pull_request: int | None = None
    """Number of the pull request it opened; its ref is `refs/pr/{number}`."""
    pull_request_url: str | None = None


def commit_body(
    operations: Sequence[CommitOperation], *, summary: str, description: str, parent: str | None
) -> bytes:
    """Return the body of one commit.

    Raises:
        ValueError: there is nothing to do, or no summary; the Hub takes neither.
    """
    if not operations or not summary.strip():
        raise ValueError("a commit needs operations and a summary")
    return b"".join(_lines(operations, summary, description, parent))


def _lines(
    operations: Sequence[CommitOperation], summary: str, description: str, parent: str | None
) -> Iterator[bytes]:
    header = {"summary": summary, "description": description}
    if parent:
        header["parentCommit"] = parent
    yield _json({"key": "header", "value": header}) + b"\n"
    for operation in operations:
        if isinstance(operation, AddFile):
            path = _json(operation.path)
            yield b'{"key":"file","value":{"content":"'
            yield b2a_base64(operation.content, newline=False)
            yield b'","path":' + path + b',"encoding":"base64"}}\n'
        else:
            key, value = _line(operation)
            yield _json({"key": key, "value": value}) + b"\n"


def _line(
    operation: DeleteFile | DeleteFolder | LfsFile | RenameFile | RenameLfsFile,
) -> tuple[str, dict[str, object]]:
    match operation:
        case DeleteFile(path):
            return "deletedFile", {"path": path}
        case DeleteFolder(path):
            return "deletedFolder", {"path": path}
        case RenameFile(path, old_path):
            return "file", {"path": path, "oldPath": old_path}
        case LfsFile(path, sha256, size):
            return "lfsFile", _large(path, sha256, size)
        case RenameLfsFile(path, old_path, size, sha256):
            return "lfsFile", _large(path, sha256, size) | {"oldPath": old_path}


def _large(path: str, sha256: str | None, size: int | None) -> dict[str, object]:
    value: dict[str, object] = {"path": path, "algo": "sha256"}
    if sha256 is not None:
        value["oid"] = sha256
    if size is not None:
        value["size"] = size
    return value


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def read_commit_result(value: object) -> CommitResult | None:
    """Read the Hub's answer; None unless it names the new commit by a full id."""
    data = fields(value)
    oid = data.get("commitOid")
    if not isinstance(oid, str) or not _OID.fullmatch(oid):
        return None
    return CommitResult(oid, text(data.get("commitUrl")))


def read_pull_request(value: object) -> tuple[int | None, str | None]:
    """Read number and address of the pull request that a commit opened, where it did."""
    url = text(fields(value).get("pullRequestUrl"))
    number = integer((url or "").rstrip("/").rpartition("/")[2])
    return number, url
