"""Answers with file content, whole or in part."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

_RANGE: Final = re.compile(r"^bytes=(\d*)-(\d*)$")


def content(request: Request, data: bytes, etag: str, headers: Mapping[str, str]) -> Response:
    """Return 200, or 206 and 416 for a request with a single `Range`."""
    common = {"ETag": etag, "Accept-Ranges": "bytes", **headers}
    wanted = _RANGE.match(request.headers.get("range", ""))
    if wanted is None or not any(wanted.groups()):
        return _body(data, 200, common)
    first, last = wanted.groups()
    start = int(first) if first else max(0, len(data) - int(last))
    end = min(int(last), len(data) - 1) if first and last else len(data) - 1
    if start > end:
        return _body(b"", 416, common | {"Content-Range": f"bytes */{len(data)}"})
    span = {"Content-Range": f"bytes {start}-{end}/{len(data)}"}
    return _body(data[start : end + 1], 206, common | span)


def _body(data: bytes, status: int, headers: dict[str, str]) -> Response:
    kind = "application/octet-stream"
    return Response(data, status, headers, media_type=kind)
