"""What a look means: the plan that follows from it, as far as anybody allowed it."""

from __future__ import annotations

from dataclasses import dataclass, field

from spaces_tui.sync.aside import Aside
from spaces_tui.sync.board import Board
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import Courier, OnDisk
from spaces_tui.sync.folder import Look
from spaces_tui.sync.ledger import Ledger, Stored
from spaces_tui.sync.plan import Diff, compare
from spaces_tui.sync.read import Content
from spaces_tui.sync.records import not_sent
from spaces_tui.sync.scope import Scope
from spaces_tui.sync.shape import judged, together


@dataclass(slots=True, kw_only=True)
class Differ:
    """Compares the folder with the Space, and takes out what is not to be done."""

    ledger: Ledger
    courier: Courier
    consent: Consent
    aside: Aside
    board: Board
    scope: Scope
    on_disk: OnDisk
    _settled: dict[str, Content] = field(default_factory=dict)
    """What need not be compared again until the next look at everything."""
    _compared: dict[str, Stored] | None = None
    """The Space's files it was compared with."""

    async def diff(self, look: Look) -> Diff:
        """Return the plan, and show what stays behind and why."""
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
        self._agree(look, diff)
        diff = self.aside.spared(self.consent.allowed(diff, self.ledger))
        left = self.aside.shown()
        self.board.refuse([*not_sent(look, diff, self.courier.refusals), *left])
        return await self._shaped(look, self.courier.sendable(diff))

    def _agree(self, look: Look, diff: Diff) -> None:
        """Take both sides of what is the same on them as settled."""
        ledger = self.ledger
        ledger.good.sent(*diff.agreed)  # as by a commit that nobody lived to record
        for path, there in diff.agreed.items():
            ledger.settle(path, there)
        if look.moving or not ledger.anchors.keys() - look.local.keys():
            return
        for path in ledger.anchors.keys() - look.local.keys() - ledger.remote.keys():
            if look.deleted(path):
                ledger.good.sent(path)
                ledger.settle(path, None)

    async def _shaped(self, look: Look, diff: Diff) -> Diff:
        """Let no file take a folder's place, or the other way round, without a word."""
        if diff.uploads or diff.conflicts:
            remote, granted = self.ledger.remote, self.consent.granted
            diff = await self.on_disk(judged, diff, look.local, remote, granted)
            diff = together(diff, remote)
            self.scope.keep(diff.deletes)
        if not look.moving:
            self.consent.used(diff)
        return diff
