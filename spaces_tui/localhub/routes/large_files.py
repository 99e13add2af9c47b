"""Git LFS: asking where to put large files, and confirming that they are there."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.dataset import Holder, kind_of
from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import RefusedError, bad_request
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.replies import hub_of, json_body, readable_repo, reply, writable_repo

LFS_TYPE = "application/vnd.git-lfs+json"


def _lfs_reply(data: object) -> Response:
    answer = reply(data)
    answer.headers["Content-Type"] = LFS_TYPE
    return answer


async def batch(request: Request) -> Response:
    """Answer one action, nothing (already stored) or an error for each object."""
    data = await json_body(request)
    operation = data.get("operation")
    space = writable_repo(request) if operation == "upload" else readable_repo(request)
    objects = data.get("objects")
    if operation not in {"upload", "download"} or not isinstance(objects, list):
        raise bad_request('"operation" and "objects" are required')
    transfers = data.get("transfers") or ["basic"]
    if not {"basic", "multipart"}.intersection(transfers):
        raise bad_request("Only the basic and multipart transfers are supported")
    if not all(isinstance(item, dict) for item in objects):
        raise bad_request('"objects" must be objects')
    hub = hub_of(request)
    if operation == "download":
        return _lfs_reply(
            {"transfer": "basic", "objects": [_download(hub, item) for item in objects]}
        )
    in_parts = "multipart" in transfers
    answers = [_upload(hub, space, item, in_parts=in_parts) for item in objects]
    used = any("chunk_size" in _header(answer) for answer in answers)
    return _lfs_reply({"transfer": "multipart" if used else "basic", "objects": answers})


def _header(answer: dict[str, Any]) -> dict[str, str]:
    header: dict[str, str] = answer.get("actions", {}).get("upload", {}).get("header", {})
    return header


def _upload(
    hub: LocalHubState, space: Holder, item: dict[str, Any], *, in_parts: bool
) -> dict[str, Any]:
    oid, size = str(item.get("oid")), item.get("size")
    answer: dict[str, Any] = {"oid": oid, "size": size}
    if not re.fullmatch(r"[0-9a-f]{64}", oid) or not isinstance(size, int) or size <= 0:
        return answer | {"error": {"code": 422, "message": "Invalid object id or size"}}
    if oid in hub.lfs.refused:
        code, message = hub.lfs.refused[oid]
        return answer | {"error": {"code": code, "message": message}}
    if oid in hub.lfs.objects:
        return answer
    verify = f"{hub.spoken_origin}/{kind_of(space)}s/{space.id}.git/info/lfs/objects/verify"
    actions = {
        "upload": {
            **_address(hub, oid, size, in_parts=in_parts and size > hub.lfs.multipart_over),
            "expires_at": iso(hub.clock.now() + hub.lfs.lifetime, 0),
        },
        "verify": {"href": verify, "header": {}},
    }
    return answer | {"authenticated": True, "actions": actions}


def _address(hub: LocalHubState, oid: str, size: int, *, in_parts: bool) -> dict[str, Any]:
    if not in_parts:
        return {"href": hub.storage_origin + hub.lfs.sign("PUT", oid, size), "header": {}}
    join, parts = hub.lfs.sign_parts(oid, size)
    # Clients have to sort by number: neither the order of keys nor that of texts is right.
    mixed = sorted(parts.items(), key=lambda part: str(part[0])[::-1], reverse=True)
    header = {f"{number:05d}": hub.storage_origin + address for number, address in mixed}
    header["chunk_size"] = str(hub.lfs.chunk)
    return {"href": hub.storage_origin + join, "header": header}


def _download(hub: LocalHubState, item: dict[str, Any]) -> dict[str, Any]:
    oid = str(item.get("oid"))
    stored = hub.lfs.objects.get(oid)
    answer: dict[str, Any] = {"oid": oid, "size": item.get("size")}
    if stored is None:
        return answer | {"error": {"code": 404, "message": "Object does not exist"}}
    href = hub.storage_origin + hub.lfs.sign("GET", oid, len(stored))
    return answer | {"authenticated": True, "actions": {"download": {"href": href, "header": {}}}}


async def verify(request: Request) -> Response:
    """Answer 200 if the object is stored with that size."""
    writable_repo(request)
    data = await json_body(request)
    stored = hub_of(request).lfs.objects.get(str(data.get("oid")))
    if stored is None or len(stored) != data.get("size"):
        raise RefusedError(404, "Object does not exist or has another size")
    return _lfs_reply({})


_OBJECTS = "{namespace}/{name}.git/info/lfs/objects"
ROUTES = [
    Route(f"/{kind}/{_OBJECTS}/{what}", answer, methods=["POST"])
    for kind in ("spaces", "datasets")
    for what, answer in (("batch", batch), ("verify", verify))
]
