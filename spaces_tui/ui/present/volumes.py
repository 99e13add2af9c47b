"""Volumes and storage in rows, and what changing them causes."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.mounting import StorageEdit, hidden_words
from spaces_tui.model.mountpath import STORAGE_PATH
from spaces_tui.model.stage import Kind
from spaces_tui.model.storage import TIERS, Tier, refusal, tier_called
from spaces_tui.ui.present.money import amount
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, spread, wrapped

if TYPE_CHECKING:
    from spaces_tui.model.mounting import MountStaging, VolumeEdit
    from spaces_tui.model.space import Space
    from spaces_tui.model.volume import Source, Volume

HIDDEN: Final = "hidden from this account"
LOST: Final = "all data is lost"
_PATH: Final = (8, 28)
"""Fewest and most cells of the column of mount paths."""
_KIND: Final = 9


class RowKind(Enum):
    """What a row of the editor is."""

    HEADING = "heading"
    VOLUME = "volume"
    STORAGE = "storage"


class MountRow(NamedTuple):
    """One row; a volume is there, or added by its edit."""

    kind: RowKind
    volume: Volume | None = None
    edit: VolumeEdit | None = None


def mount_rows(staging: MountStaging) -> list[MountRow]:
    """Return the volumes that are there, those that are added, then the storage."""
    there = [MountRow(RowKind.VOLUME, one, staging.edit(one)) for one in staging.mounted.volumes]
    added = [MountRow(RowKind.VOLUME, None, one) for one in staging.added]
    return [MountRow(RowKind.HEADING), *there, *added, MountRow(RowKind.STORAGE)]


def mount_line(row: MountRow, staging: MountStaging, width: int) -> Line:
    """Return one row: a mark for what is staged, where, what, how."""
    if row.kind is RowKind.HEADING:
        left: Line = (
            Span("Volumes", Role.TITLE),
            Span(f" · {len(staging.result)}", Role.DIM),
        )
        return spread(left, (Span("n ", Role.KEY), Span("new", Role.DIM)), width)
    if row.kind is RowKind.STORAGE:
        return _storage_line(staging, width)
    shown = (row.edit.after if row.edit else None) or row.volume
    if shown is None:
        return BLANK
    return _volume_line(shown, row.edit, width)


def source_words(volume: Volume) -> str:
    """Return what is mounted: `acme/corpus@v2, folder train`."""
    if volume.masked:
        return HIDDEN
    revision = f"@{volume.revision}" if volume.revision and volume.revision != "main" else ""
    folder = f", folder {volume.path}" if volume.path else ""
    return f"{volume.source}{revision}{folder}"


def mode_words(volume: Volume) -> str:
    """Return whether the app can write."""
    return "read and write" if volume.writable else "read only"


def detail_lines(row: MountRow, staging: MountStaging, width: int) -> list[Line]:
    """Return what the row under the cursor has no room for; one line at least."""
    if row.edit is not None and row.edit.contested:
        return wrapped(_contested(row.edit), width, Role.BAD)[:2]
    if row.kind is RowKind.STORAGE:
        return wrapped(_storage_note(staging.mounted.storage), width, Role.DIM)[:2]
    shown = (row.edit.after if row.edit else None) or row.volume
    if shown is None:
        said = "Disk content outside volumes is lost with every restart."
        return [clip((Span(said, Role.DIM),), width)]
    if shown.masked:
        return wrapped(hidden_words(shown), width, Role.BUSY)[:3]
    said = f"{shown.type} {source_words(shown)} at {shown.mount_path}, {mode_words(shown)}"
    return [clip((Span(said, Role.DIM),), width)]


def warnings(staging: MountStaging, width: int) -> list[Line]:
    """Return why the list cannot be changed at all."""
    hidden = [one for one in staging.mounted.volumes if one.masked]
    if not hidden:
        return []
    count = "A source is" if len(hidden) == 1 else f"{len(hidden)} sources are"
    said = f"{count} hidden from this account: the volumes cannot be changed from here."
    return wrapped(said, width, Role.BUSY)


def count_words(staging: MountStaging) -> str:
    """Return how many of each: `2 volumes, the storage`."""
    count = len(staging.edits)
    parts = [] if not count else ["1 volume" if count == 1 else f"{count} volumes"]
    return ", ".join([*parts, *(["the storage"] if staging.storage else [])])


def summary_lines(space: Space, staging: MountStaging, width: int) -> list[Line]:
    """Return what would be sent, what it costs and what is lost."""
    lines: list[Line] = [(Span(f"{space.id}: {count_words(staging)}", Role.STRONG),)]
    if staging.storage is not None:
        lines += _storage_effect(staging.mounted.storage, staging.storage, width)
    for edit in staging.edits:
        lines += _marked(_mark(edit), _does(edit), width)
        if edit.contested:
            lines += wrapped(_contested(edit), width, Role.BAD, "  ")
    lines.append(BLANK)
    if any(edit.after is None for edit in staging.edits):
        said = "Unmounting deletes nothing: what is in a source stays there."
        lines += wrapped(said, width, Role.DIM)
    if any(edit.after is not None and edit.after.writable for edit in staging.edits):
        said = "Buckets are billed as storage, for what is in them."
        lines += wrapped(said, width, Role.MONEY)
    return [*lines, *_restarts(space, staging, width)]


def source_line(source: Source, width: int) -> Line:
    """Return one source that can be mounted."""
    private = (Span("  private", Role.DIM),) if source.private else ()
    return clip((Span(padded(source.type, _KIND), Role.DIM), Span(source.id), *private), width)


def price_words(tier: Tier) -> str:
    """Return what a tier cost when it was last sold: `$5/month ($0.007/h)`."""
    return f"${tier.usd_per_month:g}/month (${amount(tier.usd_per_hour)}/h)"


def tier_rows(present: str | None, width: int) -> list[Line]:
    """Return the tiers with prices; what cannot be had says why."""
    rows = [_tier_row(tier, present, width) for tier in TIERS]
    if present is None:
        return rows
    said = f"delete the {present} storage: {LOST}"
    return [*rows, clip((Span("- ", Role.BAD), Span(said, Role.BAD)), width)]


def _tier_row(tier: Tier, present: str | None, width: int) -> Line:
    refused = refusal(present, tier.name)
    mark = Span("✓ ", Role.GOOD) if tier.name == present else Span("  ")
    role = Role.DIM if refused else Role.TEXT
    note = "" if tier.name == present or not refused else "  smaller: delete first"
    cells = f"{padded(tier.name, 9)}{padded(tier.size, 9)}"
    return clip(
        (mark, Span(cells, role), Span(price_words(tier), Role.MONEY), Span(note, Role.DIM)), width
    )


def _volume_line(volume: Volume, edit: VolumeEdit | None, width: int) -> Line:
    fewest, most = _PATH
    path = padded(volume.mount_path or "?", max(fewest, min(most, width // 3)))
    removed = edit is not None and edit.after is None
    contested = (Span("changed meanwhile  ", Role.BAD),) if edit and edit.contested else ()
    kind = padded(volume.type, _KIND) if width >= 50 else ""
    what = Role.BUSY if volume.masked else Role.DIM if removed else Role.TEXT
    left: Line = (
        _mark(edit),
        Span(path, Role.STRONG if edit else Role.TEXT),
        *contested,
        Span(kind, Role.DIM),
        Span("removed  " if removed else "", Role.BAD),
        Span(source_words(volume), what),
    )
    if width < 50:
        return clip(left, width)
    return spread(left, (Span(f" {mode_words(volume)}", Role.DIM),), width)


def _storage_line(staging: MountStaging, width: int) -> Line:
    present, edit = staging.mounted.storage, staging.storage
    title: Line = (Span("Storage tier", Role.TITLE), Span(f" · {_tier_words(present)}", Role.DIM))
    if edit is None:
        staged: Line = ()
    elif edit.wanted is None:
        staged = (Span("  - ", Role.BAD), Span(f"deleted: {LOST}", Role.BAD))
    else:
        staged = (Span("  + ", Role.GOOD), Span(_tier_words(edit.wanted), Role.STRONG))
    return spread((*title, *staged), (Span("t ", Role.KEY), Span("change", Role.DIM)), width)


def _tier_words(name: str | None) -> str:
    if name is None:
        return "none"
    tier = tier_called(name)
    return f"{name}, {tier.size}" if tier else name


def _storage_note(present: str | None) -> str:
    if present is None:
        return (
            "None. The Hub has stopped selling storage tiers and may refuse one: a bucket at "
            f"{STORAGE_PATH} takes their place."
        )
    tier = tier_called(present)
    price = f", {price_words(tier)} when last sold" if tier else ""
    return f"{_tier_words(present)} at {STORAGE_PATH}{price}. It can grow, never shrink."


def _storage_effect(present: str | None, edit: StorageEdit, width: int) -> list[Line]:
    if edit.wanted is None:
        said = f"Deletes the storage {_tier_words(present)} at {STORAGE_PATH}: {LOST}."
        return _marked(Span("- ", Role.BAD), said, width, Role.BAD)
    tier, before = tier_called(edit.wanted), tier_called(present)
    price = "at a price that is not known here" if tier is None else f"for {price_words(tier)}"
    instead = f", instead of {price_words(before)}" if before else ""
    said = f"Storage {_tier_words(edit.wanted)} at {STORAGE_PATH} {price}{instead}."
    more = (
        "Prices of when the Hub last sold it, billed by the month. It never shrinks. The Hub may "
        "refuse."
    )
    mark = Span("~ " if present else "+ ", Role.GOOD)
    return [
        *_marked(mark, said, width, Role.MONEY),
        *wrapped(more, width, Role.DIM, "  "),
    ]


def _marked(mark: Span, text: str, width: int, role: Role = Role.TEXT) -> list[Line]:
    """Wrap a text with a mark of two cells before its first line."""
    (first,), *rest = wrapped(text, width, role, "  ")
    return [(mark, first._replace(text=first.text[2:])), *rest]


def _mark(edit: VolumeEdit | None) -> Span:
    if edit is None:
        return Span("  ")
    if edit.after is None:
        return Span("- ", Role.BAD)
    return Span("+ ", Role.GOOD) if edit.before is None else Span("~ ", Role.BUSY)


def _does(edit: VolumeEdit) -> str:
    before, after = edit.before, edit.after
    if after is None:
        assert before is not None
        return f"unmount {source_words(before)} from {before.mount_path}"
    words = f"{after.type} {source_words(after)} at {after.mount_path}, {mode_words(after)}"
    if before is None:
        return f"mount {words}"
    old = f"{source_words(before)} at {before.mount_path}, {mode_words(before)}"
    return f"mount {words} (now {old})"


def _contested(edit: VolumeEdit) -> str:
    if edit.before is None:
        return "Somebody else unmounted this meanwhile: this mounts it again."
    now = f"{source_words(edit.before)} at {edit.before.mount_path}, {mode_words(edit.before)}"
    does = "unmounts it" if edit.after is None else "replaces it"
    return f"Somebody else changed this meanwhile ({now}): this {does}."


def _restarts(space: Space, staging: MountStaging, width: int) -> list[Line]:
    if space.stage.kind in (Kind.PAUSED, Kind.ASLEEP):
        said = f"It does not run now ({space.stage.word}); it starts with this the next time."
        return wrapped(said, width, Role.DIM)
    both = bool(staging.edits) and staging.storage is not None
    times = "twice, once for each request" if both else "once"
    return wrapped(f"Restarts the Space {times}; disk outside volumes is wiped.", width, Role.BUSY)
