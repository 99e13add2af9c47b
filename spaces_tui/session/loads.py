"""What was measured lately of the Spaces that were looked at."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock
from typing import Final

from spaces_tui.model.loadhistory import LoadHistory

_KEPT: Final = 16
"""Spaces of which it is kept."""


class Loads:
    """One history for each Space; the ones looked at longest ago are forgotten."""

    def __init__(self) -> None:
        self._lock = Lock()
        self._histories: OrderedDict[str, LoadHistory] = OrderedDict()

    def of(self, space: str) -> LoadHistory:
        """Return the history of one Space, a new one when it is not known."""
        with self._lock:
            history = self._histories.setdefault(space, LoadHistory())
            self._histories.move_to_end(space)
            while len(self._histories) > _KEPT:
                self._histories.popitem(last=False)
            return history
