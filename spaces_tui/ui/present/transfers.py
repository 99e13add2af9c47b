"""Large files on their way: how much is there, how fast, how long it still takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from rich.cells import cell_len

from spaces_tui.model.text import clean_name
from spaces_tui.ui.present.spans import Line, Role, Span, clip, shorten
from spaces_tui.ui.present.spark import size

if TYPE_CHECKING:
    from spaces_tui.model.sync import Transfer

_BAR: Final = 10
_WIDE_BAR: Final = 20
_NARROW: Final = 50
_WIDE: Final = 100
_MINUTE: Final = 60
_HOUR: Final = 3600
_LONGEST: Final = 360_000 - 1


def transfer_line(transfer: Transfer, width: int) -> Line:
    """Return `model.bin ███████░░░ 71 % · 12.3 MB/s · 17 s left`; the name gives way."""
    bar = 0 if width < _NARROW else _WIDE_BAR if width >= _WIDE else _BAR
    share = min(1.0, transfer.sent / transfer.size) if transfer.size > 0 else 1.0
    full = int(share * bar)
    facts = [f"{int(share * 100):>3} %"]
    if transfer.rate > 0:
        facts.append(f"{size(transfer.rate)}/s")
    left = transfer.left
    if left is not None and transfer.sent < transfer.size:
        facts.append(f"{duration(left)} left")
    elif transfer.rate <= 0:
        facts.append(f"of {size(transfer.size)}")
    tail = " · ".join(facts)
    name = clean_name(transfer.path) or "all files"
    room = max(8, width - bar - cell_len(tail) - 5)
    return clip(
        (
            Span(f" {'↓' if transfer.fetching else '↑'} {shorten(name, room)} "),
            Span("█" * full, Role.BUSY),
            Span("░" * (bar - full), Role.DIM),
            Span(f" {tail}" if bar else tail, Role.DIM),
        ),
        width,
    )


def duration(seconds: float) -> str:
    """Return how long something still takes: `17 s`, `3 min 20 s`, `2 h 5 min`."""
    whole = round(max(1.0, min(seconds, _LONGEST)))
    if whole < _MINUTE:
        return f"{whole} s"
    if whole < _HOUR:
        minutes, rest = divmod(whole, _MINUTE)
        return f"{minutes} min {rest} s" if rest and minutes < 10 else f"{minutes} min"
    hours, rest = divmod(whole, _HOUR)
    minutes = rest // _MINUTE
    return f"{hours} h {minutes} min" if minutes else f"{hours} h"
