"""The second origin: signed addresses for the bytes of large files.

It behaves like object storage: a request that carries an `Authorization` header as well as a
signature is refused, and so is an upload in chunked encoding.
"""

from __future__ import annotations

import hashlib
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
    if grant.verb == "PUT":
        return await _store(request, hub, grant)
    return content(request, hub.lfs.objects[grant.oid], f'"{grant.oid}"', {})


async def _store(request: Request, hub: LocalHubState, grant: Grant) -> Response:
    body = await request.body()
    if len(body) != grant.size or hashlib.sha256(body).hexdigest() != grant.oid:
        return _error(400, "BadDigest", "The content does not match what was signed")
    hub.lfs.put(body)
    return Response(headers={"ETag": f'"{hashlib.sha1(body).hexdigest()}"'})


def _error(status: int, code: str, message: str) -> Response:
    text = f"<?xml version='1.0'?><Error><Code>{code}</Code><Message>{message}</Message></Error>"
    return Response(text, status, media_type="application/xml")
