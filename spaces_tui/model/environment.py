"""What an app finds in its environment: secrets without their values, and variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of
from spaces_tui.model.text import clean

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from spaces_tui.model.identity import Secret

_KEY: Final = re.compile(r"[a-zA-Z][_a-zA-Z0-9]*")


def is_key(name: str) -> bool:
    """Whether the Hub takes this name: a letter, then letters, digits and underscores."""
    return bool(_KEY.fullmatch(name))


@dataclass(frozen=True, slots=True)
class SecretInfo:
    """A secret that is set. Its value can be overwritten, never read."""

    key: str
    description: str = ""
    updated: datetime | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "key")
        clean_texts_of(self, "description")


@dataclass(frozen=True, slots=True)
class Variable:
    """A variable. On a public Space everybody can read it."""

    key: str
    value: str
    """As it came, so that it can be edited and written back; `shown` is for screens."""
    description: str = ""
    updated: datetime | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "key")
        clean_texts_of(self, "description")

    @property
    def shown(self) -> str:
        """The value without anything a terminal would obey."""
        return clean(self.value)


@dataclass(frozen=True, slots=True)
class NewSecret:
    """A secret to create a Space with."""

    key: str
    value: Secret
    description: str | None = None


@dataclass(frozen=True, slots=True)
class NewVariable:
    """A variable to create a Space with."""

    key: str
    value: str
    description: str | None = None


class EntryKind(StrEnum):
    """The two lists of a Space's environment."""

    VARIABLE = "variable"
    SECRET = "secret"  # noqa: S105 - a word, not a password

    @property
    def other(self) -> EntryKind:
        """The other list: no name may be in both."""
        return EntryKind.SECRET if self is EntryKind.VARIABLE else EntryKind.VARIABLE


@dataclass(frozen=True, slots=True)
class Environment:
    """What is set on a Space now."""

    space: str
    variables: Mapping[str, Variable]
    secrets: Mapping[str, SecretInfo] | None
    """None when this Hub or this token cannot list them."""
    unlisted: str = ""
    """Why secrets cannot be listed, in one sentence."""

    def entry(self, kind: EntryKind, key: str) -> Variable | SecretInfo | None:
        """Return what is set under a name; None also when that is not known."""
        if kind is EntryKind.VARIABLE:
            return self.variables.get(key)
        return (self.secrets or {}).get(key)

    def keys(self, kind: EntryKind) -> tuple[str, ...]:
        """Return the names in one list."""
        return tuple(self.variables if kind is EntryKind.VARIABLE else self.secrets or ())


@dataclass(frozen=True, slots=True)
class Edit:
    """One thing to do to a variable or a secret."""

    kind: EntryKind
    key: str
    value: str | Secret | None = None
    """A text for a variable, a `Secret` for a secret; None to delete, or while it is needed."""
    description: str = ""
    delete: bool = False
    before: Variable | SecretInfo | None = None
    """What the person has seen there; None for nothing."""
    contested: bool = False
    """Whether somebody else changed it after it was staged, and the person can see that."""

    @property
    def step(self) -> str:
        """Names the step that does this, such as `variable:GREETING`."""
        return f"{self.kind}:{self.key}"

    @property
    def complete(self) -> bool:
        """Whether it can be sent."""
        return self.delete or self.value is not None


@dataclass(frozen=True, slots=True)
class UsedName:
    """A name that the code of a Space asks its environment for."""

    name: str
    path: str
    """Empty for a secret that is set where a Space is copied from."""
    line: int
    """Counted from 1."""
    optional: bool = False
    """Whether the code has a default for it everywhere."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "path")


@dataclass(frozen=True, slots=True)
class UsedNames:
    """All names the code asks for, as far as it was read."""

    names: tuple[UsedName, ...] = ()
    files: int = 0
    whole: bool = True
    """Whether everything that could hold such names was read."""
