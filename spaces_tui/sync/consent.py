"""What a person agreed to: the first plan, a plan that was held, a side of a conflict."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from typing import Final

from spaces_tui.model.sync import PlannedUpload, Skipped, SyncPlan, WatchOptions
from spaces_tui.sync.clash import Clash
from spaces_tui.sync.ledger import Anchor, Ledger
from spaces_tui.sync.plan import MAX_FILE, Diff

OURS: Final = "-"
"""Anchors a path to a content no file has, so that whatever is here counts as our change."""


@dataclass(slots=True)
class Consent:
    """Turns yes and no into anchors of the ledger and approved contents."""

    options: WatchOptions
    first: bool = True
    """The first plan was not settled yet."""
    fresh: bool = True
    """Nothing is known of earlier runs."""
    granted: dict[str, str] = field(default_factory=dict)
    """Files of the Space that may be replaced by a folder, or with one, and their contents."""
    _approved: dict[str, str | None] = field(default_factory=dict)

    def allowed(self, diff: Diff, ledger: Ledger) -> Diff:
        """Return the plan without deletions that nobody asked for."""
        if self.options.never_delete:
            return _with_deletes(diff, set())
        if not self.first:
            return diff
        if self.options.delete:
            asked = (
                path
                for path in diff.remote_only
                if path.rpartition("/")[2] not in {".gitattributes", "README.md"}
            )
            return _with_deletes(diff, {*diff.deletes, *asked})
        return _with_deletes(diff, {path for path in diff.deletes if path in ledger.leaving})

    def unapproved(self, diff: Diff) -> Diff:
        """Return what nobody said yes to."""
        return diff.without(
            path
            for path in diff.paths
            if path in self._approved and _same(diff, path, self._approved[path])
        )

    def accept(self, diff: Diff, ledger: Ledger) -> None:
        """Say yes to a plan, as it is now."""
        for path in diff.paths:
            self._approved[path] = diff.content(path)
            ledger.anchors[path] = Anchor(OURS, ledger.stored(path))
        self.settle_first(ledger, diff)

    def mine(self, paths: Iterable[str], ledger: Ledger) -> None:
        """Take this folder's side of a conflict."""
        for path in paths:
            ledger.anchors[path] = Anchor(OURS, ledger.stored(path))

    def replace(self, clash: Clash, ledger: Ledger) -> None:
        """Let this folder's side take a name, with the loss of what the Space has there now."""
        self.mine(clash.here, ledger)
        self.granted |= {path: there for path in clash.there if (there := ledger.stored(path))}

    def drop(self, diff: Diff, ledger: Ledger) -> None:
        """Say no: the Space keeps what it has until the file changes again."""
        for path, content in diff.uploads.items():
            ledger.settle(path, content.id)
        for path in diff.deletes:
            ledger.settle(path, None)
        self.settle_first(ledger, diff)

    def settle_first(self, ledger: Ledger, diff: Diff) -> None:
        """The first plan is settled: what only the Space has stays there for good."""
        if not self.first:
            return
        self.first = self.fresh = False
        for path in diff.remote_only:
            ledger.anchors.pop(path, None)

    def sent(self, paths: Iterable[str]) -> None:
        """Forget a yes that was used."""
        for path in paths:
            self._approved.pop(path, None)
            self.granted.pop(path, None)

    def used(self, diff: Diff) -> None:
        """Forget what may be replaced and need not be: a later plan asks again."""
        deletes = set(diff.deletes)
        self.granted = {path: each for path, each in self.granted.items() if path in deletes}


def describe(diff: Diff, ledger: Ledger, skipped: tuple[Skipped, ...]) -> SyncPlan:
    """Write a plan out for a person."""
    uploads = []
    for path, content in diff.uploads.items():
        stored = ledger.remote.get(path)
        mode = "unknown" if stored is None else "lfs" if stored.large else "regular"
        mode = "lfs" if content.size > MAX_FILE else mode
        reason = "new" if stored is None else "changed"
        uploads.append(PlannedUpload(path, content.size, reason, mode))
    clashes = (
        Skipped(name, f"{each.words}: you are asked which of the two counts")
        for name, each in diff.clashes.items()
    )
    left = (*skipped, *clashes)
    return SyncPlan(tuple(uploads), diff.deletes, diff.unchanged, left, diff.remote_only)


def _same(diff: Diff, path: str, content: str | None) -> bool:
    upload = diff.uploads.get(path)
    return content is None if upload is None else upload.is_(content)


def _with_deletes(diff: Diff, deletes: set[str]) -> Diff:
    """Return the plan with these deletions; the others only exist on the Space from now on."""
    left = {*diff.remote_only, *diff.deletes} - deletes
    return replace(diff, deletes=tuple(sorted(deletes)), remote_only=tuple(sorted(left)))
