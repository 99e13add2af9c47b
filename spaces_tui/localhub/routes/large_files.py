"""Git LFS: asking where to put large files, and confirming that they are there."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.errors import RefusedError, bad_request
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.lfs import LIFETIME
from spaces_tui.localhub.replies import hub_of, json_body, readable_space, reply, writable_space
from spaces_tui.localhub.space import Space

LFS_TYPE = "application/vnd.git-lfs+json"


def _lfs_reply(data: object) -> Response:
    answer = reply(data)
    answer.headers["Content-Type"] = LFS_TYPE
    return answer


async def batch(request: Request) -> Response:
    """Answer one action, nothing (already stored) or an error for each object."""
    data = await json_body(request)
    operation = data.get("operation")
    space = writable_space(request) if operation == "upload" else readable_space(request)
    objects = data.get("objects")
    if operation not in {"upload", "download"} or not isinstance(objects, list):
        raise bad_request('"operation" and "objects" are required')
    if "basic" not in data.get("transfers", ["basic"]):
        raise bad_request("Only the basic transfer is supported")
    if not all(isinstance(item, dict) for item in objects):
        raise bad_request('"objects" must be objects')
    hub = hub_of(request)
    offer = _upload if operation == "upload" else _download
    answers = [offer(hub, space, item) for item in objects]
    return _lfs_reply({"transfer": "basic", "objects": answers})


def _upload(hub: LocalHubState, space: Space, item: dict[str, Any]) -> dict[str, Any]:
    oid, size = str(item.get("oid")), item.get("size")
    answer: dict[str, Any] = {"oid": oid, "size": size}
    if not re.fullmatch(r"[0-9a-f]{64}", oid) or not isinstance(size, int) or size <= 0:
        return answer | {"error": {"code": 422, "message": "Invalid object id or size"}}
    if oid in hub.lfs.objects:
        return answer
    expires = datetime.now(UTC) + timedelta(seconds=LIFETIME)
    verify = f"{hub.spoken_origin}/spaces/{space.id}.git/info/lfs/objects/verify"
    actions = {
        "upload": {
            "href": hub.storage_origin + hub.lfs.sign("PUT", oid, size),
            "header": {},
            "expires_at": expires.strftime("%Y-%m-%dT%H:%M:%SZ"),
        },
        "verify": {"href": verify, "header": {}},
    }
    return answer | {"authenticated": True, "actions": actions}


def _download(hub: LocalHubState, _space: Space, item: dict[str, Any]) -> dict[str, Any]:
    oid = str(item.get("oid"))
    stored = hub.lfs.objects.get(oid)
    answer: dict[str, Any] = {"oid": oid, "size": item.get("size")}
    if stored is None:
        return answer | {"error": {"code": 404, "message": "Object does not exist"}}
    href = hub.storage_origin + hub.lfs.sign("GET", oid, len(stored))
    return answer | {"authenticated": True, "actions": {"download": {"href": href, "header": {}}}}


async def verify(request: Request) -> Response:
    """Answer 200 if the object is stored with that size."""
    writable_space(request)
    data = await json_body(request)
    stored = hub_of(request).lfs.objects.get(str(data.get("oid")))
    if stored is None or len(stored) != data.get("size"):
        raise RefusedError(404, "Object does not exist or has another size")
    return _lfs_reply({})


_SPACE = "/spaces/{namespace}/{name}.git/info/lfs/objects"
ROUTES = [
    Route(f"{_SPACE}/batch", batch, methods=["POST"]),
    Route(f"{_SPACE}/verify", verify, methods=["POST"]),
]
