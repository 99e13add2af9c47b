"""Whether a Space that costs money does any work, as far as short looks at its load tell.

The Hub keeps no history of the load: there is only what it measures while somebody listens. A
look is a few seconds of that, so work between two looks is missed; a run of looks without work is
ended by one with work, or by a time in which nobody looked.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from spaces_tui.model.logs import Metric

UNSEEN: Final = timedelta(hours=1)
"""Looks further apart than this vouch for nothing between them."""
WORTH_SAYING: Final = timedelta(minutes=30)
"""A shorter rest is nothing to speak of."""
_GPU: Final = 2.0
"""Percent below which a GPU does nothing."""
_CPU: Final = 5.0
"""Percent of the allotted CPU below which a server only waits."""


@dataclass(frozen=True, slots=True)
class Idle:
    """A run of looks at which a Space did nothing. Moments are UTC."""

    since: datetime
    last: datetime
    looks: int = 1

    @property
    def lasted(self) -> timedelta:
        """How long it did nothing, from the first of these looks to the last."""
        return self.last - self.since


def does_nothing(metrics: Iterable[Metric]) -> bool | None:
    """Return whether neither CPU nor GPU of any replica works; None where nothing was measured."""
    gpus: list[float] = []
    cpus: list[float] = []
    for metric in metrics:
        gpus += [one.utilization for one in metric.gpus if one.utilization is not None]
        if metric.cpu_percent is not None:
            cpus.append(metric.cpu_percent)
    if not gpus and not cpus:
        return None
    return max(gpus, default=0.0) < _GPU and max(cpus, default=0.0) < _CPU


def looked(before: Idle | None, idle: bool, now: datetime) -> Idle | None:
    """Return the run after one more look; None where it worked."""
    if not idle:
        return None
    if before is None or not timedelta() <= now - before.last <= UNSEEN:
        return Idle(now, now)
    return Idle(before.since, now, before.looks + 1)
