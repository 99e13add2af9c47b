"""Plots of bars in a few rows of text, with their scale."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING, Final

from spaces_tui.ui.present.spans import Line, Role, Span, clip, width_of
from spaces_tui.ui.present.spark import BARS

if TYPE_CHECKING:
    from collections.abc import Sequence

SCALE: Final = 8
"""Columns at the left of a plot that say what its top and its bottom are."""
_GAP: Final = "┈"
_STEPS: Final = len(BARS)


def bars(values: Sequence[float | None], top: float, rows: int) -> list[str]:
    """Draw values against `top`, the highest row first. A gap is a dotted base, zero a thin bar."""
    ceiling = top if top > 0 else 1.0
    heights = [_height(value, ceiling, rows) for value in values]
    return ["".join(_cell(height, row) for height in heights) for row in reversed(range(rows))]


def plot(values: Sequence[float | None], top: float, label: str, rows: int) -> list[Line]:
    """Return the rows of a plot; `label` says what its top is, and its bottom is 0."""
    lines: list[Line] = []
    for number, row in enumerate(bars(values, top, rows)):
        mark = label if number == 0 else "0" if number == rows - 1 else ""
        drawn = [
            Span("".join(cells), Role.DIM if gap else Role.GOOD)
            for gap, cells in groupby(row, lambda cell: cell == _GAP)
        ]
        lines.append((Span(f"{mark:>{SCALE - 1}}▏", Role.DIM), *drawn))
    return lines


def beside(panels: Sequence[list[Line]], width: int) -> list[Line]:
    """Put blocks of lines side by side, each `width` cells wide."""
    rows = max((len(panel) for panel in panels), default=0)
    lines: list[Line] = []
    for row in range(rows):
        spans: list[Span] = []
        for panel in panels:
            one = clip(panel[row], width) if row < len(panel) else ()
            spans += [*one, Span(" " * (width - width_of(one)))]
        lines.append(tuple(spans))
    return lines


def _height(value: float | None, ceiling: float, rows: int) -> int | None:
    """Return how many eighths of a row a value is high, at least one; None for a gap."""
    if value is None:
        return None
    return max(1, round(min(max(value, 0.0), ceiling) / ceiling * rows * _STEPS))


def _cell(height: int | None, row: int) -> str:
    if height is None:
        return " " if row else _GAP
    filled = min(_STEPS, height - row * _STEPS)
    return BARS[filled - 1] if filled > 0 else " "
