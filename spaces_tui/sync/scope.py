"""How much of the folder the next look must take in: all of it, or only what was touched."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from spaces_tui.sync.ignore import IGNORE_FILES

MANY: Final = 500
"""Events in one batch after which some may have been lost."""


class Scope:
    """What was heard of since the last look, and what no look has settled yet.

    A look at what was touched finds the same as a look at everything, if every change was told.
    Whatever makes that doubtful asks for a whole look: a lost or new watcher, a batch so large
    that the system may have dropped some of it, a changed ignore file, a command, a failure, a
    pause of the machine. What nobody notices is found by the whole looks that are due in any case,
    one in every period; nothing is called in sync on the word of an older one.
    """

    def __init__(self) -> None:
        self._touched: set[str] = set()
        self._whole = True
        self._whole_at = float("-inf")

    def touch(self, paths: Collection[str]) -> None:
        """Take in paths that were heard of in one batch."""
        self._touched.update(paths)
        if len(paths) >= MANY or any(path.endswith(IGNORE_FILES) for path in paths):
            self.doubt()

    def doubt(self) -> None:
        """Ask for a whole look: something else may have changed."""
        self._whole = True

    def take(self, now: float, period: float, *, settling: bool) -> frozenset[str] | None:
        """Return what the look that begins now must take in; None: everything."""
        many = len(self._touched) >= MANY
        whole = self._whole or many or self.due(now, period, settling=settling) <= 0
        touched, self._touched = frozenset(self._touched), set()
        self._whole = False
        if whole:
            self._whole_at = now
            return None
        return touched

    def keep(self, paths: Collection[str]) -> None:
        """Take paths in again that the last look did not settle."""
        self._touched.update(paths)

    def due(self, now: float, period: float, *, settling: bool) -> float:
        """Return the seconds until a whole look is due.

        While a save is `settling` it may be late by one period, so that the save goes first.
        """
        return self._whole_at + period * (1 + settling) - now

    def honest(self, now: float, period: float) -> bool:
        """Whether a whole look was had within the period, and none is asked for."""
        return not self._whole and now - self._whole_at <= period
