"""Searching, templates, and the public face of people and organizations."""

from __future__ import annotations

import re
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import RefusedError
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.replies import (
    caller_of,
    flag,
    hub_of,
    number,
    page_of,
    part,
    reply,
    sees_volumes,
)
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.stages import SERVING
from spaces_tui.localhub.templates import TEMPLATES
from spaces_tui.localhub.volumes import visible_runtime
from spaces_tui.localhub.whoami import members, organization_overview, user_overview

MOST_FOUND = 50


async def templates(_request: Request) -> Response:
    """Answer the official templates."""
    return reply({"templates": [template.to_json() for template in TEMPLATES.values()]})


async def semantic_search(request: Request) -> Response:
    """Answer the Spaces whose words are nearest to the question, best first."""
    query = request.query_params
    words = _words(query.get("q", ""))
    sdks = query.getlist("sdk")
    scored = [
        (_score(space, words), space)
        for space in _visible(request)
        if (flag(request, "includeNonRunning") or space.is_static or _runs(space))
        and (not sdks or space.sdk in sdks)
        and all(tag in space.tags for tag in query.getlist("filter"))
    ]
    found = sorted((item for item in scored if item[0] > 0), key=lambda item: -item[0])
    sees = sees_volumes(request)
    answers = []
    for score, space in found[:MOST_FOUND]:
        runtime = visible_runtime(hub_of(request).listed_runtime(space), sees)
        answers.append(_found(space, score, runtime))
    return reply(answers)


def _runs(space: Space) -> bool:
    return space.runtime.stage in SERVING


def _words(text: str) -> set[str]:
    return set(re.findall(r"\w+", text.lower()))


def _score(space: Space, words: set[str]) -> float:
    card = space.card.data or {}
    texts = [space.id, str(card.get("title", "")), str(card.get("short_description", ""))]
    readme = space.head.tree.file("README.md")
    own = _words(" ".join([*texts, *space.tags, (readme.text if readme else None) or ""]))
    near = sum(any(word in other for other in own) for word in words)
    return round(near / len(words), 2) if words else 0.0


def _found(space: Space, score: float, runtime: dict[str, Any]) -> dict[str, Any]:
    card = space.card.data or {}
    entry: dict[str, Any] = {"id": space.id, "author": space.namespace}
    entry |= {key: card[key] for key in ("title", "emoji") if card.get(key)}
    entry |= {
        "sdk": space.sdk,
        "likes": space.likes,
        "private": space.visibility != "public",
        "tags": space.tags,
        "runtime": runtime,
        "ai_short_description": str(card.get("short_description") or card.get("title") or ""),
        "ai_category": "Other",
        "semanticRelevancyScore": score,
        "trendingScore": space.likes // 10,
        "shortDescription": str(card.get("short_description") or ""),
    }
    entry |= {key: card[key] for key in ("colorFrom", "colorTo") if card.get(key)}
    return entry | {
        "pinned": bool(card.get("pinned")),
        "featured": False,
        "visibility": space.visibility,
        "createdAt": iso(space.created),
        "lastModified": iso(space.head.seconds),
    }


async def quicksearch(request: Request) -> Response:
    """Answer a few names that contain the text, for completion."""
    hub, text = hub_of(request), request.query_params.get("q", "").lower()
    limit = number(request, "limit", 5, 1, 20)
    spaces = [space for space in _visible(request) if text in space.id.lower()]
    answer: dict[str, Any] = {
        "spaces": [_completion(space) for space in spaces[:limit]],
        "spacesCount": len(spaces),
    }
    if request.query_params.get("type") not in {None, "space"}:
        answer = {"spaces": [], "spacesCount": 0}
    people = [person for person in hub.accounts.people.values() if text in person.name]
    orgs = [org for org in hub.accounts.organizations.values() if text in org.name]
    answer["models"], answer["datasets"] = [], []
    answer["users"] = [{"_id": person.oid, "user": person.name} for person in people[:limit]]
    answer["orgs"] = [{"_id": org.oid, "name": org.name} for org in orgs[:limit]]
    return reply(answer)


def _completion(space: Space) -> dict[str, Any]:
    entry: dict[str, Any] = {"_id": space.hub_id, "id": space.id}
    entry["emoji"] = (space.card.data or {}).get("emoji", "🚀")
    if space.visibility != "public":
        entry["private"] = True
    return entry | {"trendingWeight": space.likes}


def _visible(request: Request) -> list[Space]:
    hub, token = hub_of(request), caller_of(request)
    return [space for space in hub.spaces.values() if hub.visible(space, token)]


async def user(request: Request) -> Response:
    """Answer a person's profile."""
    hub, name = hub_of(request), part(request, "name")
    person = hub.accounts.people.get(name)
    if person is None:
        raise RefusedError(404, "This user does not exist")
    return reply(user_overview(person, _public(hub, name)))


async def organization(request: Request) -> Response:
    """Answer an organization's profile."""
    hub, name = hub_of(request), part(request, "name")
    org = hub.accounts.organizations.get(name)
    if org is None:
        raise RefusedError(404, "This organization does not exist")
    users = len(members(hub.accounts, name))
    return reply(organization_overview(org, users, _public(hub, name)))


async def organization_members(request: Request) -> Response:
    """Answer one page of an organization's members."""
    hub, name = hub_of(request), part(request, "name")
    if name not in hub.accounts.organizations:
        raise RefusedError(404, "This organization does not exist")
    size = number(request, "limit", 50, 1, 500)
    page, link = page_of(request, members(hub.accounts, name), size)
    return reply(page, headers=link)


def _public(hub: LocalHubState, namespace: str) -> int:
    return sum(
        space.namespace == namespace and space.visibility == "public"
        for space in hub.spaces.values()
    )


ROUTES = [
    Route("/api/spaces/templates", templates),
    Route("/api/spaces/semantic-search", semantic_search),
    Route("/api/quicksearch", quicksearch),
    Route("/api/users/{name}/overview", user),
    Route("/api/organizations/{name}/overview", organization),
    Route("/api/organizations/{name}/members", organization_members),
]
