"""Requests about what was done: the journal, and one change on many Spaces."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.journal import Record
from spaces_tui.session.requests.base import Change, Outcome, Request


@dataclass(frozen=True, slots=True)
class ReadJournal(Request[tuple[Record, ...]]):
    """The newest actions, newest first."""

    limit: int = 2_000


@dataclass(frozen=True, slots=True)
class Pause(Change):
    """Pause a Space."""

    space: str


@dataclass(frozen=True, slots=True)
class Restart(Change):
    """Restart a Space, wake it or resume it."""

    space: str
    factory: bool = False
    """Rebuild it without caches."""


@dataclass(frozen=True, slots=True)
class Many(Request[tuple[Outcome, ...]]):
    """Several changes, a few at a time and no faster than the Hub's rate limit allows.

    One that fails stops none of the others. Each Space's progress is in the snapshot (`pending`);
    the outcomes come in the order of the changes.
    """

    changes: tuple[Change, ...]
