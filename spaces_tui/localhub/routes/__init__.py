"""The routes of the Hub, one module for each group of calls.

A module offers `ROUTES`. Paths are matched as sent, still quoted, so that a branch or file name
with a quoted slash stays one part; handlers take parts with `replies.part`.
"""

from __future__ import annotations

from starlette.routing import Router
from starlette.types import Receive, Scope, Send

from spaces_tui.localhub.errors import RefusedError
from spaces_tui.localhub.routes import (
    apps,
    billing,
    card,
    contents,
    control,
    datasets,
    downloads,
    environment,
    finding,
    identity,
    large_files,
    lfs_files,
    listing,
    local,
    machines,
    oauth,
    refs,
    repos,
    settings,
    shelf,
    streams,
    upload,
)


async def _nothing_here(scope: Scope, receive: Receive, send: Send) -> None:
    raise RefusedError(404, "Sorry, we can't find the page you are looking for.")


def router() -> Router:
    """Return all routes of the Hub and of its controls."""
    groups = (
        apps,
        oauth,
        identity,
        billing,
        finding,
        settings,
        shelf,
        datasets,
        listing,
        control,
        environment,
        machines,
        streams,
        contents,
        refs,
        lfs_files,
        downloads,
        upload,
        large_files,
        card,
        repos,
        local,
    )
    routes = [route for group in groups for route in group.ROUTES]
    return Router(routes, redirect_slashes=False, default=_nothing_here)
