"""Looks, again and again: what they wait for, what is told in between, and how it ends."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Final

from spaces_tui.model.sync import SyncStatus
from spaces_tui.model.sync_events import Failed, Retrying
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync import crashes, heap
from spaces_tui.sync.bell import Bell
from spaces_tui.sync.board import Board
from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.ears import CALM, REARM, Ears
from spaces_tui.sync.ending import FLOWING, GRACE, PAUSE, bounded, last_words
from spaces_tui.sync.gate import Gate
from spaces_tui.sync.protocols import Clock, RemoteError, Trouble
from spaces_tui.sync.rounds import Rounds
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.send import StoppedError
from spaces_tui.sync.stopped import Stopped
from spaces_tui.sync.window import Window

_ATTEMPTS: Final = 6
"""Failures after which an engine that was to reconcile once, with nobody there, gives up."""


@dataclass(slots=True, kw_only=True, eq=False)
class Loop:
    """Runs from the first look until the last, and says what is left."""

    rounds: Rounds
    ears: Ears
    bell: Bell
    board: Board
    gate: Gate
    window: Window
    scope: Scope
    clock: Clock
    state_dir: Path
    on_disk: OnDisk
    broke: bool
    """An earlier start broke, and this one has not shown yet that it works."""
    _paused: bool = False
    _looked: float = float("-inf")

    async def run(self) -> None:
        """Look until told to stop, or until reconciled.

        Raises:
            FolderError: the first look found more than anyone means to publish.
        """
        rounds, ears = self.rounds, self.ears
        while not self.bell.stopping:
            await self._wait()
            if not await self._take_commands():
                continue
            self._looked = self.clock.monotonic()
            ears.urgent = rounds.freight.transfers.news = False
            try:
                ears.urgent |= await self._look(GRACE)
            except RemoteError as error:
                self._trouble(error)
            except StoppedError:
                return
            if self.broke and not rounds.consent.first:
                self.broke = False
                await self.on_disk(crashes.forget, self.state_dir)
            ears.rules = rounds.rules
            await ears.check(rounds.seen)
            await ears.watch(rounds.folders)
            if rounds.ended(attempts=_ATTEMPTS):
                return
            if self.board.status.state is SyncState.IN_SYNC:
                heap.set_aside(self)

    async def end(self) -> SyncStatus:
        """Send what is quick, and return the last status: what is pending there was not sent."""
        rounds = self.rounds
        if self.bell.stopping and not rounds.courier.in_flight:
            await self._flush()
        await rounds.freight.transfers.close()
        unsent = await rounds.unsent()
        await rounds.remembering.remember()
        last = replace(self.board.status, pending=unsent)
        if last.state in CALM:  # events of what was sent may have come since
            last = replace(last, state=SyncState.DIRTY if unsent else SyncState.IN_SYNC)
        words = last_words(last.pending, bool(rounds.courier.in_flight))
        self.board.show(SyncState.STOPPED, words, last.pending)
        return last

    async def _look(self, grace: float) -> bool:
        """Look once; after a stop, no longer than allowed."""
        look = self.rounds.go(partial(self.ears.quiet_since, self.ears.generation))
        return await bounded(look, self.bell, grace)

    async def _flush(self) -> None:
        """After a stop, send what was saved just before it, if that is quick."""
        rounds, state = self.rounds, self.board.status.state
        if self._paused or rounds.consent.first or state not in {SyncState.IN_SYNC, *FLOWING}:
            return
        rounds.haste.finishing = True
        rounds.freight.finish(self.bell.left)
        while self.bell.left > 0:
            self.scope.doubt()
            try:
                again = await self._look(float("inf"))
            except (RemoteError, StoppedError) as error:
                if isinstance(error, RemoteError):
                    self.board.emit(Failed(error.message, error.request_id))
                return
            if self.board.status.state not in FLOWING or rounds.freight.left_behind:
                return
            if not again:
                wait = self.window.due(self.clock.monotonic())
                await self.clock.sleep(min(PAUSE if wait is None else wait, self.bell.left))

    async def _wait(self) -> None:
        """Wait until there is a reason to look: quiet after writes, a timer, a command."""
        rounds = self.rounds
        while not self.bell.stopping and not self.bell.told:
            await self.ears.watch_new(rounds.folder, rounds.folders)
            if (self.ears.urgent or rounds.freight.transfers.news) and not self._paused:
                return
            wait = REARM if self._paused else self._due()
            if wait <= 0:
                return
            stopped = Stopped(self.clock, wait)
            await self.bell.sleep(wait)
            if stopped.noticed():
                self.ears.doubt()

    def _due(self) -> float:
        """Return the seconds until the next look."""
        rounds, now = self.rounds, self.clock.monotonic()
        timer = self._looked + rounds.period - now
        if rounds.listing.known:
            settling = bool(self.window.paths)
            timer = self.scope.due(now, rounds.period, settling=settling)
        waits = [timer]
        quiet = self.window.due(now)
        if quiet is not None:
            waits.append(quiet)
        moments = (self.gate.until, rounds.stir.lanes.wake, rounds.patience.until)
        waits += [each - now for each in moments if each > self._looked]
        return min(waits)

    async def _take_commands(self) -> bool:
        """Carry out what was told; return whether a look is due."""
        rounds = self.rounds
        for command, paths in self.bell.take():
            self.scope.doubt()
            match command:
                case "pause":
                    self._paused = True
                    rounds.freight.transfers.stop()
                    self.board.show(SyncState.PAUSED)
                case "resume":
                    self._paused = False
                    self.gate.hurry()
                case "sync":
                    self.gate.hurry()
                    rounds.freight.transfers.hurry()
                    rounds.hurry()
                case "ignore" | "unignore":
                    await rounds.set_aside(command, paths)
                case _:
                    rounds.answer(command, paths)
        return not (self._paused or self.bell.stopping)

    def _trouble(self, error: RemoteError) -> None:
        """Wait after a failed request."""
        self.scope.doubt()
        delay = self.gate.shut(error, self.clock.monotonic())
        state = self.gate.state
        assert state is not None
        self.ears.urgent = False
        again = state is self.board.status.state and error.message == self.board.status.reason
        self.board.show(state, error.message)
        if self.gate.lasting or error.trouble is Trouble.REJECTED:
            if not again:
                self.board.emit(Failed(error.message, error.request_id))
        else:
            self.board.emit(Retrying(error.message, delay))
