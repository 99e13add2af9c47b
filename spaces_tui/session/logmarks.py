"""Marks between the lines of a log: where the Space came into another stage, or another commit."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.logs import LineMark, LogLine

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from spaces_tui.model.stagehistory import History, StageSpan

GAP: Final = LogLine(None, "── lines may be missing here ──", LineMark.EVENT)
RESTARTED: Final = LogLine(None, "── another run: a new log begins ──", LineMark.BEGIN)
KEPT: Final = LogLine(
    None, "── up to here kept from before: the Hub has no more of it ──", LineMark.BEGIN
)


class StageMarks:
    """What the stage history says between two lines of one log. Each stage is told once.

    Only stages whose beginning was seen are told: of others nobody knows when they began.
    """

    def __init__(self, history: Callable[[], History]) -> None:
        self._history = history
        self._told: datetime | None = None
        """Up to when everything was told; None before the first line."""
        self._known: History | None = None
        self._waiting: list[StageSpan] = []

    def look(self) -> None:
        """Look at the history as it is now; `until` goes by what was seen last."""
        history = self._history()
        if history is not self._known:
            self._known = history
            self._wait_for(history)

    def _wait_for(self, history: History) -> None:
        told = self._told
        if told is not None:
            self._waiting = [one for one in history if one.begin_seen and one.begin > told]

    def none_until(self, time: datetime) -> bool:
        """Whether no mark stands before a line of this time."""
        return not self._waiting or self._waiting[0].begin > time

    def until(self, time: datetime | None) -> list[LogLine]:
        """Return the marks that stand before a line of this time, oldest first."""
        if time is None:
            return []
        if self._told is None:
            self._told = time
            self._wait_for(self._known or ())
        marks: list[LogLine] = []
        while self._waiting and self._waiting[0].begin <= time:
            span = self._waiting.pop(0)
            self._told = span.begin
            marks.append(_mark(span))
        return marks


def _mark(span: StageSpan) -> LogLine:
    parts = [span.stage.word]
    if span.sha:
        parts.append(f"commit {span.sha[:7]}")
    if span.hardware:
        parts.append(span.hardware)
    return LogLine(span.begin, f"── {' · '.join(parts)} ──", LineMark.EVENT)
