"""The second origin: signed addresses for the bytes of large files.

It behaves like object storage: a request that carries an `Authorization` header as well as a
signature is refused, and so is an upload in chunked encoding.
"""

from __future__ import annotations

import hashlib
import json
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.lfs import Grant
from spaces_tui.localhub.ranges import content


async def storage(scope: Scope, receive: Receive, send: Send) -> None:
    """Serve one request to the storage origin."""
    request = Request(scope, receive)
    response = await _answer(request, scope["hub"])
    await response(scope, receive, send)


async def _answer(request: Request, hub: LocalHubState) -> Response:
    if "authorization" in request.headers:
        return _error(400, "InvalidArgument", "Only one auth mechanism allowed")
    if request.method == "PUT" and "chunked" in request.headers.get("transfer-encoding", ""):
        return _error(501, "NotImplemented", "A header implies functionality not implemented")
    query = parse_qs(request.url.query)
    grant = hub.lfs.grant(query.get("X-Amz-Signature", [""])[0])
    verb = "GET" if request.method == "HEAD" else request.method
    if grant is None or grant.verb != verb or not request.url.path.endswith(grant.oid):
        return _error(403, "AccessDenied", "Request has expired")
    if grant.verb == "POST":
        return await _join(request, hub, grant)
    if grant.verb == "PUT":
        return await _store(request, hub, grant)
    if grant.oid not in hub.lfs.objects:
        return _error(404, "NoSuchKey", "The specified key does not exist")
    return content(request, hub.lfs.objects[grant.oid], f'"{grant.oid}"', {})


async def _store(request: Request, hub: LocalHubState, grant: Grant) -> Response:
    body = await request.body()
    if grant.parts is not None:
        if len(body) != grant.size:
            return _error(400, "BadDigest", "The part does not have the size that was signed")
        grant.parts.received[grant.number] = body
        return Response(headers={"ETag": _etag(body)})
    if len(body) != grant.size or hashlib.sha256(body).hexdigest() != grant.oid:
        return _error(400, "BadDigest", "The content does not match what was signed")
    hub.lfs.put(body)
    return Response(headers={"ETag": _etag(body)})


async def _join(request: Request, hub: LocalHubState, grant: Grant) -> Response:
    """Put the parts of an upload together, if all came and the client names their tags."""
    try:
        data = json.loads(await request.body())
        tags = {int(part["partNumber"]): str(part["etag"]) for part in data["parts"]}
    except (ValueError, KeyError, TypeError):
        return _error(400, "MalformedBody", "Expected oid and parts")
    received = grant.parts.received if grant.parts else {}
    numbers = sorted(received)
    if not tags or tags != {number: _etag(received[number]) for number in numbers}:
        return _error(400, "InvalidPart", "One or more of the specified parts could not be found")
    body = b"".join(received[number] for number in numbers)
    if len(body) != grant.size or hashlib.sha256(body).hexdigest() != grant.oid:
        return _error(400, "BadDigest", "The content does not match what was signed")
    hub.lfs.put(body)
    return Response(b"{}", media_type="application/json")


def _etag(body: bytes) -> str:
    return f'"{hashlib.sha1(body).hexdigest()}"'


def _error(status: int, code: str, message: str) -> Response:
    text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(text, status, media_type="application/xml")
