"""The logs that were looked at lately, each in its ring."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, Final

from spaces_tui.model.ring import LineRing

if TYPE_CHECKING:
    from spaces_tui.model.log_stream import LogStream

_KEPT: Final = 16
"""Rings kept; with the ring's own bound this bounds what all logs together cost."""


class Rings:
    """One ring for each log; the ones looked at longest ago are forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._rings: OrderedDict[tuple[str, LogStream], LineRing] = OrderedDict()

    def known(self, space: str, stream: LogStream) -> LineRing | None:
        """Return the ring of a log that was looked at; None when it was not, or is forgotten."""
        with self._lock:
            return self._rings.get((space, stream))

    def of(self, space: str, stream: LogStream) -> LineRing:
        """Return the ring of one log, a new one when it is not known."""
        key = (space, stream)
        with self._lock:
            ring = self._rings.setdefault(key, LineRing())
            self._rings.move_to_end(key)
            while len(self._rings) > _KEPT:
                self._rings.popitem(last=False)
            return ring
