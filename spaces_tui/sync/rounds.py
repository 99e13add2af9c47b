"""One look at the folder and what follows from it: nothing, a question, or a commit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Final

from spaces_tui.model.sync import (
    Batch,
    Changed,
    Committed,
    Conflicted,
    Failed,
    HeldBack,
    Planned,
    Skipped,
    SyncState,
    WatchOptions,
)
from spaces_tui.sync.board import Board
from spaces_tui.sync.consent import Consent, describe
from spaces_tui.sync.courier import Courier, Delivery, JournalError, OnDisk
from spaces_tui.sync.folder import Folder, Look
from spaces_tui.sync.gate import Gate
from spaces_tui.sync.ignore import Rules
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.live import LiveTracker
from spaces_tui.sync.plan import MAX_FILE, Diff, compare, guard
from spaces_tui.sync.protocols import Clock, RemoteError, Trouble
from spaces_tui.sync.scan import FolderError, RootId, RootLostError
from spaces_tui.sync.silence import Silence
from spaces_tui.sync.window import Window

_PERIODS: Final = ((2_000, 2.0), (20_000, 10.0))
_LONGEST_PERIOD: Final = 60.0
_MOVES: Final = 5
"""Times in a row the Space may move on under us before we wait."""
_GIT: Final = 60.0
_EMPTIED: Final = 0.3
"""Seconds a file that just became empty is given to be filled again."""
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
    consent: Consent
    board: Board
    window: Window
    gate: Gate
    live: LiveTracker
    clock: Clock
    on_disk: OnDisk
    save: Callable[[], None]
    rules: Rules = field(default_factory=lambda: Rules({}))
    folders: list[str] = field(default_factory=lambda: [""])
    degraded: bool = False
    silence: Silence = field(default_factory=Silence)
    _root: RootId | None = None
    _empty_meant: bool = False
    _files: int = 0
    _listed: bool = False
    _head_due: bool = True
    _tree_due: bool = False
    _moves: int = 0
    _git_since: float | None = None
    _git_meant: bool = False
    _hurried: bool = False
    _waiting: Diff | None = None
    _told: object = None
    _over: bool = False
    _written: dict[str, float] = field(default_factory=dict)
    """When paths that are not sent yet were last written, as far as it was noticed."""
    _save_failed: bool = False
    _unsaved: bool = False

    @property
    def folder(self) -> Folder:
        """The disk side."""
        return self.courier.folder

    @property
    def period(self) -> float:
        """Seconds between two looks when nothing happens."""
        period = next((each for limit, each in _PERIODS if self._files <= limit), _LONGEST_PERIOD)
        return period / 2 if self.degraded else period

    def ended(self, *, attempts: int) -> bool:
        """Whether an engine that does not watch has done what it can."""
        if self._over or not self.options.once:
            return self._over
        state = self.board.status.state
        if state is SyncState.IN_SYNC:
            return True
        alone = self.options.assume_yes
        if state in _BLOCKED:
            return alone or state not in {SyncState.HELD, SyncState.CONFLICT}
        return alone and self.gate.tries >= attempts

    def hurry(self) -> None:
        """Do not wait for quiet, and ask the Space for its head."""
        self._hurried = self._head_due = True

    async def remember(self) -> None:
        """Save what is known."""
        try:
            await self.on_disk(self.save)
        except OSError as error:
            if not self._save_failed:
                self.board.emit(Failed(f"What was sent cannot be remembered: {error.strerror}."))
            self._save_failed = True
        else:
            self._save_failed = self._unsaved = False

    async def unsent(self) -> int:
        """Return how many changes are here and not on the Space."""
        if not self._listed:
            return self.board.status.pending
        try:
            look = await self.on_disk(self.folder.look, self.ledger.remote)
        except (RootLostError, FolderError):
            return self.board.status.pending
        diff = await self._compare(look)
        return len({*diff.paths, *diff.conflicts, *look.moving})

    def answer(self, command: str, paths: tuple[str, ...]) -> None:
        """Carry out `accept`, `drop` or `mine`."""
        if command == "mine":
            self.consent.mine(set(paths) & set(self.board.status.conflicts), self.ledger)
            return
        diff = self._waiting
        if command == "accept":
            self._root, self._empty_meant, self._git_meant = None, True, True
            if diff:
                self.consent.accept(diff, self.ledger)
        elif diff:
            self.consent.drop(diff, self.ledger)
        self._forget_question()

    async def go(self, current: Callable[[], bool]) -> bool:
        """Look, decide and act; return whether to look again at once.

        `current` tells whether nothing was heard of the folder since the look began.

        Raises:
            RemoteError: a request failed.
            StoppedError: told to stop with a commit's fate unknown.
        FolderError: the first look found more than anyone means to publish.
        """
        now = self.clock.monotonic()
        if self.gate.state is not None and not self.gate.closed(now):
            self._head_due = True
        if self._head_due and not self.gate.closed(now):
            await self._list()
        if not self._listed:
            return False
        try:
            look = await self.on_disk(self.folder.look, self.ledger.remote)
        except (RootLostError, FolderError) as error:
            if isinstance(error, FolderError) and self._root is None:
                raise
            self.board.show(SyncState.HALTED, str(error))
            return False
        self.rules, self.folders = look.scan.rules, look.scan.folders
        self._files = len(look.scan.files)
        diff = await self._compare(look)
        if not self._root_is_ours(look, diff):
            return False
        return await self._act(look, diff, now, current)

    async def _list(self) -> None:
        """Learn the Space's head, and its tree if it moved."""
        head = await self.courier.repository.head()
        if head != self.ledger.head or self._tree_due or not self._listed:
            if head != self.ledger.head or self._tree_due:
                self.ledger.remote = await self.courier.repository.files(head)
                self.ledger.head = head
                self._unsaved = True
            if not self._listed:
                await self._close_intents(head)
        self._listed = True
        self._head_due = self._tree_due = False
        self.gate.probed()
        self.board.set(head=head)

    async def _close_intents(self, head: str) -> None:
        """Find out what became of commits that were in flight when an engine died."""
        journal = self.courier.journal
        intents = await self.on_disk(journal.open_intents)
        for intent in intents:
            oid = None
            if head != intent.parent:
                oid = await self.courier.sender.find(intent.nonce, intent.parent)
            deletes = {path for path, content in intent.operations.items() if content is None}
            try:
                if oid:
                    await self.on_disk(journal.done, intent.nonce, oid)
                else:
                    # Should it land after all, our next commit's parent is stale: no duplicate.
                    self.ledger.leaving |= deletes
                    await self.on_disk(journal.dropped, intent.nonce, "restart")
            except OSError:
                continue

    async def _compare(self, look: Look) -> Diff:
        fresh = self.consent.fresh
        diff = await self.on_disk(compare, self.ledger, look.local, look.deleted, fresh=fresh)
        for path, there in diff.agreed.items():
            self.ledger.settle(path, there)
        if not look.moving and self.ledger.anchors.keys() - look.local.keys():
            for path in self.ledger.anchors.keys() - look.local.keys() - self.ledger.remote.keys():
                if look.deleted(path):
                    self.ledger.settle(path, None)
        large = [path for path, content in diff.uploads.items() if content.size > MAX_FILE]
        look.oversized |= {path: diff.uploads[path].size for path in large}
        diff = self.consent.allowed(diff.without(large), self.ledger)
        self._show_refused(look, diff)
        return self.courier.sendable(diff)

    def _root_is_ours(self, look: Look, diff: Diff) -> bool:
        """Whether the folder is still the one we began with; else say so and do nothing."""
        held_files = any(anchor.here for anchor in self.ledger.anchors.values())
        if self._files == 0 and held_files and self._root is not None and not self._empty_meant:
            self._ask(diff)
            self.board.show(SyncState.HALTED, f"{self.folder.root} is empty.", len(diff.paths))
            return False
        if self._root not in {None, look.scan.root} and not diff.empty:
            self._ask(diff)
            reason = f"{self.folder.root} is another folder now."
            self.board.show(SyncState.HALTED, reason, len(diff.paths))
            return False
        self._root = look.scan.root
        self._empty_meant &= self._files == 0
        return True

    async def _act(self, look: Look, diff: Diff, now: float, current: Callable[[], bool]) -> bool:
        self.silence.found(look.seen, now)
        for path in look.seen:
            if self.window.touched(path) is None:
                self.window.touch(path, now)
        restless = self._restless(look, diff, now)
        for path in diff.paths:
            touched = self.window.touched(path)
            if touched is not None:
                self._written[path] = touched
        self.window.done(self.window.paths - restless, before=now)
        if self._hurried:
            self._hurried = False
        elif restless and (self.window.due(now) or 0.0) > 0.0:
            new = self.board.status.state is SyncState.IN_SYNC
            state = SyncState.DIRTY if new else SyncState.SETTLING
            self.board.show(state, "", len({*diff.paths, *restless}))
            return False
        diff = diff.without(restless)
        if diff.empty:
            return await self._nothing_to_do(restless, diff, current)
        if self.options.dry_run:
            self._over = True
            self._plan(diff)
            return False
        if self.consent.first and not diff.paths:
            self.consent.settle_first(self.ledger, diff)
        elif self.consent.first:
            if not self.options.assume_yes:
                return self._plan(diff)
            plan = describe(diff, self.ledger, self.board.status.refused)
            if self._told != plan:
                self._told = plan
                self.board.emit(Planned(plan))
        return await self._carry_out(look, diff, now)

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
        self, restless: set[str], diff: Diff, current: Callable[[], bool]
    ) -> bool:
        if restless:
            self.board.show(SyncState.SETTLING, "Files are still being written.", len(restless))
            return False
        self._forget_question()
        if self.options.dry_run:
            self._over = True
            self.board.emit(Planned(describe(diff, self.ledger, self.board.status.refused)))
            return False
        if self.consent.first:
            self.consent.settle_first(self.ledger, diff)
        if self.gate.state is not None:
            self.board.show(self.gate.state, self.gate.reason, 0)
            return False
        self.gate.open()
        if self._unsaved:
            await self.remember()
        if current():
            count = len(self.board.status.refused)
            words = f"{count} refused: see what is not sent." if count else ""
            self.board.show(SyncState.IN_SYNC, words, 0)
            return False
        return not self.window.paths

    async def _carry_out(self, look: Look, diff: Diff, now: float) -> bool:
        """Send a plan, unless something speaks against it."""
        first = self.consent.first
        self.board.set(conflicts=diff.conflicts)
        unapproved = self.consent.unapproved(diff)
        if diff.conflicts and not first:
            # Half a change set can break the app: only what was agreed to goes on.
            diff, whole = diff.without((*unapproved.paths, *diff.conflicts)), diff
            if not diff.paths:
                return self._conflict(look, whole)
            unapproved = diff.without(diff.paths)
        reason = guard(unapproved, self.ledger, self.board.status.into, first=first)
        reason = reason or await self._git_reason(now)
        if reason == "":
            self.board.show(SyncState.SETTLING, "Waiting for git to finish.", len(diff.paths))
            return False
        if reason:
            return self._hold(diff, reason)
        if first:
            self.consent.accept(diff, self.ledger)
        self._forget_question()
        if self.gate.closed(now) and self.gate.state is not None:
            self.board.show(self.gate.state, self.gate.reason, len(diff.paths))
            return False
        self.ledger.leaving |= set(diff.deletes)
        return await self._deliver(look, diff)

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

    async def _deliver(self, look: Look, diff: Diff) -> bool:
        part = self.courier.part(diff)
        touched = [self._written[path] for path in part.paths if path in self._written]
        self._announce(Changed(part.paths))

        def sending() -> None:
            self.board.show(SyncState.SENDING, "", len(diff.paths))

        try:
            outcome = await self.courier.deliver(look, part, self.ledger, sending)
        except JournalError as error:
            self.board.emit(Failed(f"The state folder cannot be written: {error}"))
            raise RemoteError(Trouble.BUSY, "The state folder cannot be written.") from error
        except RemoteError as error:
            return await self._not_landed(error)
        now = self.clock.monotonic()
        if outcome.moved:
            for path in outcome.moved:
                self.window.touch(path, now)
            return False
        if outcome.delivery:
            self._moves = 0
            self.gate.open()
            self._landed(outcome.delivery, touched, now)
            await self.remember()
        return True

    def _landed(self, delivery: Delivery, touched: list[float], now: float) -> None:
        sent = delivery.sent
        self._head_due |= sent.head_moved
        for path in (*delivery.uploaded, *delivery.deleted):
            self._written.pop(path, None)
        self.consent.sent((*delivery.uploaded, *delivery.deleted))
        self._told = None  # the next save of the same files is news again
        age = min(max(0.0, time.time() - delivery.written), 3600.0) if delivery.written else 0.0
        written = max(touched, default=now)
        if delivery.written and (not touched or abs(now - age - written) < 5.0):
            written = now - age
        seconds = max(0.0, now - written)
        saved = datetime.fromtimestamp(time.time() - seconds, UTC)
        self.board.add(
            Batch(
                saved,
                delivery.uploaded,
                delivery.deleted,
                sent.bytes,
                delivery.requests,
                sent.oid,
                delivery.parent,
                seconds,
            )
        )
        self.board.set(head=sent.oid)
        self.live.committed(sent.oid, written=written, now=now)
        self.board.emit(
            Committed(
                sent.oid,
                delivery.parent,
                delivery.uploaded,
                delivery.deleted,
                sent.bytes,
                delivery.requests,
                seconds,
            )
        )

    async def _not_landed(self, error: RemoteError) -> bool:
        """Follow up a commit that is surely not on the Space."""
        if error.trouble is Trouble.REJECTED:
            if not self.courier.isolating:
                self.board.emit(Failed(error.message, error.request_id))
            return True
        if error.trouble not in {Trouble.MOVED, Trouble.MISSING_PATH}:
            await self.remember()
            raise error
        self._moves += 1
        self._head_due = True
        self._tree_due |= error.trouble is Trouble.MISSING_PATH
        before = self.ledger.head
        await self._list()
        stale = self.ledger.head == before and error.trouble is Trouble.MOVED
        if stale or self._moves > _MOVES:
            self._head_due = True
            raise RemoteError(Trouble.BUSY, "The Space is changing; trying again.") from error
        return True

    def _plan(self, diff: Diff) -> bool:
        plan = describe(diff, self.ledger, self.board.status.refused)
        self._ask(diff)
        self.board.set(plan=plan, conflicts=diff.conflicts)
        reason = "Conflicts stay as they are." if diff.conflicts else ""
        self.board.show(SyncState.PLAN, reason, len(diff.paths))
        if self._told != plan:
            self._told = plan
            self.board.emit(Planned(plan))
        return False

    def _hold(self, diff: Diff, reason: str) -> bool:
        self._ask(diff)
        plan = describe(diff, self.ledger, self.board.status.refused)
        self.board.set(plan=plan, held=diff.paths)
        self.board.show(SyncState.HELD, reason, len(diff.paths))
        if self._told != (reason, diff.paths):
            self._told = (reason, diff.paths)
            self.board.emit(HeldBack(reason, diff.paths))
        return False

    def _conflict(self, look: Look, diff: Diff) -> bool:
        self._waiting = Diff(
            {path: look.local[path] for path in diff.conflicts if path in look.local},
            tuple(path for path in diff.conflicts if path not in look.local),
        )
        count = len(diff.conflicts)
        reason = f"{count} changed here and on the Space."
        self.board.show(SyncState.CONFLICT, reason, len({*diff.paths, *diff.conflicts}))
        if self._told != diff.conflicts:
            self._told = diff.conflicts
            self.board.emit(Conflicted(diff.conflicts, self.ledger.head))
        return False

    def _announce(self, changed: Changed) -> None:
        if self._told != changed:
            self._told = changed
            self.board.emit(changed)

    def _ask(self, diff: Diff) -> None:
        self._waiting = diff

    def _forget_question(self) -> None:
        self._waiting = None
        self.board.set(plan=None, held=())

    def _show_refused(self, look: Look, diff: Diff) -> None:
        items: list[tuple[Skipped, str | None]] = []
        for path, reason in sorted({**look.scan.refused, **look.scan.problems}.items()):
            items.append((Skipped(path, reason), None))
        for path, size in sorted(look.oversized.items()):
            reason = f"{size / 1e6:,.0f} MB is more than the 10 MB that watch sends."
            items.append((Skipped(path, reason), str(size)))
        same = "another name looks exactly the same"
        items.extend((Skipped(path, same), None) for path in diff.pairs)
        for path, refusal in sorted(self.courier.refusals.items()):
            wanted = path in diff.uploads or path in diff.deletes
            if wanted and refusal.content == diff.content(path):
                items.append((Skipped(path, refusal.reason, refusal.line), refusal.content))
        self.board.refuse(items)
