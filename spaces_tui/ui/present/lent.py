"""What rows and heads say of borrowed hardware."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.loan import AtEnd
from spaces_tui.model.loanwords import left_words

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from spaces_tui.model.loan import Loan
    from spaces_tui.session.snapshot import Snapshot


def open_loan(snapshot: Snapshot, space: str | None) -> Loan | None:
    """Return the loan of a Space; None when it has none."""
    return next((loan for loan in snapshot.loans if loan.open and loan.space == space), None)


def times_left(snapshot: Snapshot, now: datetime) -> Mapping[str, str]:
    """Return how long what is borrowed still lasts, by Space."""
    return {
        loan.space: "alarm" if loan.rings else left_words(loan, now)
        for loan in snapshot.loans
        if loan.open and not loan.resting
    }


def lent_until(loan: Loan, now: datetime) -> str:
    """Return the few words of the state line."""
    if loan.resting:
        return ""
    if loan.rings:
        return "could not be taken back"
    if loan.ending or loan.cause:
        return "being given back"
    end = "paused" if loan.at_end is AtEnd.PAUSE else "back"
    left = left_words(loan, now)
    return f"borrowed, {end} now" if left == "due" else f"borrowed, {end} in {left}"
