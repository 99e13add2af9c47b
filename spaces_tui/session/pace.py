"""How often to ask.

The Hub counts requests in windows of five minutes; a free account has 1,000. Idle with a hundred
Spaces in three namespaces costs one list call per namespace and minute, and one runtime call a
minute for the Space in view: 20 in five minutes.
"""

from __future__ import annotations

from random import uniform
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Gauge

LIST_IDLE: Final = 60.0
LIST_MOVING: Final = 10.0
"""Seconds between lists while some Space is building or starting."""
RUNTIME_IDLE: Final = 60.0
"""Seconds between reads of the Space in view; its event stream tells of changes earlier."""
RUNTIME_MOVING: Final = 2.0
RUNTIME_AWAITED: Final = 1.0
"""Seconds between reads while a batch of saves is on its way to being live."""
_SHORT: Final = 0.2
"""Share of the window left below which everything slows down."""
_SLOWER: Final = 3.0
_LONGEST_BACK_OFF: Final = 30.0


def list_pause(spaces: Iterable[Space], gauge: Gauge | None) -> float:
    """Return the seconds until the next list of an account that reads these Spaces.

    `gauge` is its own rate limit.
    """
    moving = any(space.stage.transitional for space in spaces)
    return (LIST_MOVING if moving else LIST_IDLE) * thrift(gauge)


def thrift(gauge: Gauge | None) -> float:
    """Return the factor by which to slow down, given what is left of the rate limit."""
    if gauge is None or not gauge.quota:
        return 1.0
    return _SLOWER if gauge.left < gauge.quota * _SHORT else 1.0


def back_off(failures: int) -> float:
    """Return the seconds to wait after so many failures in a row: 1, 2, 4 … 30, ±20 %."""
    return min(2.0 ** max(0, failures - 1), _LONGEST_BACK_OFF) * uniform(0.8, 1.2)
