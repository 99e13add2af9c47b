"""Which Spaces a change of many is about, and how far it is with each."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean_line
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Pending

_NAMED: Final = 3
_UNDER_WAY: Final = 6


def spaces_words(count: int) -> str:
    """Return `1 Space` or `3 Spaces`."""
    return "1 Space" if count == 1 else f"{count} Spaces"


def names_lines(spaces: Sequence[Space], width: int) -> list[Line]:
    """Return the names of the first few, and how many more there are."""
    more = len(spaces) - _NAMED
    names = ", ".join(clean_line(one.id) for one in spaces[:_NAMED])
    return wrapped(f"{names} and {more} more" if more > 0 else names, width, Role.DIM)


def under_way_lines(
    spaces: Sequence[Space], pending: Mapping[str, Pending], width: int
) -> list[Line]:
    """Return what goes on with those that something goes on with."""
    busy = [(one.id, pending[one.id].verb) for one in spaces if one.id in pending]
    lines: list[Line] = [
        clip((Span(f"{clean_line(name)}  ", Role.STRONG), Span(verb, Role.DIM)), width)
        for name, verb in busy[:_UNDER_WAY]
    ]
    more = len(busy) - _UNDER_WAY
    return [*lines, (Span(f"and {more} more", Role.DIM),)] if more > 0 else lines
