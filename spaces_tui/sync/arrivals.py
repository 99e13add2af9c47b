"""Counts what is being fetched, and tells of it about once a second."""

from __future__ import annotations

from typing import Final

from spaces_tui.model.sync import Transfer
from spaces_tui.model.sync_events import Progressed
from spaces_tui.sync.board import Board
from spaces_tui.sync.protocols import Clock

_EVERY: Final = 1.0
"""Seconds between two words about progress."""
_SMOOTH: Final = 3.0
"""Seconds that a rate looks back over."""


class Arrivals:
    """The files on their way into the folder: each for the screen, all together in events."""

    def __init__(self, sizes: dict[str, int], board: Board, clock: Clock) -> None:
        self._sizes = sizes
        self._board = board
        self._clock = clock
        self._total = sum(sizes.values())
        self._got: dict[str, int] = {}
        self._open: set[str] = set()
        self._told_at = clock.monotonic()
        self._told = False
        self._marks = [(self._told_at, 0)]

    def begin(self, path: str) -> None:
        """A file is being asked for."""
        self._open.add(path)

    def got(self, path: str, size: int) -> None:
        """So many bytes of a file are here."""
        self._got[path] = size
        now = self._clock.monotonic()
        if now - self._told_at >= _EVERY:
            self._tell(now)

    def done(self, path: str) -> None:
        """A file needs no more watching, landed or not."""
        self._open.discard(path)

    def end(self) -> None:
        """Say the last word, if there was a first, and clear the screen of it."""
        if self._told:
            self._tell(self._clock.monotonic())
        self._board.set(transfers=())

    def _tell(self, now: float) -> None:
        sent = sum(self._got.values())
        self._told, self._told_at = True, now
        self._marks = [*(mark for mark in self._marks if now - mark[0] < _SMOOTH), (now, sent)]
        since, before = self._marks[0]
        rate = max(0.0, (sent - before) / (now - since)) if now > since else 0.0
        single = next(iter(self._sizes)) if len(self._sizes) == 1 else ""
        share = rate / max(1, len(self._open))
        self._board.set(
            transfers=tuple(
                Transfer(path, self._got.get(path, 0), self._sizes[path], share, fetching=True)
                for path in sorted(self._open)
            )
        )
        self._board.emit(Progressed(single, sent, self._total, rate, fetching=True))
