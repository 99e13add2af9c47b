"""Borrowed hardware: sees to every open loan while the session lives, and shows how they stand."""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from spaces_tui.guard.journal import Journal
from spaces_tui.guard.keeper import Keeper
from spaces_tui.guard.protocols import GuardError, Trouble
from spaces_tui.guard.rounds import Rounds
from spaces_tui.guard.time import SystemClock
from spaces_tui.model.loan import Ended, LoanState
from spaces_tui.model.loanwords import ended_words
from spaces_tui.session.loanremote import LoanRemote
from spaces_tui.session.snapshot import Standing

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

    from spaces_tui.guard.protocols import Clock, Remote
    from spaces_tui.model.loan import Loan
    from spaces_tui.model.space import Runtime
    from spaces_tui.session.acting import Acting
    from spaces_tui.session.board import Board
    from spaces_tui.session.identities import Identities

_LOOK: Final = 60.0
"""Seconds between looks of a console that only reads."""
_QUIET: Final = frozenset({Ended.RETURNED, Ended.PAUSED, Ended.BY_HAND})
_log = logging.getLogger(__name__)


class Loans:
    """Everything here runs on the session's loop."""

    def __init__(
        self,
        identities: Identities,
        board: Board,
        folder: Path,
        seen: Callable[[str, Runtime], None],
        *,
        read_only: bool,
        clock: Clock | None = None,
    ) -> None:
        self._identities = identities
        self._board = board
        self._seen = seen
        self._read_only = read_only
        self.keeper = Keeper(Journal(folder), self._remote_of, clock or SystemClock())
        self._rounds = Rounds(self.keeper, self._stepped)

    async def run(self) -> None:
        """See to what is lent until cancelled. A console that only reads just shows it."""
        await self.show()
        while self._read_only:
            await asyncio.sleep(_LOOK)
            await self.show()
        await self._rounds.run()

    async def show(self) -> None:
        """Hang up what is open, as the journal has it now."""
        try:
            loans = await self.keeper.loans()
        except OSError as error:
            _log.warning("the journal of loans cannot be read: %s", error.strerror)
            return
        shown = {one.id for one in self._board.snapshot.loans}
        self._board.change(loans=tuple(one for one in loans if one.open or one.id in shown))

    def ring(self, key: str | None = None) -> None:
        """Look at a loan, or at all of them, now."""
        self._rounds.ring(key)

    def note(self, loan: Loan) -> None:
        """Hang up how a loan is now."""
        others = tuple(one for one in self._board.snapshot.loans if one.id != loan.id)
        self._board.change(loans=(*others, loan))

    async def remote(self, space: str) -> tuple[Remote, Acting]:
        """Return a Space's Hub as the account that acts on it sees it."""
        await self._identities.settled(space)
        acting = self._identities.of(space.partition("/")[0])
        assert acting is not None
        return self._remote(acting), acting

    async def _remote_of(self, loan: Loan) -> Remote | None:
        acting = self._acting(loan)
        if acting is None or (acting.standing is Standing.CONNECTING and not acting.usable):
            return None  # signed in at another Hub alone, or its token is on its way
        if not acting.usable:
            raise GuardError(Trouble.AUTH, acting.sentence or "Its token cannot be used.")
        return self._remote(acting)

    def _acting(self, loan: Loan) -> Acting | None:
        here = [one for one in self._identities if one.endpoint == loan.endpoint]
        owner = loan.space.partition("/")[0]
        for acting in here:
            if acting.name == loan.account:
                return acting
        return next((one for one in here if owner in one.owners), None)

    def _remote(self, acting: Acting) -> Remote:
        async def namespaces() -> Sequence[str]:
            identity = acting.identity or await acting.hub.whoami()
            return identity.namespaces

        return LoanRemote(acting.hub, namespaces, self._seen)

    def _stepped(self, loan: Loan) -> None:
        before = next((one for one in self._board.snapshot.loans if one.id == loan.id), None)
        self.note(loan)
        if before is None or before.state is loan.state:
            return
        if loan.state is LoanState.ALARM:
            why = f"{loan.space}: {loan.flavor} could not be taken back. {loan.note}"
            self._board.notify(why, severity="error", space=loan.space)
        elif not loan.open and loan.ended is not Ended.QUIET:
            kind = "information" if loan.ended in _QUIET else "warning"
            said = f"{loan.space}: {ended_words(loan)}"
            self._board.notify(said, severity=kind, space=loan.space)
