"""All Spaces: lists, searches, prices, templates. Every call here only reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final

from spaces_tui.hub.calls import Call, unexpected
from spaces_tui.hub.endpoint import repeated
from spaces_tui.hub.fields import fields, flag, number, objects, text
from spaces_tui.hub.read_space import read_hardware, read_space
from spaces_tui.hub.wire import Wire
from spaces_tui.model.hardware import Hardware
from spaces_tui.model.newspace import Template
from spaces_tui.model.search import FoundSpace, Suggestion
from spaces_tui.model.space import Space

DASHBOARD: Final = (
    "author",
    "private",
    "sdk",
    "runtime",
    "sha",
    "subdomain",
    "lastModified",
    "createdAt",
    "likes",
    "tags",
    "disabled",
)
"""What a list of Spaces shows; one request then brings the runtimes of a whole page."""
_MOST_SUGGESTIONS: Final = 20


class SpacesResource:
    """All Spaces."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(
        self,
        author: str | None = None,
        search: str | None = None,
        limit: int = 100,
        expand: tuple[str, ...] = DASHBOARD,
        *,
        filters: Sequence[str] = (),
        sort: str | None = None,
    ) -> AsyncGenerator[Space, None]:
        """Yield Spaces, page by page of `limit`, to the last one.

        Args:
            author: a person or an organization, exactly.
            search: a part of the id.
            limit: how many a request brings.
            expand: the fields to ask for; only these and the id are filled then.
            filters: tags that must all match, such as `docker` or `region:us`.
            sort: `createdAt`, `lastModified`, `likes`, `trendingScore`; the largest first.
        """
        asked = (("author", author), ("search", search), ("limit", str(limit)), ("sort", sort))
        query = tuple((name, value) for name, value in asked if value is not None)
        query += repeated("filter", filters) + repeated("expand", expand)
        async for page in self._wire.pages(Call("GET", "/api/spaces", query)):
            for item in page:
                if space := read_space(item):
                    yield space

    async def hardware(self) -> tuple[Hardware, ...]:
        """Return the public price list. Flavours that are not in it exist, too."""
        items = await self._array(Call("GET", "/api/spaces/hardware"))
        return tuple(flavour for item in items if (flavour := read_hardware(item)))

    async def semantic_search(
        self,
        query: str,
        *,
        filters: Sequence[str] = (),
        sdks: Sequence[str] = (),
        include_not_running: bool = False,
    ) -> tuple[FoundSpace, ...]:
        """Return Spaces by what they do: one word is looked up, several are understood.

        Only running ones are found, unless `include_not_running`.
        """
        asked = (("q", query), *repeated("filter", filters), *repeated("sdk", sdks))
        if include_not_running:
            asked += (("includeNonRunning", "true"),)
        items = await self._array(Call("GET", "/api/spaces/semantic-search", asked))
        return tuple(found for item in items if (found := _found(item)))

    async def quicksearch(self, query: str, *, limit: int = 10) -> tuple[Suggestion, ...]:
        """Return ids that begin or sound like what was typed, at most `limit` (1 to 20)."""
        count = min(max(limit, 1), _MOST_SUGGESTIONS)
        asked = (("q", query), ("type", "space"), ("limit", str(count)))
        call = Call("GET", "/api/quicksearch", asked)
        value = await self._wire.json(call)
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return tuple(
            Suggestion(name, text(entry.get("emoji")) or "", flag(entry.get("private")))
            for entry in objects(value.get("spaces"))
            if (name := text(entry.get("id")))
        )

    async def templates(self) -> tuple[Template, ...]:
        """Return the Spaces that a new one can begin as."""
        call = Call("GET", "/api/spaces/templates")
        value = await self._wire.json(call)
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return tuple(
            Template(
                name=text(entry.get("name")) or repo,
                sdk=text(entry.get("sdk")) or "",
                repo=repo,
                prefer_private=flag(entry.get("preferredPrivate")) or False,
            )
            for entry in objects(value.get("templates"))
            if (repo := text(entry.get("repoId")))
        )

    async def _array(self, call: Call) -> Sequence[object]:
        items = await self._wire.json(call)
        if not isinstance(items, list):
            raise unexpected(call.name)
        return items


def _found(item: object) -> FoundSpace | None:
    space = read_space(item)
    if space is None:
        return None
    data = fields(item)
    summary = text(data.get("ai_short_description")) or text(data.get("shortDescription"))
    return FoundSpace(
        space,
        emoji=text(data.get("emoji")) or "",
        summary=summary or "",
        category=text(data.get("ai_category")) or "",
        relevance=number(data.get("semanticRelevancyScore")),
        trending=number(data.get("trendingScore")),
    )
