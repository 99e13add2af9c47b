"""Hardware flavours and what they cost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from spaces_tui.model.cleaned import clean_lines_of

MICRO: Final = 1_000_000
"""Micro-dollars in a dollar."""


@dataclass(frozen=True, slots=True)
class Accelerator:
    """What computes beside the CPU. All sizes are the Hub's own strings, such as `16 GB`."""

    model: str
    quantity: int
    vram: str
    """Memory over all accelerators together."""
    manufacturer: str

    def __post_init__(self) -> None:
        clean_lines_of(self, "model", "vram", "manufacturer")


@dataclass(frozen=True, slots=True)
class Hardware:
    """One flavour of the Hub's price list."""

    name: str
    """The flavour as requests spell it, such as `t4-small`."""
    pretty_name: str
    cpu: str
    ram: str
    accelerator: Accelerator | None
    micro_usd_per_minute: int

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "pretty_name", "cpu", "ram")

    @property
    def usd_per_hour(self) -> float:
        """Dollars per hour of one replica; the Hub bills by the minute.

        The list's whole micro-dollars per minute are rounded (0.40 $/h comes as 6667), so the
        figure is rounded to the tenth of a cent that the documented prices have.
        """
        return round(self.micro_usd_per_minute * 60 / MICRO, 3)
