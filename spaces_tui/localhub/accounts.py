"""People, organizations and their tokens. Tokens are made at start and never repeat."""

from __future__ import annotations

import hmac
import secrets
import string
import time
from dataclasses import dataclass, field, replace
from typing import Final, Literal

TokenRole = Literal["read", "write", "god", "fineGrained", "oauth"]
OrgRole = Literal["admin", "write", "contributor", "read"]
WRITERS: Final = frozenset({"admin", "write"})
CREATORS: Final = WRITERS | {"contributor"}

_SCOPE_OF: Final = {
    "repo.content.read": "read-repos",
    "repo.write": "write-repos",
    "user.billing.read": "read-billing",
}
"""The scope of an OAuth login that stands for a permission of a fine-grained token."""


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
    role: OrgRole


@dataclass(frozen=True)
class Person:
    """A user account."""

    oid: str
    name: str
    fullname: str
    is_pro: bool
    can_pay: bool
    memberships: tuple[Membership, ...] = ()

    def role_in(self, namespace: str) -> str | None:
        """Return the role in an organization, `admin` in one's own name, None elsewhere."""
        if namespace == self.name:
            return "admin"
        for place in self.memberships:
            if place.organization.name == namespace:
                return place.role
        return None

    def may_write(self, namespace: str, creator: str | None = None) -> bool:
        """Whether this account, whatever its token, manages a Space of `namespace`.

        A contributor manages what he created.
        """
        role = self.role_in(namespace)
        return role in WRITERS or (role == "contributor" and creator == self.name)

    def may_create(self, namespace: str) -> bool:
        """Whether this account may create Spaces there."""
        return self.role_in(namespace) in CREATORS

    def belongs_to(self, namespace: str) -> bool:
        """Whether private Spaces of `namespace` are visible to this account."""
        return self.role_in(namespace) is not None


@dataclass(frozen=True)
class Scope:
    """What a fine-grained token may do with one user, organization or repository."""

    kind: Literal["user", "org", "space", "dataset"]
    oid: str
    name: str
    permissions: tuple[str, ...]

    def covers(self, target: str, permission: str, kind: str = "space") -> bool:
        """Whether it grants `permission` on a repository (or on a namespace, without slash)."""
        if self.kind in {"space", "dataset"}:
            return (self.kind, self.name) == (kind, target) and permission in self.permissions
        return self.name == target.partition("/")[0] and permission in self.permissions


@dataclass(frozen=True)
class Token:
    """An access token. The value never appears in a representation.

    `grants` are the scopes of an OAuth login. `restricted` maps organizations to why this token
    cannot reach them (`token-policy`, `token-revoked`, `mfa`, `sso`, `ip`). `expires` is in Unix
    seconds.
    """

    person: Person
    role: TokenRole
    display_name: str
    value: str = field(repr=False)
    created: float = field(default_factory=time.time)
    scopes: tuple[Scope, ...] = ()
    grants: frozenset[str] = frozenset()
    restricted: tuple[tuple[str, str], ...] = ()
    expires: float | None = None

    def restriction(self, namespace: str) -> str | None:
        """Return why the organization's data is out of reach, None if it is not."""
        return dict(self.restricted).get(namespace)

    def may_read(self, target: str, kind: str = "space") -> bool:
        """Whether a private repository may be read with it."""
        namespace = target.partition("/")[0]
        return self.person.belongs_to(namespace) and self.granted(target, "repo.content.read", kind)

    def may_write(self, space_id: str, creator: str | None = None) -> bool:
        """Whether a Space, or a namespace given without slash, may be changed with it."""
        allowed = self.person.may_write(space_id.partition("/")[0], creator)
        return allowed and self.granted(space_id, "repo.write")

    def may_create(self, namespace: str) -> bool:
        """Whether a Space may be created in a namespace with it."""
        return self.person.may_create(namespace) and self.granted(namespace, "repo.write")

    def granted(self, target: str, permission: str, kind: str = "space") -> bool:
        """Whether the token, whoever has it, carries a permission on a repository or namespace."""
        if self.role == "oauth":
            return _SCOPE_OF[permission] in self.grants
        if self.role == "fineGrained":
            return any(scope.covers(target, permission, kind) for scope in self.scopes)
        return self.role != "read" or permission != "repo.write"


def new_token_value(prefix: str = "hf_") -> str:
    """Return a prefix and 34 random letters."""
    return prefix + "".join(secrets.choice(string.ascii_letters) for _ in range(34))


class Accounts:
    """All accounts and tokens."""

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
        created: float | None = None,
    ) -> Token:
        """Make and remember a token; `value` None makes a new one up."""
        made = time.time() if created is None else created
        token = Token(person, role, display_name, value or new_token_value(), made, scopes)
        return self.remember(token)

    def remember(self, token: Token) -> Token:
        """Accept a token from now on."""
        self.tokens.append(token)
        return token

    def find(self, value: str, now: float) -> Token | None:
        """Return the token with that value unless it expired.

        Every token is compared, in constant time each.
        """
        found = None
        for token in self.tokens:
            if hmac.compare_digest(token.value.encode(), value.encode()):
                found = token
        return None if found is None or _expired(found, now) else found

    def of(self, name: str, role: str) -> Token:
        """Return a person's first token of a role or of that display name. Raises KeyError."""
        for token in self.tokens:
            if token.person.name == name and role in {token.role, token.display_name}:
                return token
        raise KeyError(f"{name} has no {role} token")

    def rename_first(self, value: str) -> None:
        """Give the first token another value, unless some token has it already."""
        if not any(token.value == value for token in self.tokens):
            self.tokens[0] = replace(self.tokens[0], value=value)

    def revoke(self, token: Token) -> None:
        """Forget a token; whoever sends it from now on gets 401."""
        self.tokens.remove(token)

    def announced(self, now: float) -> list[dict[str, str]]:
        """Return the list printed at start: name, token and role, in order of issue."""
        return [
            {"name": token.person.name, "token": token.value, "role": token.role}
            for token in self.tokens
            if not _expired(token, now)
        ]

    def knows(self, namespace: str) -> bool:
        """Whether a person or organization of that name exists."""
        return namespace in self.people or namespace in self.organizations


def _expired(token: Token, now: float) -> bool:
    return token.expires is not None and token.expires <= now
