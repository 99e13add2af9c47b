"""Keeps the tokens of all identities: in the keyring, or in a file where somebody chose that."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaces_tui.accounts.file import TokenFile
from spaces_tui.accounts.keyring import Keyring
from spaces_tui.accounts.outcomes import (
    Absent,
    Failed,
    Locked,
    NoBackend,
    Read,
    Removed,
    Stored,
    Trouble,
)
from spaces_tui.accounts.roster import Kept, Place, Roster

if TYPE_CHECKING:
    from pathlib import Path

    from spaces_tui.model.identity import Secret


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What signing out did."""

    removed: tuple[str, ...]
    """The places that held the token and no longer do."""
    troubles: tuple[str, ...] = ()
    """Sentences: why the place that holds it did not let go of it. It is still signed in then."""
    unsure: tuple[str, ...] = ()
    """Sentences: why another place, where it was never known to be, could not be looked at."""


class Keeper:
    """What is kept on this machine. Calls block: keep them off an event loop."""

    def __init__(self, state: Path, keyring: Keyring | None = None) -> None:
        self._keyring = keyring or Keyring()
        self._file = TokenFile(state)
        self._roster = Roster(state)

    @property
    def file(self) -> Path:
        """The file that tokens are kept in where somebody chose so."""
        return self._file.path

    def everybody(self) -> tuple[Kept, ...]:
        """Return who is signed in at any Hub, the newest first. Reads one small file."""
        return self._roster.all()

    def accounts(self, endpoint: str) -> tuple[Kept, ...]:
        """Return who is signed in at a Hub, the newest first. Reads one small file."""
        return self._roster.of(endpoint)

    def stamp(self) -> object:
        """Return what changes whenever somebody signs in or out, in whatever program."""
        return self._roster.stamp()

    def keep(
        self,
        name: str,
        endpoint: str,
        token: Secret,
        *,
        in_file: bool = False,
        patient: bool = False,
    ) -> Stored | Trouble:
        """Keep a token and remember that it is there.

        Args:
            name: of the identity.
            endpoint: of its Hub.
            token: what to keep; whatever happens, the caller still has it.
            in_file: in the file, which its owner has agreed to; else in the keyring.
            patient: the system may ask its owner to unlock the keyring.
        """
        place = Place.FILE if in_file else Place.KEYRING
        try:
            with self._roster.alone():
                outcome: Stored | Trouble = (
                    self._file.store(name, endpoint, token)
                    if in_file
                    else self._keyring.store(name, endpoint, token, patient=patient)
                )
                if isinstance(outcome, Stored):
                    self._roster.add(Kept(name, endpoint, place))
                    if not in_file:
                        self._file.remove(name, endpoint)
        except OSError as error:
            return Failed(f"The list of accounts cannot be written: {error.strerror}.")
        return outcome

    def read(self, kept: Kept, *, patient: bool = False) -> Read | Absent | Trouble:
        """Return the token of somebody who is signed in."""
        if kept.place is Place.FILE:
            return self._file.read(kept.name, kept.endpoint)
        return self._keyring.read(kept.name, kept.endpoint, patient=patient)

    def prefer(self, name: str, endpoint: str) -> Failed | None:
        """Put somebody first who is signed in; return why that cannot be remembered."""
        try:
            with self._roster.alone():
                for kept in self._roster.of(endpoint):
                    if kept.name == name:
                        self._roster.add(kept)
        except OSError as error:
            return Failed(f"The list of accounts cannot be written: {error.strerror}.")
        return None

    def forget(self, name: str, endpoint: str, *, patient: bool = False) -> Forgotten:
        """Remove the token of an identity from wherever it could have been put.

        The identity stays on the list while the place that holds it could not be asked.
        """
        try:
            with self._roster.alone():
                return self._forget(name, endpoint, patient=patient)
        except OSError as error:
            return Forgotten((), (f"The list of accounts cannot be written: {error.strerror}.",))

    def _forget(self, name: str, endpoint: str, *, patient: bool) -> Forgotten:
        listed = {one.place for one in self._roster.of(endpoint) if one.name == name}
        outcomes = (
            (Place.FILE, self._file.remove(name, endpoint)),
            (Place.KEYRING, self._out_of_keyring(name, endpoint, patient=patient)),
        )
        removed: list[str] = []
        troubles: list[str] = []
        unsure: list[str] = []
        for place, outcome in outcomes:
            match outcome:
                case Removed(where):
                    removed.append(where)
                case Absent():
                    pass
                case NoBackend() if place not in listed:
                    pass  # nothing can have been put there
                case _:
                    (troubles if place in listed else unsure).append(outcome.sentence)
        if not troubles:
            self._roster.drop(name, endpoint)
        return Forgotten(tuple(removed), tuple(troubles), tuple(unsure))

    def _out_of_keyring(
        self, name: str, endpoint: str, *, patient: bool
    ) -> Removed | Absent | Trouble:
        outcome = self._keyring.remove(name, endpoint)
        if patient and isinstance(outcome, Locked):
            return self._keyring.remove(name, endpoint, patient=True)
        return outcome
