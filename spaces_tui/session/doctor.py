"""The Space in view is diagnosed by itself, from what is at hand, when that changes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.evidence import evidence_at_hand

if TYPE_CHECKING:
    from spaces_tui.model.diagnosis import Diagnosis
    from spaces_tui.model.space import Space
    from spaces_tui.model.stagehistory import History
    from spaces_tui.session.board import Board
    from spaces_tui.session.rings import Rings

_EVERY: Final = 1.0
"""Seconds between two looks at whether there is anything new; that alone costs nothing."""
_LINES: Final = 1_000
"""Lines of each log that are looked at."""
_SETTLED: Final = frozenset(
    {"NO_APP_FILE", "CONFIG_ERROR", "BUILD_ERROR", "RUNTIME_ERROR", "PAUSED", "RUNNING"}
)
"""Stages in which what is said stays said: nothing of it is looked for while a log still grows."""


class Doctor:
    """Finds the cause for what is down, as far as it shows in what was read anyway."""

    def __init__(self, board: Board, rings: Rings) -> None:
        self._board = board
        self._rings = rings

    async def attend(self, space: str) -> None:
        """Keep the diagnosis of the Space in view up to date, until cancelled."""
        seen: object = None
        while True:
            known = self._board.space(space)
            if known is not None and not known.static and (sign := self._sign(known)) != seen:
                seen = sign
                found = await self._examine(known)
                self._board.detail(space, diagnosis=found)
            await asyncio.sleep(_EVERY)

    def _sign(self, space: Space) -> object:
        """Return what differs when there may be something new to find."""
        logs: list[object] = []
        for stream in LogStream:
            ring = self._rings.known(space.id, stream)
            if ring is not None and not space.stage.running:
                logs += [ring.epoch, ring.end]
        history = self._history(space.id)
        begun = history[-1].begin if history else None
        minute = 0 if space.stage.name in _SETTLED else int(_seconds(history) // 60)
        return (space.runtime, begun, minute, *logs)

    async def _examine(self, space: Space) -> Diagnosis | None:
        """Run the rules in a thread: they take longer than the loop may stand still."""
        history = self._history(space.id)

        def examine() -> Diagnosis:
            from spaces_tui.diagnose.examine import diagnose  # noqa: PLC0415 - not before needed

            return diagnose(evidence_at_hand(space, history, self._rings, _LINES))

        found = await asyncio.to_thread(examine)
        return found if found.verdict is not None or found.trouble else None

    def _history(self, space: str) -> History:
        detail = self._board.snapshot.detail
        return detail.stages if detail is not None and detail.space == space else ()


def _seconds(history: History) -> float:
    return (history[-1].last - history[-1].begin).total_seconds() if history else 0.0
