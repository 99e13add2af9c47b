"""Rows of the sidebar."""

from __future__ import annotations

from types import MappingProxyType
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.session.snapshot import Standing
from spaces_tui.ui.present.money import Cost, amount, cost_now, cost_words, rate
from spaces_tui.ui.present.spans import Line, Role, Span, padded, shorten, spread, width_of
from spaces_tui.ui.present.stages import look_of
from spaces_tui.ui.present.watchlook import watch_mark

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from spaces_tui.model.hardware import Hardware
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
NO_PRICES: Final[Mapping[str, Hardware]] = MappingProxyType({})
_COSTS_NOW: Final = "costs money now"
_WOULD_COST: Final = "would cost money running"
_FREE: Final = "free, or no price known"


_TROUBLE = {
    Standing.REFUSED: "refused: a",
    Standing.UNREACHABLE: "out of reach: a",
    Standing.OFFLINE: "offline",
}


class OwnerRow(NamedTuple):
    """The heading of a group: of an owner's Spaces, or of those that cost alike."""

    owner: str
    size: int
    cost: Cost = Cost(0)
    """What the group costs now."""


class SpaceRow(NamedTuple):
    """One Space, by its id."""

    id: str


Row = OwnerRow | SpaceRow


def matches(space: Space, wanted: str) -> bool:
    """Whether a Space passes the filter: each word is part of its id, stage or hardware."""
    hardware = (space.runtime.shown_hardware if space.runtime else None) or ""
    haystack = f"{space.id} {space.stage.word} {hardware} {space.sdk or ''}".casefold()
    return all(word in haystack for word in wanted.casefold().split())


def rows_of(
    spaces: Sequence[Space], wanted: str = "", prices: Mapping[str, Hardware] = NO_PRICES
) -> list[Row]:
    """Return the rows to show: Spaces under their owners, in the order they come."""
    groups: dict[str, list[Space]] = {}
    for space in spaces:
        if not wanted or matches(space, wanted):
            groups.setdefault(space.owner, []).append(space)
    return _grouped(groups, prices)


def rows_by_cost(spaces: Sequence[Space], wanted: str, prices: Mapping[str, Hardware]) -> list[Row]:
    """Return the rows with what costs most on top, and what would cost something below it."""
    groups: dict[str, list[Space]] = {_COSTS_NOW: [], _WOULD_COST: [], _FREE: []}
    for space in spaces:
        if not wanted or matches(space, wanted):
            groups[_group(space, prices)].append(space)
    for members in groups.values():
        members.sort(key=lambda space: -(rate(space, prices) or 0.0))
    return _grouped({name: members for name, members in groups.items() if members}, prices)


def _group(space: Space, prices: Mapping[str, Hardware]) -> str:
    """Return the group of a Space; one whose price is not known counts as one that costs."""
    cost = cost_now((space,), prices)
    if cost.hourly or cost.unknown:
        return _COSTS_NOW
    return _WOULD_COST if not space.static and rate(space, prices) else _FREE


def _grouped(groups: Mapping[str, Sequence[Space]], prices: Mapping[str, Hardware]) -> list[Row]:
    rows: list[Row] = []
    for owner, members in groups.items():
        cost = cost_now(members, prices) if prices else Cost(0)
        rows.append(OwnerRow(owner, len(members), cost))
        rows.extend(SpaceRow(space.id) for space in members)
    return rows


def owner_line(row: OwnerRow, width: int, trouble: str = "") -> Line:
    """Return the heading of a group, with what it costs now where it costs something.

    `trouble` is what is wrong with the account that reads it: that comes before the cost.
    """
    count = f" {row.size}"
    costs = row.cost.hourly > 0 or row.cost.unknown > 0 or bool(trouble)
    price: Line = (Span(cost_words(row.cost, short=True), Role.MONEY),) if costs else ()
    if trouble:
        price = (Span(trouble, Role.BAD, "accounts"),)
    room = width - 2 - len(count) - width_of(price) - 1
    left = (
        Span("▾ ", Role.DIM),
        Span(shorten(row.owner, max(1, room)), Role.TITLE),
        Span(count, Role.DIM),
    )
    return spread(left, price, width) if costs and room > 3 else left


def owner_trouble(owner: str, snapshot: Snapshot) -> str:
    """Return what is wrong with the account that reads an owner's Spaces, and the key for it.

    Nothing where there is one account alone: then the top of the screen says it.
    """
    if len(snapshot.accounts) < 2:
        return ""
    account = next((one for one in snapshot.accounts if owner in one.owners), None)
    return _TROUBLE.get(account.standing, "") if account else ""


def name_room(spaces: Iterable[Space], *, whole: bool = False) -> int:
    """Return the width that the names of a list deserve, a space after them included."""
    names = (space.id if whole else space.name for space in spaces)
    longest = max((width_of((Span(name),)) for name in names), default=0)
    return max(_NAME, min(longest + 1, _LONG_NAME))


def space_line(
    space: Space,
    snapshot: Snapshot,
    marked: Collection[str],
    width: int,
    names: int = _NAME,
    *,
    whole: bool = False,
    left: str = "",
) -> Line:
    """Return one Space: mark, glyph, watch mark, name, stage where there is room, hardware, price.

    A command on its way is told in the stage's column, or where there is none, in the hardware's.
    `names` is the `name_room` of the list; `whole` names the owner, too.
    `left` is how long what it has borrowed still lasts; it stands before the hardware.
    """
    pending = snapshot.pending.get(space.id)
    look = look_of(space, pending)
    word, note, price, name = _columns(width - _LEAD, names)
    verb = pending.verb if pending and not word else ""
    return (
        Span("✓", Role.MARK) if space.id in marked else Span(" "),
        Span(look.glyph, look.role),
        watch_mark(snapshot.watches.get(space.id)),
        Span(" " + padded(space.id if whole else space.name or space.id, name)),
        Span(padded(look.word, word), look.role),
        *_noted(verb, look.role, left, _hardware(space), note),
        Span("" if pending or not price else _price(space, snapshot).rjust(price), Role.MONEY),
    )


def _noted(verb: str, role: Role, left: str, hardware: str, room: int) -> Line:
    """Return what the column of the hardware says."""
    if verb or not left or room <= len(left) + 2:
        return (Span(padded(verb or hardware, room), role if verb else Role.DIM),)
    time = f"{left.replace(' ', '')} "
    return (Span(time, Role.BUSY), Span(padded(hardware, room - len(time)), Role.DIM))


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
