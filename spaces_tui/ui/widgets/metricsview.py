"""The Metrics tab: how busy a Space is and was, replica by replica."""

from __future__ import annotations

from collections.abc import Callable
from time import time
from typing import TYPE_CHECKING, Final

from spaces_tui.model.loadhistory import KEPT_SECONDS, LoadHistory, Sample
from spaces_tui.session.snapshot import Snapshot
from spaces_tui.ui.present.metrics import SPANS, empty_words, metrics_lines, state_lines
from spaces_tui.ui.present.spans import BLANK, Role, wrapped
from spaces_tui.ui.widgets.lineview import LineView

if TYPE_CHECKING:
    from spaces_tui.model.space import Space
    from spaces_tui.ui.present.spans import Line

HistoryOf = Callable[[str], LoadHistory]
_FIRST: Final = 1
"""Which of the spans of time is shown first."""


class MetricsView(LineView):
    """Plots of one Space. They are drawn anew at most every `every` seconds."""

    def __init__(
        self, history_of: HistoryOf, *, every: float = 2.0, now: Callable[[], float] = time
    ) -> None:
        super().__init__(id="metrics", focusable=True)
        self._history_of = history_of
        self._every = every
        self._now = now
        self._at = 0.0
        self._span = _FIRST
        self._space: Space | None = None
        self._note = ""
        self._replicas: dict[str, list[Sample]] = {}
        self._made: tuple[int, int, list[Line]] | None = None

    def show(self, space: Space | None, snapshot: Snapshot) -> None:
        """Show a Space: at once when something else than time has changed."""
        before, note = self._space, self._note
        self._space = space
        detail = snapshot.detail
        mine = detail is not None and space is not None and detail.space == space.id
        self._note = detail.load_note if detail and mine else ""
        if (space.id if space else "") != (before.id if before else ""):
            self.top = 0
        elif (
            self._replicas
            and space is not None
            and before is not None
            and space.stage == before.stage
            and note == self._note
            and self._now() - self._at < self._every
        ):
            return
        self._take()

    def sideways(self, *, right: bool) -> None:
        """Look further back, or less far."""
        self._span = min(max(0, self._span + (1 if right else -1)), len(SPANS) - 1)
        self._take()

    def line_count(self) -> int:
        """Return how many lines there are at the present size."""
        return len(self._all(self.size.width, self.size.height))

    def visible_lines(self, width: int, height: int) -> list[Line]:
        """Return the lines in the window."""
        return self._all(width, height)[self.top : self.top + height]

    def _take(self) -> None:
        self._at = self._now()
        name = self._space.id if self._space else ""
        since = self._at - min(SPANS[self._span], KEPT_SECONDS)
        self._replicas = self._history_of(name).since(since) if name else {}
        self._made = None
        self.clamp()
        self.repaint()

    def _all(self, width: int, height: int) -> list[Line]:
        if self._made is None or self._made[:2] != (width, height):
            self._made = (width, height, self._make(width, height))
        return self._made[2]

    def _make(self, width: int, height: int) -> list[Line]:
        space = self._space
        if space is None or not height:
            return []
        if not self._replicas:
            return [BLANK, *wrapped(empty_words(space, self._note), width - 1, Role.DIM, " ")]
        rows = state_lines(space, self._replicas, self._note, self._at, width)
        room = height - len(rows)
        return [*rows, *metrics_lines(self._replicas, self._at, SPANS[self._span], width, room)]
