"""Applications: a page for visitors, and on port 7887 the reports of hot reloads.

The same answers come in three places, so that clients need no name service: for requests whose
`Host` is `{subdomain}.hf.space` or `{subdomain}--7887.hf.space`, and below `/__apps__/{subdomain}`
and `/__apps__/{subdomain}--7887`, where info says applications are after `map_apps`.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from html import escape
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Host, Route, Router

from spaces_tui.localhub.errors import RefusedError
from spaces_tui.localhub.hotreload import HotReload
from spaces_tui.localhub.replies import caller_of, hub_of, json_body, part
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.stages import SERVING
from spaces_tui.localhub.streams import EventStream

RELOAD_PORT: Final = "--7887"


def _space(request: Request) -> Space:
    name = part(request, "subdomain").removesuffix(RELOAD_PORT)
    space, token = hub_of(request).by_subdomain(name), caller_of(request)
    readable = space is not None and (space.protected or hub_of(request).visible(space, token))
    if space is None or not readable:
        raise RefusedError(404, "Sorry, we can't find the page you are looking for.")
    return space


async def visit(request: Request) -> Response:
    """Answer a page while the application runs; a visit wakes one that sleeps."""
    hub, space = hub_of(request), _space(request)
    hub.lifecycle.visited(space, denied=hub.over_quota(space))
    if space.is_static or space.runtime.stage in SERVING:
        page = space.head.tree.file("index.html") if space.is_static else None
        return HTMLResponse(page.data if page else f"<h1>{escape(space.id)}</h1>")
    return HTMLResponse(f"<p>{escape(space.runtime.stage)}</p>", 503)


async def get_reload(request: Request) -> Response:
    """Stream the report of a reload; 204 while it is not known."""
    hub, space, replica = hub_of(request), _space(request), part(request, "replica")
    token = caller_of(request)
    if token is None:
        raise RefusedError(401, "Invalid username or password.")
    hub.check_writable(space, token)
    hot, wanted = space.runtime.hot, (await json_body(request)).get("reloadId")
    if replica not in space.runtime.replica_ids:
        raise RefusedError(404, "Replica not found")
    if hot is None or hot.commit != wanted or not hot.ready(replica, hub.reload_pending):
        return Response(status_code=204)
    return EventStream(hub, _report(hot))


async def _report(hot: HotReload) -> AsyncIterator[bytes]:
    for event in hot.events():
        yield event


_APP = [
    Route("/--replicas/+{replica}/get-reload", get_reload, methods=["POST"]),
    Route("/{path:path}", visit, methods=["GET", "POST"]),
]
ROUTES = [
    Host("{subdomain}.static.hf.space", Router(_APP)),
    Host("{subdomain}.hf.space", Router(_APP)),
    Route("/__apps__/{subdomain}/--replicas/+{replica}/get-reload", get_reload, methods=["POST"]),
    Route("/__apps__/{subdomain}", visit, methods=["GET", "POST"]),
    Route("/__apps__/{subdomain}/{path:path}", visit, methods=["GET", "POST"]),
]
