"""What a token may do with Spaces, and why, from what `whoami` says of it.

Two things decide: the token's own kind, and the place of its owner where the Space lives. All
calls that change a Space need write access to it: one's own, an organization's with the role
`write` or `admin`, or a Space one created there as a `contributor`. Where the Hub does not say, the
verdict is unknown, never a guess: the first try shows it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from spaces_tui.model.identity import Organization, Role

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spaces_tui.model.identity import Identity

_FINE: Final = "fineGrained"
_FULL: Final = frozenset({"write", "god"})
_WRITE: Final = "repo.write"
_OWNERS: Final = frozenset({"user", "org"})
_KINDS: Final = {
    "read": "read token",
    "write": "write token",
    "god": "write token of the old kind, with full rights",
    _FINE: "fine-grained token",
}
_RESTRICTIONS: Final = {
    "mfa": "it asks for two-factor authentication",
    "sso": "it asks for its single sign-on",
    "ip": "it does not let this address in",
    "token-policy": "its rules do not allow this kind of token",
    "token-revoked": "it has revoked this token",
}


class Deed(StrEnum):
    """What one may want to do with a Space."""

    RESTART = "restart"
    HARDWARE = "hardware"
    SLEEP = "sleep time"
    SECRETS = "secrets"
    UPLOAD = "upload"
    DELETE = "delete"


class May(StrEnum):
    """Whether one may."""

    YES = "yes"
    NO = "no"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether one may, and why."""

    may: May
    reason: str
    """One sentence."""


@dataclass(frozen=True, slots=True)
class Ability:
    """A verdict on one deed."""

    deed: Deed
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Ward:
    """What the token may do in one namespace."""

    owner: str
    abilities: tuple[Ability, ...]

    @property
    def alike(self) -> Verdict | None:
        """The verdict, if it is the same for everything."""
        verdicts = {ability.verdict for ability in self.abilities}
        return verdicts.pop() if len(verdicts) == 1 else None


def kind_of(identity: Identity) -> str:
    """Return what a person calls this kind of token."""
    role = identity.token_role
    if role is None:
        return "browser sign-in"
    return _KINDS.get(role, f"token of the kind “{role}”")


def examine(identity: Identity) -> tuple[Ward, ...]:
    """Return what a token may do, for each owner: itself first, then its organizations."""
    return tuple(
        Ward(owner, tuple(Ability(deed, may(identity, deed, owner)) for deed in Deed))
        for owner in identity.namespaces
    )


def may(identity: Identity, deed: Deed, place: str) -> Verdict:
    """Return whether a token may do something to the Spaces of an owner, or to one of them.

    Args:
        identity: who has it, as `whoami` says.
        deed: what to do.
        place: `owner`, or `owner/name`.
    """
    verdicts = (_of_the_token(identity, deed, place), _of_the_owner(identity, place))
    for wanted in (May.NO, May.UNKNOWN):
        for verdict in verdicts:
            if verdict.may is wanted:
                return verdict
    return verdicts[1]


def _of_the_token(identity: Identity, deed: Deed, place: str) -> Verdict:
    match identity.token_role:
        case "read":
            return Verdict(May.NO, "A read token changes nothing.")
        case role if role in _FULL:
            return Verdict(May.YES, "The token may write.")
        case "fineGrained":
            return _of_grants(identity, deed, place)
        case None:
            return Verdict(May.UNKNOWN, "The Hub does not say what a browser sign-in may do.")
        case role:
            return Verdict(May.UNKNOWN, f"“{role}” is a kind of token this version does not know.")


def _of_grants(identity: Identity, deed: Deed, place: str) -> Verdict:
    owner = place.partition("/")[0]
    if not identity.grants:
        return Verdict(May.UNKNOWN, "The Hub does not say what this fine-grained token may do.")
    writing = [grant for grant in identity.grants if _WRITE in grant.permissions]
    if any(grant.kind in _OWNERS and _same(grant.name, owner) for grant in writing):
        return Verdict(May.YES, f"The token has {_WRITE} for {owner}.")
    single = [grant.name for grant in writing if grant.kind == "space"]
    here = [name for name in single if _same(name.partition("/")[0], owner)]
    if "/" in place:
        here = [name for name in here if _same(name, place)]
    if here:
        return _of_single_spaces(deed, owner, here, named="/" in place)
    if any(grant.kind == "resource-group" for grant in writing):
        return Verdict(May.UNKNOWN, "The token writes in a resource group; what is in it is open.")
    return Verdict(May.NO, f"The fine-grained token has no {_WRITE} for {place}.")


def _of_single_spaces(deed: Deed, owner: str, spaces: list[str], *, named: bool) -> Verdict:
    if deed is Deed.DELETE:
        return Verdict(May.NO, f"Deleting needs {_WRITE} for {owner}, not for a Space alone.")
    if named:
        return Verdict(May.YES, f"The token has {_WRITE} for this Space.")
    return Verdict(May.UNKNOWN, f"Only for {', '.join(sorted(spaces))}.")


def _of_the_owner(identity: Identity, place: str) -> Verdict:
    owner = place.partition("/")[0]
    if _same(owner, identity.name):
        return Verdict(May.YES, "They are its own Spaces.")
    for organization in identity.organizations:
        if _same(organization.name, owner):
            return _of_the_organization(organization)
    if identity.token_role is None:
        return Verdict(May.UNKNOWN, f"The sign-in does not say whether it belongs to {owner}.")
    return Verdict(May.NO, f"{identity.name} does not belong to {owner}.")


def _of_the_organization(organization: Organization) -> Verdict:
    name = organization.name
    if organization.restrictions:
        why = " and ".join(_restrictions(organization))
        return Verdict(May.NO, f"{name} is out of this token's reach now: {why}.")
    match organization.role:
        case Role.ADMIN | Role.WRITE:
            return Verdict(May.YES, f"Its role in {name} is {organization.role}.")
        case Role.CONTRIBUTOR:
            return Verdict(May.UNKNOWN, f"A contributor of {name} changes what it created there.")
        case Role.READ | Role.NONE:
            return Verdict(May.NO, f"Its role in {name} is {organization.role}.")
        case Role.UNKNOWN:
            return Verdict(May.UNKNOWN, f"The Hub does not say which role it has in {name}.")


def _restrictions(organization: Organization) -> Iterator[str]:
    for word in organization.restrictions:
        yield _RESTRICTIONS.get(word, f"“{word}”")


def _same(one: str, other: str) -> bool:
    """Whether two names are of the same owner or Space: the Hub ignores their case."""
    return one.casefold() == other.casefold()
