"""What was left behind when watching ended: told again at the next start."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class Unsent:
    """A watched folder that had changes which are not on its Space. Never what is in them."""

    space: str
    folder: str
    """Absolute; exact (see `model.repo`)."""
    into: str
    """Folder in the repository; empty for its root."""
    pending: int
    """Changed paths that were not sent."""
    since: datetime
    """When watching ended."""
