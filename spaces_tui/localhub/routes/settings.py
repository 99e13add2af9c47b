"""Settings of a Space, and the lists that state the visibility directly."""

from __future__ import annotations

from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.creation import check_visibility, checked_visibility
from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import RefusedError, bad_request
from spaces_tui.localhub.replies import (
    caller_of,
    hub_of,
    json_body,
    number,
    page_of,
    part,
    reply,
    signed_in,
    writable_space,
)
from spaces_tui.localhub.space import Space

PRIVATE_STORAGE: Final = 100 * 1000**3
"""Bytes a free account may store in private repositories."""

_CHOICES: Final[dict[str, tuple[object, ...]]] = {
    "discussionsDisabled": (True, False),
    "discussionsSorting": ("recently-created", "trending", "reactions"),
    "gated": (False, "auto", "manual"),
    "orgMembersGated": (True, False),
    "gatedNotificationsMode": ("bulk", "real-time"),
}


async def put_settings(request: Request) -> Response:
    """Change settings and answer all of them."""
    hub, space, token = hub_of(request), writable_space(request), caller_of(request)
    assert token is not None
    data = await json_body(request)
    visibility = checked_visibility(data)
    chosen = {key: data[key] for key in data if key not in {"visibility", "private"}}
    if visibility is None and not chosen:
        raise bad_request("At least one setting is required")
    for key, value in chosen.items():
        _check(key, value)
    check_visibility(hub, token, space.namespace, visibility)
    if visibility is not None:
        space.visibility = visibility
    space.options |= chosen
    return reply(_settings(space))


def _check(key: str, value: object) -> None:
    if key == "gatedNotificationsEmail" and isinstance(value, str):
        return
    choices = _CHOICES.get(key)
    if choices is None:
        raise bad_request(f'"{key}" is not allowed')
    # 0 and 1 are equal to booleans, and are not meant here.
    if not any(type(value) is type(choice) and value == choice for choice in choices):
        raise bad_request(f'"{key}" has an invalid value')


def _settings(space: Space) -> dict[str, Any]:
    answer: dict[str, Any] = {"visibility": space.visibility, "private": space.private}
    defaults = {
        "discussionsDisabled": False,
        "discussionsSorting": "recently-created",
        "gated": False,
    }
    known = (*_CHOICES, "gatedNotificationsEmail")
    return answer | defaults | {key: space.options[key] for key in known if key in space.options}


async def own_repositories(request: Request) -> Response:
    """Answer one page of the caller's Spaces with their storage."""
    return _repositories(request, signed_in(request).person.name)


async def organization_repositories(request: Request) -> Response:
    """Answer one page of an organization's Spaces; members only."""
    name, token = part(request, "name"), signed_in(request)
    if name not in hub_of(request).accounts.organizations:
        raise RefusedError(404, "Organization not found")
    hub_of(request).check_reach(name, token)
    if not token.person.belongs_to(name):
        raise RefusedError(403, f"You are not a member of {name}")
    return _repositories(request, name)


def _repositories(request: Request, namespace: str) -> Response:
    hub, token, query = hub_of(request), signed_in(request), request.query_params
    sort, direction = query.get("sort", "updatedAt"), query.get("direction", "desc")
    if sort not in {"storage", "updatedAt"} or direction not in {"asc", "desc"}:
        raise bad_request("Invalid sort or direction")
    found = [
        space
        for space in hub.spaces.values()
        if space.namespace == namespace
        and hub.visible(space, token)
        and query.get("search", "").lower() in space.id.lower()
        and query.get("type", "space") == "space"
    ]
    found.sort(
        key=lambda space: space.storage if sort == "storage" else space.head.seconds,
        reverse=direction == "desc",
    )
    page, link = page_of(request, found, number(request, "limit", 100, 1, 1000))
    return reply([_repository(space) for space in page], headers=link)


def _repository(space: Space) -> dict[str, Any]:
    return {
        "id": space.id,
        "type": "space",
        "updatedAt": iso(space.head.seconds),
        "visibility": space.visibility,
        "storage": space.storage,
        "storagePercent": round(space.storage / PRIVATE_STORAGE, 6),
    }


ROUTES = [
    Route("/api/spaces/{namespace}/{name}/settings", put_settings, methods=["PUT"]),
    Route("/api/settings/repositories", own_repositories),
    Route("/api/organizations/{name}/settings/repositories", organization_repositories),
]
