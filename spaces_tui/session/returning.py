"""Takes up a token that its owner gives while the session runs, with `spaces-tui login` elsewhere.

Nothing is looked at while every account has a token that works. As soon as one has none, what is
kept on this machine is read: the token may have been replaced before the old one ended. From then
on the list of who is signed in is looked at every other second, which costs the dates of one file,
and read again when somebody signed in.
"""

from __future__ import annotations

import asyncio
import logging
from functools import partial
from typing import TYPE_CHECKING, Final

from spaces_tui.accounts.choice import source_of
from spaces_tui.accounts.outcomes import Read
from spaces_tui.hub.errors import HubError
from spaces_tui.session.apart import apart
from spaces_tui.session.snapshot import Standing

if TYPE_CHECKING:
    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.accounts.roster import Kept
    from spaces_tui.session.acting import Acting
    from spaces_tui.session.identities import Identities

_PAUSE: Final = 2.0
"""Seconds between two looks at the list."""
_LOST: Final = frozenset({Standing.REFUSED, Standing.UNREACHABLE})
_log = logging.getLogger(__name__)


class Returning:
    """Gives accounts without a token the one that is kept for them now."""

    def __init__(
        self, identities: Identities, keeper: Keeper, endpoint: str, *, anybody: bool
    ) -> None:
        """Prepare; nothing is looked at yet.

        Args:
            identities: who the session acts for.
            keeper: what keeps tokens; its calls block.
            endpoint: the Hub at which somebody may sign in while nobody is.
            anybody: whether that may be anybody; else only accounts that are there already.
        """
        self._identities = identities
        self._keeper = keeper
        self._endpoint = endpoint
        self._anybody = anybody

    async def run(self) -> None:
        """Look whenever there is reason to, until cancelled."""
        while True:
            while not self._wanting():
                await self._identities.news()
            seen: object = self
            while self._wanting():
                stamp = await apart(self._keeper.stamp)
                if stamp != seen:
                    seen = stamp
                    await self._look()
                await asyncio.sleep(_PAUSE)

    def _wanting(self) -> list[Acting | None]:
        """Return the accounts without a token that works; None stands for nobody at all."""
        everybody = list(self._identities)
        if not everybody and self._anybody:
            return [None]
        return [one for one in everybody if one.standing in _LOST]

    async def _look(self) -> None:
        for wanting in self._wanting():
            endpoint = wanting.endpoint if wanting else self._endpoint
            for kept in await apart(partial(self._keeper.accounts, endpoint)):
                if _suits(kept, wanting) and await self._taken(kept, wanting):
                    break

    async def _taken(self, kept: Kept, wanting: Acting | None) -> bool:
        """Whether the token that is kept is another one, and is accepted; then it is used."""
        outcome = await apart(lambda: self._keeper.read(kept))
        if not isinstance(outcome, Read):
            return False
        if wanting is not None and outcome.token == wanting.token:
            return False
        try:
            await self._identities.admit(kept.endpoint, outcome.token, source_of(kept))
        except HubError as error:
            _log.warning("the token kept for %s cannot be used: %s", kept.name, error.message)
            return False
        return True


def _suits(kept: Kept, wanting: Acting | None) -> bool:
    """Whether somebody who is signed in is who is wanted; without a name it may be anybody."""
    if wanting is None or not wanting.name:
        return True
    return kept.name.casefold() == wanting.name.casefold()
