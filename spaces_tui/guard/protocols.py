"""What the guard needs from the world. Whoever runs one brings these along."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from spaces_tui.model.loan import Loan
from spaces_tui.model.space import Runtime, Space


class Trouble(StrEnum):
    """What went wrong with a request, as far as the guard has to tell cases apart."""

    OFFLINE = "offline"
    """Nothing was done: no connection."""
    BUSY = "busy"
    """Nothing was done: 429, or another operation is under way."""
    UNCLEAR = "unclear"
    """It may have been done: the answer was lost, a 5xx."""
    AUTH = "auth"
    """Nothing was done: the token is not taken."""
    REFUSED = "refused"
    """Nothing was done, and it will not be: 402, 403 and the like."""
    GONE = "gone"
    """There is no Space of that name that this account can see."""


class GuardError(Exception):
    """A request failed, or cannot be made; the message is one sentence for a person."""

    def __init__(self, trouble: Trouble, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message
        self.retry_after = retry_after
        """Seconds the Hub asks to wait, where it says so."""


@dataclass(frozen=True, slots=True)
class Lost:
    """A Space is not found under any name."""

    surely: bool
    """Whether it does not exist; else this account may just not see it any more."""


class Remote(Protocol):
    """One Hub, seen by one account. Every call may raise `GuardError`, and is sent once."""

    async def info(self, space: str) -> Space:
        """Return the Space that has this name."""
        ...

    async def runtime(self, space: str) -> Runtime:
        """Return what it runs on now, never from a cache."""
        ...

    async def find(self, space: str, uid: str) -> str | Lost:
        """Return the present name of the Space with the Hub's own id `uid`, called `space` last."""
        ...

    async def set_hardware(self, space: str, flavor: str, sleep_time: int | None) -> Runtime:
        """Ask for hardware; `sleep_time` in seconds, -1 for never, None to leave it as it is."""
        ...

    async def set_sleep_time(self, space: str, seconds: int) -> Runtime:
        """Set the sleep time."""
        ...

    async def pause(self, space: str) -> Runtime:
        """Stop it until somebody restarts it."""
        ...


RemoteOf = Callable[[Loan], Awaitable[Remote | None]]
"""Finds the account that borrowed; None when it is not one of ours, so that another program sees
to that loan. Raises `GuardError` when its token cannot be had."""


class Clock(Protocol):
    """Time, as this machine has it."""

    def wall(self) -> datetime:
        """Return the time of day, UTC; it may jump either way."""
        ...

    def steady(self) -> float:
        """Return seconds on a clock that never jumps; where it can, it goes on in suspend."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...
