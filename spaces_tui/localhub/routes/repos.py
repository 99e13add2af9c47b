"""Creating and deleting repositories."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.edits import checked_path, decoded
from spaces_tui.localhub.errors import (
    NEEDS_PRO,
    MovedError,
    RefusedError,
    bad_request,
    no_repository,
)
from spaces_tui.localhub.hardware import FLAVOURS
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.plans import CPU_BASIC_SLEEP
from spaces_tui.localhub.replies import caller_of, hub_of, json_body, reply
from spaces_tui.localhub.repository import Repository
from spaces_tui.localhub.space import Runtime, Space
from spaces_tui.localhub.starter import starter_files
from spaces_tui.localhub.tree import Blob

_NAME = re.compile(r"^(?![-.])(?!.*(--|\.\.))(?!.*\.git$)[A-Za-z0-9._-]{1,96}(?<![-.])$")
_SDKS = ("gradio", "docker", "static")


async def create(request: Request) -> Response:
    """Create a Space with a card and, if given, first files."""
    hub, token = hub_of(request), _signed_in(request)
    data = await json_body(request)
    _check(data)
    space_id = f"{data.get('organization') or token.person.name}/{data['name']}"
    _check_namespace(token, space_id)
    url = f"{hub.origin}/spaces/{space_id}"
    if space_id in hub.spaces:
        raise RefusedError(409, "You already created this space repo", url=url)
    hardware = _hardware(data)
    if not (token.person.is_pro or data["sdk"] == "static" or hardware != "cpu-basic"):
        raise RefusedError(402, NEEDS_PRO)
    if hardware != "cpu-basic" and not token.person.can_pay:
        raise RefusedError(
            403,
            "You must add a payment method to your account to upgrade your space's hardware. "
            f"Visit your billing settings at {hub.origin}/settings/billing",
        )
    space = _new_space(hub, token, space_id, data, hardware)
    return reply({"url": url, "name": space_id, "id": space.hub_id})


def _signed_in(request: Request) -> Token:
    token = caller_of(request)
    if token is None:
        raise RefusedError(401, "Invalid username or password.")
    return token


def _check(data: dict[str, Any]) -> None:
    if data.get("type", "model") != "space":
        raise bad_request("This Hub has Spaces only: set type to space")
    if not isinstance(data.get("name"), str) or not _NAME.match(data["name"]):
        raise bad_request('"name" may have letters, digits and - _ . only, at most 96')
    if data.get("sdk") not in _SDKS:
        raise bad_request(f'"sdk" must be one of [{", ".join(_SDKS)}]')


def _check_namespace(token: Token, space_id: str) -> None:
    namespace = space_id.partition("/")[0]
    if not token.may_write(namespace):
        raise RefusedError(
            403, f"You don't have the rights to create a space under the namespace {namespace!r}"
        )


def _hardware(data: dict[str, Any]) -> str:
    name = data.get("hardware") or "cpu-basic"
    name = "zero-a10g" if name == "zerogpu" else name
    if name not in FLAVOURS:
        raise bad_request(f"Unknown hardware: {name}")
    return str(name)


def _new_space(
    hub: LocalHubState, token: Token, space_id: str, data: dict[str, Any], hardware: str
) -> Space:
    now = hub.clock.now()
    repo = Repository(starter_files(str(data["sdk"]), str(data["name"])), int(now))
    sleep = data.get("sleepTimeSeconds")
    timeout = CPU_BASIC_SLEEP if hardware == "cpu-basic" else sleep
    runtime = Runtime(requested=hardware, gc_timeout=timeout if timeout and timeout > 0 else None)
    private = bool(data.get("private")) or data.get("visibility") == "private"
    space = hub.add(Space(space_id, repo, now, private=private, runtime=runtime))
    if first := _first_files(data):
        hub.commit(space, first, author=token.person.name, title="Add files")
    return space


def _first_files(data: dict[str, Any]) -> dict[str, Blob | None]:
    files: dict[str, Blob | None] = {}
    for file in data.get("files") or []:
        if not isinstance(file, dict):
            raise bad_request('"files" must be a list of objects')
        files[checked_path(file.get("path"))] = Blob(decoded(file))
    return files


async def delete(request: Request) -> Response:
    """Delete a Space; the answer is text. Without a `type` it would be a model: 404."""
    hub, token = hub_of(request), _signed_in(request)
    data = await json_body(request)
    space_id = f"{data.get('organization') or token.person.name}/{data.get('name')}"
    if data.get("type", "model") != "space":
        raise no_repository(anonymous=False)
    try:
        space = hub.readable(space_id, token)
    except MovedError as moved:
        raise no_repository(anonymous=False) from moved
    if not token.may_write(space.id):
        raise RefusedError(403, f"You don't have the required permissions to delete {space.id}")
    hub.delete(space)
    return PlainTextResponse("OK")


ROUTES = [
    Route("/api/repos/create", create, methods=["POST"]),
    Route("/api/repos/delete", delete, methods=["DELETE"]),
]
