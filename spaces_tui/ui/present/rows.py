"""Rows of the sidebar."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spaces_tui.ui.present.money import amount, rate
from spaces_tui.ui.present.spans import Line, Role, Span, padded, shorten, width_of
from spaces_tui.ui.present.stages import look_of
from spaces_tui.ui.present.watchlook import watch_mark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot

_LEAD = 4
"""Mark, glyph, watch mark and a space."""
_NAME = 11
_LONG_NAME = 24
_HARDWARE = 12
_SHORT_HARDWARE = 9
_PRICE = 5
_WORD = 19
_ROOM_FOR_WORD = 56


class OwnerRow(NamedTuple):
    """The heading of a group."""

    owner: str
    size: int


class SpaceRow(NamedTuple):
    """One Space, by its id."""

    id: str


Row = OwnerRow | SpaceRow


def matches(space: Space, wanted: str) -> bool:
    """Whether a Space passes the filter: each word is part of its id, stage or hardware."""
    hardware = (space.runtime.shown_hardware if space.runtime else None) or ""
    haystack = f"{space.id} {space.stage.word} {hardware} {space.sdk or ''}".casefold()
    return all(word in haystack for word in wanted.casefold().split())


def rows_of(spaces: Sequence[Space], wanted: str = "") -> list[Row]:
    """Return the rows to show: Spaces under their owners, in the order they come."""
    groups: dict[str, list[str]] = {}
    for space in spaces:
        if not wanted or matches(space, wanted):
            groups.setdefault(space.owner, []).append(space.id)
    rows: list[Row] = []
    for owner, ids in groups.items():
        rows.append(OwnerRow(owner, len(ids)))
        rows.extend(SpaceRow(one) for one in ids)
    return rows


def owner_line(row: OwnerRow, width: int) -> Line:
    """Return the heading of a group."""
    count = f" {row.size}"
    return (
        Span("▾ ", Role.DIM),
        Span(shorten(row.owner, max(1, width - 2 - len(count))), Role.TITLE),
        Span(count, Role.DIM),
    )


def name_room(spaces: Iterable[Space]) -> int:
    """Return the width that the names of a list deserve, a space after them included."""
    longest = max((width_of((Span(space.name),)) for space in spaces), default=0)
    return max(_NAME, min(longest + 1, _LONG_NAME))


def space_line(
    space: Space, snapshot: Snapshot, marked: Collection[str], width: int, names: int = _NAME
) -> Line:
    """Return one Space: mark, glyph, watch mark, name, stage where there is room, hardware, price.

    A command on its way is told in the stage's column, or where there is none, in the hardware's.
    `names` is the `name_room` of the list.
    """
    pending = snapshot.pending.get(space.id)
    look = look_of(space, pending)
    word, note, price, name = _columns(width - _LEAD, names)
    verb = pending.verb if pending and not word else ""
    return (
        Span("✓", Role.MARK) if space.id in marked else Span(" "),
        Span(look.glyph, look.role),
        watch_mark(snapshot.watches.get(space.id)),
        Span(" " + padded(space.name or space.id, name)),
        Span(padded(look.word, word), look.role),
        Span(padded(verb or _hardware(space), note), look.role if verb else Role.DIM),
        Span("" if pending or not price else _price(space, snapshot).rjust(price), Role.MONEY),
    )


def _columns(room: int, names: int) -> tuple[int, int, int, int]:
    """Return the widths of stage, hardware, price and name, each with a space after it.

    Names are what people look for: long ones take from the hardware, down to where it still
    tells flavours apart.
    """
    word = _WORD if room >= _ROOM_FOR_WORD else 0
    price = _PRICE if room >= _NAME + _HARDWARE + _PRICE else 0
    rest = room - word - price
    least = min(_SHORT_HARDWARE, max(0, rest - _NAME))
    note = max(least, min(_HARDWARE, rest - names))
    return word, note, price, max(1, rest - note)


def _hardware(space: Space) -> str:
    if space.static:
        return "static"
    return (space.runtime.shown_hardware if space.runtime else None) or "-"


def _price(space: Space, snapshot: Snapshot) -> str:
    if space.static or not space.stage.billed:
        return ""
    price = rate(space, snapshot.hardware)
    return amount(price) if price else ""
