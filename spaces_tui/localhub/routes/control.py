"""Pausing and restarting."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.errors import QUOTA_RESTART, RefusedError, bad_request
from spaces_tui.localhub.replies import flag, hub_of, runtime_for, writable_space
from spaces_tui.localhub.space import Space


def controllable_space(request: Request) -> Space:
    """Return the Space in the path, if it has a container the caller may control."""
    space = writable_space(request)
    if space.is_static:
        raise bad_request("Static Spaces are always running and never billed")
    return space


async def pause(request: Request) -> Response:
    """Pause; pausing a paused Space changes nothing."""
    space = controllable_space(request)
    hub_of(request).lifecycle.pause(space)
    return runtime_for(request, space)


async def restart(request: Request) -> Response:
    """Restart, wake or resume; with `factory=true` rebuild from scratch."""
    space = controllable_space(request)
    if hub_of(request).over_quota(space):
        raise RefusedError(403, QUOTA_RESTART)
    hub_of(request).lifecycle.restart(space, factory=flag(request, "factory"))
    return runtime_for(request, space)


_SPACE = "/api/spaces/{namespace}/{name}"
ROUTES = [
    Route(f"{_SPACE}/pause", pause, methods=["POST"]),
    Route(f"{_SPACE}/restart", restart, methods=["POST"]),
]
