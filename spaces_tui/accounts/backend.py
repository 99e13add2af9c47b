"""Which back end of `keyring` is used, and what is known of it.

Only real stores are: the null back end forgets, the failing one fails, and those of `keyrings.alt`
write plain text or ask for a password of their own.
"""

from __future__ import annotations

from contextlib import closing
from enum import Enum, auto
from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean_line

if TYPE_CHECKING:
    from keyring.backend import KeyringBackend

_NONE: Final = "There is no keyring on this machine that this program can reach."
_FORGETFUL: Final = frozenset({"keyring.backends.fail", "keyring.backends.null"})
_PLAIN: Final = "keyrings.alt"
_SERVICE_BUS: Final = "keyring.backends.SecretService"
_WINDOWS: Final = "keyring.backends.Windows"
_NAMES: Final = {
    _SERVICE_BUS: "the system's keyring",
    "keyring.backends.libsecret": "the system's keyring",
    "keyring.backends.kwallet": "KWallet",
    "keyring.backends.macOS": "the keychain",
    _WINDOWS: "the Windows Credential Manager",
}
_WINDOWS_LIMIT: Final = 2_560
"""Bytes of one credential there, which are UTF-16."""


class UnusableError(Exception):
    """No back end may be used; the message is one sentence."""


class Door(Enum):
    """Whether a back end can be used without asking its owner anything."""

    OPEN = auto()
    LOCKED = auto()
    UNFURNISHED = auto()
    """There is no keyring in it yet; making one asks for a password."""


def usual_backend() -> KeyringBackend:
    """Return the back end that this machine, or its owner's configuration of `keyring`, names.

    May hang for as long as the session bus does. `keyring` looks once in a process: what is
    started later is found at the next start.

    Raises:
        UnusableError: there is none, or it does not keep secrets.
    """
    import keyring  # noqa: PLC0415  (it looks for plug-ins: only whoever wants a token pays)
    from keyring.core import init_backend  # noqa: PLC0415

    try:
        init_backend()
    except RuntimeError as error:  # what a back end says that cannot run (any more)
        raise UnusableError(_NONE) from error
    except (ImportError, AttributeError, TypeError, ValueError) as error:
        raise UnusableError(
            "The keyring that keyring's configuration names cannot be used."
        ) from error
    return allowed(keyring.get_keyring())


def allowed(backend: KeyringBackend) -> KeyringBackend:
    """Return the back end, or the best one of a chain, if it keeps secrets.

    Raises:
        UnusableError: it does not.
    """
    chain = getattr(backend, "backends", None)
    if isinstance(chain, (list, tuple)):
        if not chain:
            raise UnusableError(_NONE)
        return allowed(chain[0])
    module = type(backend).__module__
    if module in _FORGETFUL:
        raise UnusableError(_NONE)
    if module == _PLAIN or module.startswith(f"{_PLAIN}."):
        raise UnusableError("The only keyring here keeps what it is given in plain text.")
    return backend


def name_of(backend: KeyringBackend) -> str:
    """Return what a person calls it."""
    return _NAMES.get(type(backend).__module__) or clean_line(str(backend.name))


def too_long(backend: KeyringBackend, text: str) -> str | None:
    """Return why a back end cannot hold a text of this length; None when it can."""
    if type(backend).__module__ != _WINDOWS:
        return None
    size = len(text.encode("utf-16"))
    if size <= _WINDOWS_LIMIT:
        return None
    return (
        f"The token is too long for {name_of(backend)}: it takes {size} bytes, "
        f"and {_WINDOWS_LIMIT} is the most."
    )


def door(backend: KeyringBackend) -> Door:
    """Return whether a back end is open, without any dialog. Only the Secret Service can tell."""
    if type(backend).__module__ != _SERVICE_BUS:
        return Door.OPEN
    import secretstorage  # noqa: PLC0415  (comes with keyring, where there is a Secret Service)

    with closing(secretstorage.dbus_init()) as bus:
        try:
            collection = secretstorage.Collection(bus, _path_of(backend))
        except secretstorage.ItemNotFoundException:
            return Door.UNFURNISHED
        return Door.LOCKED if collection.is_locked() else Door.OPEN


def unlocked(backend: KeyringBackend) -> bool:
    """Let the system ask its owner to unlock a locked Secret Service; return whether it is open.

    Takes as long as the owner does. The back end would do the same, but leaves its connection open
    when the owner refuses.
    """
    import secretstorage  # noqa: PLC0415  (see `door`)

    with closing(secretstorage.dbus_init()) as bus:
        collection = secretstorage.Collection(bus, _path_of(backend))
        collection.unlock()
        return not collection.is_locked()


def _path_of(backend: KeyringBackend) -> str:
    return str(getattr(backend, "preferred_collection", "/org/freedesktop/secrets/aliases/default"))
