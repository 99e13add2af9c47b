"""Requests about accounts: who is signed in, signing in and out. None of them changes a Space, so
that a read-only console may do all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from spaces_tui.model.access import DeviceCode, OAuthTokens
from spaces_tui.model.identity import Identity, Secret
from spaces_tui.session.requests.base import Request, T_co


class Keep(StrEnum):
    """Where a token is kept."""

    KEYRING = "keyring"
    FILE = "file"
    """A file that its owner alone may read, which they have agreed to."""
    NOWHERE = "nowhere"
    """Only while this console runs."""


class AccountRequest(Request[T_co]):
    """Answered whether or not anybody is signed in."""

    __slots__ = ()
    needs_account = False


@dataclass(frozen=True, slots=True)
class Offer:
    """A token that is on this machine already, and is not in use."""

    source: str
    """Where it comes from, for a person."""
    token: Secret | None = None
    """None: it is kept by us under `name`, and read when it is wanted."""
    name: str = ""
    expires: datetime | None = None


@dataclass(frozen=True, slots=True)
class Ways:
    """The ways to sign in at a Hub from here."""

    offers: tuple[Offer, ...] = ()
    no_browser: str = ""
    """Why one cannot sign in through a browser, in one sentence; empty when one can."""
    file: str = ""
    """Where tokens lie that are kept in a file."""
    variable: str = ""
    """The variable that holds a token and goes first at the next start; empty when none does."""
    keeps: bool = True
    """Whether anything is kept at all: the demo keeps nothing."""


@dataclass(frozen=True, slots=True)
class Checked:
    """What the Hub says of a token."""

    token: Secret | None = None
    """The token without the blanks and breaks of its paste; None when it cannot be one."""
    identity: Identity | None = None
    """Who it belongs to; None when that cannot be told."""
    why: str = ""
    """Without an identity: one sentence."""
    tokens: OAuthTokens | None = None
    """Of a sign-in through a browser."""
    expires: datetime | None = None
    """When the token ends, where that is known."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """What became of a sign-in. The session acts with the token in any case."""

    identity: Identity
    place: str = ""
    """Where it is kept now, for a person; empty when nowhere."""
    why: str = ""
    """Why it could not be kept as was asked, in one sentence."""
    locked: bool = False
    """Whether that is because the keyring is locked: its owner can open it."""


@dataclass(frozen=True, slots=True)
class SignedOut:
    """What signing out did."""

    removed: tuple[str, ...] = ()
    """The places that held the token and no longer do."""
    troubles: tuple[str, ...] = ()
    """Sentences: why a place did not let go of it. It is kept there still."""
    unsure: tuple[str, ...] = ()
    """Sentences: why another place could not be looked at."""
    left_alone: tuple[str, ...] = ()
    """Sentences about tokens that are not ours to remove."""


@dataclass(frozen=True, slots=True)
class FindTokens(AccountRequest[Ways]):
    """The ways to sign in at a Hub; reads files and a list, no keyring and no network."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class CheckToken(AccountRequest[Checked]):
    """Ask the Hub who a token belongs to. Nothing is kept or used yet."""

    endpoint: str
    token: Secret
    """As it was pasted or typed."""


@dataclass(frozen=True, slots=True)
class CheckOffer(AccountRequest[Checked]):
    """The same for a token that is here already; one that is kept is read first, for which the
    system may ask its owner to unlock the keyring."""

    endpoint: str
    offer: Offer


@dataclass(frozen=True, slots=True)
class SignIn(AccountRequest[SignedIn]):
    """Act with a token that was checked, and keep it.

    When the place does not take it, the session acts with it all the same, and the answer says
    why; the same request may then be made again.
    """

    endpoint: str
    checked: Checked
    source: str
    """Where it came from, for a person; empty when it was given to this session alone."""
    keep: Keep = Keep.KEYRING
    patient: bool = False
    """Let the system ask its owner to unlock the keyring."""
    instead_of: str | None = None
    """The account that goes from the list then, as its token never said whose it was."""


@dataclass(frozen=True, slots=True)
class SignOut(AccountRequest[SignedOut]):
    """Act no more for an account, and remove its token from wherever we put it."""

    endpoint: str
    name: str


@dataclass(frozen=True, slots=True)
class TryAgain(AccountRequest[None]):
    """Look again at an account that cannot be used: read its token where there is none, ask the
    Hub who it is. Fails with a `CommandError` that says why it still cannot be used."""

    endpoint: str
    name: str
    patient: bool = False
    """Let the system ask its owner to unlock the keyring."""


@dataclass(frozen=True, slots=True)
class Prefer(AccountRequest[None]):
    """Put an account first: new Spaces are made as it, and it acts where several could. At the
    next start too, where its token is kept by us."""

    endpoint: str
    name: str


@dataclass(frozen=True, slots=True)
class BeginDevice(AccountRequest[DeviceCode]):
    """Begin a sign-in that is completed in a browser."""

    endpoint: str


@dataclass(frozen=True, slots=True)
class AwaitDevice(AccountRequest[Checked]):
    """Wait until it was completed there. Cancelling it gives up."""

    endpoint: str
    code: DeviceCode
