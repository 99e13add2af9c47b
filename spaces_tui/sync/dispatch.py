"""One part of a plan on its way to the Space, and the books that are kept of it."""

from __future__ import annotations

from dataclasses import dataclass, replace

from spaces_tui.model.sync_events import Failed
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.board import Board
from spaces_tui.sync.budget import Budget
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import Courier, Delivery, JournalError
from spaces_tui.sync.folder import Look
from spaces_tui.sync.following import Following
from spaces_tui.sync.freight import Freight
from spaces_tui.sync.gate import Gate, delay_after
from spaces_tui.sync.hotreload import BUILT, Verdict
from spaces_tui.sync.lastgood import LastGood
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.listing import Listing
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Clock, RemoteError, Trouble
from spaces_tui.sync.questions import Questions
from spaces_tui.sync.records import batch_of, committed, written_at
from spaces_tui.sync.remembering import Remembering
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.stir import Stir
from spaces_tui.sync.window import Window


@dataclass(slots=True, kw_only=True)
class Dispatch:
    """Delivers, and tells everybody who has to know what became of it."""

    ledger: Ledger
    courier: Courier
    freight: Freight
    listing: Listing
    consent: Consent
    questions: Questions
    lastgood: LastGood
    board: Board
    window: Window
    stir: Stir
    gate: Gate
    budget: Budget
    following: Following
    scope: Scope
    remembering: Remembering
    clock: Clock
    rest: frozenset[str] = frozenset()
    """What is left of a plan that goes in parts."""

    async def deliver(
        self, look: Look, diff: Diff, pending: int, *, first: bool
    ) -> tuple[tuple[str, ...], bool]:
        """Send one part of a plan; return what was sent, and whether to look again at once.

        Raises:
            RemoteError: it is not on the Space, and cannot be tried again at once.
            StoppedError: the engine must end before the answer is known.
        """
        before = self.courier.repository.requests

        def sending() -> None:
            self.board.show(SyncState.SENDING, "", pending)

        try:
            going = await self.freight.prepare(
                look, diff, self.ledger, first=first, sending=sending
            )
        except RemoteError as error:
            await self._not_landed(error)
            return (), True
        part = going.part
        if going.moved or going.refused or not part.paths:
            for path in going.moved:
                self.window.moved(path, self.clock.monotonic())
            if not going.refused:
                self.board.show(*self.freight.transfers.state, pending)
            return (), going.refused
        written = self.stir.written
        touched = [written[path] for path in part.paths if path in written]
        self.questions.announce_changes(part.paths)
        self.rest = frozenset(diff.paths) - set(part.paths)
        verdict = BUILT
        if not self.rest:
            verdict = self.following.verdict(part, self.ledger.head, self.ledger.remote)
        try:
            outcome = await self.courier.deliver(
                look,
                part,
                self.ledger,
                sending,
                large=going.large,
                before=before,
                hot=verdict.hot,
            )
        except JournalError as error:
            raise self.remembering.trouble(error) from error
        except RemoteError as error:
            await self._not_landed(error)
            return (), True
        now = self.clock.monotonic()
        if outcome.moved:
            self.scope.keep(outcome.moved)
            for path in outcome.moved:
                self.window.moved(path, now)
            return (), False
        if outcome.delivery is None:
            return (), True
        self.listing.due |= outcome.other_card
        self._landed(outcome.delivery, touched, now, verdict)
        await self.remembering.remember()
        return part.paths, True

    async def restore(self, look: Look) -> None:
        """Put the last good set back.

        Raises:
            RemoteError: it is not on the Space, and cannot be tried again at once.
            StoppedError: the engine must end before the answer is known.
        """
        self.scope.doubt()
        try:
            delivery = await self.lastgood.restore(look)
        except JournalError as error:
            raise self.remembering.trouble(error) from error
        except RemoteError as error:
            await self._not_landed(error)
            return
        if delivery:
            self._landed(delivery, [], self.clock.monotonic())
            await self.remembering.remember()

    def _landed(
        self, delivery: Delivery, touched: list[float], now: float, verdict: Verdict = BUILT
    ) -> None:
        paths = (*delivery.uploaded, *delivery.deleted)
        for path in paths:
            self.stir.written.pop(path, None)
        self.window.sent(paths)
        self.consent.sent(paths)
        self.questions.settled()
        self.gate.open()
        self.budget.spend(now)
        self.board.set(budget=self.budget.known(now))
        self.stir.lanes.sent(paths, now)
        self.listing.landed(look_again=delivery.sent.head_moved, new_large=delivery.new_large)
        written = written_at(delivery, touched, now)
        batch = replace(batch_of(delivery, max(0.0, now - written)), hot=verdict.hot)
        self.board.add(batch)
        self.board.set(head=batch.oid)
        broken = not self.courier.checks.broken.isdisjoint(delivery.uploaded)
        self.following.committed(batch, written=written, broken=broken)
        note = f"built anew, not hot reloaded: {verdict.why}" if verdict.why else ""
        self.board.emit(committed(batch, note))

    async def _not_landed(self, error: RemoteError) -> None:
        """Follow up a commit that is surely not on the Space."""
        self.scope.doubt()
        if error.trouble is Trouble.REJECTED:
            if not self.courier.isolating:
                self.board.emit(Failed(error.message, error.request_id))
        elif error.trouble in {Trouble.MOVED, Trouble.MISSING_PATH}:
            await self.listing.moved_on(error)
        else:
            if error.trouble is Trouble.QUOTA:
                now = self.clock.monotonic()
                self.budget.refused(error.message, now, delay_after(error, 0))
                self.board.set(budget=self.budget.known(now))
            await self.remembering.remember()
            raise error
