"""Borrowed hardware that is overdue, or could not be given back: the first thing one sees."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType

from spaces_tui.session.requests.loans import SeeAlarm
from spaces_tui.ui.present.loans import standing_lines
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.loan import Loan
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.snapshot import Snapshot


class OverdueScreen(Dialog[bool]):
    """Follows the loans until it is closed; closing it says that alarms were seen."""

    WIDTH = 84
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,enter,q", "close", "Close"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
    ]

    def __init__(self, session: SessionPort, loans: Sequence[Loan]) -> None:
        super().__init__()
        self._session = session
        self._loans = {loan.id: loan for loan in loans}

    def title_text(self) -> str:
        """Return the title."""
        return "Borrowed hardware is overdue"

    def lines(self, width: int) -> list[Line]:
        """Return how each loan stands now."""
        loans = list(self._loans.values())
        lines = standing_lines(loans, datetime.now(UTC), width)
        if any(loan.rings for loan in loans):
            said = "Look at these on the Hub's page (o): they may go on to cost money."
            lines += [BLANK, *wrapped(said, width, Role.BAD)]
        elif any(loan.open for loan in loans):
            lines += [BLANK, (Span("They are being taken back …", Role.BUSY),)]
        return [*lines, BLANK, (Span("esc", Role.KEY), Span(" closes: seen"))]

    def show(self, snapshot: Snapshot) -> None:
        """Follow the loans."""
        newer = {loan.id: loan for loan in snapshot.loans if loan.id in self._loans}
        if {**self._loans, **newer} != self._loans:
            self._loans |= newer
            self.lay_out()

    def action_scroll(self, rows: int) -> None:
        """Scroll where there are more than fit."""
        self.body.scroll_lines(rows)

    def action_close(self) -> None:
        """Close, and note which alarms were seen."""
        for loan in self._loans.values():
            if loan.rings:
                self._session.ask(SeeAlarm(loan.space, loan.id))
        self.dismiss(True)
