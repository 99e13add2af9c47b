"""All accounts of the session: which one acts on which Space, and with which token.

Each has a client of its own, so that no token ever goes out for another identity or to another
Hub. An account that the Hub refuses asks nothing more until it has another token; the others do
not notice.
"""

from __future__ import annotations

import asyncio
import logging
from typing import TYPE_CHECKING, Final

from spaces_tui import __version__
from spaces_tui.hub.client import Hub
from spaces_tui.hub.errors import HubError, Unauthorized
from spaces_tui.session.acting import Acting
from spaces_tui.session.apart import apart
from spaces_tui.session.config import Candidate
from spaces_tui.session.facade import CommandError
from spaces_tui.session.ranks import best, link_of, rights, tightest
from spaces_tui.session.snapshot import Account, Link, Standing
from spaces_tui.session.tasks import spawn
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.identity import Identity, Secret
    from spaces_tui.session.board import Board
    from spaces_tui.session.config import Origin

_SIGNED_OUT: Final = "Not signed in: run spaces-tui login, or set HF_TOKEN to an access token."
_VOUCHED: Final = 300.0
"""Seconds for which a token is not doubted again that the Hub named after it had refused a call:
calls are refused for reasons of their own, too, and asking who one is has a strict quota."""
_WRITES: Final = 3
_log = logging.getLogger(__name__)


