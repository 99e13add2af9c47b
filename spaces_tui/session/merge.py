"""Joining what the list says with what single reads said.

The list lags behind the runtime call by some seconds, so a runtime that was read by itself a
moment ago is trusted more than the list's.
"""

from __future__ import annotations

from dataclasses import replace
from time import monotonic
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from spaces_tui.model.space import Space

LIST_LAG: Final = 10.0
"""Seconds for which a direct read outlives the list's word."""


class DirectReads:
    """When the runtime of each Space was last read by itself."""

    def __init__(self, clock: Callable[[], float] = monotonic) -> None:
        self._clock = clock
        self._read_at: dict[str, float] = {}

    def note(self, space: str) -> None:
        """Note that a Space's runtime was read now."""
        self._read_at[space] = self._clock()

    def newer_than_list(self, space: str) -> bool:
        """Whether the runtime we have is newer than what a list can know."""
        read_at = self._read_at.get(space)
        return read_at is not None and self._clock() - read_at < LIST_LAG


def merged(
    listed: Iterable[Space], known: Iterable[Space], reads: DirectReads
) -> tuple[Space, ...]:
    """Return `listed`, with the runtimes of `known` where those are newer."""
    before = {space.id: space for space in known}
    result = []
    for space in listed:
        old = before.get(space.id)
        if old is not None and old.runtime is not None:
            keep = reads.newer_than_list(space.id) or space.runtime is None
            result.append(replace(space, runtime=old.runtime) if keep else space)
        else:
            result.append(space)
    return tuple(result)
