"""Logs of the Space in view, into their rings."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from spaces_tui.hub.client import Hub
from spaces_tui.hub.errors import HubError, NotFound
from spaces_tui.hub.follow import LogGap, LogReset, Patience
from spaces_tui.hub.lines import LineAssembler
from spaces_tui.model.logs import LogChunk, LogLine, LogStream
from spaces_tui.model.ring import LineRing
from spaces_tui.session.board import Board
from spaces_tui.session.rings import Rings
from spaces_tui.session.trouble import sentence
from spaces_tui.session.waiting import Nudge

FOLLOWING: Final = "following"
_CONNECTING: Final = "connecting"
_ENDED: Final = "ended"
_NO_LOG: Final = "no log yet"
_ASK_AGAIN: Final = 60.0
"""Seconds until a log that the Hub did not give is asked for again; a new stage asks earlier."""
_RESET: Final = "── a new log begins ──"
_GAP: Final = "── lines may be missing here ──"


@dataclass(frozen=True, slots=True)
class _Subject:
    space: str
    stream: LogStream


class Logs:
    """Follows logs. A log that ended goes on when the Space is in another stage."""

    def __init__(self, hub: Hub, board: Board, rings: Rings) -> None:
        self._hub = hub
        self._board = board
        self._rings = rings
        self._nudges: dict[_Subject, Nudge] = {}

    def stage_changed(self, space: str) -> None:
        """Note that a Space is in another stage: it may have a new container or build."""
        for subject, nudge in self._nudges.items():
            if subject.space == space:
                nudge.nudge()

    async def follow(self, space: str, stream: LogStream) -> None:
        """Follow one log until cancelled. What its ring holds from earlier is replaced."""
        subject = _Subject(space, stream)
        nudge = self._nudges[subject] = Nudge()
        filling = _Filling(self._rings.of(space, stream))
        patience = Patience(go_on=lambda: self._goes_on(subject, nudge))
        self._note(subject, _CONNECTING)
        try:
            while True:
                try:
                    await self._pour(subject, filling, patience)
                except NotFound:
                    self._note(subject, _NO_LOG)
                except HubError as error:
                    self._note(subject, sentence(error))
                await nudge.wait(_ASK_AGAIN)
        finally:
            self._nudges.pop(subject, None)

    async def _pour(self, subject: _Subject, filling: _Filling, patience: Patience) -> None:
        log = self._hub.space(subject.space).follow(subject.stream, patience=patience)
        async with aclosing(log) as deliveries:
            async for delivery in deliveries:
                filling.take(delivery)
                self._note(subject, FOLLOWING)
                self._board.touch()

    async def _goes_on(self, subject: _Subject, nudge: Nudge) -> bool:
        if not self._lives(subject):
            self._note(subject, _ENDED)
            while not await nudge.wait(_ASK_AGAIN):
                pass
        return True

    def _lives(self, subject: _Subject) -> bool:
        known = self._board.space(subject.space)
        if known is None:
            return False
        if subject.stream is LogStream.BUILD:
            return "BUILDING" in known.stage.name
        return known.stage.serving or "STARTING" in known.stage.name

    def _note(self, subject: _Subject, text: str) -> None:
        detail = self._board.snapshot.detail
        if detail is None or detail.space != subject.space:
            return
        if detail.logs_note.get(subject.stream) != text:
            notes = {**detail.logs_note, str(subject.stream): text}
            self._board.detail(subject.space, logs_note=MappingProxyType(notes))


class _Filling:
    """Puts what is delivered into a ring; old content goes when the first new line comes."""

    def __init__(self, ring: LineRing) -> None:
        self._ring = ring
        self._lines = LineAssembler()
        self._fresh = len(ring) == 0

    def take(self, delivery: LogChunk | LogGap | LogReset) -> None:
        """Add one delivery."""
        if not self._fresh:
            self._ring.clear()
            self._fresh = True
        if isinstance(delivery, LogChunk):
            self._ring.extend(self._lines.feed(delivery))
            return
        mark = _RESET if isinstance(delivery, LogReset) else _GAP
        self._ring.extend([*self._lines.flush(), LogLine(None, mark)])
