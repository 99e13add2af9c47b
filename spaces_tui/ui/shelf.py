"""What could be mounted, collected in the background, one request for each owner and kind."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from spaces_tui.model.volume import KINDS, Source, Sources
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.volumes import ListSources

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spaces_tui.session.facade import SessionPort

_MOST_OWNERS: Final = 6
"""Owners that are asked for; each costs three requests of the Hub's window."""
_SPACE: Final = "space"


class Shelf:
    """Sources in the order they came. Spaces are known already; the rest is read once."""

    def __init__(
        self, session: SessionPort, owners: Sequence[str], spaces: Sequence[Source]
    ) -> None:
        self._session = session
        self._owners = list(dict.fromkeys(owners))
        self._found: list[Source] = list(spaces)
        self._open = 0
        self._failed: list[str] = []
        self._more = len(self._owners) > _MOST_OWNERS
        self._begun = False

    @property
    def begun(self) -> bool:
        """Whether it was asked for already."""
        return self._begun

    async def read(self, changed: Callable[[], None]) -> None:
        """Ask for everything at once and take each answer as it comes; `changed` says so."""
        self._begun = True
        wanted = [
            ListSources(kind, owner)
            for owner in self._owners[:_MOST_OWNERS]
            for kind in KINDS
            if kind != _SPACE
        ]
        self._open = len(wanted)
        await asyncio.gather(*(self._take(one, changed) for one in wanted))

    def fitting(self, typed: str) -> list[Source]:
        """Return what has every typed word in its kind or name, buckets first."""
        words = typed.lower().split()
        found = [
            one
            for one in self._found
            if all(word in f"{one.type} {one.id}".lower() for word in words)
        ]
        return sorted(found, key=lambda one: (KINDS.index(one.type), one.id))

    def kinds_of(self, name: str) -> list[str]:
        """Return of which kinds there is something of exactly this name."""
        return [one.type for one in self._found if one.id == name]

    def words(self) -> str:
        """Return how far it is, in one sentence."""
        if self._failed:
            first = self._failed[0]
            more = f" (and {len(self._failed) - 1} more)" if len(self._failed) > 1 else ""
            return f"Not all names could be read: {first}{more} Any can be typed."
        if self._open:
            return "Reading the names of what you have … any can be typed meanwhile."
        if self._more:
            return "These are not all; any other can be typed."
        return "What you have, and anything else you may read: type its name."

    async def _take(self, request: ListSources, changed: Callable[[], None]) -> None:
        try:
            found: Sources = await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._failed.append(f"{request.kind}s of {request.owner}: {error.message}")
        else:
            self._found += found.items
            self._more |= found.more
        self._open -= 1
        changed()
