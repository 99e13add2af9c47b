"""When to ask again: only what changes nothing, only for trouble that passes, and not for long."""

from __future__ import annotations

import asyncio
import math
import random
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from typing import TypeVar

from spaces_tui.hub.errors import AnswerLost, HubError, RateLimited, ServerError, Unreachable

T = TypeVar("T")
_ONCE: ContextVar[bool] = ContextVar("once", default=False)


@contextmanager
def once() -> Iterator[None]:
    """Try everything in the block once: the caller knows better when to try again."""
    token = _ONCE.set(True)
    try:
        yield
    finally:
        _ONCE.reset(token)


@dataclass(frozen=True, slots=True)
class Retries:
    """How often and how long to try. All times are seconds."""

    attempts: int = 3
    """All attempts, the first included."""
    first_wait: float = 0.5
    """Doubles with each attempt; a random half of it is left out, so that clients spread."""
    longest_wait: float = 8.0
    """A longer wait asked for by the Hub is not waited for: the error goes to the caller."""
    patience: float = 40.0
    """No new attempt begins later than this after the first."""
    upload_attempts: int = 6
    """All attempts of a step of an upload, which may itself take longer than any patience."""
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    clock: Callable[[], float] = time.monotonic

    async def read(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Do something that changes nothing, again if trouble may pass."""
        return await self._run(attempt, _may_pass)

    async def change(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Do something that changes the Hub: again only if nothing was sent at all."""
        return await self._run(attempt, lambda error: isinstance(error, Unreachable))

    async def upload(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Do one step of an upload that may be done twice, such as one part; more patiently."""
        longer = replace(self, attempts=self.upload_attempts, patience=math.inf)
        return await longer.read(attempt)

    async def _run(
        self, attempt: Callable[[], Awaitable[T]], again: Callable[[HubError], bool]
    ) -> T:
        began = self.clock()
        for number in range(1, 1 if _ONCE.get() else self.attempts):
            try:
                return await attempt()
            except HubError as error:
                wait = self._wait(number, error)
                late = self.clock() - began + wait > self.patience
                if late or wait > self.longest_wait or not again(error):
                    raise
            await self.sleep(wait)
        return await attempt()

    def _wait(self, number: int, error: HubError) -> float:
        if error.retry_after is not None:
            return error.retry_after
        wait = min(self.first_wait * float(2 ** (number - 1)), self.longest_wait)
        return wait * random.uniform(0.5, 1)


def _may_pass(error: HubError) -> bool:
    return isinstance(error, (Unreachable, AnswerLost, RateLimited, ServerError))
