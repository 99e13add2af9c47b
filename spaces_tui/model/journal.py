"""What was done to Spaces from here, one line for each step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaces_tui.model.cleaned import clean_lines_of

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Record:
    """One step of an action and how it ended. It never holds the value of a secret."""

    at: datetime
    space: str
    what: str
    """In words, such as `set the variable GREETING` or `ask for t4-small`."""
    error: str = ""
    """Why it was not done, in one sentence; empty when it was."""
    request_id: str | None = None
    """The Hub's id of the request, for bug reports."""
    account: str = ""
    """Who did it."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "space", "what", "error", "request_id", "account")

    @property
    def ok(self) -> bool:
        """Whether it was done."""
        return not self.error
