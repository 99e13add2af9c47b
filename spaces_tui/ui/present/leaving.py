"""What leaving now would leave behind, and how far finishing has come."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_line
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.present.transfers import transfer_line
from spaces_tui.ui.present.watchlook import NEEDS_PERSON, files, look_of_watch

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.session.snapshot import Snapshot

_MOVING: Final = {
    SyncState.SENDING,
    SyncState.CONFIRMING,
    SyncState.SETTLING,
    SyncState.DIRTY,
    SyncState.PAUSED,
}
"""States in which something may be unsent though nothing is counted: while it is paused, nobody
looks at the folder."""
_NOT_BEGUN: Final = {SyncState.STOPPED, SyncState.PLAN, SyncState.STARTING}


def unsent(snapshot: Snapshot) -> list[SyncStatus]:
    """Return the watched folders that have something on its way, or waiting."""
    return [
        status
        for status in snapshot.watches.values()
        if status.state not in _NOT_BEGUN and (status.pending or status.state in _MOVING)
    ]


def leaving_lines(waiting: Sequence[SyncStatus], width: int, *, finishing: bool) -> list[Line]:
    """Return each folder that waits, what holds it up, and its large files."""
    lines: list[Line] = []
    for status in waiting:
        look = look_of_watch(status)
        lines.append(
            clip(
                (
                    Span(f" {look.glyph} ", look.role),
                    Span(files(status.pending) if status.pending else "changes"),
                    Span(f" in {short_folder(status.folder)} → "),
                    Span(status.space, Role.STRONG),
                    Span(f"  {look.word}", look.role),
                ),
                width,
            )
        )
        lines += [transfer_line(one, width) for one in status.transfers[:2]]
        if finishing and status.state in NEEDS_PERSON:
            words = f"This one needs you first: esc, then 6. {clean_line(status.reason)}"
            lines += wrapped(words, width, Role.BAD, "   ")
        elif status.state is SyncState.PAUSED and not finishing:
            lines.append((Span("   f resumes it", Role.DIM),))
    return lines
