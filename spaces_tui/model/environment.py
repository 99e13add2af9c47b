"""What an app finds in its environment: secrets without their values, and variables."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from spaces_tui.model.cleaned import clean_lines_of, clean_texts_of
from spaces_tui.model.text import clean

if TYPE_CHECKING:
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
