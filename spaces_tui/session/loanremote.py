"""One Hub as the guard sees it: each call sent once, every failure told apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from spaces_tui.guard.protocols import GuardError, Lost, Trouble
from spaces_tui.hub.errors import (
    AnswerLost,
    Conflict,
    HubError,
    NotFound,
    RateLimited,
    Redirected,
    ServerError,
    Unauthorized,
    Unreachable,
    Untrusted,
)
from spaces_tui.model.sleep import NEVER
from spaces_tui.session.trouble import sentence

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Sequence

    from spaces_tui.hub.client import Hub
    from spaces_tui.model.space import Runtime, Space

T = TypeVar("T")

_TROUBLES: tuple[tuple[type[HubError], Trouble], ...] = (
    (Unreachable, Trouble.OFFLINE),
    (Untrusted, Trouble.OFFLINE),
    (RateLimited, Trouble.BUSY),
    (Conflict, Trouble.BUSY),
    (AnswerLost, Trouble.UNCLEAR),
    (ServerError, Trouble.UNCLEAR),
    (Unauthorized, Trouble.AUTH),
    (NotFound, Trouble.GONE),
    (Redirected, Trouble.GONE),
)


class LoanRemote:
    """Implements the guard's `Remote` on a client of the Hub."""

    def __init__(
        self,
        hub: Hub,
        namespaces: Callable[[], Awaitable[Sequence[str]]],
        seen: Callable[[str, Runtime], None] = lambda space, runtime: None,
    ) -> None:
        """Prepare.

        Args:
            hub: acts as the account that borrowed.
            namespaces: whose Spaces it reads; may raise `HubError`.
            seen: takes each runtime that was read.
        """
        self._hub = hub
        self._namespaces = namespaces
        self._seen = seen

    async def info(self, space: str) -> Space:
        """Return the Space that has this name."""
        return await _guarded(self._hub.space(space).info())

    async def runtime(self, space: str) -> Runtime:
        """Return what it runs on now."""
        return await self._told(space, self._hub.space(space).runtime())

    async def find(self, space: str, uid: str) -> str | Lost:
        """Return the present name of a Space, looked for wherever this account reads."""
        return await _guarded(self._find(space, uid))

    async def set_hardware(self, space: str, flavor: str, sleep_time: int | None) -> Runtime:
        """Ask for hardware, once."""
        return await self._told(space, self._hub.space(space).set_hardware(flavor, sleep_time))

    async def set_sleep_time(self, space: str, seconds: int) -> Runtime:
        """Set the sleep time, once."""
        wanted = None if seconds == NEVER else seconds
        return await self._told(space, self._hub.space(space).set_sleep_time(wanted))

    async def pause(self, space: str) -> Runtime:
        """Pause it, once."""
        return await self._told(space, self._hub.space(space).pause())

    async def _told(self, space: str, call: Awaitable[Runtime]) -> Runtime:
        runtime = await _guarded(call)
        self._seen(space, runtime)
        return runtime

    async def _find(self, space: str, uid: str) -> str | Lost:
        try:
            found = await self._hub.space(space).info()
            if found.uid == uid:
                return found.id
        except (NotFound, Redirected):
            pass
        namespaces = await self._namespaces()
        for owner in namespaces:
            async for one in self._hub.spaces.list(author=owner):
                if one.uid == uid:
                    return one.id
        return Lost(surely=space.partition("/")[0] in namespaces)


async def _guarded(call: Awaitable[T]) -> T:
    try:
        return await call
    except HubError as error:
        trouble = next(
            (trouble for kind, trouble in _TROUBLES if isinstance(error, kind)), Trouble.REFUSED
        )
        raise GuardError(trouble, sentence(error), retry_after=error.retry_after) from error
