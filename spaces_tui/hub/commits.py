"""The body of a commit: one JSON object a line, written by hand because base64 is the bulk.

{"key":"header","value":{"summary":"…","description":"…","parentCommit":"…"}}
{"key":"file","value":{"content":"…base64…","path":"app.py","encoding":"base64"}}
{"key":"deletedFile","value":{"path":"old.py"}}
"""

from __future__ import annotations

import json
import re
from binascii import b2a_base64
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from spaces_tui.hub.fields import fields, text
from spaces_tui.model.repo import AddFile, CommitResult, FileOperation

_OID: Final = re.compile(r"[0-9a-f]{40}")


@dataclass(frozen=True, slots=True)
class Committed:
    """A commit the Hub accepted, and what sending it took."""

    result: CommitResult
    body_bytes: int


def commit_body(
    operations: Sequence[FileOperation], *, summary: str, description: str, parent: str | None
) -> bytes:
    """Return the body of one commit.

    Raises:
        ValueError: there is nothing to do, or no summary; the Hub takes neither.
    """
    if not operations or not summary.strip():
        raise ValueError("a commit needs operations and a summary")
    return b"".join(_lines(operations, summary, description, parent))


def _lines(
    operations: Sequence[FileOperation], summary: str, description: str, parent: str | None
) -> Iterator[bytes]:
    header = {"summary": summary, "description": description}
    if parent:
        header["parentCommit"] = parent
    yield _json({"key": "header", "value": header}) + b"\n"
    for operation in operations:
        path = _json(operation.path)
        if isinstance(operation, AddFile):
            yield b'{"key":"file","value":{"content":"'
            yield b2a_base64(operation.content, newline=False)
            yield b'","path":' + path + b',"encoding":"base64"}}\n'
        else:
            yield b'{"key":"deletedFile","value":{"path":' + path + b"}}\n"


def _json(value: object) -> bytes:
    return json.dumps(value, separators=(",", ":")).encode("ascii")


def read_commit_result(value: object) -> CommitResult | None:
    """Read the Hub's answer; None unless it names the new commit by a full id."""
    data = fields(value)
    oid = data.get("commitOid")
    if not isinstance(oid, str) or not _OID.fullmatch(oid):
        return None
    return CommitResult(oid, text(data.get("commitUrl")))
