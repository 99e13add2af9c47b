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
    """Sources in the order they came. Spaces are known already; the rest is read when needed."""

    def __init__(
        self, session: SessionPort, owners: Sequence[str], spaces: Sequence[Source]
    ) -> None:
        self._session = session
        self._found: list[Source] = list(spaces)
        known = list(dict.fromkeys(owners))
        self._more = len(known) > _MOST_OWNERS
        self._wanted = [
            ListSources(kind, owner)
            for owner in known[:_MOST_OWNERS]
            for kind in KINDS
            if kind != _SPACE
        ]
        self._open = 0
        self._failed: dict[ListSources, str] = {}

    async def read(self, changed: Callable[[], None]) -> None:
        """Ask at once for all that is missing, also what failed before; `changed` says what came.

        Nothing is asked for twice at a time.
        """
        wanted = [*self._wanted, *self._failed]
        self._wanted.clear()
        self._failed.clear()
        self._open += len(wanted)
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
        if self._open:
            return "Reading the names of what you have … any can be typed meanwhile."
        if self._failed:
            request, why = next(iter(self._failed.items()))
            others = len(self._failed) - 1
            more = f" and {others} more" if others else ""
            return (
                f"The {request.kind}s of {request.owner}{more} could not be read, any name can be "
                f"typed: {why}"
            )
        if self._more:
            return "These are not all; any other can be typed."
        return "What you have, and anything else you may read: type its name."

    async def _take(self, request: ListSources, changed: Callable[[], None]) -> None:
        try:
            found: Sources = await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._failed[request] = error.message
        else:
            self._found += found.items
            self._more |= found.more
        self._open -= 1
        changed()
