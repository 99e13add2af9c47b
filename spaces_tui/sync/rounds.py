"""One look at the folder and what follows from it: nothing, a question, or a commit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Final

from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_events import Failed
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.sync.appfile import app_files
from spaces_tui.sync.aside import Aside
from spaces_tui.sync.beginning import Beginning
from spaces_tui.sync.board import Board
from spaces_tui.sync.budget import Budget
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import Courier, Delivery, JournalError, OnDisk
from spaces_tui.sync.folder import Folder, Look
from spaces_tui.sync.following import Following
from spaces_tui.sync.freight import Freight
from spaces_tui.sync.gate import Gate, delay_after
from spaces_tui.sync.hotreload import BUILT, Verdict
from spaces_tui.sync.ignore import Rules
from spaces_tui.sync.lanes import Lanes
from spaces_tui.sync.lastgood import LastGood
from spaces_tui.sync.ledger import Ledger, Stored
from spaces_tui.sync.listing import Listing
from spaces_tui.sync.plan import Diff, compare, guard
from spaces_tui.sync.protocols import Clock, RemoteError, Trouble
from spaces_tui.sync.questions import Questions
from spaces_tui.sync.read import Content
from spaces_tui.sync.records import batch_of, committed, not_sent, written_at
from spaces_tui.sync.scan import FolderError, RootId, RootLostError
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.shape import judged, together
from spaces_tui.sync.sides import Sides
from spaces_tui.sync.window import Window

_PERIODS: Final = ((2_000, 2.0), (20_000, 10.0))
_LONGEST_PERIOD: Final = 60.0
_LOST: Final = 1.0
"""Seconds between two looks for a folder that is gone, which take next to nothing."""
_GIT: Final = 60.0
_GIT_AGAIN: Final = 1.0
_EMPTIED: Final = 0.3
"""Seconds a file that just became empty is given to be filled again."""
_WRITTEN: Final = "Files are still being written."
_BLOCKED: Final = frozenset(
    {
        SyncState.HELD, SyncState.CONFLICT, SyncState.AUTH, SyncState.FORBIDDEN, SyncState.GONE,
        SyncState.HALTED,
    }
)  # fmt: skip


@dataclass(slots=True, kw_only=True)
class Rounds:
    """The engine's state between two looks, and the step from one to the next."""

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
    clock: Clock
    on_disk: OnDisk
    save: Callable[[], None]
    scope: Scope
    note: Callable[[dict[str, object]], None]
    rules: Rules = field(default_factory=lambda: Rules({}))
    folders: list[str] = field(default_factory=lambda: [""])
    seen: set[str] = field(default_factory=set)
    """What the last look found changed."""
    budget: Budget = field(default_factory=Budget)
    lanes: Lanes = field(default_factory=Lanes)
    interrupted: Callable[[], bool] = bool
    """Whether somebody said something that may mean another plan."""
    finishing: bool = False
    """The engine ends: nothing waits for its turn any more."""
    paused_until: float = float("-inf")
    """When a batch that waits for a build, or for git, is looked at again, on the monotonic
    clock."""
    _root: RootId | None = None
    _lost: bool = False
    """The folder itself could not be looked at."""
    _empty_meant: bool = False
    _files: int = 0
    _git_since: float | None = None
    _git_meant: bool = False
    _hurried: bool = False
    _over: bool = False
    _written: dict[str, float] = field(default_factory=dict)
    """When paths that are not sent yet were last written, as far as it was noticed."""
    _save_failed: bool = False
    _settled: dict[str, Content] = field(default_factory=dict)
    """What need not be compared again until the next look at everything."""
    _compared: dict[str, Stored] | None = None
    """The Space's files it was compared with."""
    _pausing: float | None = None
    """Since when a batch waits for a build, for files of which no write was noticed."""
    _rest: frozenset[str] = frozenset()
    """What is left of a plan that goes in parts."""

    @property
    def folder(self) -> Folder:
        """The disk side."""
        return self.courier.folder

    @property
    def period(self) -> float:
        """Seconds between two looks when nothing happens."""
        if self._lost:
            return _LOST
        period = next((each for limit, each in _PERIODS if self._files <= limit), _LONGEST_PERIOD)
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
        self._hurried = self.listing.due = True

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
            if not self._save_failed:
                self.board.emit(Failed(f"What was sent cannot be remembered: {error.strerror}."))
            self._save_failed = True
        else:
            self._save_failed = self.listing.changed = False
            await self.courier.close()

    async def unsent(self) -> int:
        """Return how many changes are here and not on the Space."""
        if not self.listing.known:
            return self.board.status.pending
        try:
            look = await self.on_disk(self.folder.look, self.ledger.remote)
        except (RootLostError, FolderError):
            return self.board.status.pending
        diff = await self._compare(look)
        return len({*diff.paths, *diff.conflicts, *look.moving})

    def recall(self, notes: dict[str, object], gap: float) -> None:
        """Take over what was noted `gap` seconds ago by the wall clock."""
        now = self.clock.monotonic()
        self.budget.restore(notes.get("budget"), now, gap)
        self.board.set(budget=self.budget.known(now))
        self.aside.restore(notes.get("ignored"))

    async def set_aside(self, command: str, paths: tuple[str, ...]) -> None:
        """Leave paths alone from now on, or take them up again."""
        if command == "ignore":
            self.aside.leave(paths)
            self.lanes.drop(self.aside.covers)
        else:
            self.aside.take(paths)
        await self.remember()

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
            self._root, self._empty_meant, self._git_meant = None, True, True

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
            self._lost = isinstance(error, RootLostError)
            if isinstance(error, FolderError) and self._root is None:
                raise
            self.questions.ask_root(None, str(error))
            return False
        self._lost = False
        self.rules, self.folders = look.scan.rules, look.scan.folders
        self._files = len(look.scan.files)
        self.seen = look.seen
        self.freight.compare(look)
        diff = await self._compare(look)
        self.freight.keep(look, diff)
        if not self._root_is_ours(look, diff):
            return False
        self.listing.changed |= self.lastgood.observe(self.listing.space)
        self.lastgood.review(look, diff)
        if self.lastgood.wanted and not self.gate.closed(now):
            return await self._restore(look)
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

    async def _compare(self, look: Look) -> Diff:
        if look.scan.listed is None or self._compared is not self.ledger.remote:
            self._settled, self._compared = {}, self.ledger.remote
        diff = await self.on_disk(
            compare,
            self.ledger,
            look.local,
            look.deleted,
            fresh=self.consent.fresh,
            settled=self._settled,
        )
        # What is not settled is looked at again by whoever is about to send it.
        self.scope.keep({*diff.paths, *diff.conflicts, *look.moving})
        self.ledger.good.sent(*diff.agreed)  # as by a commit that nobody lived to record
        for path, there in diff.agreed.items():
            self.ledger.settle(path, there)
        if not look.moving and self.ledger.anchors.keys() - look.local.keys():
            for path in self.ledger.anchors.keys() - look.local.keys() - self.ledger.remote.keys():
                if look.deleted(path):
                    self.ledger.good.sent(path)
                    self.ledger.settle(path, None)
        diff = self.aside.spared(self.consent.allowed(diff, self.ledger))
        left = self.aside.shown()
        self.board.refuse([*not_sent(look, diff, self.courier.refusals), *left])
        diff = self.courier.sendable(diff)
        if diff.uploads or diff.conflicts:
            remote, granted = self.ledger.remote, self.consent.granted
            diff = await self.on_disk(judged, diff, look.local, remote, granted)
            diff = together(diff, remote)
            self.scope.keep(diff.deletes)
        if not look.moving:
            self.consent.used(diff)
        return diff

    def _root_is_ours(self, look: Look, diff: Diff) -> bool:
        """Whether the folder is still the one we began with; else say so and do nothing."""
        held_files = any(anchor.here for anchor in self.ledger.anchors.values())
        if self._files == 0 and held_files and self._root is not None and not self._empty_meant:
            self.questions.ask_root(diff, f"{self.folder.root} is empty.")
            return False
        if self._root not in {None, look.scan.root} and not diff.empty:
            self.questions.ask_root(diff, f"{self.folder.root} is another folder now.")
            return False
        self._root = look.scan.root
        self._empty_meant &= self._files == 0
        return True

    async def _act(self, look: Look, diff: Diff, now: float, current: Callable[[], bool]) -> bool:
        for path in look.seen:
            if self.window.touched(path) is None and not self.aside.covers(path):
                self.window.touch(path, now)
        restless = self._restless(look, diff, now)
        for path in diff.paths:
            touched = self.window.touched(path)
            if touched is not None:
                self._written[path] = touched
        later, turn = self._in_lanes(look, diff, restless, now)
        restless -= turn - look.moving
        self.window.done(self.window.paths - restless, before=now)
        self.board.pending({*diff.paths, *diff.conflicts, *restless})
        if not self._hurried and restless and self.window.settling(now):
            new = self.board.status.state is SyncState.IN_SYNC
            state = SyncState.DIRTY if new else SyncState.SETTLING
            self.board.show(state, "", len({*diff.paths, *restless}))
            return False
        try:
            waiting = restless | later
            settled = together(diff.without(waiting), self.ledger.remote)
            return await self._decide(look, settled, waiting, now, current)
        finally:
            self._hurried = False

    def _in_lanes(
        self, look: Look, diff: Diff, restless: set[str], now: float
    ) -> tuple[set[str], set[str]]:
        """Return the noisy paths whose turn has not come, and those whose turn it is."""
        pending = {path: self._written.get(path, now) for path in {*diff.paths, *restless}}
        sizes = {path: figures.size for path in restless if (figures := look.scan.files.get(path))}
        later, turn = self.lanes.seen(pending, restless, sizes, now)
        self.window.apart = self.lanes.noisy
        self.board.slow(self.lanes.slowed())
        return (set() if self._hurried or self.finishing else later), turn

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
        return await self._carry_out(look, diff, now, current)

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

    def _restless(self, look: Look, diff: Diff, now: float) -> set[str]:
        """Return paths that are still being written."""
        restless = {path for path in diff.paths if self.window.restless(path, now)}
        for path, content in diff.uploads.items():
            stored = self.ledger.remote.get(path)
            touched = self.window.touched(path)
            emptied = content.size == 0 and stored is not None and stored.size > 0
            if emptied and touched is not None and now - touched < _EMPTIED:
                restless.add(path)
        if self._hurried:
            restless.clear()
        self.window.again(look.moving, now)
        return restless | look.moving

    async def _nothing_to_do(
        self, waiting: set[str], diff: Diff, current: Callable[[], bool]
    ) -> bool:
        if waiting:
            noisy = waiting <= self.lanes.noisy
            words = "What is written all the time waits its turn." if noisy else _WRITTEN
            self.board.show(SyncState.SETTLING, words, len(waiting))
            return False
        self.questions.withdraw()
        self.questions.show_sides(diff)
        self._pausing = None
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
            await self.remember()
        if not self.scope.honest(self.clock.monotonic(), self.period):
            self.scope.doubt()
        elif current():
            count = len(self.board.status.refused)
            words = f"{count} refused: see what is not sent." if count else ""
            if diff.stale:
                words = f"{len(diff.stale)} newer on the Space, kept as they are here. {words}"
            self.board.show(SyncState.IN_SYNC, words, 0)
            return False
        return not self.window.paths

    async def _carry_out(
        self, look: Look, diff: Diff, now: float, current: Callable[[], bool]
    ) -> bool:
        """Send a plan, unless something speaks against it."""
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
        reason = self.lastgood.reason(unapproved.paths)
        reason = reason or guard(
            unasked, self.ledger, self.board.status.into, first=first, app=self.courier.app
        )
        reason = reason or await self._git_reason(now)
        if reason == "":
            self.paused_until = now + _GIT_AGAIN  # nothing tells of its lock
            self.board.show(SyncState.SETTLING, "Waiting for git to finish.", len(diff.paths))
            return False
        if reason:
            self.questions.ask_held(diff, reason)
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
        if not first and self._waits_for_build(diff, unasked, now):
            return False
        self._pace(diff, now)
        if self.gate.closed(now) and self.gate.state is not None:
            self.board.show(self.gate.state, self.gate.reason, len(diff.paths))
            return False
        self.ledger.leaving |= set(diff.deletes)
        pending = len(whole.paths)
        while True:
            sent, again = await self._deliver(look, diff, pending, first=first)
            diff, pending = diff.without(sent), pending - len(sent)
            if not sent or not await self._goes_on(diff, current):
                return again

    async def _goes_on(self, diff: Diff, current: Callable[[], bool]) -> bool:
        """Whether the next part of a plan may follow without another look at everything.

        Nothing was heard of the folder since the look, no timed look is due, nobody said anything,
        and nothing has to be asked or waited for. Whatever is read for the part is compared with
        what the look found all the same, file by file.
        """
        now = self.clock.monotonic()
        if not diff.paths or diff.conflicts or self.finishing or self.board.status.degraded:
            return False
        if not (current() and self.scope.honest(now, self.period)) or self.interrupted():
            return False
        if self.listing.due or self.courier.isolating or await self._git_reason(now) is not None:
            return False
        self._pace(diff, now)
        return not self.gate.closed(now)

    def _pace(self, diff: Diff, now: float) -> None:
        """Close the gate while the hour's commits are better spent later."""
        if self.gate.closed(now):
            return
        written = max((self._written.get(path, now) for path in diff.paths), default=now)
        hold = self.budget.hold(now, written, asked=self._hurried or self.finishing)
        if hold:
            self.gate.pace(hold, now)

    def _waits_for_build(self, diff: Diff, unasked: Diff, now: float) -> bool:
        """Whether a batch should wait for what the Space is doing; then say so.

        What a person just said yes to goes, and so does the rest of what went in part.
        """
        meant = self._hurried or self.finishing or self.options.once or not unasked.paths
        if meant or not self._rest.isdisjoint(diff.paths):
            self._pausing = None
            return False
        if self._pausing is None:
            self._pausing = now
        noticed = (self._written[path] for path in diff.paths if path in self._written)
        pause = self.following.pause(max(noticed, default=self._pausing), now)
        if pause is None:
            self._pausing = None
            return False
        self.paused_until = pause.until
        self.board.show(SyncState.SETTLING, pause.reason, len(diff.paths))
        return True

    async def _git_reason(self, now: float) -> str | None:
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

    async def _restore(self, look: Look) -> bool:
        """Put the last good set back; look again."""
        self.scope.doubt()
        try:
            delivery = await self.lastgood.restore(look)
        except JournalError as error:
            raise self._journal_trouble(error) from error
        except RemoteError as error:
            await self._not_landed(error)
            return True
        if delivery:
            self._landed(delivery, [], self.clock.monotonic())
            await self.remember()
        return True

    def _journal_trouble(self, error: JournalError) -> RemoteError:
        why = f"The state folder cannot be written: {error}"
        if not self._save_failed:
            self.board.emit(Failed(why))
        self._save_failed = True
        return RemoteError(Trouble.BUSY, f"{why} Uploads go on once it can.")

    async def _deliver(
        self, look: Look, diff: Diff, pending: int, *, first: bool
    ) -> tuple[tuple[str, ...], bool]:
        """Send one part of a plan; return what was sent, and whether to look again at once."""
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
        touched = [self._written[path] for path in part.paths if path in self._written]
        self.questions.announce_changes(part.paths)
        self._rest = frozenset(diff.paths) - set(part.paths)
        verdict = BUILT
        if not self._rest:
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
            raise self._journal_trouble(error) from error
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
        await self.remember()
        return part.paths, True

    def _landed(
        self, delivery: Delivery, touched: list[float], now: float, verdict: Verdict = BUILT
    ) -> None:
        paths = (*delivery.uploaded, *delivery.deleted)
        for path in paths:
            self._written.pop(path, None)
        self.window.sent(paths)
        self.consent.sent(paths)
        self.questions.settled()
        self.gate.open()
        self.budget.spend(now)
        self.board.set(budget=self.budget.known(now))
        self.lanes.sent(paths, now)
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
            await self.remember()
            raise error
