"""Rows of figures."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Row:
    """One figure of ours, perhaps with a peer's and with a target for it or for the ratio."""

    figure: str
    unit: str
    ours: float
    peer: float | None = None
    most: float | None = None
    """The most that ours may be."""
    most_ratio: float | None = None
    """The most that ours ÷ peer may be."""

    @property
    def ratio(self) -> float | None:
        """Ours ÷ peer."""
        return self.ours / self.peer if self.peer else None

    @property
    def missed(self) -> bool:
        """Whether a target is missed."""
        too_much = self.most is not None and self.ours > self.most
        ratio = self.ratio
        return too_much or (
            ratio is not None and self.most_ratio is not None and ratio > self.most_ratio
        )


def heading() -> str:
    """Return the first line of the table."""
    return f"{'figure':<68}{'ours':>10}{'peer':>10}{'ratio':>8}  target"


def show(row: Row) -> str:
    """Return one line of the table."""
    peer = f"{row.peer:.0f}" if row.peer is not None else ""
    ratio = f"{row.ratio:.2f}" if row.ratio is not None else ""
    target = ""
    if row.most is not None:
        target = f"≤ {row.most:.0f} {row.unit}"
    elif row.most_ratio is not None:
        target = f"≤ {row.most_ratio:.2f} times"
    name = f"{row.figure} ({row.unit})"
    missed = "  missed" if row.missed else ""
    return f"{name:<68}{row.ours:>10.0f}{peer:>10}{ratio:>8}  {target}{missed}".rstrip()
