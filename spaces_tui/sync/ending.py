"""How an engine ends: nothing holds it up, and what is left is said.

What is in flight gets a moment to finish. If no answer comes, the request is given up and its
intent stays open in the journal, so that the next start finds out what became of it. What has
settled by then is still sent if that is quick; the rest is counted.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from typing import Any, Final, TypeVar

from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.bell import Bell
from spaces_tui.sync.send import StoppedError

T = TypeVar("T")

PATIENCE: Final = 5.0
"""Seconds in which what is pending is still sent after a stop."""
GRACE: Final = 1.5
"""Seconds an answer is waited for after a stop."""
PAUSE: Final = 0.05
"""Seconds between two looks of an engine that waits for something to settle before it ends."""
FLOWING: Final = frozenset({SyncState.DIRTY, SyncState.SETTLING, SyncState.SENDING})
"""States that go on by themselves within moments."""


async def bounded(work: Coroutine[Any, Any, T], bell: Bell, grace: float) -> T:
    """Do something, but no longer than an engine may that was told to end.

    Raises:
        StoppedError: the time was over; `work` was cancelled.
    """
    doing = asyncio.ensure_future(work)
    over = asyncio.ensure_future(bell.out_of_time(grace))
    try:
        await asyncio.wait({doing, over}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        over.cancel()
        if not doing.done():
            doing.cancel()
            await asyncio.gather(doing, return_exceptions=True)
    if doing.cancelled():
        raise StoppedError
    return doing.result()


def last_words(unsent: int, unconfirmed: bool) -> str:
    """Say what is not on the Space for sure; empty when all is."""
    files = f"{unsent} file{'s' if unsent > 1 else ''} not uploaded" if unsent else ""
    commit = "1 commit unconfirmed" if unconfirmed else ""
    both = "; ".join(part for part in (files, commit) if part)
    return f"{both}: the next start takes care of it." if both else ""
