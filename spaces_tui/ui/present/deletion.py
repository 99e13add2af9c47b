"""What is lost with a Space, before it is deleted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.text import clean_name
from spaces_tui.ui.present.money import per_hour, rate
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, wrapped
from spaces_tui.ui.present.stages import look_of
from spaces_tui.ui.rules import watched_folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot


def deletion_lines(spaces: Sequence[Space], snapshot: Snapshot, width: int) -> list[Line]:
    """Return which Spaces go, everything that goes with them, what stays, and what it saves."""
    lines: list[Line] = [_space_line(space, snapshot, width) for space in spaces]
    lines.append(BLANK)
    lines += wrapped(
        "Gone for good: every file and its history, variables and secrets, what the app keeps on "
        "its disk, likes and discussions. There is no way back.",
        width,
        Role.BAD,
    )
    lines += wrapped(
        "Visitors find nothing at the old address, and the name is free again.", width, Role.BAD
    )
    kept = [space.id for space in spaces if space.runtime and space.runtime.storage]
    if kept:
        lines += wrapped(f"Its persistent storage goes with {_names(kept)}.", width, Role.BAD)
    mounted = [space.id for space in spaces if space.runtime and space.runtime.volumes]
    if mounted:
        said = f"Volumes of {_names(mounted)} are repositories of their own: they stay."
        lines += wrapped(said, width, Role.DIM)
    lines += _watch_lines(spaces, snapshot, width)
    saved = sum(rate(space, snapshot.hardware) or 0 for space in spaces if space.stage.billed)
    said = f"Saves {per_hour(saved)}." if saved else "It costs nothing now, so nothing is saved."
    return [*lines, *wrapped(said, width, Role.MONEY if saved else Role.DIM)]


def typed_word(spaces: Sequence[Space]) -> str:
    """Return what has to be typed: the whole name of one Space, or how many are deleted."""
    return spaces[0].id if len(spaces) == 1 else f"delete {len(spaces)}"


def _watch_lines(spaces: Sequence[Space], snapshot: Snapshot, width: int) -> list[Line]:
    lines: list[Line] = []
    for space in spaces:
        folder = watched_folder(space, snapshot)
        if folder is not None:
            said = f"Watching {clean_name(folder)} stops first; the folder itself stays as it is."
            lines += wrapped(said, width, Role.DIM)
    return lines


def _space_line(space: Space, snapshot: Snapshot, width: int) -> Line:
    look = look_of(space, None)
    facts = [space.visibility or {True: "private", False: "public", None: ""}[space.private]]
    facts.append("1 like" if space.likes == 1 else f"{space.likes} likes" if space.likes else "")
    price = rate(space, snapshot.hardware) if space.stage.billed else None
    facts.append(per_hour(price) if price else "")
    said = "".join(f" · {fact}" for fact in facts if fact)
    return clip(
        (
            Span(f"{look.glyph} ", look.role),
            Span(space.id, Role.STRONG),
            Span(f"  {look.word}{said}", Role.DIM),
        ),
        width,
    )


def _names(names: Sequence[str]) -> str:
    return ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
