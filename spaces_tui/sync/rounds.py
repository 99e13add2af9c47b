"""One look at the folder and what follows from it: nothing, a question, or a commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.sync.appfile import app_files
from spaces_tui.sync.aside import Aside
from spaces_tui.sync.beginning import Beginning
from spaces_tui.sync.board import Board
from spaces_tui.sync.carrying import Carrying
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import Courier, OnDisk
from spaces_tui.sync.differ import Differ
from spaces_tui.sync.dispatch import Dispatch
from spaces_tui.sync.folder import Folder, Look
from spaces_tui.sync.following import Following
from spaces_tui.sync.freight import Freight
from spaces_tui.sync.gate import Gate
from spaces_tui.sync.ground import Ground
from spaces_tui.sync.haste import Haste
from spaces_tui.sync.ignore import Rules
from spaces_tui.sync.lastgood import LastGood
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.listing import Listing
from spaces_tui.sync.patience import Patience
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Clock
from spaces_tui.sync.questions import Questions
from spaces_tui.sync.remembering import Remembering
from spaces_tui.sync.scan import FolderError, RootLostError
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.shape import together
from spaces_tui.sync.sides import Sides
from spaces_tui.sync.stir import Stir
from spaces_tui.sync.window import Window

_PERIODS: Final = ((2_000, 2.0), (20_000, 10.0))
_LONGEST_PERIOD: Final = 60.0
_LOST: Final = 1.0
"""Seconds between two looks for a folder that is gone, which take next to nothing."""
_WRITTEN: Final = "Files are still being written."
_BLOCKED: Final = frozenset(
    {
        SyncState.HELD, SyncState.CONFLICT, SyncState.AUTH, SyncState.FORBIDDEN, SyncState.GONE,
        SyncState.HALTED,
    }
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Rounds:
    """The step from one look to the next; the parts of an engine keep what lies between."""

    options: WatchOptions
    ledger: Ledger
    courier: Courier
    freight: Freight
    listing: Listing
    consent: Consent
    questions: Questions
    sides: Sides
    beginning: Beginning
    lastgood: LastGood
    board: Board
    window: Window
    gate: Gate
    following: Following
    aside: Aside
    scope: Scope
    haste: Haste
    ground: Ground
    differ: Differ
    stir: Stir
    patience: Patience
    remembering: Remembering
    dispatch: Dispatch
    carrying: Carrying
    clock: Clock
    on_disk: OnDisk
    rules: Rules = field(default_factory=lambda: Rules({}))
    folders: list[str] = field(default_factory=lambda: [""])
    seen: set[str] = field(default_factory=set)
    """What the last look found changed."""
    _over: bool = False
    """There is nothing more to do for an engine that does not watch."""

    @property
    def folder(self) -> Folder:
        """The disk side."""
        return self.courier.folder

    @property
    def period(self) -> float:
        """Seconds between two looks when nothing happens."""
        if self.ground.lost:
            return _LOST
        files = self.ground.files
        period = next((each for limit, each in _PERIODS if files <= limit), _LONGEST_PERIOD)
        return period / 2 if self.board.status.degraded else period

    def ended(self, *, attempts: int) -> bool:
        """Whether an engine that does not watch has done what it can."""
        if self._over or not self.options.once:
            return self._over
        state = self.board.status.state
        if state is SyncState.IN_SYNC:
            return not self.following.reloading
        alone = self.options.assume_yes
        if state is SyncState.PLAN and self.questions.caution:
            return True
        if state in _BLOCKED:
            return alone or state not in {SyncState.HELD, SyncState.CONFLICT}
        return alone and self.gate.tries >= attempts

    def hurry(self) -> None:
        """Do not wait for quiet, and ask the Space for its head."""
        self.haste.hurried = self.listing.due = True

    async def unsent(self) -> int:
        """Return how many changes are here and not on the Space."""
        if not self.listing.known:
            return self.board.status.pending
        try:
            look = await self.on_disk(self.folder.look, self.ledger.remote)
        except (RootLostError, FolderError):
            return self.board.status.pending
        diff = await self.differ.diff(look)
        return len({*diff.paths, *diff.conflicts, *look.moving})

    async def set_aside(self, command: str, paths: tuple[str, ...]) -> None:
        """Leave paths alone from now on, or take them up again."""
        if command == "ignore":
            self.aside.leave(paths)
            self.stir.lanes.drop(self.aside.covers)
        else:
            self.aside.take(paths)
        await self.remembering.remember()

    def answer(self, command: str, paths: tuple[str, ...]) -> None:
        """Carry out `accept`, `drop`, `mine`, `theirs`, `both` or `restore`."""
        waiting = self.questions.waiting
        if command == "restore":
            self.lastgood.wanted = True
        elif command in {"theirs", "both"}:
            self.beginning.wanted |= not paths
            self.sides.choose(command, paths)
        elif self.questions.answer(command, paths):
            self.freight.forgive(waiting.uploads if waiting else ())
            self.ground.meant()
            self.patience.meant()

    async def go(self, current: Callable[[], bool]) -> bool:
        """Look, decide and act; return whether to look again at once.

        `current` tells whether nothing was heard of the folder since the look began.

        Raises:
            RemoteError: a request failed.
            StoppedError: told to stop with a commit's fate unknown.
            FolderError: the first look found more than anyone means to publish.
        """
        now = self.clock.monotonic()
        self.window.looked(now)
        self.seen = set()
        if self.gate.asks and not self.gate.closed(now):
            self.listing.due = True
        if self.listing.due and not self.gate.closed(now):
            await self.listing.refresh()
        if not self.listing.known:
            return False
        self._learn_space()
        try:
            look = await self._look()
        except (RootLostError, FolderError) as error:
            self.scope.doubt()
            self.ground.missed(error)
            return False
        self.ground.seen(look)
        self.rules, self.folders = look.scan.rules, look.scan.folders
        self.seen = look.seen
        self.freight.compare(look)
        diff = await self.differ.diff(look)
        self.freight.keep(look, diff)
        if not self.ground.ours(look, diff):
            return False
        self.listing.changed |= self.lastgood.observe(self.listing.space)
        self.lastgood.review(look, diff)
        if self.lastgood.wanted and not self.gate.closed(now):
            await self.dispatch.restore(look)
            return True
        await self.courier.checks.looked(look, self.ledger, self.courier.space)
        return await self._act(look, diff, now, current)

    async def _look(self) -> Look:
        """Look at what was touched, or at everything."""
        if self.board.status.degraded:
            self.scope.doubt()
        now, settling = self.clock.monotonic(), bool(self.window.paths)
        touched = self.scope.take(now, self.period, settling=settling)
        return await self.on_disk(self.folder.look, self.ledger.remote, touched)

    def _learn_space(self) -> None:
        """Take over what the last reading of the Space said."""
        space = self.listing.space
        if space is not None and space is not self.courier.space:
            self.courier.space = space
            self.courier.app = app_files(space, self.board.status.into)
            self.following.knows(space)

    async def _act(self, look: Look, diff: Diff, now: float, current: Callable[[], bool]) -> bool:
        restless, later = self.stir.sort(look, diff, now)
        self.board.pending({*diff.paths, *diff.conflicts, *restless})
        if not self.haste.hurried and restless and self.window.settling(now):
            new = self.board.status.state is SyncState.IN_SYNC
            state = SyncState.DIRTY if new else SyncState.SETTLING
            self.board.show(state, "", len({*diff.paths, *restless}))
            return False
        try:
            waiting = restless | later
            settled = together(diff.without(waiting), self.ledger.remote)
            return await self._decide(look, settled, waiting, now, current)
        finally:
            self.haste.hurried = False

    async def _decide(
        self, look: Look, diff: Diff, waiting: set[str], now: float, current: Callable[[], bool]
    ) -> bool:
        self.sides.show(look, diff)
        if self.sides.waiting and not self.gate.closed(now):
            self.scope.doubt()  # files change without an event that was waited for
            if await self.sides.carry_out(look):
                return True
        if await self.beginning.due(look):
            return await self._begin(look, now)
        comparing = look.unmeasured.keys()
        diff = self.freight.unmoved(look, diff, self.ledger)
        if comparing and (diff.empty or self.consent.first):
            words = f"{len(comparing):,} large files are compared with the Space's."
            if len(comparing) == 1:
                words = f"{clean_name(*comparing)} is compared with the Space's."
            self.board.show(SyncState.SETTLING, words, len({*diff.paths, *waiting}))
            return False
        if diff.empty:
            return await self._nothing_to_do(waiting, diff, current)
        if self.options.dry_run:
            self._over = True
            self.questions.ask_plan(diff)
            return False
        if self.consent.first and not diff.paths:
            self.consent.settle_first(self.ledger, diff)
        elif self.consent.first:
            if not self.options.assume_yes:
                self.questions.ask_plan(diff)
                return False
            self.questions.announce_plan(diff)
        return await self.carrying.carry_out(look, diff, now, lambda: current() and self._honest)

    async def _begin(self, look: Look, now: float) -> bool:
        """Fill an empty folder, or ask whether to."""
        told = self.beginning.wanted or self.options.from_space
        if told and not self.options.dry_run:
            if self.gate.closed(now):
                return False
            self.scope.doubt()
            if await self.beginning.fetch(look):
                return True
        self._over = self.options.dry_run
        self.questions.ask_fetch(*self.beginning.offer(look))
        return False

    async def _nothing_to_do(
        self, waiting: set[str], diff: Diff, current: Callable[[], bool]
    ) -> bool:
        if waiting:
            noisy = waiting <= self.stir.lanes.noisy
            words = "What is written all the time waits its turn." if noisy else _WRITTEN
            self.board.show(SyncState.SETTLING, words, len(waiting))
            return False
        self.questions.withdraw()
        self.questions.show_sides(diff)
        self.patience.over()
        if self.options.dry_run:
            self._over = True
            self.questions.announce_plan(diff)
            return False
        if self.consent.first:
            self.consent.settle_first(self.ledger, diff)
        if self.gate.asks and self.gate.state is not None:
            self.board.show(self.gate.state, self.gate.reason, 0)
            return False
        self.gate.open()
        if self.listing.changed:
            await self.remembering.remember()
        if not self._honest:
            self.scope.doubt()
        elif current():
            count = len(self.board.status.refused)
            words = f"{count} refused: see what is not sent." if count else ""
            if diff.stale:
                words = f"{len(diff.stale)} newer on the Space, kept as they are here. {words}"
            self.board.show(SyncState.IN_SYNC, words, 0)
            return False
        return not self.window.paths

    @property
    def _honest(self) -> bool:
        """Whether everything was looked at, not only what events told of, within a period."""
        return self.scope.honest(self.clock.monotonic(), self.period)
