"""Lists of models, datasets and buckets."""

from __future__ import annotations

from collections.abc import Callable, Coroutine
from hashlib import sha1
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import RefusedError
from spaces_tui.localhub.replies import (
    caller_of,
    hub_of,
    number,
    page_of,
    part,
    reply,
    signed_in,
)
from spaces_tui.localhub.shelf import Shelved

DEFAULT_PAGE = 100


def listing_of(kind: str) -> Callable[[Request], Coroutine[Any, Any, Response]]:
    """Return what answers one page of the models or datasets of an author."""

    async def listing(request: Request) -> Response:
        author = request.query_params.get("author")
        found = [_repository(one) for one in _visible(request, kind, author)]
        page, link = page_of(request, found, number(request, "limit", DEFAULT_PAGE, 1, 10_000))
        return reply(page, headers=link)

    return listing


async def buckets(request: Request) -> Response:
    """Answer one page of the buckets of a person or organization; `me` is the caller."""
    token, name = signed_in(request), part(request, "namespace")
    owner = token.person.name if name == "me" else name
    if not hub_of(request).accounts.knows(owner):
        raise RefusedError(404, "This user or organization does not exist")
    found = [_bucket(one) for one in _visible(request, "bucket", owner)]
    page, link = page_of(request, found, number(request, "limit", DEFAULT_PAGE, 1, 1000))
    return reply(page, headers=link)


def _visible(request: Request, kind: str, owner: str | None) -> list[Shelved]:
    token, search = caller_of(request), request.query_params.get("search", "").lower()
    hub = hub_of(request)
    filled = [Shelved("dataset", one.id, one.private, one.created) for one in hub.datasets.values()]
    return [
        one
        for one in (*hub.shelf, *filled)
        if one.kind == kind
        and owner in (None, one.namespace)
        and search in one.id.lower()
        and (not one.private or (token is not None and token.may_read(one.id, one.kind)))
    ]


def _repository(one: Shelved) -> dict[str, Any]:
    return {
        "_id": _oid(one),
        "id": one.id,
        "author": one.namespace,
        "private": one.private,
        "downloads": 0,
        "likes": 0,
        "tags": [],
        "createdAt": iso(one.created),
    }


def _bucket(one: Shelved) -> dict[str, Any]:
    return {
        "_id": _oid(one),
        "id": one.id,
        "private": one.private,
        "createdAt": iso(one.created),
        "size": one.size,
        "totalFiles": one.files,
    }


def _oid(one: Shelved) -> str:
    return sha1(f"{one.kind} {one.id}".encode(), usedforsecurity=False).hexdigest()[:24]


ROUTES = [
    Route("/api/models", listing_of("model")),
    Route("/api/datasets", listing_of("dataset")),
    Route("/api/buckets/{namespace}", buckets),
]
