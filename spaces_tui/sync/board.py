"""The newest status, and the events that tell of every change to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from heapq import nsmallest
from typing import Final

from spaces_tui.model.sync import Batch, Skipped, SyncStatus
from spaces_tui.model.sync_events import Degraded, Refused, Slowed, StateChanged, SyncEvent
from spaces_tui.model.sync_state import SyncState

_BATCHES: Final = 50
_PENDING: Final = 200


class Board:
    """Holds one immutable status; each change replaces it."""

    def __init__(self, status: SyncStatus, emit: Callable[[SyncEvent], None]) -> None:
        self.status = status
        self.emit = emit
        self._refused: dict[str, tuple[str, str | None]] = {}

    def show(self, state: SyncState, reason: str = "", pending: int | None = None) -> None:
        """Enter a state; an event is sent only if something changed."""
        old = self.status
        count = old.pending if pending is None else pending
        if not count and old.pending_paths:
            old = self.status = replace(old, pending_paths=())
        if (old.state, old.reason, old.pending) == (state, reason, count):
            return
        self.status = replace(old, state=state, reason=reason, pending=count)
        self.emit(StateChanged(state, reason, count))

    def set(self, **fields: object) -> None:
        """Replace fields that no event tells of."""
        self.status = replace(self.status, **fields)  # type: ignore[arg-type]  # any field

    def pending(self, paths: Iterable[str]) -> None:
        """Show which paths are not on the Space yet; `show` says how many."""
        self.set(pending_paths=tuple(nsmallest(_PENDING, paths)))

    def slow(self, slowed: tuple[Skipped, ...]) -> None:
        """Show what is sent only now and then; a word for what is new."""
        known = {item.path for item in self.status.slowed}
        for item in slowed:
            if item.path not in known:
                self.emit(Slowed(item.path, item.reason))
        if slowed != self.status.slowed:
            self.set(slowed=slowed)

    def degrade(self, reason: str) -> None:
        """Say that file events cannot be trusted, or by an empty reason that they can again."""
        if reason and reason != self.status.degraded:
            self.emit(Degraded(reason))
        self.set(degraded=reason)

    def refuse(self, skipped: list[tuple[Skipped, str | None]]) -> None:
        """Show what is refused; a word only for what is new, told apart by its content id."""
        now = {item.path: (item.reason, content) for item, content in skipped}
        for item, _ in skipped:
            if self._refused.get(item.path) != now[item.path]:
                self.emit(Refused(item.path, item.reason, item.line))
        self._refused = now
        self.set(refused=tuple(item for item, _ in skipped))

    def add(self, batch: Batch) -> None:
        """Put a batch on top of the list."""
        self.set(batches=(batch, *self.status.batches)[:_BATCHES])
