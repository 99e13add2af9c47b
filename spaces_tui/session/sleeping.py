"""Finds out that the machine slept, or that this process was stopped for a while.

Nothing says so. But time passed that was not waited for: the wall clock is ahead of where a short
pause should have left it. What was open then is most likely dead, and what was known is old.
"""

from __future__ import annotations

import asyncio
from time import time
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

EVERY: Final = 2.0
"""Seconds between two looks at the clock."""
JUMP: Final = 20.0
"""Seconds too many that a busy machine alone does not explain."""


async def wake_up(
    woke: Callable[[], None],
    *,
    clock: Callable[[], float] = time,
    pause: Callable[[float], Awaitable[object]] = asyncio.sleep,
) -> None:
    """Call `woke` after each time that nothing ran here for a while; never ends by itself."""
    while True:
        before = clock()
        await pause(EVERY)
        if clock() - before > EVERY + JUMP:
            woke()
