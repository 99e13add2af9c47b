"""Tokens in a file that its owner alone may read: for machines without a keyring, if they say so.

The file is made with mode 0600, replaced in one step, and refused when others could read it.
"""

from __future__ import annotations

import json
import os
import stat
from typing import TYPE_CHECKING, Final

from spaces_tui.accounts.keyring import entry
from spaces_tui.accounts.outcomes import Absent, Failed, Read, Removed, Stored
from spaces_tui.model.identity import Secret
from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from pathlib import Path

_NAME: Final = "tokens.json"
_SCHEMA: Final = 1
_OTHERS: Final = stat.S_IRWXG | stat.S_IRWXO


class TokenFile:
    """One file for all identities. Two programs must not write it at once: see `Keeper`."""

    def __init__(self, state: Path) -> None:
        self._path = state / _NAME

    @property
    def path(self) -> Path:
        """Where it lies, or would."""
        return self._path

    def store(self, name: str, endpoint: str, token: Secret) -> Stored | Failed:
        """Keep a token, in place of an earlier one of the same identity."""
        tokens = self._load()
        if isinstance(tokens, Failed):
            return tokens
        tokens[entry(name, endpoint)] = token
        return self._write(tokens) or Stored(str(self._path))

    def read(self, name: str, endpoint: str) -> Read | Absent | Failed:
        """Return the token of an identity."""
        tokens = self._load()
        if isinstance(tokens, Failed):
            return tokens
        token = tokens.get(entry(name, endpoint))
        return Read(token) if token else Absent()

    def remove(self, name: str, endpoint: str) -> Removed | Absent | Failed:
        """Remove the token of an identity, and the file with the last one."""
        tokens = self._load()
        if isinstance(tokens, Failed):
            return tokens
        if tokens.pop(entry(name, endpoint), None) is None:
            return Absent()
        return self._write(tokens) or Removed(str(self._path))

    def _load(self) -> dict[str, Secret] | Failed:
        try:
            content = self._bytes()
            if isinstance(content, Failed):
                return content
            kept = json.loads(content)
            if kept["schema"] != _SCHEMA:
                return Failed(f"{self._path} was written by another version.")
            return {str(user): Secret(str(token)) for user, token in kept["tokens"].items()}
        except FileNotFoundError:
            return {}
        except OSError as error:
            return Failed(f"{self._path} cannot be read: {error.strerror}.")
        except (ValueError, TypeError, KeyError, AttributeError):
            return Failed(f"{self._path} is damaged: delete it, and sign in again.")

    def _bytes(self) -> bytes | Failed:
        # Without O_NONBLOCK, a pipe of that name would hold us up for ever.
        flags = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
        descriptor = os.open(self._path, flags)
        with os.fdopen(descriptor, "rb") as stream:
            facts = os.fstat(descriptor)
            if facts.st_uid != os.geteuid() or not stat.S_ISREG(facts.st_mode):
                return Failed(f"{self._path} is not a file of yours, and is not read.")
            if facts.st_mode & _OTHERS:
                return Failed(
                    f"{self._path} can be read by others, and is not used: say "
                    f"chmod 600 to it, or delete it, and make a new token."
                )
            return stream.read()

    def _write(self, tokens: dict[str, Secret]) -> Failed | None:
        """Replace the file; return what went wrong."""
        try:
            if not tokens:
                self._path.unlink(missing_ok=True)
                return None
            shown = {user: token.reveal() for user, token in tokens.items()}
            content = json.dumps({"schema": _SCHEMA, "tokens": shown}, indent=1)
            write_private(self._path, content.encode())
        except OSError as error:
            return Failed(f"{self._path} cannot be written: {error.strerror}.")
        return None