class Identities:
    """Owns one client per account. Everything here runs on the session's loop."""

    def __init__(self, board: Board, origin: Origin) -> None:
        """Prepare; nobody is taken up yet.

        Raises:
            InvalidEndpoint: the first Hub's address is none.
        """
        self._board = board
        self._endpoint = origin.endpoint
        self._why = origin.why or _SIGNED_OUT
        self._nobody = Hub(origin.endpoint, None, version=__version__)
        self._nobody.admission.bar(self._why)
        self._accounts: list[Acting] = []
        self._waiting: list[Candidate] = []
        self._news = asyncio.Event()
        self.secrets: list[Secret] = []
        """Every token there was, also those of earlier: none may be sent as a file's content."""
        self.resumed: Callable[[Acting], None] = _ignore
        """Called when an account has a token, for the first time or again."""
        self.left: Callable[[Acting], None] = _ignore
        """Called when an account is taken off, while its owners are still its own."""
        self._origin = origin

    def begin(self) -> None:
        """Take up the accounts that were found; nothing is asked yet."""
        for candidate in self._origin.accounts:
            self._add(candidate)
        self._show()

    def __iter__(self) -> Iterator[Acting]:
        return iter(tuple(self._accounts))

    async def aclose(self) -> None:
        """Close every connection, for good."""
        await asyncio.gather(self._nobody.aclose(), *(one.hub.aclose() for one in self._accounts))

    # Who acts

    def hub(self, space: str) -> Hub:
        """Return the client that acts on a Space."""
        return self.hub_of(space.partition("/")[0])

    def space(self, space: str) -> SpaceResource:
        """Return a Space to act on, through the account that acts on it."""
        return self.hub(space).space(space)

    def hub_of(self, owner: str | None) -> Hub:
        """Return the client for an owner's Spaces; None: the preferred account's.

        It is that of the account that may do most there; of the preferred one where no account is
        at home. Without any account it is one that asks nothing and says so.
        """
        acting = self.of(owner)
        return acting.hub if acting else self._nobody

    def of(self, owner: str | None) -> Acting | None:
        """Return the account that acts for an owner, see `hub_of`."""
        for acting in self._accounts:
            if owner in acting.owners:
                return acting
        usable = (one for one in self._accounts if one.usable)
        return next(usable, self._accounts[0] if self._accounts else None)

    @property
    def owners(self) -> tuple[str, ...]:
        """All owners whose Spaces are read, in the order of the screen."""
        return tuple(owner for one in self._accounts for owner in one.owners)

    async def settled(self, space: str | None) -> None:
        """Wait until it is known which account acts on a Space, or with None: whether any does.

        Raises:
            CommandError: there is none, or its token cannot be used.
        """
        while self._undecided(space):
            await self._news.wait()
        acting = self.of(space.partition("/")[0] if space else None)
        if acting is None or not acting.usable:
            raise CommandError(acting.sentence if acting else self._why)

    async def news(self) -> None:
        """Wait until something about the accounts changes."""
        await self._news.wait()

    def _undecided(self, space: str | None) -> bool:
        open_ones = [one for one in self._accounts if one.standing is Standing.CONNECTING]
        if not open_ones:
            return False
        if space is None or len(self._accounts) == 1:
            return not any(one.usable for one in self._accounts)
        owner = space.partition("/")[0]
        known = (one.identity for one in self._accounts if one.usable and one.identity)
        if any(rights(identity, owner) >= _WRITES for identity in known):
            return False
        return any(one.identity is None for one in open_ones)

    # Who comes and goes

    async def find_tokens(self) -> None:
        """Read the tokens that are not at hand, one after another; those of others go on."""
        self._waiting.sort(key=lambda candidate: candidate.slow)
        while self._waiting:
            candidate = self._waiting.pop(0)
            assert candidate.read is not None
            found = await apart(candidate.read)
            acting = self._known(candidate.name, candidate.endpoint)
            if acting is None or acting.usable:
                continue  # signed out, or signed in with another token meanwhile
            if isinstance(found, str):
                acting.bar(Standing.UNREACHABLE, found)
                self._show()
            else:
                self._take(acting, found, candidate.source)

    async def admit(
        self, endpoint: str, token: Secret, source: str, *, identity: Identity | None = None
    ) -> Account:
        """Act with a token from now on: as a new account, or in place of the same one's token.

        Args:
            endpoint: its Hub.
            token: the token.
            source: where it comes from, for a person.
            identity: who it belongs to, where the Hub was asked already.

        Raises:
            HubError: it is not accepted, or nobody can be asked; nothing has changed.
        """
        if identity is None:
            async with Hub(endpoint, token, version=__version__) as hub:
                identity = await hub.whoami()
        acting = self._known(identity.name, endpoint)
        if acting is None:
            acting = self._add(Candidate(endpoint, source, None, identity.name))
        self._take(acting, token, source, identity)
        return acting.account

    async def dismiss(self, name: str, endpoint: str) -> None:
        """Act no more for an account; there may be none of that name."""
        acting = self._known(name, endpoint)
        if acting is None:
            return
        self._accounts.remove(acting)
        acting.bar(Standing.UNREACHABLE, f"{name} is signed out.")
        self.left(acting)
        self._show()
        await acting.hub.aclose()

    def prefer(self, name: str, endpoint: str) -> None:
        """Let an account act where several could; there may be none of that name."""
        acting = self._known(name, endpoint)
        if acting is not None:
            self._accounts.remove(acting)
            self._accounts.insert(0, acting)
            self._show()

    async def meet(self) -> None:
        """Ask the Hub who everybody is, where several accounts come into question."""
        if len(self._accounts) > 1:
            async with asyncio.TaskGroup() as group:
                for acting in self._accounts:
                    group.create_task(self._meet(acting))

    async def _meet(self, acting: Acting) -> None:
        await acting.until_usable()
        try:
            await self.introduce(acting)
        except HubError as error:
            self.stands(acting, Standing.OFFLINE, sentence(error))
        else:
            self.stands(acting, Standing.LIVE)

    # How they stand

    async def introduce(self, acting: Acting) -> None:
        """Ask the Hub who an account is.

        Raises:
            HubError: nobody knows; after an `Unauthorized` the account is refused.
        """
        token = acting.token
        acting.doubted = True
        try:
            identity = await acting.hub.whoami()
        except Unauthorized as error:
            if acting.usable and acting.token is token:
                self._turn_away(acting, error)
            raise
        finally:
            acting.doubted = False
        if acting.token is token:
            acting.identity, acting.name = identity, identity.name
            self._join_twins(acting)
            self._show()

    def refused(self, hub: Hub, error: Unauthorized) -> None:
        """Take note that a call was not authorized; the Hub is asked once whether it is the token.

        Every client says so by itself.
        """
        del error  # the answer to the question says it better
        acting = next((one for one in self._accounts if one.hub is hub), None)
        if acting is None or not acting.usable or acting.doubted:
            return
        if asyncio.get_running_loop().time() >= acting.vouched:
            acting.doubted = True
            acting.hub.admission.hold()  # what is asked now waits for the answer
            spawn(self._make_sure(acting), f"whoami {acting.name}")

    def stands(
        self, acting: Acting, standing: Standing, why: str = "", *, retry_in: float | None = None
    ) -> None:
        """Say how an account stands, unless it has lost its token meanwhile."""
        if acting.usable:
            acting.standing, acting.sentence, acting.retry_in = standing, why, retry_in
            self._show()

    async def _make_sure(self, acting: Acting) -> None:
        token = acting.token
        try:
            async with Hub(acting.endpoint, token, version=__version__) as hub:
                await hub.whoami()
        except Unauthorized as error:
            if acting.usable and acting.token is token:
                self._turn_away(acting, error)
        except HubError as error:
            _log.warning("whether a token is accepted cannot be told: %s", error.message)
        else:
            acting.vouched = asyncio.get_running_loop().time() + _VOUCHED
        finally:
            acting.doubted = False
            if acting.usable and acting.token is token:
                acting.hub.admission.open(token)

    def _turn_away(self, acting: Acting, error: Unauthorized) -> None:
        acting.bar(Standing.REFUSED, sentence(error))
        self._show()

    def _take(
        self, acting: Acting, token: Secret, source: str, identity: Identity | None = None
    ) -> None:
        self.secrets.append(token)
        try:
            acting.take(token, source, identity)
        except Unauthorized as error:
            self._turn_away(acting, error)
            return
        self._show()
        self.resumed(acting)

    def _add(self, candidate: Candidate) -> Acting:
        acting = Acting(candidate, refused=self.refused, rated=self._note_gauge)
        self._accounts.append(acting)
        if candidate.token is not None:
            self._take(acting, candidate.token, candidate.source)
        elif candidate.read is not None:
            self._waiting.append(candidate)
        return acting

    def _known(self, name: str, endpoint: str) -> Acting | None:
        return next(
            (
                one
                for one in self._accounts
                if one.endpoint == endpoint and one.name.casefold() == name.casefold()
            ),
            None,
        )

    def _join_twins(self, acting: Acting) -> None:
        """Keep one account where two tokens turn out to be the same identity's: the first one."""
        same = [
            one
            for one in self._accounts
            if one.endpoint == acting.endpoint and one.name.casefold() == acting.name.casefold()
        ]
        for twin in same[1:]:
            self._accounts.remove(twin)
            twin.bar(Standing.UNREACHABLE, f"{twin.name} acts with another token.")
            spawn(twin.hub.aclose(), f"close {twin.name}")

    def _show(self) -> None:
        """Hang up how everybody stands, and wake whoever waits for that."""
        self._assign()
        standing = best(one.standing for one in self._accounts)
        self._board.change(
            accounts=tuple(one.account for one in self._accounts),
            identities=tuple(one.identity for one in self._accounts if one.identity and one.usable),
        )
        if standing is None:
            self._board.link(Link.SIGNED_OUT, self._why)
        else:
            first = next(one for one in self._accounts if one.standing is standing)
            self._board.link(link_of(standing), first.sentence, retry_in=first.retry_in)
        self._note_gauge()
        self._news.set()
        self._news = asyncio.Event()

    def _assign(self) -> None:
        """Give each owner to the account that may do most there; the first one where alike."""
        chosen: dict[str, tuple[tuple[bool, int], Acting]] = {}
        for acting in self._accounts:
            for owner, grade in _claims(acting):
                rank = (acting.usable, grade)
                if owner not in chosen or rank > chosen[owner][0]:
                    chosen[owner] = (rank, acting)
        for acting in self._accounts:
            acting.owners = tuple(
                owner for owner, _ in _claims(acting) if chosen[owner][1] is acting
            )

    def _note_gauge(self) -> None:
        self._board.change(gauge=tightest(one.gauge for one in self._accounts))


def _claims(acting: Acting) -> Sequence[tuple[str, int]]:
    """Return the owners that an account is at home with, and how much it may do there."""
    if acting.identity is None:
        return [(owner, 1) for owner in acting.owners or ((acting.name,) if acting.name else ())]
    return [(owner, rights(acting.identity, owner)) for owner in acting.identity.namespaces]


def _ignore(acting: Acting) -> None:
    del acting
