"""Asking the Hub where large files go: the batch call of Git LFS.

Only the transfers `basic` and `multipart` are offered; the Hub's newer storage converts what
comes by them. The addresses in the answer are signed: they work for a while, and for anybody.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final
from urllib.parse import parse_qs, urlsplit

from spaces_tui.hub.calls import Answer, Call, parsed, unexpected
from spaces_tui.hub.endpoint import Endpoint
from spaces_tui.hub.errors import BadRequest
from spaces_tui.hub.failures import Failure
from spaces_tui.hub.fields import Fields, fields, integer, objects, text
from spaces_tui.hub.place import Place

LFS_TYPE: Final = "application/vnd.git-lfs+json"
_OURS: Final = frozenset({"authorization", "content-length", "content-type", "host", "accept"})
"""Headers that an answer cannot set for us."""

Headers = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Grant:
    """Where one large file may be put. Nothing to put: the Hub has its content already."""

    url: str | None = field(default=None, repr=False)
    """For the bytes themselves; with parts, for saying that all are there."""
    headers: Headers = field(default=(), repr=False)
    part_size: int = 0
    parts: tuple[str, ...] = field(default=(), repr=False)
    """Addresses of the parts in order; empty: the file goes in one piece."""
    verify: str | None = field(default=None, repr=False)
    verify_headers: Headers = field(default=(), repr=False)

    @property
    def upload_id(self) -> str | None:
        """The storage's name for this upload in parts, where the addresses tell it."""
        query = parse_qs(urlsplit(self.parts[0]).query) if self.parts else {}
        return next((query[name][0] for name in ("uploadId", "upload_id") if name in query), None)


async def grants(
    place: Place, files: Sequence[tuple[str, int]], *, ref: str | None
) -> dict[str, Grant]:
    """Ask where files of (SHA-256, size) go; return that by SHA-256.

    Args:
        place: the Space.
        files: at most 256.
        ref: the branch they are for; None for a pull request.

    Raises:
        BadRequest, Forbidden, HubError: the Hub will not take one of them, in its words.
        AnswerLost: the answer does not speak of all of them.
    """
    asked: dict[str, object] = {
        "operation": "upload",
        "transfers": ["basic", "multipart"],
        "hash_algo": "sha256",
        "objects": [{"oid": oid, "size": size} for oid, size in files],
    }
    if ref is not None:
        asked["ref"] = {"name": ref}
    path = f"/{place.page}.git/info/lfs/objects/batch"
    call = lfs_call("POST", path, asked)
    answer = await place.answer(call)
    data = fields(parsed(call.name, answer))
    if text(data.get("transfer")) not in (None, "basic", "multipart"):
        raise BadRequest(
            "The Hub wants large files in a way this program does not know.", call=call.name
        )
    sizes = dict(files)
    found = {
        oid: _grant(call, answer, entry, sizes[oid], place.wire.endpoint)
        for entry in objects(data.get("objects"))
        if (oid := text(entry.get("oid"))) in sizes and oid is not None
    }
    if found.keys() != sizes.keys():
        raise unexpected(call.name, answer.request_id)
    return found


def lfs_call(method: str, path: str, body: object) -> Call:
    """Return a call that speaks LFS and may be repeated."""
    return Call(
        method,
        path,
        body=json.dumps(body).encode("ascii"),
        content_type=LFS_TYPE,
        accept=LFS_TYPE,
        patient=True,
    )


def _grant(call: Call, answer: Answer, entry: Fields, size: int, endpoint: Endpoint) -> Grant:
    if error := fields(entry.get("error")):
        body = json.dumps({"error": text(error.get("message")) or ""}).encode()
        status = integer(error.get("code")) or 422
        raise Failure(call.name, status, {}, body, True, answer.request_id).error()
    actions = fields(entry.get("actions"))
    upload, verify = fields(actions.get("upload")), fields(actions.get("verify"))
    if not upload:
        return Grant()
    header = fields(upload.get("header"))
    part_size = integer(header.get("chunk_size")) or 0
    parts = _parts(header, answer, endpoint) if part_size > 0 else ()
    if part_size > 0 and len(parts) != -(-size // part_size):
        raise unexpected(call.name, answer.request_id)
    url = text(upload.get("href"))
    if url is None:
        raise unexpected(call.name, answer.request_id)
    check = text(verify.get("href"))
    return Grant(
        url=endpoint.href(url, answer.url),
        headers=() if parts else _headers(header),
        part_size=part_size,
        parts=parts,
        verify=None if check is None else endpoint.href(check, answer.url),
        verify_headers=_headers(fields(verify.get("header"))),
    )


def _parts(header: Fields, answer: Answer, endpoint: Endpoint) -> tuple[str, ...]:
    """Return the addresses of the parts; their keys are numbers and come in any order."""
    numbered = {
        int(name): value
        for name, value in header.items()
        if name.isascii() and name.isdigit() and isinstance(value, str)
    }
    return tuple(endpoint.href(numbered[number], answer.url) for number in sorted(numbered))


def _headers(header: Fields) -> Headers:
    return tuple(
        (name, value)
        for name, value in header.items()
        if isinstance(value, str)
        and name.lower() not in _OURS
        and name.isascii()
        and name.replace("-", "").isalnum()
        and value.isascii()
        and value.isprintable()
    )
