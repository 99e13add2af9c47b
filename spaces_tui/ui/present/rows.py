"""Rows of the sidebar."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from spaces_tui.model.space import Space
from spaces_tui.model.sync import SyncState, SyncStatus
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.present.money import amount, rate
from spaces_tui.ui.present.spans import Line, Role, Span, shorten
from spaces_tui.ui.present.stages import look_of

_CALM = {SyncState.IN_SYNC, SyncState.STARTING, SyncState.PAUSED, SyncState.STOPPED}
_MOVING = {SyncState.DIRTY, SyncState.SETTLING, SyncState.SENDING, SyncState.CONFIRMING}
_NAME_AT_LEAST = 10
_HARDWARE_AT_MOST = 13
_PRICE = 6
_WORD = 19
_ROOM_FOR_WORD = 56


@dataclass(frozen=True, slots=True)
class OwnerRow:
    """The heading of a group."""

    owner: str
    count: int


@dataclass(frozen=True, slots=True)
class SpaceRow:
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
    count = f" {row.count}"
    return (
        Span("▾ ", Role.DIM),
        Span(shorten(row.owner, max(1, width - 2 - len(count))), Role.TITLE),
        Span(count, Role.DIM),
    )


def space_line(space: Space, snapshot: Snapshot, marked: Collection[str], width: int) -> Line:
    """Return one Space: mark, glyph, watch mark, name, hardware or stage word, price."""
    pending = snapshot.pending.get(space.id)
    look = look_of(space, pending)
    mark = Span("✓", Role.MARK) if space.id in marked else Span(" ")
    watch = _watch_mark(snapshot.watches.get(space.id))
    room = width - 5
    price = _price(space, snapshot) if pending is None else ""
    word_width = _WORD if room >= _ROOM_FOR_WORD else 0
    price_width = _PRICE if room >= _NAME_AT_LEAST + _HARDWARE_AT_MOST + _PRICE else 0
    note_width = min(_HARDWARE_AT_MOST, max(0, room - word_width - price_width - _NAME_AT_LEAST - 1))
    name_width = max(1, room - word_width - price_width - (note_width + 1 if note_width else 0))
    name = shorten(space.name or space.id, name_width)
    spans = [
        mark,
        Span(look.glyph, look.role),
        watch,
        Span(" "),
        Span(name + " " * (name_width - cell_len(name)), Role.TEXT),
    ]
    if word_width:
        spans.append(Span(shorten(look.word, word_width - 1).ljust(word_width), look.role))
    note = _note(space, pending.verb if pending and not word_width else "")
    if note_width:
        short = shorten(note, note_width)
        padding = " " * (note_width - cell_len(short))
        spans += [Span(" "), Span(short + padding, look.role if pending and not word_width else Role.DIM)]
    if price_width:
        spans.append(Span(price.rjust(price_width), Role.MONEY))
    return tuple(spans)


def _note(space: Space, verb: str) -> str:
    if verb:
        return verb
    if space.static:
        return "static"
    return (space.runtime.shown_hardware if space.runtime else None) or "-"


def _price(space: Space, snapshot: Snapshot) -> str:
    if space.static or not space.stage.billed:
        return ""
    price = rate(space, snapshot.hardware)
    return amount(price) if price else ""


def _watch_mark(status: SyncStatus | None) -> Span:
    if status is None or status.state is SyncState.STOPPED:
        return Span(" ")
    if status.state in _CALM:
        return Span("⇄", Role.DIM)
    if status.state in _MOVING:
        return Span("⇄", Role.BUSY)
    return Span("!", Role.BAD)
