"""Whether somebody wants things sent now, so that nothing waits for quiet or for its turn."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(slots=True)
class Haste:
    """Set from outside, read wherever something would wait."""

    hurried: bool = False
    """Somebody said `sync`; holds until the next decision."""
    finishing: bool = False
    """The engine ends: what waits now is not sent in this run."""

    @property
    def wanted(self) -> bool:
        """Whether to wait for nothing that is only a matter of time."""
        return self.hurried or self.finishing
