"""Ask before leaving while a watched folder has files that are not on the Space yet."""

from __future__ import annotations

from enum import Enum
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.ui.present.leaving import leaving_lines, unsent
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span
from spaces_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.session.snapshot import Snapshot


class Leaving(Enum):
    """What a person decided."""

    FINISHED = "finished"
    NOW = "now"


class LeaveScreen(Dialog[Leaving]):
    """Finish first, leave at once, or stay."""

    WIDTH = 76
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("f", "finish", "Finish, then leave"),
        Binding("L", "leave", "Leave at once"),
        Binding("escape,q,n", "stay", "Stay"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
    ]

    def __init__(self, waiting: Sequence[SyncStatus], finish: Callable[[SyncStatus], None]) -> None:
        super().__init__()
        self._waiting = list(waiting)
        self._finish = finish
        self._finishing = False

    def title_text(self) -> str:
        """Return the title."""
        return "Files are not on the Hub yet"

    def lines(self, width: int) -> list[Line]:
        """Return the folders that wait, and the ways out."""
        lines = leaving_lines(self._waiting, width, finishing=self._finishing)
        first = "finishing: leaves by itself once all is there …"
        back = "stay: this calls the leaving off" if self._finishing else "stay"
        ways = (
            ("f", first if self._finishing else "finish, then leave", "finish"),
            ("L", "leave now; you are told again at the next start", "leave"),
            ("esc", back, "stay"),
        )
        role = Role.BUSY if self._finishing else Role.TEXT
        keys: list[Line] = [
            (Span(f" {key:<4}", Role.KEY, action), Span(text, role, action))
            if action == "finish"
            else (Span(f" {key:<4}", Role.KEY, action), Span(text, Role.TEXT, action))
            for key, text, action in ways
        ]
        return [*lines, BLANK, *keys]

    def show(self, snapshot: Snapshot) -> None:
        """Follow what is still unsent; once nothing is, there is nothing left to ask: leave."""
        waiting = unsent(snapshot)
        if not waiting:
            self.dismiss(Leaving.FINISHED)
        elif waiting != self._waiting:
            self._waiting = waiting
            self.lay_out()

    def asks(self) -> bool:
        """Every key answers."""
        return True

    def action_finish(self) -> None:
        """Send everything without waiting any longer, and leave when it is there."""
        if not self._finishing:
            self._finishing = True
            for status in self._waiting:
                self._finish(status)
        self.lay_out()

    def action_leave(self) -> None:
        """Leave at once."""
        self.dismiss(Leaving.NOW)

    def action_stay(self) -> None:
        """Close the question."""
        self.dismiss(None)

    def action_scroll(self, rows: int) -> None:
        """Scroll when there are more folders than rows."""
        self.body.scroll_lines(rows)
