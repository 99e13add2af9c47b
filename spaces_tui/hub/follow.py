"""One log over many connections, each line once."""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable
from contextlib import aclosing
from dataclasses import dataclass

from spaces_tui.hub.errors import AnswerLost, Unreachable
from spaces_tui.hub.replay import Delivery, LogGap, LogReset, Memory, Replay
from spaces_tui.hub.streams import log_arrivals
from spaces_tui.hub.wire import Wire
from spaces_tui.model.logs import LogChunk, LogLines

__all__ = ["LogGap", "LogReset", "Patience", "follow"]

log = logging.getLogger("spaces_tui.hub")


async def _no() -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Patience:
    """When to connect again. All times are seconds."""

    go_on: Callable[[], Awaitable[bool]] = _no
    """Asked after each clean end: does the container live, or is there a new one?

    It may take its time, such as until the stage says so. False ends the log.
    """
    silence: float = 90.0
    """Without a byte for so long the connection is dead; the Hub sends a sign of life every 30."""
    drained: float = 1.0
    """Without an event for so long a replayed history counts as complete."""
    first_wait: float = 1.0
    """Doubles with each connection that brought nothing new."""
    longest_wait: float = 30.0
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep

    def wait(self, fruitless: int) -> float:
        """Return how long to wait after so many connections in a row without news."""
        full: float = min(self.first_wait * 2 ** min(fruitless, 16), self.longest_wait)
        return full * random.uniform(0.75, 1)


async def follow(
    wire: Wire, path: str, *, tail: int | None, patience: Patience
) -> AsyncGenerator[list[Delivery], None]:
    """Yield a log's history (or its last `tail` lines) and then everything new, each chunk once.

    What arrived together comes together: a busy log would be slow one by one.

    A connection that breaks or falls silent is replaced, for as long as the caller goes on
    reading. `LogReset` marks a new container's or build's log, `LogGap` a place where lines may
    be missing.

    Raises:
        HubError: the Hub refuses the log with an error status, or cannot be trusted.
    """
    memory = Memory(whole=tail is None)
    fruitless = 0
    while True:
        replay = Replay(memory)
        news = ended = False
        ask = None if memory.keys else tail
        try:
            arrivals = log_arrivals(wire, path, tail=ask, silence=patience.silence)
            async with aclosing(_news(arrivals, replay, patience.drained)) as deliveries:
                async for together in deliveries:
                    news = True
                    yield together
            ended = True
        except (AnswerLost, Unreachable) as error:
            log.debug("%s: %s", path, error.message)
        if ended and not await patience.go_on():
            return
        fruitless = 0 if news else fruitless + 1
        await patience.sleep(patience.wait(fruitless))


async def _news(
    arrivals: AsyncGenerator[list[LogChunk | LogLines], None], replay: Replay, drained: float
) -> AsyncGenerator[list[Delivery], None]:
    """Yield what is new on one connection, to its clean end."""
    async with aclosing(arrivals):
        while True:
            if replay.settled:
                chunks = await anext(arrivals, None)
            else:
                waiting = asyncio.ensure_future(_next(arrivals))
                try:
                    await asyncio.wait({waiting}, timeout=drained)
                    if not waiting.done() and (decided := replay.drained()):
                        yield decided
                    chunks = await waiting
                finally:
                    await _settled(waiting)
            if chunks is None:
                break
            if news := replay.feed(chunks):
                yield news
        if decided := replay.drained():
            yield decided


async def _next(
    arrivals: AsyncIterator[list[LogChunk | LogLines]],
) -> list[LogChunk | LogLines] | None:
    return await anext(arrivals, None)


async def _settled(task: asyncio.Task[list[LogChunk | LogLines] | None]) -> None:
    """End a task that is not waited for any more; an iterator cannot be closed while it runs."""
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
