"""Back ends of `keyring` that misbehave, each in its own way."""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from keyring.backend import KeyringBackend
from keyring.errors import KeyringLocked


def made(kind: Callable[[], KeyringBackend]) -> KeyringBackend:
    """Return one of the library's own back ends, whose constructors have no types."""
    return kind()


class Working(KeyringBackend):
    """Keeps what it is given, in memory."""

    priority = -1
    """Never chosen by itself."""

    def __init__(self) -> None:  # not the library's own, which reads this machine's settings
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        """Return what is kept."""
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        """Keep it."""
        self.kept[service, username] = password

    def delete_password(self, service: str, username: str) -> None:
        """Let it go."""
        del self.kept[service, username]


class Refusing(Working):
    """Fails with the token in its message."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Fail."""
        raise OSError(f"cannot keep {password} for {username} of {service}")


class Forgetful(Working):
    """Takes everything and keeps nothing."""

    def set_password(self, service: str, username: str, password: str) -> None:
        """Do nothing."""


class Shut(Working):
    """Is locked, and its owner will not open it."""

    def get_password(self, service: str, username: str) -> str | None:
        """Refuse."""
        raise KeyringLocked(f"{service} {username}")

    def set_password(self, service: str, username: str, password: str) -> None:
        """Refuse."""
        raise KeyringLocked(f"{service} {username}")


class ShutOnce(Working):
    """Is locked when it is asked first, and open from then on."""

    def __init__(self) -> None:
        super().__init__()
        self.shut = True

    def get_password(self, service: str, username: str) -> str | None:
        """Refuse once, then return what is kept."""
        if self.shut:
            self.shut = False
            raise KeyringLocked(f"{service} {username}")
        return super().get_password(service, username)


class Hanging(Working):
    """Answers nothing until it is released."""

    def __init__(self) -> None:
        super().__init__()
        self.released = Event()
        self.calls = 0

    def get_password(self, service: str, username: str) -> str | None:
        """Hang."""
        self.calls += 1
        self.released.wait()
        return super().get_password(service, username)

    def set_password(self, service: str, username: str, password: str) -> None:
        """Hang."""
        self.calls += 1
        self.released.wait()
        super().set_password(service, username, password)


class Chain(Working):
    """Stands for several back ends, best first, as the library's own chain does."""

    def __init__(self, *backends: KeyringBackend) -> None:
        super().__init__()
        self.backends = backends
