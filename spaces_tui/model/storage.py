"""Persistent storage in tiers: the disk of former times, which buckets have replaced."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

_HOURS: Final = 730
"""In a month."""


@dataclass(frozen=True, slots=True)
class Tier:
    """A size of persistent storage."""

    name: str
    size: str
    usd_per_month: float
    """What it cost when the Hub last sold it; no call of the Hub tells the price."""

    @property
    def usd_per_hour(self) -> float:
        """The same by the hour."""
        return self.usd_per_month / _HOURS


TIERS: Final = (
    Tier("small", "20 GB", 5),
    Tier("medium", "150 GB", 25),
    Tier("large", "1 TB", 100),
)
"""From the smallest to the largest."""


def tier_called(name: str | None) -> Tier | None:
    """Return the tier of that name; None also for one that is not known here."""
    return next((tier for tier in TIERS if tier.name == name), None)


def refusal(present: str | None, wanted: str) -> str:
    """Say why a Space with one tier cannot be given another; empty when it can."""
    names = [tier.name for tier in TIERS]
    if wanted == present:
        return f"It has {wanted} already."
    if present in names and wanted in names and names.index(wanted) < names.index(present):
        return (
            f"Storage never shrinks: delete {present} first, with all its data, "
            f"then ask for {wanted}."
        )
    return ""
