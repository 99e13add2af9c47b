"""What a change of a Space's files causes, and what a way back would do, in words."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.sizes import files_of, size_of
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, wrapped

if TYPE_CHECKING:
    from spaces_tui.model.files import RollbackPlan
    from spaces_tui.session.snapshot import Snapshot

_NAMED: Final = 200
"""Files of a plan that are named."""


def caused_lines(space: str, snapshot: Snapshot, width: int) -> list[Line]:
    """Return what a commit to `main` causes."""
    lines = wrapped(f"The commit builds {space} again and restarts it.", width)
    watch = snapshot.watches.get(space)
    if watch is not None and watch.state is not SyncState.STOPPED:
        folder = short_folder(watch.folder)
        said = (
            f"{folder} is watched for this Space: there this counts as a change made on the "
            "Space, and is never sent back over it unasked."
        )
        lines += wrapped(said, width, Role.BUSY)
    return lines


def rollback_lines(plan: RollbackPlan, width: int) -> list[Line]:
    """Return what would differ, file by file."""
    commit = plan.commit
    lines: list[Line] = [
        clip((Span(f"{commit.oid[:7]} ", Role.KEY), Span(commit.title, Role.STRONG)), width)
    ]
    if not plan.count:
        return [*lines, BLANK, *wrapped("The files are as they were then: nothing to do.", width)]
    lines += [*wrapped(rollback_words(plan), width), BLANK]
    for sign, role, entries in (
        ("~", Role.BUSY, plan.changed),
        ("+", Role.GOOD, plan.back),
        ("-", Role.BAD, plan.gone),
    ):
        for entry in entries[:_NAMED]:
            size = "" if sign == "-" else f"  {size_of(entry.size)}"
            row = (Span(f"{sign} ", role), Span(clean_name(entry.path)), Span(size, Role.DIM))
            lines.append(clip(row, width))
        if len(entries) > _NAMED:
            lines.append((Span(f"{sign} and {len(entries) - _NAMED:,} more", role),))
    return lines


def rollback_words(plan: RollbackPlan) -> str:
    """Return how many files would change, come back and disappear."""
    parts = [
        f"{files_of(len(entries))} {word}"
        for entries, word in (
            (plan.changed, "as they were" if len(plan.changed) != 1 else "as it was"),
            (plan.back, "come back" if len(plan.back) != 1 else "comes back"),
            (plan.gone, "disappear" if len(plan.gone) != 1 else "disappears"),
        )
        if entries
    ]
    return ", ".join(parts) + "."
