"""A row of bars in one line of text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence

BARS: Final = "▁▂▃▄▅▆▇█"


def spark(values: Sequence[float], top: float, width: int) -> str:
    """Draw the newest `width` values against `top`, padded on the left with spaces."""
    if width < 1:
        return ""
    ceiling = top if top > 0 else 1.0
    last = len(BARS) - 1
    bars = [
        BARS[min(last, max(0, round(min(value, ceiling) / ceiling * last)))]
        for value in values[-width:]
    ]
    return "".join(bars).rjust(width)


def size(count: float) -> str:
    """Return bytes as a person reads them: `812 B`, `6.1 GB`."""
    units = ("B", "kB", "MB", "GB", "TB")
    value = float(count)
    for unit in units:
        if value < 1000 or unit == units[-1]:
            break
        value /= 1000
    return f"{value:.0f} {unit}" if value >= 100 or unit == "B" else f"{value:.1f} {unit}"


def memory(used: float, total: int | None) -> str:
    """Return memory as the Hub's hardware list counts it, in binary gigabytes: `6.1/15 GB`."""
    gib = 1024**3
    words = f"{used / gib:.1f}"
    return f"{words}/{total / gib:.0f} GB" if total else f"{words} GB"
