"""Logs of the Space in view, into their rings."""

from __future__ import annotations

from contextlib import aclosing
from dataclasses import dataclass
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import Forbidden, HubError, NotFound, ServerError, Unauthorized, Withheld
from spaces_tui.hub.follow import Patience
from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.logfilling import Filling
from spaces_tui.session.logmarks import StageMarks
from spaces_tui.session.pace import back_off
from spaces_tui.session.trouble import sentence
from spaces_tui.session.waiting import Nudge

if TYPE_CHECKING:
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities
    from spaces_tui.session.lastwords import LastWords
    from spaces_tui.session.rings import Rings

FOLLOWING: Final = "following"
_CONNECTING: Final = "connecting"
_ENDED: Final = "ended"
_NO_LOG: Final = "no log yet"
_NOT_YOURS: Final = "The Hub shows this log only to people with write access."
_ASK_AGAIN: Final = 60.0
"""Seconds until a log that the Hub did not give is asked for again; a new stage asks earlier."""


@dataclass(frozen=True, slots=True)
class _Subject:
    space: str
    stream: LogStream


class Logs:
    """Follows logs. A log that ended goes on when the Space is in another stage."""

    def __init__(
        self, identities: Identities, board: Board, rings: Rings, words: LastWords
    ) -> None:
        self._identities = identities
        self._board = board
        self._rings = rings
        self._words = words
        self._nudges: dict[_Subject, Nudge] = {}
        self._fillings: dict[_Subject, Filling] = {}

    def stage_changed(self, space: str) -> None:
        """Note that a Space is in another stage: it may have a new container or build."""
        for subject, nudge in self._nudges.items():
            if subject.space == space:
                nudge.nudge()
        for subject, filling in self._fillings.items():
            if subject.space == space:
                filling.stage_changed()

    async def follow(self, space: str, stream: LogStream) -> None:
        """Follow one log until cancelled; what its ring holds, and the Hub not, is kept."""
        subject = _Subject(space, stream)
        nudge = self._nudges[subject] = Nudge()
        failures = 0
        patience = Patience(go_on=lambda: self._goes_on(subject, nudge))
        self._note(subject, _CONNECTING)
        try:
            await self._words.recall(self._uid(space), stream, self._rings.of(space, stream))
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
        space, stream = subject.space, subject.stream
        ring, uid = self._rings.of(space, stream), self._uid(space)
        keep = self._words.keeping(uid, stream, ring)

        def filled() -> None:
            keep()
            self._board.touch()

        marks = StageMarks(lambda: self._board.stages.of(self._board.space(space)))
        filling = self._fillings[subject] = Filling(ring, marks, filled)
        log = self._identities.space(space).follow(stream, patience=patience)
        try:
            async with aclosing(log) as arrivals:
                async for together in arrivals:
                    self._note(subject, FOLLOWING)
                    filling.take(*together)
        finally:
            self._fillings.pop(subject, None)
            filling.end()

    def _uid(self, space: str) -> str:
        """Return what names a Space for good: the Hub's own id survives a new name."""
        known = self._board.space(space)
        return known.uid or known.id if known else space

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
