"""Reading about one dataset; its content is served like that of a Space."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.describe import siblings
from spaces_tui.localhub.replies import (
    caller_of,
    flag,
    hub_of,
    part,
    reply,
    space_id_of,
)
from spaces_tui.localhub.routes.contents import commit_at


async def info(request: Request) -> Response:
    """Answer everything about one dataset, at `main` or another revision."""
    dataset = hub_of(request).readable_dataset(space_id_of(request), caller_of(request))
    commit = dataset.head
    if "rev" in request.path_params:
        commit = commit_at(dataset, part(request, "rev"))
    return reply(
        {
            "_id": dataset.hub_id,
            "id": dataset.id,
            "author": dataset.namespace,
            "sha": commit.oid,
            "lastModified": iso(commit.seconds),
            "private": dataset.private,
            "gated": False,
            "disabled": False,
            "tags": [],
            "downloads": 0,
            "likes": 0,
            "siblings": siblings(commit, blobs=flag(request, "blobs")),
            "createdAt": iso(dataset.created),
        }
    )


_DATASET = "/api/datasets/{namespace}/{name}"
ROUTES = [
    Route(_DATASET, info),
    Route(f"{_DATASET}/revision/{{rev}}", info),
]
