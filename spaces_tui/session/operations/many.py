"""One change on many Spaces, at a pace the Hub's rate limit allows."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Final

from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.tools import retry_in
from spaces_tui.session.requests.base import Outcome, Step

if TYPE_CHECKING:
    from spaces_tui.session.operations.tools import Tools
    from spaces_tui.session.requests.base import Change
    from spaces_tui.session.snapshot import Gauge

AT_ONCE: Final = 4
_RESERVE: Final = 20
"""Requests of the window that are left for the screen and the watched folders."""
REFUSALS: Final = 5
"""Times one change or reading is tried when the rate limit refuses it: nothing is done by a
refused one."""
UNSAID: Final = 60.0
"""Seconds to wait when the Hub does not say when its window ends."""


async def many(
    tools: Tools, changes: Sequence[Change], change: Callable[[Change], Awaitable[Outcome]]
) -> tuple[Outcome, ...]:
    """Do every change; return what became of each, in order.

    The rows of Spaces that wait for their turn say so. What the rate limit stops in the middle goes
    on where it was, when the change can do that.
    """
    slots = asyncio.Semaphore(AT_ONCE)
    pace = Pace(tools)

    async def turn(each: Change) -> Outcome:
        with tools.shown(each.space, "waiting for its turn"):
            await slots.acquire()
            try:
                await pace.allowed()
            except BaseException:
                slots.release()
                raise
        try:
            return await change(each)
        except CommandError as error:
            why = Step(
                "all",
                "begin",
                error=error.message,
                request_id=error.request_id,
                retry_in=retry_in(error),
            )
            return Outcome(each.space, (why,))
        finally:
            slots.release()

    async def one(each: Change) -> Outcome:
        done: tuple[Step, ...] = ()
        for _ in range(REFUSALS):
            outcome = await turn(each)
            steps = done + outcome.steps
            waits = [step.retry_in for step in outcome.steps if step.retry_in is not None]
            rest = each.without(outcome.done) if outcome.done else each
            if not waits or rest is None:
                break
            pace.refused(max(waits))
            each, done = rest, done + tuple(step for step in outcome.steps if step.done)
        return Outcome(each.space, steps)

    return tuple(await asyncio.gather(*(one(each) for each in changes)))


class Pace:
    """Holds requests back while the window has few left."""

    def __init__(self, tools: Tools) -> None:
        self._board = tools.board
        self._turn = asyncio.Lock()
        self._gauge: Gauge | None = None
        self._granted = 0
        """Changes let through since the gauge was read."""
        self._over = False
        """Whether the window the gauge tells of has ended."""
        self._wait = 0.0

    async def allowed(self) -> None:
        """Wait until one more change fits into the Hub's window."""
        async with self._turn:
            wait, self._wait = self._wait, 0.0
            if not wait and not self._fits():
                resets_in = self._gauge.resets_in if self._gauge else None
                wait = UNSAID if resets_in is None else resets_in + 1
            if wait:
                await asyncio.sleep(wait)
                self._over = True
                self._granted = 0
            self._granted += 1

    def refused(self, seconds: float) -> None:
        """Take notice that the Hub refused a request for that long."""
        self._wait = max(self._wait, seconds)

    def _fits(self) -> bool:
        gauge = self._board.snapshot.gauge
        if gauge is not self._gauge:
            self._gauge, self._granted, self._over = gauge, 0, False
        if gauge is None:
            return True
        room = gauge.quota if self._over and gauge.quota is not None else gauge.left
        reserve = _RESERVE if gauge.quota is None else min(_RESERVE, gauge.quota // 5)
        return room - self._granted > reserve
