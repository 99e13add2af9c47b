"""How many commits an hour the Hub takes, and how to live on that.

The limit is not documented; 128 an hour is what people met, and nobody knows whether it counts
for a person or for each Space: an engine keeps to it for its own Space. Half of the hour's
commits go as soon as they are ready. The rest is spread over what is left of the hour: a save
then waits until its turn has come, or until nobody has saved for a while, so that the last save
of a burst is never late. A few commits are kept back for a person who asks.
"""

from __future__ import annotations

import re
from collections import deque
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.sync import CommitBudget
from spaces_tui.model.sync_state import SyncState

HOUR: Final = 3600.0
ASSUMED: Final = 120
"""Commits an hour while the Hub has not named a limit."""
RESERVE: Final = 5
"""Commits that only go when they are asked for."""
_MARGIN: Final = 0.94
_CALM: Final = (12.0, 30.0)
"""Seconds without a save after which a batch goes although it is not its turn: when half of the
hour's commits are left, and when few are. After that they grow, until the turn comes first."""
_FEW: Final = 4
"""This part of the second half is few."""
_PER_HOUR: Final = re.compile(r"\((\d+) per hour\)")


@dataclass(frozen=True, slots=True)
class Hold:
    """Why the next commit waits, and for how long at most."""

    state: SyncState
    reason: str
    seconds: float


class Budget:
    """The commits of the last hour, on a clock that never jumps."""

    def __init__(self) -> None:
        self._times: deque[float] = deque()
        self._limit = ASSUMED
        self._blocked = float("-inf")

    @property
    def _automatic(self) -> int:
        """Commits of an hour that go by themselves."""
        return self._limit - min(RESERVE, self._limit // 4)

    def wait(self, now: float, written: float) -> float:
        """Return the seconds before the next commit goes by itself.

        `written` is when the newest file of the batch was written.
        """
        used = self._used(now)
        blocked = self._blocked - now
        free = self._limit // 2
        if used < max(1, free):
            return max(0.0, blocked)
        left = self._automatic - used
        if left <= 0:
            return max(blocked, self._times[used - self._automatic] + HOUR - now)
        turn = self._times[-1] + (self._times[0] + HOUR - now) / left
        calm = written + self._calm(left, free)
        return max(0.0, blocked, min(turn, calm) - now)

    def hold(self, now: float, written: float, *, asked: bool) -> Hold | None:
        """Say why the next commit must wait; None when it may go.

        `asked`: a person wants it now, which spends what is kept back.
        """
        left = self.left(now)
        if asked and left > 0:
            return None
        wait = self.wait(now, written)
        if wait <= 0.0 and left > 0:
            return None
        if left > self._limit - self._automatic and self._blocked <= now:
            reason = f"{left} of {self._limit} commits are left this hour, so saves are collected"
            return Hold(SyncState.SETTLING, f"{reason} for a while; sync sends them now.", wait)
        kept = f"sync uses one of {left} kept back." if left else "None is left."
        wait = max(wait, self._times[0] + HOUR - now if not left else 0.0)
        reason = f"The commits of this hour are used up; the next goes in {span(wait)}."
        return Hold(SyncState.BUDGET, f"{reason} {kept}", wait)

    def left(self, now: float) -> int:
        """Return how many commits of this hour are left, those kept back included."""
        return max(0, self._limit - self._used(now))

    def spend(self, now: float) -> None:
        """Record a commit."""
        self._times.append(now)

    def refused(self, message: str, now: float, seconds: float) -> None:
        """Take the Hub's word that no commit is left for so many seconds.

        Should it have come early, something else commits too: the free half of the hour is over.
        """
        match = _PER_HOUR.search(message)
        if match and int(match[1]) > 0:
            self._limit = max(1, int(int(match[1]) * _MARGIN))
        self._blocked = now + seconds
        while self._used(now) < self._limit // 2:
            self._times.append(now)

    def known(self, now: float) -> CommitBudget | None:
        """Return what a person may see of it; None before the first commit of an hour."""
        if not self._used(now):
            return None
        return CommitBudget(self.left(now), self._limit, self.wait(now, now))

    def dump(self, now: float) -> dict[str, object]:
        """Return what the next run must know; times as ages in seconds."""
        self._used(now)
        ages = [round(now - time, 1) for time in self._times]
        return {"limit": self._limit, "ages": ages, "blocked": max(0.0, self._blocked - now)}

    def restore(self, data: object, now: float, gap: float) -> None:
        """Take over an earlier run, which ended `gap` seconds ago by the wall clock.

        That clock may have jumped: a gap is never taken as negative, and a long one forgives all.
        Data that makes no sense is ignored.
        """
        if not isinstance(data, dict):
            return
        try:
            limit, blocked = int(data["limit"]), float(data["blocked"])
            ages = sorted((float(age) for age in data["ages"]), reverse=True)
        except (KeyError, TypeError, ValueError):
            return
        gap = max(0.0, gap)
        self._limit = min(max(1, limit), 10_000)
        self._blocked = now + min(blocked, HOUR) - gap
        self._times = deque(now - max(0.0, age) - gap for age in ages)

    def _used(self, now: float) -> int:
        while self._times and now - self._times[0] >= HOUR:
            self._times.popleft()
        return len(self._times)

    def _calm(self, left: int, free: int) -> float:
        short, long = _CALM
        few = free // _FEW
        if left <= few:
            return long * few / left
        return long - (long - short) * min(1.0, (left - few) / max(1, self._automatic - free - few))


def span(seconds: float) -> str:
    """Return a time to wait as people say it."""
    return f"{max(1.0, seconds):.0f} s" if seconds < 90.0 else f"{seconds / 60.0:.0f} min"
