"""People, organizations and their tokens. Tokens are made at start and never repeat."""

from __future__ import annotations

import hmac
import secrets
import string
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal

from spaces_tui.localhub.dates import iso

TokenRole = Literal["read", "write", "fineGrained"]


@dataclass(frozen=True)
class Organization:
    """An organization. `plan` is None for a free one."""

    oid: str
    name: str
    fullname: str
    plan: str | None


@dataclass(frozen=True)
class Membership:
    """A person's place in an organization."""

    organization: Organization
    role: Literal["admin", "write", "contributor", "read"]


@dataclass(frozen=True)
class Person:
    """A user account."""

    oid: str
    name: str
    fullname: str
    is_pro: bool
    can_pay: bool
    memberships: tuple[Membership, ...] = ()

    def may_write(self, namespace: str) -> bool:
        """Whether this account, whatever its token, manages Spaces of `namespace`."""
        return namespace == self.name or any(
            place.organization.name == namespace and place.role in {"admin", "write"}
            for place in self.memberships
        )

    def belongs_to(self, namespace: str) -> bool:
        """Whether private Spaces of `namespace` are visible to this account."""
        return namespace == self.name or any(
            place.organization.name == namespace for place in self.memberships
        )


@dataclass(frozen=True)
class Scope:
    """What a fine-grained token may do with one user, organization or Space."""

    kind: Literal["user", "org", "space"]
    oid: str
    name: str
    permissions: tuple[str, ...]

    def covers(self, space_id: str, permission: str) -> bool:
        """Whether it grants `permission` on a Space (or on a namespace, given without slash)."""
        target = space_id if self.kind == "space" else space_id.partition("/")[0]
        return self.name == target and permission in self.permissions


@dataclass(frozen=True)
class Token:
    """An access token. The value never appears in a representation."""

    person: Person
    role: TokenRole
    display_name: str
    value: str = field(repr=False)
    created: float = field(default_factory=time.time)
    scopes: tuple[Scope, ...] = ()

    def may_read(self, space_id: str) -> bool:
        """Whether a private Space may be read with it."""
        if not self.person.belongs_to(space_id.partition("/")[0]):
            return False
        return self.role != "fineGrained" or self._granted(space_id, "repo.content.read")

    def may_write(self, space_id: str) -> bool:
        """Whether a Space, or a namespace given without slash, may be changed with it."""
        if self.role == "read" or not self.person.may_write(space_id.partition("/")[0]):
            return False
        return self.role == "write" or self._granted(space_id, "repo.write")

    def _granted(self, space_id: str, permission: str) -> bool:
        return any(scope.covers(space_id, permission) for scope in self.scopes)


def new_token_value() -> str:
    """Return `hf_` and 34 random letters."""
    return "hf_" + "".join(secrets.choice(string.ascii_letters) for _ in range(34))


class Accounts:
    """All accounts and valid tokens."""

    def __init__(self) -> None:
        self.organizations: dict[str, Organization] = {}
        self.people: dict[str, Person] = {}
        self.tokens: list[Token] = []

    def issue(
        self,
        person: Person,
        role: TokenRole,
        display_name: str,
        scopes: tuple[Scope, ...] = (),
        *,
        value: str | None = None,
    ) -> Token:
        """Make and remember a token; `value` None makes a new one up."""
        token = Token(person, role, display_name, value or new_token_value(), scopes=scopes)
        self.tokens.append(token)
        return token

    def find(self, value: str) -> Token | None:
        """Return the token with that value; every token is compared, in constant time each."""
        found = None
        for token in self.tokens:
            if hmac.compare_digest(token.value.encode(), value.encode()):
                found = token
        return found

    def of(self, name: str, role: str) -> Token:
        """Return a person's first token of a role. Raises KeyError."""
        for token in self.tokens:
            if token.person.name == name and token.role == role:
                return token
        raise KeyError(f"{name} has no {role} token")

    def revoke(self, token: Token) -> None:
        """Forget a token; whoever sends it from now on gets 401."""
        self.tokens.remove(token)

    def announced(self) -> list[dict[str, str]]:
        """Return the list printed at start: name, token and role, in order of issue."""
        return [
            {"name": token.person.name, "token": token.value, "role": token.role}
            for token in self.tokens
        ]

    def knows(self, namespace: str) -> bool:
        """Whether a person or organization of that name exists."""
        return namespace in self.people or namespace in self.organizations


def _avatar(oid: str) -> str:
    return f"/avatars/{oid}.svg"


def _organization_entries(person: Person) -> Iterator[dict[str, object]]:
    for place in person.memberships:
        org = place.organization
        entry: dict[str, object] = {
            "type": "org",
            "id": org.oid,
            "name": org.name,
            "fullname": org.fullname,
            "email": None,
            "canPay": org.plan is not None,
            "billingMode": "postpaid" if org.plan else "prepaid",
            "periodEnd": None,
            "avatarUrl": _avatar(org.oid),
        }
        if org.plan:
            entry["plan"] = org.plan
        yield entry | {"roleInOrg": place.role}


def whoami(token: Token) -> dict[str, object]:
    """Return the answer of `GET /api/whoami-v2`, key order as documented."""
    person = token.person
    access: dict[str, object] = {
        "displayName": token.display_name,
        "role": token.role,
        "createdAt": iso(token.created),
    }
    if token.role == "fineGrained":
        access["fineGrained"] = {
            "canReadGatedRepos": False,
            "global": [],
            "scoped": [
                {
                    "entity": {"_id": scope.oid, "type": scope.kind, "name": scope.name},
                    "permissions": list(scope.permissions),
                }
                for scope in token.scopes
            ],
        }
    return {
        "type": "user",
        "id": person.oid,
        "name": person.name,
        "fullname": person.fullname,
        "email": f"{person.name}@example.org",
        "emailVerified": True,
        "canPay": person.can_pay,
        "billingMode": "prepaid",
        "periodEnd": int(token.created) + 20 * 86_400 if person.is_pro else None,
        "isPro": person.is_pro,
        "avatarUrl": _avatar(person.oid),
        "orgs": list(_organization_entries(person)),
        "auth": {"type": "access_token", "accessToken": access},
    }
