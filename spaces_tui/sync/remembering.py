"""Writing down what the next run has to know, and saying so when the disk will not have it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spaces_tui.model.sync_events import Failed
from spaces_tui.sync.aside import Aside
from spaces_tui.sync.board import Board
from spaces_tui.sync.budget import Budget
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import Courier, JournalError, OnDisk
from spaces_tui.sync.listing import Listing
from spaces_tui.sync.protocols import Clock, RemoteError, Trouble


@dataclass(slots=True, kw_only=True)
class Remembering:
    """Saves the ledger and the notes; a failure is told once, until it is over."""

    save: Callable[[], None]
    """Writes the ledger."""
    note: Callable[[dict[str, object]], None]
    """Writes what is known apart from it."""
    on_disk: OnDisk
    board: Board
    consent: Consent
    listing: Listing
    courier: Courier
    budget: Budget
    aside: Aside
    clock: Clock
    _failed: bool = False

    async def remember(self) -> None:
        """Save what is known, once a first plan was settled: before, nothing was agreed."""
        notes: dict[str, object] = {
            "budget": self.budget.dump(self.clock.monotonic()),
            "ignored": list(self.aside.paths),
        }
        try:
            await self.on_disk(self.note, notes)
            if self.consent.fresh:
                return
            await self.on_disk(self.save)
        except OSError as error:
            if not self._failed:
                self.board.emit(Failed(f"What was sent cannot be remembered: {error.strerror}."))
            self._failed = True
        else:
            self._failed = self.listing.changed = False
            await self.courier.close()

    def recall(self, notes: dict[str, object], gap: float) -> None:
        """Take over what was noted `gap` seconds ago by the wall clock."""
        now = self.clock.monotonic()
        self.budget.restore(notes.get("budget"), now, gap)
        self.board.set(budget=self.budget.known(now))
        self.aside.restore(notes.get("ignored"))

    def trouble(self, error: JournalError) -> RemoteError:
        """Return what it means that an intent could not be written down: nothing is sent."""
        why = f"The state folder cannot be written: {error}"
        if not self._failed:
            self.board.emit(Failed(why))
        self._failed = True
        return RemoteError(Trouble.BUSY, f"{why} Uploads go on once it can.")
