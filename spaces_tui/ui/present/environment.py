"""Variables and secrets in rows: what is set, what is staged, what the code wants."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.environment import Edit, EntryKind, UsedName, UsedNames, Variable
from spaces_tui.model.envnames import given, looks_secret
from spaces_tui.model.incoming import Fate
from spaces_tui.model.stage import Kind
from spaces_tui.model.text import clean, clean_line, clean_name
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, spread, wrapped
from spaces_tui.ui.present.times import ago

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from spaces_tui.model.identity import Secret
    from spaces_tui.model.incoming import Incoming
    from spaces_tui.model.space import Space
    from spaces_tui.model.staging import Staging

MASK: Final = "••••"
"""What stands for a secret, however long it is."""
_NAME: Final = (10, 32)
"""Fewest and most cells of the column of names."""


class RowKind(Enum):
    """What a row of the editor is."""

    HEADING = "heading"
    ENTRY = "entry"
    USED = "used"
    """A name the code asks for, which nobody has set."""


class EnvRow(NamedTuple):
    """One row."""

    kind: RowKind
    entry: EntryKind
    key: str = ""
    used: UsedName | None = None


def env_rows(staging: Staging, used: UsedNames | None) -> list[EnvRow]:
    """Return both lists, then what the code wants and nobody has set."""
    rows: list[EnvRow] = []
    for kind in EntryKind:
        rows.append(EnvRow(RowKind.HEADING, kind))
        keys = list(staging.environment.keys(kind))
        keys += [one.key for one in staging.edits if one.kind is kind and one.key not in keys]
        rows += [EnvRow(RowKind.ENTRY, kind, key) for key in keys]
    rows += [
        EnvRow(RowKind.USED, _proposed(one), one.name, one) for one in unset_names(staging, used)
    ]
    return rows


def unset_names(staging: Staging, used: UsedNames | None) -> list[UsedName]:
    """Return names of the code that are set nowhere; those without a default come first."""
    known = staging.names(EntryKind.VARIABLE) | staging.names(EntryKind.SECRET)
    names = used.names if used else ()
    found = [one for one in names if one.name not in known and not given(one.name)]
    return sorted(found, key=lambda one: one.optional)


def env_line(row: EnvRow, staging: Staging, now: datetime, width: int) -> Line:
    """Return one row: a mark for what is staged, the name, the value, since when."""
    if row.kind is RowKind.HEADING:
        return _heading(row.entry, staging, width)
    name = _column(row.key, width)
    if row.used is not None:
        return _used_line(row.used, name, width)
    edit = staging.edit(row.entry, row.key)
    known = staging.environment.entry(row.entry, row.key)
    if edit is not None:
        return _edit_line(edit, name, width)
    value = one_line(known.value) if isinstance(known, Variable) else MASK
    since = ago(known.updated, now) if known else ""
    when = f"set {since}" if since and row.entry is EntryKind.SECRET else since
    left: Line = (Span("  "), Span(name), Span(value, Role.DIM if value == MASK else Role.TEXT))
    return spread(left, (Span(f" {when}", Role.DIM),), width) if width >= 50 else clip(left, width)


def one_line(value: str) -> str:
    """Return a value on one line, its line breaks visible."""
    return clean_line(clean(value).replace("\r\n", "⏎").replace("\n", "⏎")) or "(empty)"


def detail_lines(row: EnvRow, staging: Staging, width: int) -> list[Line]:
    """Return what the row under the cursor has no room for."""
    if row.used is not None and not row.used.path:
        return [
            clip((Span("a secret of the source; its value has to be given anew", Role.DIM),), width)
        ]
    if row.used is not None:
        default = "; it has a default" if row.used.optional else ""
        place = f"{clean_name(row.used.path)}:{row.used.line}"
        return [clip((Span(f"asked for in {place}{default}", Role.DIM),), width)]
    edit = staging.edit(row.entry, row.key)
    known = staging.environment.entry(row.entry, row.key)
    if edit is not None and edit.contested:
        return wrapped(_contested(edit), width, Role.BAD)[:2]
    described = edit.description if edit else known.description if known else ""
    return [clip((Span(clean_line(described), Role.DIM),), width)] if described else []


def warnings(staging: Staging, width: int) -> list[Line]:
    """Return what is wrong with the environment as it is set."""
    environment = staging.environment
    both = [key for key in environment.variables if key in (environment.secrets or {})]
    lines: list[Line] = []
    for key in both:
        said = f"{clean_line(key)} is in both lists: the Space cannot run. Delete one (d)."
        lines += wrapped(said, width, Role.BAD)
    if environment.secrets is None:
        said = f"Secrets cannot be listed: {environment.unlisted} They can be set by name."
        lines += wrapped(said, width, Role.BUSY)
    return lines


def summary_lines(space: Space, staging: Staging, width: int) -> list[Line]:
    """Return what would be sent, and what each request causes."""
    edits = staging.edits
    lines: list[Line] = [(Span(count_words(edits), Role.STRONG),)]
    for edit in sorted(edits, key=lambda one: (not one.delete, one.kind is EntryKind.SECRET)):
        lines.append(clip((*_marked(edit), Span(does(edit))), width))
        if edit.contested:
            lines += wrapped(_contested(edit), width, Role.BAD, "    ")
    return [*lines, BLANK, *_effect(space, edits, width)]


def count_words(edits: Sequence[Edit]) -> str:
    """Return how many of each: `3 variables, 1 secret`."""
    parts = []
    for kind in EntryKind:
        count = sum(one.kind is kind for one in edits)
        if count:
            parts.append(f"1 {kind}" if count == 1 else f"{count} {kind}s")
    return ", ".join(parts)


def publishes(space: Space, staging: Staging) -> bool:
    """Whether applying would show a secret to every visitor."""
    setting = any(one.kind is EntryKind.SECRET and not one.delete for one in staging.edits)
    return space.static and setting


_FATES: Final = {
    Fate.NEW: Role.GOOD,
    Fate.CHANGED: Role.BUSY,
    Fate.REPLACED: Role.BUSY,
    Fate.SAME: Role.DIM,
    Fate.COLLISION: Role.BAD,
    Fate.REFUSED: Role.BAD,
}


def incoming_line(row: Incoming, what: Fate, width: int) -> Line:
    """Return one name that could be taken over: whether, as what, and its value if not secret."""
    usable = what not in (Fate.SAME, Fate.COLLISION, Fate.REFUSED)
    mark = "[x] " if row.wanted and usable else "[ ] " if usable else "    "
    kind = "secret  " if row.kind is EntryKind.SECRET else "variable"
    parts: Line = (
        Span(mark, Role.MARK if usable else Role.DIM),
        Span(_column(row.key, width), Role.TEXT if usable else Role.DIM),
        Span(f"{kind} ", Role.BUSY if row.kind is EntryKind.SECRET else Role.DIM),
        Span(f"{what:<9} ", _FATES[what]),
        Span(_incoming_value(row.kind, row.value), Role.DIM),
    )
    return clip(parts, width)


def incoming_note(row: Incoming, why: str) -> str:
    """Return what there is to know of one such name."""
    if why:
        return why
    if row.suspicious:
        place = "a secret" if row.kind is EntryKind.SECRET else "a variable, readable by others"
        return f"It looks like a secret; it goes as {place}. s changes that."
    if row.value is None:
        return "Values of secrets cannot be copied: fill it in after this."
    return ""


def _incoming_value(kind: EntryKind, value: Secret | None) -> str:
    if value is None:
        return "value needed"
    return MASK if kind is EntryKind.SECRET else one_line(value.reveal())


def _proposed(used: UsedName) -> EntryKind:
    secret = not used.path or looks_secret(used.name)
    return EntryKind.SECRET if secret else EntryKind.VARIABLE


def _heading(kind: EntryKind, staging: Staging, width: int) -> Line:
    count = len(staging.names(kind))
    unknown = kind is EntryKind.SECRET and staging.environment.secrets is None
    number = "?" if unknown else str(count)
    title = "Variables" if kind is EntryKind.VARIABLE else "Secrets"
    key = "n" if kind is EntryKind.VARIABLE else "N"
    left: Line = (Span(title, Role.TITLE), Span(f" · {number}", Role.DIM))
    return spread(left, (Span(f"{key} ", Role.KEY), Span("new", Role.DIM)), width)


def _column(name: str, width: int) -> str:
    fewest, most = _NAME
    return padded(clean_line(name), max(fewest, min(most, width * 2 // 5)))


def _used_line(used: UsedName, name: str, width: int) -> Line:
    if not used.path:
        said = "secret of the source, does not come along"
        return clip((Span("? ", Role.BUSY), Span(name), Span(said, Role.BUSY)), width)
    said = "in the code, set nowhere" if not used.optional else "in the code, with a default"
    role = Role.DIM if used.optional else Role.BUSY
    place = f"  {clean_name(used.path)}:{used.line}"
    return clip((Span("? ", role), Span(name), Span(said, role), Span(place, Role.DIM)), width)


def _edit_line(edit: Edit, name: str, width: int) -> Line:
    if edit.delete:
        said = Span("deleted", Role.BAD)
    elif edit.value is None:
        said = Span("value needed", Role.BAD)
    elif isinstance(edit.value, str):
        said = Span(one_line(edit.value), Role.TEXT)
    else:
        said = Span(f"{MASK}  new value", Role.BUSY)
    contested = (Span("changed meanwhile  ", Role.BAD),) if edit.contested else ()
    return clip((*_marked(edit), Span(name, Role.STRONG), *contested, said), width)


def _marked(edit: Edit) -> Line:
    if edit.delete:
        return (Span("- ", Role.BAD),)
    return (Span("+ ", Role.GOOD),) if edit.before is None else (Span("~ ", Role.BUSY),)


def does(edit: Edit) -> str:
    """Return what an edit does, in words; never the value of a secret."""
    verb = "delete" if edit.delete else "set"
    value = f" = {one_line(edit.value)}" if isinstance(edit.value, str) else ""
    return f"{verb} the {edit.kind} {clean_line(edit.key)}{value}"


def _contested(edit: Edit) -> str:
    name = clean_line(edit.key)
    if isinstance(edit.before, Variable):
        return f"Somebody else set {name} to {one_line(edit.before.value)}: this overwrites it."
    if edit.before is not None:
        return f"Somebody else set {name} meanwhile: this overwrites it."
    return f"Somebody else deleted {name} meanwhile: this sets it again."


def _effect(space: Space, edits: Sequence[Edit], width: int) -> list[Line]:
    lines: list[Line] = []
    if space.static:
        if any(one.kind is EntryKind.SECRET and not one.delete for one in edits):
            said = "This Space is static: every visitor can read its secrets in the page."
            lines += wrapped(said, width, Role.BAD)
        return [*lines, *wrapped("Visitors get it all with the page.", width, Role.DIM)]
    times = "once" if len(edits) == 1 else f"up to {len(edits)} times, once for each name"
    if space.stage.kind in (Kind.PAUSED, Kind.ASLEEP):
        said = f"It does not run now ({space.stage.word}); it starts with these the next time."
        return wrapped(said, width, Role.DIM)
    return wrapped(f"Restarts the Space {times}; disk outside volumes is wiped.", width, Role.BUSY)
