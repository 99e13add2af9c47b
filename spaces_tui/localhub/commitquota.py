"""The quota of commits per hour, which is not the request window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from spaces_tui.localhub.errors import COMMIT_QUOTA_TEXT, RefusedError

HOUR: Final = 3600.0
COMMITS_PER_HOUR: Final = 128


class CommitQuota:
    """Counts commits of each account to each Space over fixed hours.

    `quota` None: no limit.
    """

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self.quota: int | None = COMMITS_PER_HOUR
        self._monotonic = monotonic
        self._windows: dict[tuple[str, str], tuple[float, int]] = {}

    def check(self, account: str, space: str) -> None:
        """Raise 429 if no commit is left."""
        if self.quota is not None and self._used(account, space) >= self.quota:
            raise RefusedError(429, COMMIT_QUOTA_TEXT.format(quota=self.quota))

    def count(self, account: str, space: str) -> None:
        """Count a commit that was made."""
        used = self._used(account, space)
        begun = self._windows.get((account, space), (self._monotonic(), 0))[0]
        self._windows[account, space] = (begun if used else self._monotonic(), used + 1)

    def reset(self) -> None:
        """Begin a fresh hour for everybody."""
        self._windows.clear()

    def _used(self, account: str, space: str) -> int:
        begun, used = self._windows.get((account, space), (0.0, 0))
        return used if self._monotonic() < begun + HOUR else 0
