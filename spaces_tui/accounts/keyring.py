"""Tokens in the system's keyring: one entry for each identity and Hub.

A keyring may be locked, slow, hang for ever or not be there at all. Every call therefore runs in
a thread of its own with a limit, and what became of it is an outcome, never an exception. Without
`patient` nothing ever asks the owner to unlock anything.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, TypeVar

from spaces_tui.accounts.backend import (
    Door,
    UnusableError,
    door,
    name_of,
    too_long,
    unlocked,
    usual_backend,
)
from spaces_tui.accounts.limited import Limited
from spaces_tui.accounts.outcomes import (
    Absent,
    Failed,
    Locked,
    NoBackend,
    Read,
    Removed,
    Slow,
    Stored,
    Trouble,
)
from spaces_tui.model.identity import Secret

if TYPE_CHECKING:
    from collections.abc import Callable

    from keyring.backend import KeyringBackend

_Answer = TypeVar("_Answer")

SERVICE: Final = "spaces-tui"
LIMIT: Final = 3.0
"""Seconds for a call that asks nobody."""
PATIENT_LIMIT: Final = 120.0
"""Seconds for one that waits for a person to type the password of the keyring."""


class Keyring:
    """The keyring of this machine. Calls block, up to the limit: keep them off an event loop."""

    def __init__(
        self, pick: Callable[[], KeyringBackend] = usual_backend, *, limit: float = LIMIT
    ) -> None:
        """Prepare; nothing is asked yet.

        Args:
            pick: returns the back end, or raises `UnusableError`; each call's thread calls it.
            limit: seconds for a call that asks nobody.
        """
        self._pick = pick
        self._limit = limit
        self._lane = Limited()

    def store(
        self, name: str, endpoint: str, token: Secret, *, patient: bool = False
    ) -> Stored | Trouble:
        """Keep a token, in place of an earlier one of the same identity.

        Args:
            name: of the identity.
            endpoint: of its Hub.
            token: what to keep.
            patient: let the system ask its owner to unlock the keyring, and wait for that.
        """

        def work(backend: KeyringBackend) -> Stored | Trouble:
            if why := too_long(backend, token.reveal()):
                return Failed(why)
            state = door(backend)
            asks = state is Door.UNFURNISHED and not patient
            if asks or _shut(backend, state, patient=patient):
                return Locked(name_of(backend))
            user = entry(name, endpoint)
            backend.set_password(SERVICE, user, token.reveal())
            if backend.get_password(SERVICE, user) != token.reveal():
                return Failed(f"What was given to {name_of(backend)} is not there.")
            return Stored(name_of(backend))

        return self._call(work, patient=patient)

    def read(self, name: str, endpoint: str, *, patient: bool = False) -> Read | Absent | Trouble:
        """Return the token of an identity."""

        def work(backend: KeyringBackend) -> Read | Absent | Trouble:
            state = door(backend)
            if state is Door.UNFURNISHED:
                return Absent()
            if _shut(backend, state, patient=patient):
                return Locked(name_of(backend))
            token = backend.get_password(SERVICE, entry(name, endpoint))
            return Read(Secret(token)) if token else Absent()

        return self._call(work, patient=patient)

    def remove(
        self, name: str, endpoint: str, *, patient: bool = False
    ) -> Removed | Absent | Trouble:
        """Remove the token of an identity."""

        def work(backend: KeyringBackend) -> Removed | Absent | Trouble:
            state = door(backend)
            if state is Door.UNFURNISHED:
                return Absent()
            if _shut(backend, state, patient=patient):
                return Locked(name_of(backend))
            user = entry(name, endpoint)
            if backend.get_password(SERVICE, user) is None:
                return Absent()
            backend.delete_password(SERVICE, user)
            return Removed(name_of(backend))

        return self._call(work, patient=patient)

    def _call(
        self, work: Callable[[KeyringBackend], _Answer | Trouble], *, patient: bool
    ) -> _Answer | Trouble:
        limit = PATIENT_LIMIT if patient else self._limit
        try:
            return self._lane.call(lambda: self._guarded(work), limit)
        except TimeoutError:
            return Slow(limit)

    def _guarded(self, work: Callable[[KeyringBackend], _Answer | Trouble]) -> _Answer | Trouble:
        from keyring.errors import KeyringLocked  # noqa: PLC0415  (see `usual_backend`)

        try:
            backend = self._pick()
        except UnusableError as error:
            return NoBackend(str(error))
        except Exception as error:  # noqa: BLE001  the thread ends here, and plug-ins raise anything
            return Failed(f"The keyring cannot be reached ({type(error).__name__}).")
        try:
            return work(backend)
        except KeyringLocked:
            return Locked(name_of(backend))
        except Exception as error:  # noqa: BLE001  the same; its text might hold what it was given
            return Failed(f"Something went wrong in {name_of(backend)} ({type(error).__name__}).")


def _shut(backend: KeyringBackend, state: Door, *, patient: bool) -> bool:
    """Whether a back end is locked and stays so; with `patient` its owner is asked first."""
    return state is Door.LOCKED and not (patient and unlocked(backend))


def entry(name: str, endpoint: str) -> str:
    """Return the keyring's user name of an identity: `NAME@ENDPOINT`."""
    return f"{name}@{endpoint}"
