"""The Watch tab: rows with a cursor, so that keys can act on one file or one save."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from typing import TYPE_CHECKING, Final

from rich.style import Style
from textual.message import Message

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.ring import LineRing
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.present.watching import WatchTab, broken_batch, stream_of, watch_rows
from spaces_tui.ui.present.watchrow import RowKind, WatchRow
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from spaces_tui.model.logs import LogLine
    from spaces_tui.model.space import Space
    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.ui.present.spans import Line

RingOf = Callable[[str, LogStream], LineRing]
_EVERY: Final = 0.5
"""Seconds between two repaints of bars that move."""
_EVERY_SLOWLY: Final = 2.0
_TAIL: Final = (3, 12)
"""Fewest and most log lines under a save that broke the Space."""


class WatchView(LineView):
    """State, files and history of one watched folder."""

    class Opened(Message):
        """The row under the cursor was clicked again."""

    class Moved(Message):
        """The cursor is on another row."""

    def __init__(self, ring_of: RingOf, *, slow: bool = False) -> None:
        super().__init__(id="watch", focusable=True)
        self._ring_of = ring_of
        self._every = _EVERY_SLOWLY if slow else _EVERY
        self._space: Space | None = None
        self._snapshot = Snapshot()
        self._rows: list[WatchRow] = []
        self._opened: set[str] = set()
        self._key = ""
        self._index = -1
        self._moved = False
        self._laid_out = 0.0
        self._awaited = False

    @property
    def row(self) -> WatchRow | None:
        """The row under the cursor; None when there is nothing to put it on."""
        return self._rows[self._index] if 0 <= self._index < len(self._rows) else None

    def show(self, space: Space | None, snapshot: Snapshot) -> None:
        """Show the folder of a Space as the snapshot knows it."""
        before = self._status()
        moved_on = space is None or self._space is None or space.id != self._space.id
        if moved_on:
            self.top, self._key, self._index = 0, "", -1
            self._moved = False
            self._opened.clear()
        self._space = space
        self._snapshot = snapshot
        now = self._status()
        if not moved_on and before is not None and now is not None and _only_bars(before, now):
            self._later()
        else:
            self._lay_out()

    def toggle(self) -> bool:
        """Fold or unfold the folder under the cursor; return whether there is one."""
        row = self.row
        if row is None or row.kind is not RowKind.FOLDER:
            return False
        self._opened ^= {row.key}
        self._lay_out()
        return True

    def move(self, rows: int) -> None:
        """Move the cursor by about so many rows, over those it can be on."""
        places = self._places()
        beyond = [at for at in places if (at > self._index if rows > 0 else at < self._index)]
        if not beyond:
            self.scroll_lines(rows)
            return
        if rows > 0:
            within = [at for at in beyond if at <= self._index + rows]
            self._put(within[-1] if within else beyond[0])
        else:
            within = [at for at in beyond if at >= self._index + rows]
            self._put(within[0] if within else beyond[-1])

    def move_to_edge(self, end: bool) -> None:
        """Go to the first or the last row."""
        places = self._places()
        if places:
            self._put(places[-1] if end else places[0])
        self.scroll_lines(self.line_count() * (1 if end else -1))

    def on_resize(self) -> None:
        """Lay out anew."""
        self._lay_out()
        super().on_resize()

    def line_count(self) -> int:
        """Return how many lines there are."""
        return len(self._rows)

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines in the window."""
        del width
        return [row.line for row in self._rows[self.top : self.top + height]]

    def row_style(self, row: int) -> Style | None:
        """Lay the cursor over its row while keys go here."""
        if row + self.top != self._index or not self.has_focus:
            return None
        return self.palette.cursor

    def row_clicked(self, row: int) -> None:
        """Put the cursor where the pointer is; a second click opens."""
        index = row + self.top
        if index >= len(self._rows) or not self._rows[index].key:
            return
        if index == self._index:
            self.post_message(self.Opened())
        else:
            self._put(index)

    def _put(self, index: int) -> None:
        self._moved = True
        self._index = index
        self._key = self._rows[index].key
        self._reveal()
        self.repaint()
        self.post_message(self.Moved())

    def _places(self) -> list[int]:
        return [index for index, row in enumerate(self._rows) if row.key]

    def _reveal(self) -> None:
        height = self.size.height
        if not height or self._index < 0:
            return
        if self._index == next(iter(self._places()), -1) and self._index < height:
            self.top = 0  # what is above the first row cannot be reached otherwise
        else:
            self.reveal(self._index)

    def _lay_out(self) -> None:
        self._laid_out = monotonic()
        if self._space is None:
            self._rows = []
            return
        # Before the first layout there is no size, but the next key may be on its way already.
        width = self.size.width or self.app.size.width
        in_view = self.top <= self._index < self.top + self.size.height
        tab = WatchTab(
            self._space, self._snapshot, datetime.now(UTC), frozenset(self._opened), self._tail()
        )
        before = self.row
        self._rows = watch_rows(tab, max(8, width - 1))
        self._find()
        self.clamp()
        if in_view and self.top:
            self._reveal()
        self.repaint()
        if (before.key if before else "") != self._key or before != self.row:
            self.post_message(self.Moved())

    def _find(self) -> None:
        """Keep the cursor on its row; where that is gone, on the one that took its place."""
        if not self._moved:  # nobody chose it: what needs a person first comes first
            self._key, self._index = "", -1
        keys = [row.key for row in self._rows]
        if self._key and self._key in keys:
            self._index = keys.index(self._key)
            return
        places = self._places()
        if not self._key:  # a heading stands for many files: begin on one of them
            places = [at for at in places if self._rows[at].kind is not RowKind.GROUP] or places
        self._index = min(places, key=lambda at: abs(at - max(0, self._index)), default=-1)
        self._key = keys[self._index] if self._index >= 0 else ""

    def _status(self) -> SyncStatus | None:
        return self._snapshot.watches.get(self._space.id) if self._space else None

    def _tail(self) -> list[LogLine]:
        status = self._status()
        broken = broken_batch(status) if status else None
        if broken is None or self._space is None:
            return []
        fewest, most = _TAIL
        count = max(fewest, min(most, self.size.height // 2 - 2))
        ring = self._ring_of(self._space.id, stream_of(broken))
        return ring.lines(ring.end - count, ring.end)

    def _later(self) -> None:
        """Lay out once the bars may move again."""
        if self._awaited:
            return
        wait = self._laid_out + self._every - monotonic()
        if wait <= 0:
            self._lay_out()
            return
        self._awaited = True
        self.set_timer(wait, self._now)

    def _now(self) -> None:
        self._awaited = False
        self._lay_out()


def _only_bars(before: SyncStatus, now: SyncStatus) -> bool:
    """Whether nothing changed but how far large files have come."""
    if not before.transfers or len(before.transfers) != len(now.transfers):
        return False
    return replace(before, transfers=()) == replace(now, transfers=())
