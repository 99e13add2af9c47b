"""What is still being written, what is written all the time, and when each path was written."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from spaces_tui.sync.aside import Aside
from spaces_tui.sync.board import Board
from spaces_tui.sync.folder import Look
from spaces_tui.sync.haste import Haste
from spaces_tui.sync.lanes import Lanes
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.window import Window

_EMPTIED: Final = 0.3
"""Seconds a file that just became empty is given to be filled again."""


@dataclass(slots=True, kw_only=True)
class Stir:
    """Tells what of a plan has come to rest."""

    ledger: Ledger
    window: Window
    aside: Aside
    board: Board
    haste: Haste
    lanes: Lanes = field(default_factory=Lanes)
    written: dict[str, float] = field(default_factory=dict)
    """When paths that are not sent yet were last written, as far as it was noticed."""

    def sort(self, look: Look, diff: Diff, now: float) -> tuple[set[str], set[str]]:
        """Return what is still being written, and the noisy paths whose turn has not come."""
        for path in look.seen:
            if self.window.touched(path) is None and not self.aside.covers(path):
                self.window.touch(path, now)
        restless = self._restless(look, diff, now)
        for path in diff.paths:
            touched = self.window.touched(path)
            if touched is not None:
                self.written[path] = touched
        later, turn = self._in_lanes(look, diff, restless, now)
        restless -= turn - look.moving
        self.window.done(self.window.paths - restless, before=now)
        return restless, later

    def newest(self, diff: Diff, otherwise: float) -> float:
        """Return when something of a plan was written last, as far as that was noticed."""
        noticed = (self.written[path] for path in diff.paths if path in self.written)
        return max(noticed, default=otherwise)

    def _restless(self, look: Look, diff: Diff, now: float) -> set[str]:
        """Return paths that are still being written."""
        restless = {path for path in diff.paths if self.window.restless(path, now)}
        for path, content in diff.uploads.items():
            stored = self.ledger.remote.get(path)
            touched = self.window.touched(path)
            emptied = content.size == 0 and stored is not None and stored.size > 0
            if emptied and touched is not None and now - touched < _EMPTIED:
                restless.add(path)
        if self.haste.hurried:
            restless.clear()
        self.window.again(look.moving, now)
        return restless | look.moving

    def _in_lanes(
        self, look: Look, diff: Diff, restless: set[str], now: float
    ) -> tuple[set[str], set[str]]:
        """Return the noisy paths whose turn has not come, and those whose turn it is."""
        pending = {path: self.written.get(path, now) for path in {*diff.paths, *restless}}
        sizes = {path: figures.size for path in restless if (figures := look.scan.files.get(path))}
        later, turn = self.lanes.seen(pending, restless, sizes, now)
        self.window.apart = self.lanes.noisy
        self.board.slow(self.lanes.slowed())
        return (set() if self.haste.wanted else later), turn
