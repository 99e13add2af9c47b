"""Who we act as, and the token we do it with."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING
from weakref import WeakValueDictionary

from spaces_tui.model.cleaned import clean_lines_of

if TYPE_CHECKING:
    from datetime import datetime


class Secret:
    """A value that must not reach a log, a traceback or a screen.

    `repr` and `str` are masked and it cannot be pickled; `reveal` is the only way out, and its
    callers are few.
    """

    __slots__ = ("__weakref__", "_value")

    def __init__(self, value: str) -> None:
        self._value = value
        _HELD[id(self)] = self

    def reveal(self) -> str:
        """Return the value itself."""
        return self._value

    def __bool__(self) -> bool:
        return bool(self._value)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __repr__(self) -> str:
        return "Secret('•••')"

    __str__ = __repr__

    def __deepcopy__(self, memo: object) -> Secret:
        return self

    def __reduce__(self) -> str | tuple[object, ...]:
        raise TypeError("a secret is never serialised")


_HELD: WeakValueDictionary[int, Secret] = WeakValueDictionary()
"""Every secret of this process, by its identity: equal ones come and go each by itself."""


def secrets_held() -> set[str]:
    """Return the values of all secrets that this process holds now, to mask them."""
    alive = (reference() for reference in _HELD.valuerefs())  # a copy: other threads make more
    return {secret.reveal() for secret in alive if secret is not None}


class Role(StrEnum):
    """What a namespace lets this identity do, as far as the Hub says."""

    ADMIN = "admin"
    WRITE = "write"
    CONTRIBUTOR = "contributor"
    READ = "read"
    NONE = "no_access"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Organization:
    """An organization of an identity."""

    name: str
    role: Role = Role.UNKNOWN
    restrictions: tuple[str, ...] = ()
    """Reasons why this token cannot reach the organization now: `mfa`, `sso`, …"""

    def __post_init__(self) -> None:
        clean_lines_of(self, "name")


@dataclass(frozen=True, slots=True)
class Grant:
    """What a fine-grained token may do in one place."""

    kind: str
    """`user`, `org`, `space`, … : any word the Hub has for a kind of place."""
    name: str
    """`ada`, `acme` or `ada/demo`; may be empty."""
    permissions: frozenset[str] = frozenset()
    """The Hub's own words, such as `repo.write`."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "kind", "name")


@dataclass(frozen=True, slots=True)
class Identity:
    """What `whoami` says of a token."""

    name: str
    fullname: str = ""
    kind: str = "user"
    pro: bool = False
    organizations: tuple[Organization, ...] = field(default=())
    token_role: str | None = None
    """`read`, `write`, `fineGrained`, the old `god`; None for OAuth logins."""
    token_name: str | None = None
    grants: tuple[Grant, ...] = ()
    """Of a fine-grained token."""
    expires: datetime | None = None
    """When the token ends, where the Hub says so."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "fullname", "kind", "token_role", "token_name")

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The owners whose Spaces belong on the screen: itself first, then organizations."""
        return (self.name, *(organization.name for organization in self.organizations))
