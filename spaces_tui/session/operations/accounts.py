"""Signing in and out while the session runs. Whatever may hang runs apart from its loop."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

from spaces_tui import __version__
from spaces_tui.accounts.choice import source_of
from spaces_tui.accounts.environment import token_from
from spaces_tui.accounts.official import saved_tokens
from spaces_tui.accounts.outcomes import Absent, Locked, Read, Stored
from spaces_tui.accounts.pasted import cleaned, complaint
from spaces_tui.accounts.roster import Kept, Place
from spaces_tui.hub.client import Hub
from spaces_tui.hub.errors import HubError
from spaces_tui.model.identity import Secret
from spaces_tui.session.apart import apart
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.accounts import (
    AccountRequest,
    AwaitDevice,
    BeginDevice,
    Checked,
    CheckOffer,
    CheckToken,
    FindTokens,
    Keep,
    Offer,
    Prefer,
    SignedIn,
    SignedOut,
    SignIn,
    SignOut,
    TryAgain,
    Ways,
)
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.model.access import DeviceCode, OAuthTokens
    from spaces_tui.session.acting import Acting
    from spaces_tui.session.identities import Identities

CLIENT_ID: Final = "SPACES_TUI_OAUTH_CLIENT_ID"
"""Variable that names the OAuth app with which one signs in through a browser."""
_DEMO_CLIENT: Final = "spaces-tui-demo"
_SCOPES: Final = (
    "openid",
    "profile",
    "read-repos",
    "write-repos",
    "manage-repos",
    "read-memberships",
    "read-billing",
)
_NO_CLIENT: Final = f"It needs an OAuth app of your own: set {CLIENT_ID} to its id."
_FOR_NOW: Final = "this session alone"


class Reception:
    """Answers the requests about accounts."""

    def __init__(
        self,
        identities: Identities,
        keeper: Keeper,
        environment: Mapping[str, str],
        home: str,
        *,
        demo: bool = False,
    ) -> None:
        """Prepare; nothing is read yet.

        Args:
            identities: who the session acts for.
            keeper: what keeps tokens; its calls block.
            environment: where tokens may be found.
            home: the Hub that the environment's tokens are for; none is offered at another one.
            demo: nothing is looked for on this machine, and nothing kept.
        """
        self._identities = identities
        self._keeper = keeper
        self._environment = environment
        self._home = home
        self._demo = demo
        self._handlers: Mapping[type[AccountRequest[Any]], Callable[[Any], Awaitable[object]]] = {
            FindTokens: self._find,
            CheckToken: self._check_token,
            CheckOffer: self._check_offer,
            SignIn: self._sign_in,
            SignOut: self._sign_out,
            TryAgain: self._try_again,
            Prefer: self._prefer,
            BeginDevice: self._begin_device,
            AwaitDevice: self._await_device,
        }

    async def answer(self, request: AccountRequest[Any]) -> object:
        """Do what is asked and return the answer.

        Raises:
            CommandError: it cannot be done.
            HubError: the same, in the Hub's words.
        """
        return await self._handlers[type(request)](request)

    async def _find(self, request: FindTokens) -> Ways:
        home = request.endpoint == self._home and not self._demo
        offers = await apart(lambda: self._offers(request.endpoint)) if home else ()
        found = token_from(self._environment) if home else None
        return Ways(
            offers,
            no_browser="" if self._client else _NO_CLIENT,
            file=str(self._keeper.file),
            variable=found.source if found else "",
            keeps=not self._demo,
        )

    def _offers(self, endpoint: str) -> tuple[Offer, ...]:
        """Return what is on this machine and not in use, each token once."""
        used = {one.token for one in self._identities if one.token is not None}
        here = {one.name.casefold() for one in self._identities if one.endpoint == endpoint}
        offers: list[Offer] = []
        found = token_from(self._environment)
        if found is not None and found.token not in used:
            used.add(found.token)
            offers.append(Offer(found.source, found.token))
        offers += [
            Offer(source_of(kept), name=kept.name)
            for kept in self._keeper.accounts(endpoint)
            if kept.name.casefold() not in here
        ]
        now = datetime.now(UTC)
        for saved in saved_tokens(self._environment):
            if saved.token not in used and (saved.expires is None or saved.expires > now):
                used.add(saved.token)
                offers.append(Offer(saved.source, saved.token, expires=saved.expires))
        return tuple(offers)

    async def _check_token(self, request: CheckToken) -> Checked:
        token = cleaned(request.token.reveal())
        if why := complaint(token):
            return Checked(why=why)
        return await self._checked(request.endpoint, Secret(token))

    async def _check_offer(self, request: CheckOffer) -> Checked:
        offer = request.offer
        if offer.token is not None:
            return await self._checked(request.endpoint, offer.token)
        kept = self._kept(offer.name, request.endpoint)
        if kept is None:
            return Checked(why=f"{offer.name} is signed out meanwhile.")
        token = await self._read(kept, patient=True)
        return await self._checked(request.endpoint, token)

    async def _checked(self, endpoint: str, token: Secret) -> Checked:
        try:
            async with Hub(endpoint, token, version=__version__) as hub:
                identity = await hub.whoami()
        except HubError as error:
            return Checked(token, why=sentence(error))
        return Checked(token, identity, expires=identity.expires)

    async def _sign_in(self, request: SignIn) -> SignedIn:
        identity, token = request.checked.identity, request.checked.token
        assert identity is not None
        assert token is not None
        name, endpoint = identity.name, request.endpoint
        answer, source = SignedIn(identity), request.source or _FOR_NOW
        if request.keep is not Keep.NOWHERE and not self._demo:
            place = Place.FILE if request.keep is Keep.FILE else Place.KEYRING
            outcome = await apart(
                lambda: self._keeper.keep(
                    name,
                    endpoint,
                    token,
                    in_file=place is Place.FILE,
                    patient=request.patient,
                )
            )
            if isinstance(outcome, Stored):
                answer, source = SignedIn(identity, outcome.place), f"{name} in the {place}"
            else:
                locked = isinstance(outcome, Locked)
                answer = SignedIn(identity, why=outcome.sentence, locked=locked)
        await self._identities.admit(endpoint, token, source, identity=identity)
        if request.instead_of is not None and request.instead_of != name:
            await self._identities.dismiss(request.instead_of, endpoint)
        return answer

    async def _sign_out(self, request: SignOut) -> SignedOut:
        name, endpoint = request.name, request.endpoint
        if self._demo:
            await self._identities.dismiss(name, endpoint)
            return SignedOut()
        gone = await apart(lambda: self._keeper.forget(name, endpoint, patient=True))
        if not gone.troubles:
            await self._identities.dismiss(name, endpoint)
        left = await apart(lambda: tuple(self._left_alone(endpoint)))
        return SignedOut(gone.removed, gone.troubles, gone.unsure, left)

    def _left_alone(self, endpoint: str) -> list[str]:
        if endpoint != self._home:
            return []
        found = token_from(self._environment)
        left = [f"{found.source}, which is used again at the next start"] if found else []
        return [*left, *(f"{one.source}, in {one.path}" for one in saved_tokens(self._environment))]

    async def _try_again(self, request: TryAgain) -> None:
        acting = self._acting(request.name, request.endpoint)
        if acting.usable:
            await self._identities.introduce(acting)
            return
        token, source = acting.token, acting.source
        if token is None:
            kept = self._kept(request.name, request.endpoint)
            if kept is None:
                raise CommandError("Its token is not kept here: sign in again.")
            token = await self._read(kept, patient=request.patient)
        await self._identities.admit(request.endpoint, token, source)

    async def _prefer(self, request: Prefer) -> None:
        self._identities.prefer(request.name, request.endpoint)
        if not self._demo:
            why = await apart(lambda: self._keeper.prefer(request.name, request.endpoint))
            if why is not None:
                raise CommandError(f"Only until you leave. {why.sentence}")

    async def _begin_device(self, request: BeginDevice) -> DeviceCode:
        if not self._client:
            raise CommandError(_NO_CLIENT)
        async with Hub(request.endpoint, None, version=__version__) as hub:
            return await hub.oauth.begin(self._client, _SCOPES)

    async def _await_device(self, request: AwaitDevice) -> Checked:
        async with Hub(request.endpoint, None, version=__version__) as hub:
            tokens: OAuthTokens = await hub.oauth.wait(self._client, request.code)
        checked = await self._checked(request.endpoint, tokens.access_token)
        ends = None
        if tokens.expires_in is not None:
            ends = datetime.now(UTC) + timedelta(seconds=tokens.expires_in)
        return Checked(checked.token, checked.identity, checked.why, tokens, ends)

    @property
    def _client(self) -> str:
        given = self._environment.get(CLIENT_ID, "").strip()
        return given or (_DEMO_CLIENT if self._demo else "")

    async def _read(self, kept: Kept, *, patient: bool) -> Secret:
        outcome = await apart(lambda: self._keeper.read(kept, patient=patient))
        match outcome:
            case Read(token):
                return token
            case Absent():
                raise CommandError(f"The token of {kept.name} is gone from the {kept.place}.")
            case _:
                raise CommandError(outcome.sentence)

    def _kept(self, name: str, endpoint: str) -> Kept | None:
        for kept in self._keeper.accounts(endpoint):
            if kept.name.casefold() == name.casefold():
                return kept
        return None

    def _acting(self, name: str, endpoint: str) -> Acting:
        for acting in self._identities:
            if acting.endpoint == endpoint and acting.name.casefold() == name.casefold():
                return acting
        raise CommandError(f"{name} is signed out meanwhile.")
