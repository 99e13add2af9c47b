"""The part of `LocalHub` about time, people, visitors and how the Hub speaks."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from spaces_tui.localhub.control import Control
from spaces_tui.localhub.worldcontrol import PRODUCTION

T = TypeVar("T")


class Levers(ABC):
    """Commands as methods, usable from any thread."""

    _control: Control
    _loop: asyncio.AbstractEventLoop

    @abstractmethod
    def _run(self, action: Callable[[], T]) -> T: ...

    def advance(self, seconds: float) -> float:
        """Push time forward: builds, sleep timers, windows and expiries all follow.

        Everything due meanwhile happens, each thing at its moment, before this returns. Returns
        the server's Unix time.
        """
        moving = self._control.advance(seconds)
        moved = asyncio.run_coroutine_threadsafe(moving, self._loop).result()
        self._run(lambda: None)
        return moved

    def visit(self, space: str) -> dict[str, Any]:
        """Open the application as a visitor, which wakes a sleeping Space; return its runtime."""
        return self._run(lambda: self._control.visit(space))

    def add_person(
        self,
        name: str,
        *,
        pro: bool = False,
        can_pay: bool = False,
        organizations: Mapping[str, str] | None = None,
    ) -> str:
        """Open an account; `organizations` maps a name to a role. Return a write token."""
        return self._run(
            lambda: self._control.add_person(
                name, pro=pro, can_pay=can_pay, organizations=organizations
            )
        )

    def issue_token(
        self,
        name: str,
        role: str = "write",
        *,
        label: str | None = None,
        grants: list[str] | None = None,
        scoped: Mapping[str, list[str]] | None = None,
        restricted: Mapping[str, str] | None = None,
        expires_in: float | None = None,
    ) -> str:
        """Make a token and return its value.

        `role` is `read`, `write`, `god`, `fineGrained` or `oauth`; `grants` are an OAuth login's
        scopes, `scoped` maps a user, organization or repository to permissions of a fine-grained,
        `restricted` an organization to why it is out of reach (`token-policy`, `token-revoked`,
        `mfa`, `sso`, `ip`), `expires_in` is in seconds, negative for a token that has expired.
        """
        return self._run(
            lambda: self._control.issue_token(
                name,
                role,
                label=label,
                grants=grants,
                scoped=scoped,
                restricted=restricted,
                expires_in=expires_in,
            )
        )

    def approve_login(self, user_code: str, *, name: str = "ada") -> None:
        """Confirm a device code in the browser as somebody."""
        self._run(lambda: self._control.approve_login(user_code, name=name))

    def deny_login(self, user_code: str) -> None:
        """Refuse a device code in the browser."""
        self._run(lambda: self._control.deny_login(user_code))

    def login_interval(self, seconds: int) -> None:
        """Set how far apart, in seconds, programs have to ask for a login's outcome."""
        self._run(lambda: self._control.login_interval(seconds))

    def commit_quota(self, quota: int | None) -> None:
        """Set the commits per hour of an account to a Space (None: any number); a fresh hour."""
        self._run(lambda: self._control.commit_quota(quota))

    def lock_creation(self, *, count: int | None = 1) -> None:
        """Let the next creations collide with another operation (409 without `url`)."""
        self._run(lambda: self._control.lock_creation(count=count))

    def list_lag(self, seconds: float) -> None:
        """Let the runtime in lists be so many seconds behind the runtime call."""
        self._run(lambda: self._control.list_lag(seconds))

    def name_origin(self, origin: str | None = PRODUCTION) -> None:
        """Name another origin in the addresses of replies; None: the own one."""
        self._run(lambda: self._control.name_origin(origin))

    def map_apps(self, *, here: bool = True) -> str | None:
        """Let info say that applications are on this server, and return where."""
        return self._run(lambda: self._control.map_apps(here=here))

    def reload_pending(self, count: int) -> None:
        """Answer so many questions for a reload report with 204 before it is there (1)."""
        self._run(lambda: self._control.reload_pending(count))

    def redirect_status(self, status: int) -> None:
        """Answer former names with 301, 302, 303 or 308 instead of 307."""
        self._run(lambda: self._control.redirect_status(status))

    def warn(self, topic: str | None = None, message: str = "") -> None:
        """Put a notice (`X-HF-Warning`) on every answer; without a topic, end all notices."""
        self._run(lambda: self._control.warn(topic, message))

    def disable(self, space: str, *, disabled: bool = True) -> None:
        """Take a Space away by moderation (403 on every call), or give it back."""
        self._run(lambda: self._control.disable(space, disabled=disabled))

    def fail_start(self, space: str, error: str) -> None:
        """Let the next start of a container end in RUNTIME_ERROR with a message."""
        self._run(lambda: self._control.fail_start(space, error))

    def scale(self, space: str, requested: int | str, *, current: int = 1) -> dict[str, Any]:
        """Have so many containers at once; `requested` may be `auto`. Return the runtime."""
        return self._run(lambda: self._control.scale(space, requested, current=current))

    def use_gpu(self, name: str, seconds: int) -> dict[str, Any]:
        """Use ZeroGPU seconds of a person and return the quota."""
        return self._run(lambda: self._control.use_gpu(name, seconds))

    def multipart(self, over: int, chunk: int) -> None:
        """Let large files above `over` bytes be sent in parts of `chunk` bytes."""
        self._run(lambda: self._control.multipart(over, chunk))

    def refuse_object(
        self, oid: str, *, code: int = 422, message: str = "Object is not accepted"
    ) -> None:
        """Answer an error for one large file, by SHA-256, when asked where to put it."""
        self._run(lambda: self._control.refuse_object(oid, code=code, message=message))

    def url_lifetime(self, seconds: int) -> None:
        """Set how long addresses signed from now on are valid."""
        self._run(lambda: self._control.url_lifetime(seconds))

    def secret_values(self, space: str) -> dict[str, str]:
        """Return the secrets of a Space with their values."""
        return self._run(lambda: self._control.secret_values(space))
