"""Which token a program acts with: `HF_TOKEN`, or that of an identity that is signed in here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.accounts.environment import FoundToken, token_from
from spaces_tui.accounts.outcomes import Absent, Locked, Read

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.accounts.roster import Kept

SIGN_IN: Final = "run spaces-tui login, or set HF_TOKEN to an access token"


@dataclass(frozen=True, slots=True)
class Unfound:
    """There is no token to act with."""

    why: str
    """One sentence that says what to do."""
    locked: bool = False
    """It is there, but its keyring is locked."""


def choose(
    environment: Mapping[str, str],
    endpoint: str,
    keeper: Keeper,
    account: str | None = None,
    *,
    patient: bool = False,
) -> FoundToken | Unfound:
    """Return the token to act with at a Hub. May take as long as a keyring takes.

    Args:
        environment: its `HF_TOKEN` comes first, unless an account is named.
        endpoint: the Hub; a token that is kept for another one is never used here.
        keeper: what is kept.
        account: the identity that somebody asks for by name.
        patient: the system may ask its owner to unlock the keyring.
    """
    if account is None and (found := token_from(environment)):
        return found
    signed_in = keeper.accounts(endpoint)
    wanted = [kept for kept in signed_in if account is None or same(kept.name, account)]
    if wanted:
        return token_of(keeper, wanted[0], patient=patient)
    return Unfound(nobody(endpoint, signed_in, account))


def nobody(endpoint: str, signed_in: Iterable[Kept], account: str | None) -> str:
    """Return the sentence that says that the identity one asked for, or none, is signed in."""
    if account is None:
        return f"Not signed in at {endpoint}: {SIGN_IN}."
    others = ", ".join(kept.name for kept in signed_in)
    known = f" (there is {others})" if others else ""
    return f"{account} is not signed in at {endpoint}{known}: run spaces-tui login with its token."


def token_of(keeper: Keeper, kept: Kept, *, patient: bool = False) -> FoundToken | Unfound:
    """Return the token of an identity that is signed in. May take as long as a keyring takes.

    With `patient`, the system may ask its owner to unlock the keyring.
    """
    out_of_reach = f"The token of {kept.name} is out of reach."
    outcome = keeper.read(kept, patient=patient)
    match outcome:
        case Read(token):
            return FoundToken(token, source_of(kept))
        case Absent():
            return Unfound(
                f"The token of {kept.name} is gone from the {kept.place}: run spaces-tui login."
            )
        case Locked():
            return Unfound(
                f"{out_of_reach} {outcome.sentence} Unlock it (spaces-tui whoami, in a terminal, "
                f"lets the system ask you), or set HF_TOKEN, and start again.",
                locked=True,
            )
        case _:
            return Unfound(
                f"{out_of_reach} {outcome.sentence} Repair that, or set HF_TOKEN, and start again."
            )


def source_of(kept: Kept) -> str:
    """Return where the token of an identity comes from, for a person."""
    return f"{kept.name} in the {kept.place}"


def same(one: str, other: str) -> bool:
    """Whether two names are of the same identity: the Hub ignores their case."""
    return one.casefold() == other.casefold()
