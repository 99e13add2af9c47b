"""Sleep times in words: what it is now, and what another one would cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.sleep import NEVER, sleep_words
from spaces_tui.ui.present.money import per_hour, rate
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.present.times import sleeps

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space


def now_words(space: Space) -> str:
    """Return after how long it sleeps now."""
    if space.runtime is None:
        return "not known"
    return sleeps(space.runtime.sleep_time)


def effect_lines(
    spaces: Sequence[Space], wanted: int, prices: Mapping[str, Hardware], width: int
) -> list[Line]:
    """Return who gets which sleep time, and what never sleeping costs at the present rate."""
    then = "never" if wanted == NEVER else f"after {sleep_words(wanted)}"
    lines: list[Line] = []
    for space in spaces:
        lines.append((Span(space.id, Role.STRONG),))
        lines += wrapped(f"{now_words(space)} → {then}", width, Role.TEXT, "  ")
    if wanted == NEVER:
        hourly = sum(rate(space, prices) or 0.0 for space in spaces)
        if hourly:
            said = (
                f"It runs until somebody stops it: {per_hour(hourly)}, ${hourly * 24:,.2f} a day."
            )
            lines += wrapped(said, width, Role.MONEY)
    else:
        lines += wrapped(
            "Asleep it costs nothing; the next visitor wakes it and waits until it has started.",
            width,
            Role.DIM,
        )
    return lines
