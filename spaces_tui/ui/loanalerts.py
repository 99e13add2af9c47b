"""Which loans a person has to see now: overdue at the start, or that could not be taken back."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spaces_tui.model.loan import Loan
    from spaces_tui.session.snapshot import Snapshot


class LoanAlerts:
    """Remembers what was shown; each is shown once, an alarm again when it rings anew."""

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._rang: set[str] = set()
        self._waiting: dict[str, Loan] = {}

    def look(self, snapshot: Snapshot) -> None:
        """Take note of what has to be shown."""
        now = datetime.now(UTC)
        for loan in snapshot.loans:
            fresh = loan.id not in self._known
            self._known.add(loan.id)
            rings = loan.rings and loan.id not in self._rang
            if rings:
                self._rang.add(loan.id)
            elif not loan.rings:
                self._rang.discard(loan.id)
            if rings or (
                fresh and loan.open and not loan.resting and (loan.ending or loan.due() <= now)
            ):
                self._waiting[loan.id] = loan

    def take(self) -> tuple[Loan, ...]:
        """Return what is to be shown now, once."""
        waiting, self._waiting = tuple(self._waiting.values()), {}
        return waiting
