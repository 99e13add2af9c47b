"""What waits for a person's answer, told once and shown until it is answered or moot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from spaces_tui.model.sync import Skipped, SyncPlan
from spaces_tui.model.sync_events import Changed, Conflicted, Failed, HeldBack, Planned
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.board import Board
from spaces_tui.sync.clash import Clash
from spaces_tui.sync.consent import Consent, describe
from spaces_tui.sync.folder import Look
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.plan import Diff

NEVER: Final = "nothing is deleted there, as you asked; give it another name here."


@dataclass(slots=True)
class Questions:
    """At most one question is open; `waiting` is the plan it is about."""

    board: Board
    ledger: Ledger
    consent: Consent
    waiting: Diff | None = None
    caution: str = ""
    """Why a plan is asked about although a yes was given beforehand."""
    _clashes: dict[str, Clash] = field(default_factory=dict)
    _told: object = None
    _told_of: dict[str, tuple[str | None, str]] = field(default_factory=dict)

    def announce_plan(self, diff: Diff) -> None:
        """Tell of a plan that nobody has to accept."""
        plan = describe(diff, self.ledger, self.board.status.refused)
        self.board.set(plan=plan)
        if self._new(plan):
            self.board.emit(Planned(plan))

    def announce_changes(self, paths: tuple[str, ...]) -> None:
        """Tell of a batch that settled."""
        changed = Changed(paths)
        if self._new(changed):
            self.board.emit(changed)

    def ask_plan(self, diff: Diff) -> None:
        """Ask whether the first plan may be carried out."""
        self.waiting = diff
        self.show_sides(diff)
        kept = "Conflicts stay as they are." if diff.conflicts else ""
        reason = " ".join(filter(None, (self.caution, kept)))
        self.board.show(SyncState.PLAN, reason, len(diff.paths))
        self.announce_plan(diff)

    def show_sides(self, diff: Diff) -> None:
        """Show what a side has to be chosen for."""
        self._clashes = diff.clashes
        notes = tuple(Skipped(name, each.words) for name, each in diff.clashes.items())
        self.board.set(conflicts=diff.conflicts, clashes=notes)

    def ask_fetch(self, reason: str, plan: SyncPlan) -> None:
        """Ask whether the empty folder is to be filled, or left empty."""
        self.waiting = Diff(remote_only=plan.remote_only)
        self.board.set(plan=plan)
        self.board.show(SyncState.PLAN, reason, 0)
        if self._new(plan):
            self.board.emit(Planned(plan))

    def ask_held(self, diff: Diff, reason: str) -> None:
        """Ask whether a plan may go although a guard spoke against it."""
        self.waiting = diff
        plan = describe(diff, self.ledger, self.board.status.refused)
        self.board.set(plan=plan, held=tuple(Skipped(path, reason) for path in diff.paths))
        self.board.show(SyncState.HELD, reason, len(diff.paths))
        if self._new((reason, diff.paths)):
            self.board.emit(HeldBack(reason, diff.paths))

    def ask_each(self, diff: Diff, reasons: Mapping[str, str]) -> None:
        """Ask about files that wait for a yes of their own, while everything else goes on."""
        self.waiting = diff
        held = tuple(Skipped(path, reason) for path, reason in reasons.items())
        self.board.set(plan=describe(diff, self.ledger, self.board.status.refused), held=held)
        for path, reason in reasons.items():
            if self._told_of.get(path) != (diff.content(path), reason):
                self.board.emit(HeldBack(reason, (path,)))
        self._told_of = {path: (diff.content(path), reasons[path]) for path in reasons}

    def ask_root(self, diff: Diff | None, reason: str) -> None:
        """Say that the folder is not what it was; `diff` is what a yes would mean."""
        self.waiting = diff
        self.board.show(SyncState.HALTED, reason, len(diff.paths) if diff else None)

    def ask_side(self, look: Look, diff: Diff) -> None:
        """Ask whose version counts where both sides changed."""
        asked = {path for path in diff.conflicts if path not in diff.clashes}
        asked |= {path for each in diff.clashes.values() for path in (*each.here, *each.there)}
        here = asked & look.local.keys()
        self.waiting = Diff(
            {path: look.local[path] for path in sorted(here)}, tuple(sorted(asked - here))
        )
        self.board.set(plan=None, held=())  # a yes to what was held is none to this
        notes = tuple(f"{each.sentence}." for each in diff.clashes.values())
        reason = _sides(len(diff.conflicts) - len(notes), notes)
        self.board.show(SyncState.CONFLICT, reason, len({*diff.paths, *diff.conflicts}))
        if self._new((diff.conflicts, notes, self.ledger.head)):
            self.board.emit(Conflicted(diff.conflicts, self.ledger.head, notes))

    def answer(self, command: str, paths: tuple[str, ...]) -> bool:
        """Carry out `accept`, `drop` or `mine`; return whether a plan was accepted."""
        diff = self.waiting
        if command == "mine":
            self._mine(set(paths) & set(self.board.status.conflicts))
        elif diff and command == "accept":
            self.consent.accept(diff, self.ledger)
        elif diff:
            self.consent.drop(diff, self.ledger)
        if command != "mine":
            self.withdraw()
        return command == "accept" and diff is not None

    def _mine(self, paths: set[str]) -> None:
        """Take this folder's side, unless the Space would lose what it may not."""
        for name in sorted(paths & self._clashes.keys()):
            if self.consent.options.never_delete:
                self.board.emit(Failed(f"{self._clashes[name].sentence}: {NEVER}"))
            else:
                self.consent.replace(self._clashes[name], self.ledger)
        self.consent.mine(paths - self._clashes.keys(), self.ledger)

    def withdraw(self) -> None:
        """Nothing is asked any more."""
        self.waiting = None
        self.board.set(plan=None, held=())

    def settled(self) -> None:
        """Make the next save of the same files news again."""
        self._told = None

    def _new(self, told: object) -> bool:
        new = self._told != told
        self._told = told
        return new


def _sides(changed: int, notes: Sequence[str]) -> str:
    """Say what a side has to be chosen for."""
    if not changed and len(notes) == 1:
        return f"{notes[0]} Say mine to replace what the Space has, theirs to take it, or both."
    count = f"{changed + len(notes)} file{'' if changed + len(notes) == 1 else 's'}"
    words = f"{count} changed here and on the Space: say mine, theirs or both."
    return " ".join((words, *notes[:1]))
