"""What an account has and what it costs: repositories, bill, GPU quota."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaces_tui.model.cleaned import clean_lines_of
from spaces_tui.model.hardware import MICRO

if TYPE_CHECKING:
    from datetime import datetime


@dataclass(frozen=True, slots=True)
class OwnedRepository:
    """A repository in the list of an account's own; private ones are in it for sure."""

    id: str
    type: str
    """`space`, `model`, `dataset`, …"""
    updated: datetime | None = None
    visibility: str | None = None
    """`public`, `private`, `protected`."""
    storage: int = 0
    """Bytes."""
    storage_percent: float | None = None
    """Share of the account's storage, as the Hub counts it."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "id", "type", "visibility")


@dataclass(frozen=True, slots=True)
class UsageLine:
    """One line of a bill."""

    group: str
    """Such as `Spaces`."""
    label: str
    product: str
    quantity: float
    unit: str
    """What `quantity` counts, such as `minute`."""
    unit_micro_usd: int
    total_micro_usd: int
    started: datetime | None = None
    stopped: datetime | None = None
    active: bool = False
    """Whether it goes on costing."""
    free: bool = False
    """Whether it is covered by something free of charge."""
    entity: str = ""
    """The Hub's id of what it is for."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "group", "label", "product", "unit", "entity")


@dataclass(frozen=True, slots=True)
class Usage:
    """What an account used in a billing period."""

    lines: tuple[UsageLine, ...]
    period_id: str | None = None
    begins: datetime | None = None
    ends: datetime | None = None

    @property
    def micro_usd(self) -> int:
        """The sum of all lines, in millionths of a dollar."""
        return sum(line.total_micro_usd for line in self.lines)

    @property
    def usd(self) -> float:
        """The sum of all lines in dollars."""
        return self.micro_usd / MICRO


@dataclass(frozen=True, slots=True)
class RunQuota:
    """How many runs on shared GPUs are left."""

    used: int | None
    limit: int | None
    remaining: int | None
    resets: datetime | None = None


@dataclass(frozen=True, slots=True)
class ZeroGpuQuota:
    """Time on shared GPUs, in GPU-seconds."""

    base: float | None
    """What a day has."""
    remaining: float | None
    """What is left of it: the Hub calls it `current`."""
    resets: datetime | None = None
    """None: nothing was used yet."""
    over_quota_used: float | None = None
    """Used beyond the quota, for money."""
    runs: RunQuota | None = None
    """The tighter limit in practice; it starts over at a time of its own."""
