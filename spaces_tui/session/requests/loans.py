"""Requests about borrowed hardware."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.loan import AtEnd
from spaces_tui.session.requests.base import Change


@dataclass(frozen=True, slots=True)
class Borrow(Change):
    """Put a Space on hardware for a time, or up to a sum, whichever comes first.

    `seconds` counts from now, `budget` is micro-dollars; one of them is needed.
    """

    space: str
    flavor: str
    seconds: int | None = None
    budget: int | None = None
    at_end: AtEnd = AtEnd.BACK


@dataclass(frozen=True, slots=True)
class ExtendLoan(Change):
    """Let the loan of a Space last longer (seconds), or cost more (micro-dollars)."""

    space: str
    loan: str
    seconds: int = 0
    budget: int = 0


@dataclass(frozen=True, slots=True)
class EndLoan(Change):
    """Give borrowed hardware back now."""

    space: str
    loan: str


@dataclass(frozen=True, slots=True)
class SeeAlarm(Change):
    """Note that somebody has seen that hardware could not be taken back."""

    space: str
    loan: str
