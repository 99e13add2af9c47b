"""The Hub's own account of one Space's hardware: every minute that has begun is billed whole."""

from __future__ import annotations

from dataclasses import dataclass, field
from math import ceil
from typing import Final

_MINUTE: Final = 60.0
_MOST: Final = 1_000


@dataclass
class Stretch:
    """A time in which a machine was in use, without a break. Moments are Unix seconds."""

    flavour: str
    copies: int
    began: float
    ended: float | None = None

    def seconds(self, now: float) -> float:
        """Return how long it was or is."""
        return max(0.0, (now if self.ended is None else self.ended) - self.began)

    def minutes(self, now: float) -> int:
        """Return the minutes that are billed, over all copies."""
        return max(1, ceil(self.seconds(now) / _MINUTE)) * self.copies


@dataclass
class Meter:
    """The stretches of one Space, the oldest first."""

    stretches: list[Stretch] = field(default_factory=list)

    def read(self, flavour: str | None, copies: int, now: float) -> None:
        """Note what is in use from now on; None for nothing."""
        last = self.stretches[-1] if self.stretches else None
        if last is not None and last.ended is None:
            if (last.flavour, last.copies) == (flavour, copies):
                return
            last.ended = now
        if flavour is not None and copies:
            self.stretches.append(Stretch(flavour, copies, now))
            del self.stretches[:-_MOST]
