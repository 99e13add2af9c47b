"""Finds out what became of a hot reload, by asking the Hub and then the app itself.

The Hub answers first with the commit as its head, then with what it made of the reload: nothing,
which is an ordinary build, or a status for each replica. A replica that took it tells what it did
in a report of its own, named by the commit.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import aclosing
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from spaces_tui.model.hotreload import ReloadEvent
from spaces_tui.model.space import Space
from spaces_tui.sync.hotreload import failure, refusal, replaced
from spaces_tui.sync.protocols import Clock, Remote, RemoteError

_GAPS: Final = (0.3, 0.7, 1.0, 2.0, 2.0, 2.0, 2.0)
"""Seconds between the questions whether the Hub's head is the commit yet."""
_NOTHING: Final = 2
"""Answers without a word of a reload that are believed; one may come a moment too early."""
_REPORTS: Final = 45.0
"""Seconds that reports may take in all."""


class Finding(Enum):
    """What became of a hot reload."""

    DONE = auto()
    BUILT = auto()
    """It is an ordinary commit, which is built."""
    LOST = auto()
    """Nobody can tell: the Hub did not answer, or is at another commit already."""
    FAILED = auto()
    UNKNOWN = auto()
    """The app could not be asked."""


@dataclass(frozen=True, slots=True)
class Result:
    """A finding and what belongs to it."""

    finding: Finding
    space: Space | None = None
    """The newest answer about the Space."""
    replaced: tuple[str, ...] = ()
    why: str = ""
    """Why it failed: the end of a sentence, without its full stop."""


async def find_out(remote: Remote, clock: Clock, oid: str) -> Result:
    """Follow the hot reload to commit `oid` to its end; raises nothing of the Hub's."""
    space = await _landed(remote, clock, oid)
    if space is None or space.runtime is None:
        return Result(Finding.LOST, space)
    hot = space.runtime.hot_reloading
    if hot is None:
        return Result(Finding.BUILT, space)
    why = refusal(hot)
    if why:
        return Result(Finding.FAILED, space, why=why)
    try:
        async with asyncio.timeout(_REPORTS):
            reports = [await _report(remote, space, one.replica, oid) for one in hot.replicas]
    except RemoteError as error:
        return Result(Finding.UNKNOWN, space, why=f"no report came ({error.message.rstrip('.')})")
    except TimeoutError:
        return Result(Finding.UNKNOWN, space, why=f"no report came within {_REPORTS:.0f} s")
    why = next((why for report in reports if (why := failure(report))), "")
    if why:
        return Result(Finding.FAILED, space, why=why.rstrip("."))
    return Result(Finding.DONE, space, replaced(reports))


async def _landed(remote: Remote, clock: Clock, oid: str) -> Space | None:
    """Ask until the Hub's head is the commit and it says what it made of it; None if never."""
    found: Space | None = None
    silent = 0
    for gap in (0.0, *_GAPS):
        if gap:
            await clock.sleep(gap)
        try:
            space = await remote.info()
        except RemoteError:
            continue  # whether the Hub answers at all, others find out
        if space.sha != oid or space.runtime is None:
            continue
        found = space
        silent += 1
        told = space.runtime.hot_reloading is not None or space.runtime.stage.transitional
        if told or silent >= _NOTHING:
            break
    return found


async def _report(remote: Remote, space: Space, replica: str, oid: str) -> Sequence[ReloadEvent]:
    async with aclosing(remote.reload_report(space, replica, oid)) as report:
        return [event async for event in report]
