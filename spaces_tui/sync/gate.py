"""When the Hub may be asked again after a failure."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.budget import Hold
from spaces_tui.sync.protocols import RemoteError, Trouble

BACKOFF: Final = (1.0, 2.0, 4.0, 8.0, 15.0, 30.0, 60.0)
_JITTER: Final = 0.2
_RECHECK: Final = 60.0
_QUOTA: Final = 300.0
_STATES: Final = {
    Trouble.OFFLINE: SyncState.OFFLINE,
    Trouble.UNTRUSTED: SyncState.OFFLINE,
    Trouble.QUOTA: SyncState.BUDGET,
    Trouble.AUTH: SyncState.AUTH,
    Trouble.FORBIDDEN: SyncState.FORBIDDEN,
    Trouble.GONE: SyncState.GONE,
    Trouble.NO_BRANCH: SyncState.HALTED,
    Trouble.NO_FOLDER: SyncState.HALTED,
}
_SLOW: Final = frozenset(
    {
        Trouble.AUTH, Trouble.FORBIDDEN, Trouble.GONE, Trouble.NO_BRANCH, Trouble.NO_FOLDER,
        Trouble.UNTRUSTED,
    }
)  # fmt: skip
_STATED: Final = re.compile(r"in (?:about )?(an?|\d+) (second|minute|hour)")
_UNITS: Final = {"second": 1.0, "minute": 60.0, "hour": 3600.0}


@dataclass(slots=True)
class Gate:
    """Closed after trouble, until a moment of the monotonic clock."""

    state: SyncState | None = None
    """The state to show while closed; None when open."""
    reason: str = ""
    until: float = 0.0
    lasting: bool = False
    """Waiting alone will hardly help: a person has to do something."""
    tries: int = 0
    asks: bool = False
    """Whether the Space is asked for its head before the next commit is tried."""

    def shut(self, error: RemoteError, now: float) -> float:
        """Close after a failure; return the seconds until the next try."""
        delay = delay_after(error, self.tries)
        self.tries += 1
        self.state = state_of(error)
        self.reason = error.message
        self.until = now + delay
        self.asks = True
        self.lasting = error.trouble in _SLOW
        return delay

    def pace(self, hold: Hold, now: float) -> None:
        """Close because many commits were sent lately."""
        self.state = hold.state
        self.reason = hold.reason
        self.until = now + hold.seconds
        self.asks = False

    def closed(self, now: float) -> bool:
        """Whether the next try must still wait."""
        return self.state is not None and now < self.until

    def hurry(self) -> None:
        """Let the next try go at once."""
        self.until = 0.0
        self.tries = 0

    def probed(self) -> None:
        """The Hub answers again; whether it takes commits will show."""
        self.state, self.reason, self.until = None, "", 0.0
        self.asks = self.lasting = False

    def open(self) -> None:
        """Forget the trouble: a request went well."""
        self.probed()
        self.tries = 0


def state_of(error: RemoteError) -> SyncState:
    """Return the state a failed request leads to."""
    return _STATES.get(error.trouble, SyncState.BACKOFF)


def delay_after(error: RemoteError, tries: int) -> float:
    """Return the seconds to wait before the next try, `tries` failures having gone before."""
    if error.trouble in _SLOW:
        return _RECHECK
    if error.retry_after is not None:
        return max(error.retry_after, BACKOFF[0])
    if error.trouble is Trouble.QUOTA:
        return _stated(error.message) or _QUOTA
    step = BACKOFF[min(tries, len(BACKOFF) - 1)]
    return step * random.uniform(1 - _JITTER, 1 + _JITTER)


def _stated(message: str) -> float | None:
    """Read a wait from the Hub's own words, such as `retry this action in about 1 hour`."""
    match = _STATED.search(message)
    if not match:
        return None
    count = 1 if match[1] in {"a", "an"} else int(match[1])
    return count * _UNITS[match[2]]
