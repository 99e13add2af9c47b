"""Finding Spaces and reading about them."""

from __future__ import annotations

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.describe import INFO_FIELDS, LIST_FIELDS, SORTS, describe, siblings
from spaces_tui.localhub.errors import bad_request, no_revision
from spaces_tui.localhub.hardware import price_list
from spaces_tui.localhub.replies import (
    caller_of,
    expand_of,
    flag,
    hub_of,
    number,
    page_of,
    part,
    readable_space,
    reply,
    runtime_for,
    sees_volumes,
)
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.volumes import visible_runtime

DEFAULT_PAGE = 1000
PLAIN = ("likes", "trendingScore", "private", "sdk", "tags", "createdAt")
FULL = ("author", "sha", "lastModified", *PLAIN, "cardData", "siblings", "subdomain", "disabled")
INFO = (
    "author",
    "sha",
    "createdAt",
    "lastModified",
    "private",
    "gated",
    "disabled",
    "host",
    "subdomain",
    "sdk",
    "tags",
    "likes",
    "cardData",
    "siblings",
    "models",
    "datasets",
    "usedStorage",
    "runtime",
    "visibility",
    "discussionsDisabled",
    "originSpace",
)


async def list_spaces(request: Request) -> Response:
    """Answer one page of Spaces the caller may see."""
    hub, token = hub_of(request), caller_of(request)
    query = request.query_params
    fields = _fields(request, LIST_FIELDS, FULL if flag(request, "full") else PLAIN)
    sort = query.get("sort", "trendingScore")
    if sort not in SORTS:
        raise bad_request(f'"sort" must be one of [{", ".join(SORTS)}]')
    found = [
        space
        for space in hub.spaces.values()
        if hub.visible(space, token)
        and query.get("author", space.namespace) == space.namespace
        and query.get("search", "").lower() in space.id.lower()
        and all(wanted in space.tags for wanted in query.getlist("filter"))
        and _uses(request, space)
    ]
    found.sort(key=SORTS[sort], reverse=True)
    size = number(request, "limit", DEFAULT_PAGE, 1, 10_000)
    page, link = page_of(request, found, size)
    answers = [describe(space, fields) for space in page]
    sees = sees_volumes(request)
    for space, answer in zip(page, answers, strict=True):
        if "runtime" in answer:
            answer["runtime"] = visible_runtime(hub.listed_runtime(space), sees)
    return reply(answers, headers=link)


async def space_info(request: Request) -> Response:
    """Answer everything about one Space, at `main` or another revision."""
    space = readable_space(request)
    fields = _fields(request, INFO_FIELDS, INFO)
    commit = space.head
    if "rev" in request.path_params:
        revision = part(request, "rev")
        found = space.repo.resolve(revision)
        if found is None:
            raise no_revision(revision)
        commit = found
    answer = describe(space, fields, commit)
    if flag(request, "blobs"):
        if expand_of(request):
            raise bad_request('"blobs" and "expand" exclude each other')
        answer["siblings"] = siblings(commit, blobs=True)
    if "host" in answer:
        answer["host"] = hub_of(request).app_address(space)
    if "runtime" in answer:
        answer["runtime"] = visible_runtime(answer["runtime"], sees_volumes(request))
    return reply(answer)


async def space_runtime(request: Request) -> Response:
    """Answer what runs."""
    return runtime_for(request, readable_space(request))


async def hardware(_request: Request) -> Response:
    """Answer the price list."""
    return reply(price_list())


def _uses(request: Request, space: Space) -> bool:
    """Whether a Space's card names the models and datasets asked for."""
    card, query = space.card.data or {}, request.query_params
    named = {kind: card.get(kind) or [] for kind in ("models", "datasets")}
    if flag(request, "linked") and not any(named.values()):
        return False
    return all(
        wanted in named[kind] for kind in ("models", "datasets") for wanted in query.getlist(kind)
    )


def _fields(
    request: Request, known: tuple[str, ...], otherwise: tuple[str, ...]
) -> tuple[str, ...]:
    wanted = expand_of(request)
    if not wanted:
        return otherwise
    if flag(request, "full"):
        raise bad_request('"full" and "expand" exclude each other')
    for field in wanted:
        if field not in known:
            raise bad_request(f'"expand" must be one of [{", ".join(known)}]')
    return tuple(wanted)


_SPACE = "/api/spaces/{namespace}/{name}"
ROUTES = [
    Route("/api/spaces", list_spaces),
    Route("/api/spaces/hardware", hardware),
    Route(_SPACE, space_info),
    Route(f"{_SPACE}/revision/{{rev}}", space_info),
    Route(f"{_SPACE}/runtime", space_runtime),
]
