"""Why a plan that could go still waits: git is at work, a build runs, few commits are left."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.board import Board
from spaces_tui.sync.budget import Budget
from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.folder import Folder
from spaces_tui.sync.following import Following
from spaces_tui.sync.gate import Gate
from spaces_tui.sync.haste import Haste
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.stir import Stir

_GIT: Final = 60.0
"""Seconds git may take before a person is asked."""
_GIT_AGAIN: Final = 1.0


@dataclass(slots=True, kw_only=True)
class Patience:
    """Knows what to wait for, and until when."""

    options: WatchOptions
    folder: Folder
    on_disk: OnDisk
    board: Board
    stir: Stir
    haste: Haste
    gate: Gate
    following: Following
    budget: Budget = field(default_factory=Budget)
    until: float = float("-inf")
    """When a batch that waits for a build, or for git, is looked at again, on the monotonic
    clock."""
    _git_since: float | None = None
    _git_meant: bool = False
    _building: float | None = None
    """Since when a batch waits for a build, for files of which no write was noticed."""

    def meant(self) -> None:
        """Somebody said yes although git is at work."""
        self._git_meant = True

    def over(self) -> None:
        """Nothing waits any more."""
        self._building = None

    async def git(self, now: float) -> str | None:
        """Return a reason to hold while git is at work: empty at first, words after a minute."""
        if self._git_meant or not await self.on_disk(self.folder.busy):
            self._git_since = None
            self._git_meant = False
            return None
        if self._git_since is None:
            self._git_since = now
        if now - self._git_since < _GIT:
            return ""
        return "Git is in the middle of a merge, a rebase or another change."

    def wait_for_git(self, diff: Diff, now: float) -> None:
        """Look again in a moment, since nothing tells of git's lock."""
        self.until = now + _GIT_AGAIN
        self.board.show(SyncState.SETTLING, "Waiting for git to finish.", len(diff.paths))

    def wait_for_build(self, diff: Diff, now: float, *, meant: bool) -> bool:
        """Whether a batch should wait for what the Space is doing; then say so.

        What was `meant` goes: a person just said yes to it, or it is the rest of what went in part.
        """
        if meant or self.haste.wanted or self.options.once:
            self._building = None
            return False
        if self._building is None:
            self._building = now
        pause = self.following.pause(self.stir.newest(diff, self._building), now)
        if pause is None:
            self._building = None
            return False
        self.until = pause.until
        self.board.show(SyncState.SETTLING, pause.reason, len(diff.paths))
        return True

    def pace(self, diff: Diff, now: float) -> None:
        """Close the gate while the hour's commits are better spent later."""
        if self.gate.closed(now):
            return
        written = max((self.stir.written.get(path, now) for path in diff.paths), default=now)
        hold = self.budget.hold(now, written, asked=self.haste.wanted)
        if hold:
            self.gate.pace(hold, now)
