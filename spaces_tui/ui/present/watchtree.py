"""The paths that are not on the Space yet: grouped by why, folded by folder when there are many."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, rule
from spaces_tui.ui.present.spark import size
from spaces_tui.ui.present.watchlook import files
from spaces_tui.ui.present.watchrow import Group, RowKind, WatchRow, text_rows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from spaces_tui.model.sync import SyncPlan, SyncStatus

_FOLD_FROM: Final = 9
"""Paths of a group from which on those of one folder share a row."""
_MOST: Final = 1000
"""Paths of a group that get a row; what is beyond is counted."""


class Entry(NamedTuple):
    """One path of a group."""

    path: str
    sign: str
    role: Role
    why: str
    line: int | None = None


class _Look(NamedTuple):
    title: str
    note: str


_LOOKS: Final = {
    Group.CONFLICT: _Look("In conflict", "enter difference · m mine · t theirs · + both"),
    Group.HELD: _Look("Held", "A sends it · X leaves it unsent"),
    Group.REFUSED: _Look("Never sent as they are", "enter says why"),
    Group.SLOWED: _Look("Written all the time", "i ignores it"),
    Group.WAITING: _Look("Waiting to be sent", "F sends now"),
}


def tree_rows(status: SyncStatus, opened: Collection[str], width: int) -> list[WatchRow]:
    """Return all groups that have something in them; `opened` are the keys of unfolded folders."""
    return [
        row
        for group in Group
        for row in _group_rows(group, entries_of(status, group), opened, width, _total(status))
    ]


def entries_of(status: SyncStatus, group: Group) -> list[Entry]:
    """Return the paths of one group, sorted by path."""
    match group:
        case Group.CONFLICT:
            why = "changed here and on the Space"
            words = {one.path: one.reason for one in status.clashes}
            found = [Entry(path, "!", Role.BAD, words.get(path, why)) for path in status.conflicts]
        case Group.HELD:
            found = _held(status)
        case Group.REFUSED:
            found = [Entry(s.path, "✖", Role.BAD, s.reason, s.line) for s in status.refused]
        case Group.SLOWED:
            found = [Entry(s.path, "~", Role.BUSY, s.reason) for s in status.slowed]
        case Group.WAITING:
            known = {*status.conflicts, *(one.path for one in (*status.held, *status.slowed))}
            waiting = (path for path in status.pending_paths if path not in known)
            found = [Entry(path, "↑", Role.BUSY, "") for path in waiting]
    return sorted(found)


def _held(status: SyncStatus) -> list[Entry]:
    facts = _plan_facts(status.plan)
    found: list[Entry] = []
    for one in status.held:
        sign, role, what = facts.get(one.path, ("!", Role.BAD, ""))
        why = one.reason if one.reason != status.reason else ""
        said = " · ".join(word for word in (what, why) if word)
        found.append(Entry(one.path, sign, role, said or "waits for your yes", one.line))
    return found


def _plan_facts(plan: SyncPlan | None) -> dict[str, tuple[str, Role, str]]:
    """Return what the plan would do with each path: sign, role, words."""
    if plan is None:
        return {}
    facts = {
        one.path: (
            "+" if one.reason == "new" else "~",
            Role.GOOD,
            f"{clean_line(one.reason)} · {size(one.size)}",
        )
        for one in plan.upload
    }
    return facts | dict.fromkeys(plan.delete, ("-", Role.BAD, "deleted on the Space"))


def _total(status: SyncStatus) -> int:
    """Return how many more paths wait than are named."""
    return max(0, status.pending - len(status.pending_paths)) if status.pending_paths else 0


def _group_rows(
    group: Group, entries: Sequence[Entry], opened: Collection[str], width: int, unnamed: int
) -> list[WatchRow]:
    if not entries:
        return []
    look = _LOOKS[group]
    more = unnamed if group is Group.WAITING else 0
    head = rule(f"{look.title} {len(entries) + more}", look.note, width)
    paths = tuple(one.path for one in entries)
    rows = text_rows([BLANK])
    rows.append(WatchRow(head, RowKind.GROUP, f"group {group}", group, paths))
    shown = entries[:_MOST]
    if len(shown) < _FOLD_FROM:
        rows += [_file_row(group, one, width) for one in shown]
    else:
        rows += _folded(group, shown, opened, width)
    more += len(entries) - len(shown)
    if more:
        rows += text_rows([(Span(f"   and {more:,} more", Role.DIM),)])
    return rows


def _folded(
    group: Group, entries: Iterable[Entry], opened: Collection[str], width: int
) -> list[WatchRow]:
    folders: dict[str, list[Entry]] = {}
    for entry in entries:
        folders.setdefault(entry.path.rpartition("/")[0], []).append(entry)
    rows: list[WatchRow] = []
    for folder, inside in folders.items():
        if not folder or len(inside) == 1:
            rows += [_file_row(group, one, width) for one in inside]
            continue
        key = f"folder {group} {folder}"
        is_open = key in opened
        rows.append(_folder_row(group, key, folder, inside, is_open=is_open, width=width))
        if is_open:
            rows += [_file_row(group, one, width, within=folder) for one in inside]
    return rows


def _folder_row(
    group: Group, key: str, folder: str, inside: Sequence[Entry], *, is_open: bool, width: int
) -> WatchRow:
    line: Line = (
        Span(" ▾ " if is_open else " ▸ ", Role.DIM),
        Span(f"{clean_name(folder)}/"),
        Span(f"  {files(len(inside))}", Role.DIM),
        *_in_common(inside),
    )
    paths = tuple(one.path for one in inside)
    return WatchRow(clip(line, width), RowKind.FOLDER, key, group, paths)


def _in_common(inside: Sequence[Entry]) -> tuple[Span, ...]:
    """Return what is true of every path of a folder: a fold must not hide a deletion."""
    gone = sum(1 for one in inside if one.sign == "-")
    if gone == len(inside):
        return (Span(" · all deleted on the Space", Role.BAD),)
    if gone:
        return (Span(f" · {gone} deleted on the Space", Role.BAD),)
    whys = {one.why for one in inside}
    return (Span(f" · {clean_line(whys.pop())}", Role.DIM),) if len(whys) == 1 and all(whys) else ()


def _file_row(group: Group, entry: Entry, width: int, *, within: str = "") -> WatchRow:
    name = entry.path[len(within) + 1 :] if within else entry.path
    place = f":{entry.line}" if entry.line else ""
    why = clean_line(entry.why)
    line: Line = (
        Span(f" {'  ' if within else ''}{entry.sign} ", entry.role),
        Span(clean_name(name) + place),
        Span(f"  {why}" if why else "", Role.DIM),
    )
    key = f"file {group} {entry.path}"
    return WatchRow(clip(line, width), RowKind.FILE, key, group, (entry.path,), entry.why)
