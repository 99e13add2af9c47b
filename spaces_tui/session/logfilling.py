"""Puts what a log delivers into its ring."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.follow import LogReset
from spaces_tui.hub.lines import LineAssembler
from spaces_tui.model.logs import LineMark, LogChunk, LogLines
from spaces_tui.session.logmarks import GAP, KEPT, RESTARTED

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.hub.replay import Delivery
    from spaces_tui.model.logs import LogLine
    from spaces_tui.model.ring import LineRing
    from spaces_tui.session.logmarks import StageMarks

_REST: Final = 0.5
"""Seconds after which a line without a line break is shown as it is."""


class Filling:
    """Fills a ring from one following of a log.

    The Hub gives its whole log again to each following. What the ring holds from before is kept as
    far as it is older than that: it is of containers that the Hub has forgotten.
    """

    def __init__(self, ring: LineRing, marks: StageMarks, filled: Callable[[], None]) -> None:
        self._ring = ring
        self._marks = marks
        self._filled = filled
        self._lines = LineAssembler()
        self._fresh = len(ring) == 0
        self._timer: asyncio.TimerHandle | None = None

    def take(self, *deliveries: Delivery) -> None:
        """Add what came together."""
        if not self._fresh:
            self._fresh = True
            self._make_room(_begin(deliveries[0]))
        self._marks.look()
        lines: list[LogLine] = []
        for delivery in deliveries:
            if isinstance(delivery, LogLines):
                lines += self._marks.until(delivery.begin)
                if self._marks.none_until(delivery.newest) and self._lines.passes():
                    self._ring.extend(lines)
                    self._ring.pour(delivery)
                    lines = []
                else:
                    for chunk in delivery.chunks():
                        lines += self._one(chunk)
            elif isinstance(delivery, LogChunk):
                lines += self._one(delivery)
            else:
                mark = RESTARTED if isinstance(delivery, LogReset) else GAP
                lines += [*self._lines.flush(), mark]
        self._ring.extend(lines)
        self._filled()
        self._wait_for_the_rest()

    def _one(self, chunk: LogChunk) -> list[LogLine]:
        return [*self._marks.until(chunk.time), *self._lines.feed(chunk)]

    def stage_changed(self) -> None:
        """Tell of the stage the Space is in now, if this log has begun."""
        if self._fresh and len(self._ring):
            self._marks.look()
            marks = self._marks.until(datetime.now(UTC))
            if marks and self._ring.extend([*self._lines.flush(), *marks]):
                self._filled()

    def end(self) -> None:
        """Add what is left; nothing more comes."""
        if self._timer is not None:
            self._timer.cancel()
        self._flush()

    def _make_room(self, first: datetime | None) -> None:
        """Forget what comes again, and mark where what is kept from before ends."""
        ring = self._ring
        ring.cut(ring.first if first is None else ring.older(first))
        newest = ring.line(ring.end - 1)
        if newest is not None and newest.mark is not LineMark.BEGIN:
            ring.extend([KEPT])

    def _wait_for_the_rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._lines.open_line is not None:
            self._timer = asyncio.get_running_loop().call_later(_REST, self._flush)

    def _flush(self) -> None:
        if self._ring.extend(self._lines.flush()):
            self._filled()


def _begin(delivery: Delivery) -> datetime | None:
    """Return when the first line of it was written."""
    if isinstance(delivery, LogLines):
        return delivery.begin
    return delivery.time if isinstance(delivery, LogChunk) else None
