"""Logs of the Space in view, into their rings."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import Forbidden, HubError, NotFound, ServerError, Unauthorized, Withheld
from spaces_tui.hub.follow import LogGap, LogReset, Patience
from spaces_tui.hub.lines import LineAssembler
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogChunk, LogLine
from spaces_tui.session.pace import back_off
from spaces_tui.session.trouble import sentence
from spaces_tui.session.waiting import Nudge

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.model.ring import LineRing
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities
    from spaces_tui.session.rings import Rings

FOLLOWING: Final = "following"
_CONNECTING: Final = "connecting"
_ENDED: Final = "ended"
_NO_LOG: Final = "no log yet"
_NOT_YOURS: Final = "The Hub shows this log only to people with write access."
_ASK_AGAIN: Final = 60.0
"""Seconds until a log that the Hub did not give is asked for again; a new stage asks earlier."""
_REST: Final = 0.5
"""Seconds after which a line without a line break is shown as it is."""
_RESET: Final = "── a new log begins ──"
_GAP: Final = "── lines may be missing here ──"


@dataclass(frozen=True, slots=True)
class _Subject:
    space: str
    stream: LogStream


class Logs:
    """Follows logs. A log that ended goes on when the Space is in another stage."""

    def __init__(self, identities: Identities, board: Board, rings: Rings) -> None:
        self._identities = identities
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
        failures = 0
        patience = Patience(go_on=lambda: self._goes_on(subject, nudge))
        self._note(subject, _CONNECTING)
        try:
            while True:
                pause = _ASK_AGAIN
                try:
                    await self._pour(subject, patience)
                    failures = 0
                except NotFound:
                    self._note(subject, _NO_LOG)
                except Withheld as error:
                    self._note(subject, sentence(error))
                except (Forbidden, Unauthorized):
                    self._note(subject, _NOT_YOURS)
                except HubError as error:
                    failures += 1
                    self._note(subject, sentence(error))
                    if isinstance(error, ServerError):
                        pause = back_off(failures)
                await nudge.wait(pause)
        finally:
            self._nudges.pop(subject, None)

    async def _pour(self, subject: _Subject, patience: Patience) -> None:
        filling = _Filling(self._rings.of(subject.space, subject.stream), self._board.touch)
        log = self._identities.space(subject.space).follow(subject.stream, patience=patience)
        try:
            async with aclosing(log) as deliveries:
                async for delivery in deliveries:
                    filling.take(delivery)
                    self._note(subject, FOLLOWING)
        finally:
            filling.end()

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

    def __init__(self, ring: LineRing, filled: Callable[[], None]) -> None:
        self._ring = ring
        self._filled = filled
        self._lines = LineAssembler()
        self._fresh = len(ring) == 0
        self._timer: asyncio.TimerHandle | None = None

    def take(self, delivery: LogChunk | LogGap | LogReset) -> None:
        """Add one delivery."""
        if not self._fresh:
            self._ring.clear()
            self._fresh = True
        if isinstance(delivery, LogChunk):
            self._ring.extend(self._lines.feed(delivery))
        else:
            mark = _RESET if isinstance(delivery, LogReset) else _GAP
            self._ring.extend([*self._lines.flush(), LogLine(None, mark)])
        self._filled()
        self._wait_for_the_rest()

    def end(self) -> None:
        """Add what is left; nothing more comes."""
        if self._timer is not None:
            self._timer.cancel()
        self._flush()

    def _wait_for_the_rest(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._lines.open_line is not None:
            self._timer = asyncio.get_running_loop().call_later(_REST, self._flush)

    def _flush(self) -> None:
        if self._ring.extend(self._lines.flush()):
            self._filled()
