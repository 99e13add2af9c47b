"""What was measured of one Space lately: the Hub keeps no history, so we do."""

from __future__ import annotations

from collections import OrderedDict, deque
from itertools import dropwhile
from threading import Lock
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.logs import Metric

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

KEPT_SECONDS: Final = 900.0
"""Seconds that are kept of each replica."""
_SAMPLES: Final = 1_800
"""Measurements kept of each replica, should they come faster than one a second."""
_REPLICAS: Final = 16
_GAP: Final = 3.5
"""Seconds without a measurement that make a gap; about one comes each second."""


class Sample(NamedTuple):
    """One measurement and when it came, in Unix seconds: the Hub gives it no time."""

    at: float
    metric: Metric


class LoadHistory:
    """The newest measurements, for each replica. Written by one thread, read by others."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._replicas: OrderedDict[str, deque[Sample]] = OrderedDict()

    def add(self, metric: Metric, at: float) -> None:
        """Take a measurement that came at `at`."""
        with self._lock:
            samples = self._replicas.setdefault(metric.replica, deque(maxlen=_SAMPLES))
            samples.append(Sample(at, metric))
            while samples[0].at < at - KEPT_SECONDS:
                samples.popleft()
            while len(self._replicas) > _REPLICAS:
                self._replicas.pop(min(self._replicas, key=lambda one: self._replicas[one][-1].at))

    def since(self, moment: float) -> dict[str, list[Sample]]:
        """Return what was measured since then of each replica that was measured at all."""
        with self._lock:
            found = {
                replica: list(dropwhile(lambda sample: sample.at < moment, samples))
                for replica, samples in self._replicas.items()
            }
        return {replica: samples for replica, samples in found.items() if samples}


class Grid(NamedTuple):
    """Equal spans of time, one for each column of a plot."""

    last: int
    """Number of the newest span, counted from 1970 so that spans do not move as time passes."""
    step: float
    """Seconds of each."""
    spans: int


def grid(now: float, seconds: float, count: int) -> Grid:
    """Divide the `seconds` before `now` into `count` spans."""
    step = seconds / max(1, count)
    return Grid(int(now // step), step, max(1, count))


def columns(
    samples: Sequence[Sample], value: Callable[[Metric], float | None], over: Grid
) -> list[float | None]:
    """Return the highest value in each span, so that no peak is lost; None where there is a gap.

    A span shorter than the time between two measurements takes over the one before it.
    """
    found: list[float | None] = [None] * over.spans
    newest: list[Sample | None] = [None] * over.spans
    first = over.last - over.spans + 1
    for sample in samples:
        column, measured = int(sample.at // over.step) - first, value(sample.metric)
        if measured is None or not 0 <= column < over.spans:
            continue
        known = found[column]
        found[column] = measured if known is None else max(known, measured)
        newest[column] = sample
    before: Sample | None = None
    for column, here in enumerate(newest):
        begins = (first + column) * over.step
        if here is not None:
            before = here
        elif before is not None and begins - before.at < _GAP:
            found[column] = value(before.metric)
    return found
