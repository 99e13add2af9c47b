"""Ask before leaving while a watched folder has files that are not on the Space yet."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip
from spaces_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.session.snapshot import Snapshot

_MOVING = {SyncState.SENDING, SyncState.CONFIRMING, SyncState.SETTLING, SyncState.DIRTY}


class Leaving(Enum):
    """What a person decided."""

    FINISHED = "finished"
    NOW = "now"


def unsent(snapshot: Snapshot) -> list[SyncStatus]:
    """Return the watched folders that have something on its way."""
    return [
        status
        for status in snapshot.watches.values()
        if status.state is not SyncState.STOPPED and (status.pending or status.state in _MOVING)
    ]


class LeaveScreen(Dialog[Leaving]):
    """Finish first, leave at once, or stay."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "finish", "Finish, then leave"),
        Binding("L", "leave", "Leave at once"),
        Binding("escape,q,n", "stay", "Stay"),
    ]

    def __init__(self, waiting: Sequence[SyncStatus]) -> None:
        super().__init__()
        self._waiting = list(waiting)
        self._finishing = False

    def title_text(self) -> str:
        """Return the title."""
        return "Files are not on the Hub yet"

    def lines(self, width: int) -> list[Line]:
        """Return the folders that wait, and the ways out."""
        lines: list[Line] = [
            clip(
                (
                    Span(f"  {status.pending or 'some'} in "),
                    Span(clean_name(status.folder)),
                    Span(f" → {status.space}  ", Role.STRONG),
                    Span(status.state.value, Role.BUSY),
                ),
                width,
            )
            for status in self._waiting
        ]
        first = "finishing, then leave …" if self._finishing else "finish, then leave"
        lines += [
            BLANK,
            *(
                (Span(f" {key:<4}", Role.KEY), Span(text))
                for key, text in (
                    ("f", first),
                    ("L", "leave now; they are sent the next time you watch"),
                    ("esc", "stay"),
                )
            ),
        ]
        return lines

    def show(self, snapshot: Snapshot) -> None:
        """Follow what is still unsent; once nothing is, a promised leave happens."""
        self._waiting = unsent(snapshot)
        if self._finishing and not self._waiting:
            self.dismiss(Leaving.FINISHED)
            return
        self.lay_out()

    def action_finish(self) -> None:
        """Wait until everything is sent."""
        self._finishing = True
        self.lay_out()

    def action_leave(self) -> None:
        """Leave at once."""
        self.dismiss(Leaving.NOW)

    def action_stay(self) -> None:
        """Close the question."""
        self.dismiss(None)
