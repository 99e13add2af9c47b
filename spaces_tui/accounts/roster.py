"""Which identities are signed in here, as a keyring cannot list what it holds.

One small file beside the other state: names, Hubs and where each token is kept. It holds no token.
Whatever cannot be read counts as absent.
"""

from __future__ import annotations

import fcntl
import json
import os
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from spaces_tui.store.files import private_folder, write_private

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_NAME: Final = "accounts.json"
_LOCK: Final = "accounts.lock"
_SCHEMA: Final = 1


class Place(StrEnum):
    """Where a token is kept."""

    KEYRING = "keyring"
    FILE = "file"


@dataclass(frozen=True, slots=True)
class Kept:
    """One identity that is signed in."""

    name: str
    endpoint: str
    place: Place


class Roster:
    """The list, the identity that signed in last first."""

    def __init__(self, state: Path) -> None:
        self._state = state

    def all(self) -> tuple[Kept, ...]:
        """Return every identity, of every Hub."""
        try:
            kept = json.loads((self._state / _NAME).read_bytes())
            if kept["schema"] != _SCHEMA:
                return ()
            return tuple(
                Kept(str(one["name"]), str(one["endpoint"]), Place(one["place"]))
                for one in kept["accounts"]
            )
        except (OSError, ValueError, TypeError, KeyError):
            return ()

    def stamp(self) -> object:
        """Return what changes with every change of the list; reads the dates of its file alone."""
        try:
            facts = (self._state / _NAME).stat()
        except OSError:
            return None
        return facts.st_ino, facts.st_mtime_ns, facts.st_size

    def of(self, endpoint: str) -> tuple[Kept, ...]:
        """Return the identities of one Hub."""
        return tuple(one for one in self.all() if one.endpoint == endpoint)

    def add(self, kept: Kept) -> None:
        """Put an identity first.

        Raises:
            OSError: it cannot be written.
        """
        self._write([kept, *self._without(kept.name, kept.endpoint)])

    def drop(self, name: str, endpoint: str) -> None:
        """Take an identity off the list; it need not be on it.

        Raises:
            OSError: it cannot be written.
        """
        rest = self._without(name, endpoint)
        if rest != list(self.all()):
            self._write(rest)

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Keep other programs of ours from changing what is kept, inside the block.

        Raises:
            OSError: the state folder cannot be written.
        """
        path = private_folder(self._state) / _LOCK
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)

    def _without(self, name: str, endpoint: str) -> list[Kept]:
        return [one for one in self.all() if (one.name, one.endpoint) != (name, endpoint)]

    def _write(self, accounts: Iterable[Kept]) -> None:
        content = {"schema": _SCHEMA, "accounts": [asdict(one) for one in accounts]}
        write_private(self._state / _NAME, json.dumps(content, indent=1).encode())
