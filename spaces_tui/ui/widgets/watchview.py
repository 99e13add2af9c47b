"""The Watch tab."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.present.watching import watch_lines
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from spaces_tui.model.space import Space
    from spaces_tui.ui.present.spans import Line


class WatchView(LineView):
    """State and history of one watched folder."""

    def __init__(self) -> None:
        super().__init__(id="watch", focusable=True)
        self._space: Space | None = None
        self._snapshot = Snapshot()
        self._all: list[Line] = []

    def show(self, space: Space | None, snapshot: Snapshot) -> None:
        """Show the folder of a Space as the snapshot knows it."""
        if space is None or self._space is None or space.id != self._space.id:
            self.top = 0
        self._space = space
        self._snapshot = snapshot
        self._lay_out()
        self.repaint()

    def on_resize(self) -> None:
        """Lay out anew."""
        self._lay_out()
        super().on_resize()

    def line_count(self) -> int:
        """Return how many lines there are."""
        return len(self._all)

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines in the window."""
        del width
        return self._all[self.top : self.top + height]

    def _lay_out(self) -> None:
        if self._space is None or not self.size.width:
            self._all = []
            return
        status = self._snapshot.watches.get(self._space.id)
        self._all = watch_lines(self._space, status, max(8, self.size.width - 1))
        self.clamp()
