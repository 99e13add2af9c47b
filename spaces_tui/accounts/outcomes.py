"""What became of a call to a place that keeps tokens. None of these shows a token."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spaces_tui.model.identity import Secret


@dataclass(frozen=True, slots=True)
class Stored:
    """It is kept now, and was read back."""

    place: str
    """Where, for a person: `the system's keyring`."""


@dataclass(frozen=True, slots=True)
class Read:
    """Here it is."""

    token: Secret


@dataclass(frozen=True, slots=True)
class Removed:
    """It was there and is no longer."""

    place: str


@dataclass(frozen=True, slots=True)
class Absent:
    """It is not there."""


@dataclass(frozen=True, slots=True)
class Locked:
    """The place is locked; only its owner can open it."""

    place: str

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        return f"{_capital(self.place)} is locked."


@dataclass(frozen=True, slots=True)
class NoBackend:
    """There is no keyring on this machine that may be used."""

    why: str

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        return self.why


@dataclass(frozen=True, slots=True)
class Slow:
    """No answer in time; what was asked may still be done later."""

    seconds: float

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        return f"The system's keyring did not answer within {self.seconds:g} s."


@dataclass(frozen=True, slots=True)
class Failed:
    """It did not work."""

    why: str
    """One sentence."""

    @property
    def sentence(self) -> str:
        """What is wrong, for a person."""
        return self.why


Trouble = Locked | NoBackend | Slow | Failed
"""Neither yes nor no: the place could not be asked, or did not obey."""


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]
