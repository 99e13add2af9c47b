"""Who is asking, and whether they may."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.errors import RefusedError
from spaces_tui.localhub.replies import caller_of, readable_space, reply, writable_space
from spaces_tui.localhub.whoami import whoami


async def get_whoami(request: Request) -> Response:
    """Answer with the account behind the token."""
    token = caller_of(request)
    if token is None:
        raise RefusedError(401, "Invalid username or password.")
    return reply(whoami(token))


async def auth_check(request: Request) -> Response:
    """Answer 200 if the Space may be read."""
    readable_space(request)
    return reply({})


async def auth_check_write(request: Request) -> Response:
    """Answer 200 if the Space may be changed."""
    writable_space(request)
    return reply({})


_SPACE = "/api/spaces/{namespace}/{name}"
ROUTES = [
    Route("/api/whoami-v2", get_whoami),
    Route(f"{_SPACE}/auth-check", auth_check),
    Route(f"{_SPACE}/auth-check/write", auth_check_write),
]
