"""The Overview tab: facts and load above, the newest log lines below."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.ring import LineRing
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.present.overview import TAIL_AT_LEAST, fact_lines, tail_lines, tail_stream
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from spaces_tui.model.logs import LogLine, Metric
    from spaces_tui.model.space import Space
    from spaces_tui.ui.present.spans import Line

RingOf = Callable[[str, LogStream], LineRing]


class Overview(LineView):
    """One Space at a glance. Load is repainted at most every `metrics_every` seconds."""

    def __init__(self, ring_of: RingOf, *, metrics_every: float = 2.0) -> None:
        super().__init__(id="overview", focusable=True)
        self._ring_of = ring_of
        self._metrics_every = metrics_every
        self._metrics: tuple[Metric, ...] = ()
        self._metrics_of = ""
        self._metrics_at = 0.0
        self._space: Space | None = None
        self._snapshot = Snapshot()
        self._count = 0
        self._made: tuple[int, int, list[Line]] | None = None

    def show(self, space: Space | None, snapshot: Snapshot) -> None:
        """Show a Space as the snapshot knows it."""
        if (space.id if space else "") != (self._space.id if self._space else ""):
            self.top = 0
            self._metrics_at = 0.0
        self._space = space
        self._snapshot = snapshot
        self._take_metrics()
        self.repaint()

    def repaint(self) -> None:
        """Lay out anew, then repaint what differs."""
        self._made = None
        super().repaint()

    def line_count(self) -> int:
        """Return how many lines there are at the present size."""
        return len(self._all(self.size.width, self.size.height))

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines in the window."""
        return self._all(width, height)[self.top : self.top + height]

    def _all(self, width: int, height: int) -> list[Line]:
        if self._made is None or self._made[:2] != (width, height):
            self._made = (width, height, self._make(width, height))
        return self._made[2]

    def _make(self, width: int, height: int) -> list[Line]:
        if self._space is None or not height:
            return []
        now = datetime.now(UTC)
        facts = fact_lines(self._space, self._snapshot, self._metrics, now, width, height=height)
        room = max(TAIL_AT_LEAST, height - len(facts)) - 1
        tail = self._tail(room)
        return [*facts, *tail_lines(self._space, self._snapshot.detail, tail, width)]

    def _tail(self, count: int) -> list[LogLine]:
        assert self._space is not None
        ring = self._ring_of(self._space.id, tail_stream(self._space))
        end = ring.end
        return ring.lines(end - count, end)

    def _take_metrics(self) -> None:
        detail = self._snapshot.detail
        mine = detail.metrics if detail and self._space and detail.space == self._space.id else ()
        name = self._space.id if self._space else ""
        now = monotonic()
        due = now - self._metrics_at >= self._metrics_every
        if due or name != self._metrics_of or not mine or not self._metrics:
            if mine is not self._metrics:
                self._metrics_at = now
            self._metrics = mine
            self._metrics_of = name
