"""From a plan to commits: who has to be asked first, what has to wait, and what goes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.board import Board
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import Courier
from spaces_tui.sync.dispatch import Dispatch
from spaces_tui.sync.folder import Look
from spaces_tui.sync.freight import Freight
from spaces_tui.sync.gate import Gate
from spaces_tui.sync.haste import Haste
from spaces_tui.sync.lastgood import LastGood
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.listing import Listing
from spaces_tui.sync.patience import Patience
from spaces_tui.sync.plan import Diff, guard
from spaces_tui.sync.protocols import Clock
from spaces_tui.sync.questions import Questions
from spaces_tui.sync.shape import together


@dataclass(slots=True, kw_only=True)
class Carrying:
    """Carries a plan out as far as nothing speaks against it."""

    ledger: Ledger
    courier: Courier
    freight: Freight
    listing: Listing
    consent: Consent
    questions: Questions
    lastgood: LastGood
    board: Board
    gate: Gate
    haste: Haste
    patience: Patience
    dispatch: Dispatch
    clock: Clock
    interrupted: Callable[[], bool]
    """Whether somebody said something that may mean another plan."""

    async def carry_out(
        self, look: Look, diff: Diff, now: float, current: Callable[[], bool]
    ) -> bool:
        """Send a plan; return whether to look again at once.

        `current` tells whether what the look found is all there is to know of the folder.

        Raises:
            RemoteError: a request failed.
            StoppedError: told to stop with a commit's fate unknown.
        """
        first = self.consent.first
        self.questions.show_sides(diff)
        unapproved = self.consent.unapproved(diff)
        if diff.conflicts and not first:
            # Half a change set can break the app: only what was agreed to goes on.
            agreed = diff.without((*unapproved.paths, *diff.conflicts))
            diff, whole = together(agreed, self.ledger.remote), diff
            if not diff.paths:
                self.questions.ask_side(look, whole)
                return False
            unapproved = diff.without(diff.paths)
        held = self.freight.held(diff, unapproved, self.ledger, first=first)
        unasked = unapproved.without(held)
        if await self._spoken_against(diff, unapproved, unasked, now):
            return False
        if first:
            self.consent.accept(diff, self.ledger)
        if held:
            self.questions.ask_each(diff.without(set(diff.paths) - held.keys()), held)
        else:
            self.questions.withdraw()
        diff, whole = together(diff.without(held), self.ledger.remote), diff
        if not diff.paths:
            reason = next(iter(held.values())) if len(held) == 1 else f"{len(held)} files wait."
            self.board.show(SyncState.HELD, reason, len(held))
            return False
        meant = not unasked.paths or not self.dispatch.rest.isdisjoint(diff.paths)
        if not first and self.patience.wait_for_build(diff, now, meant=meant):
            return False
        self.patience.pace(diff, now)
        if self.gate.closed(now) and self.gate.state is not None:
            self.board.show(self.gate.state, self.gate.reason, len(diff.paths))
            return False
        self.ledger.leaving |= set(diff.deletes)
        pending = len(whole.paths)
        while True:
            sent, again = await self.dispatch.deliver(look, diff, pending, first=first)
            diff, pending = diff.without(sent), pending - len(sent)
            if not sent or not await self._goes_on(diff, current):
                return again

    async def _spoken_against(
        self, diff: Diff, unapproved: Diff, unasked: Diff, now: float
    ) -> bool:
        """Whether a guard holds the whole plan, or git is at work; then say so."""
        reason = self.lastgood.reason(unapproved.paths)
        reason = reason or guard(
            unasked,
            self.ledger,
            self.board.status.into,
            first=self.consent.first,
            app=self.courier.app,
        )
        reason = reason or await self.patience.git(now)
        if reason == "":
            self.patience.wait_for_git(diff, now)
        elif reason:
            self.questions.ask_held(diff, reason)
        return reason is not None

    async def _goes_on(self, diff: Diff, current: Callable[[], bool]) -> bool:
        """Whether the next part of a plan may follow without another look at everything.

        Nothing was heard of the folder since the look, no timed look is due, nobody said anything,
        and nothing has to be asked or waited for. Whatever is read for the part is compared with
        what the look found all the same, file by file.
        """
        now = self.clock.monotonic()
        if not diff.paths or diff.conflicts or self.board.status.degraded:
            return False
        if self.haste.finishing or not current() or self.interrupted():
            return False
        if self.listing.due or self.courier.isolating or await self.patience.git(now) is not None:
            return False
        self.patience.pace(diff, now)
        return not self.gate.closed(now)
