"""What is known of the Space, and when it has to be read again."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.space import Space
from spaces_tui.sync.board import Board
from spaces_tui.sync.courier import Courier
from spaces_tui.sync.gate import Gate
from spaces_tui.sync.journal import Intent
from spaces_tui.sync.ledger import Anchor, Ledger
from spaces_tui.sync.protocols import RemoteError, Trouble

_MOVES: Final = 5
"""Times in a row the Space may move on under us before we wait."""


@dataclass(slots=True)
class Listing:
    """Keeps the ledger's view of the Space true."""

    courier: Courier
    ledger: Ledger
    board: Board
    gate: Gate
    due: bool = True
    """The head must be read before the next decision."""
    known: bool = False
    """The Space was read in this run."""
    space: Space | None = None
    """The Space, as it was when its head was read last."""
    early: Awaitable[Space] | None = None
    """The head is being read already."""
    changed: bool = False
    """The ledger holds a tree that was not saved yet."""
    _tree_due: bool = False
    _moves: int = 0

    async def refresh(self) -> None:
        """Learn the head, and the tree if the head moved.

        Raises:
            RemoteError: the Space cannot be read.
        """
        early, self.early = self.early, None
        self.space = await (early or self.courier.repository.info())
        head = self.space.sha or ""
        if head != self.ledger.head or self._tree_due:
            self.ledger.remote = await self.courier.repository.files(head)
            self.ledger.head = head
            self.changed = True
        if not self.known:
            for intent in await self.courier.on_disk(self.courier.journal.open_intents):
                await self._close(intent, head)
        self.known = True
        self.due = self._tree_due = False
        self.gate.probed()
        self.board.set(head=head)

    async def _close(self, intent: Intent, head: str) -> None:
        """Find out what became of a commit that was in flight when an engine died.

        Should one land after it was given up here, the parent of our next commit is stale, so
        that even then nothing is sent twice.
        """
        journal = self.courier.journal
        oid = None
        if head != intent.parent:
            oid = await self.courier.sender.find(intent.nonce, intent.parent)
        try:
            if oid:
                self._ours(intent)
                self.ledger.good.sent(*intent.operations)
                self.courier.landed.append((intent.nonce, oid))
                self.changed = True
            else:
                deletes = (path for path, content in intent.operations.items() if content is None)
                self.ledger.leaving.update(deletes)
                await self.courier.on_disk(journal.dropped, intent.nonce, "restart")
        except OSError:  # still open at the next start, which asks again
            return

    def _ours(self, intent: Intent) -> None:
        """Take what an own commit put there as agreed, so that a later edit is no conflict."""
        for path, content in intent.operations.items():
            self.ledger.leaving.discard(path)
            if content is None:
                self.ledger.anchors.pop(path, None)
            else:
                self.ledger.anchors[path] = Anchor(content, content)

    async def moved_on(self, error: RemoteError) -> None:
        """Read the Space again after a commit met a newer one, or a path that is gone.

        Raises:
            RemoteError: it cannot be read, or moves faster than we can follow.
        """
        self._moves += 1
        self._tree_due |= error.trouble is Trouble.MISSING_PATH
        self.due = True
        before = self.ledger.head
        await self.refresh()
        stale = self.ledger.head == before and error.trouble is Trouble.MOVED
        if stale or self._moves > _MOVES:
            self.due = True
            raise RemoteError(Trouble.BUSY, "The Space is changing; trying again.") from error

    def landed(self, *, look_again: bool, new_large: bool) -> None:
        """A commit of ours is the head; `look_again` if others may have followed it.

        With the first commit of a large file the Hub also writes `.gitattributes`, so what is
        there (`new_large`) is not only what was sent.
        """
        self._moves = 0
        self.due |= look_again or new_large
        self._tree_due |= new_large
