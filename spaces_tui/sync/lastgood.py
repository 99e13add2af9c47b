"""Going back to the last good set: the files of the commit that visitors last saw running.

What our commits changed since then is put back on the Space, as one new commit. The folder is not
touched: the later versions stay there, and wait for a yes or for the next save of one of them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.changes import LfsFile
from spaces_tui.model.repo import AddFile, DeleteFile
from spaces_tui.model.space import Space
from spaces_tui.model.sync_events import Failed, Warned
from spaces_tui.model.text import clean_name
from spaces_tui.sync.board import Board
from spaces_tui.sync.courier import Courier, Delivery
from spaces_tui.sync.folder import Look
from spaces_tui.sync.good import Good
from spaces_tui.sync.ledger import NOWHERE, Ledger, Stored
from spaces_tui.sync.oid import LARGE_PREFIX
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Operation, RemoteError, Trouble
from spaces_tui.sync.shape import swallowed

_PASSING: Final = frozenset({Trouble.OFFLINE, Trouble.UNCLEAR, Trouble.BUSY, Trouble.QUOTA})


class _ImpossibleError(Exception):
    """It cannot be done; the message is one sentence."""


@dataclass(slots=True)
class LastGood:
    """Remembers what is good, and puts it back when told."""

    ledger: Ledger
    courier: Courier
    board: Board
    never_delete: bool = False
    """Nothing is ever deleted on the Space, not even what was added since."""
    wanted: bool = False
    """Somebody said `restore`."""

    @property
    def good(self) -> Good:
        """What is remembered."""
        return self.ledger.good

    def observe(self, space: Space | None) -> bool:
        """Take in what went live; return whether that is news.

        Called before every decision, so that no commit of ours comes between a commit's going
        live and its being remembered.
        """
        live = self._live(space)
        news = live not in {None, self.good.oid}
        if live is not None and news:
            self.good.live(live)
        self.board.set(good=self.good.oid if self.good.touched else "")
        return news

    def review(self, look: Look, diff: Diff) -> None:
        """Let go of what was put back, once a person has gone on with one of these files."""
        now = {path: diff.content(path) for path in diff.paths}
        back = self.good.put_back
        if any(path in now and now[path] != here for path, here in back.items()):
            back.clear()
        for path in back.keys() - now.keys() - look.moving:
            del back[path]

    def reason(self, paths: Iterable[str]) -> str | None:
        """Say why these paths are not sent; None when they may go."""
        if self.good.put_back.keys().isdisjoint(paths):
            return None
        return (
            f"The Space was put back to its last good set, {self.good.oid[:7]}; what was changed "
            "since is only here. accept sends it again, and so does the next save of such a file."
        )

    async def restore(self, look: Look) -> Delivery | None:
        """Put back what our commits changed since the last good one; None: nothing was sent.

        Raises:
            RemoteError: the Space could not be read, or the commit is surely not there.
            StoppedError: the engine must end before the answer is known.
            JournalError: the disk would not take the intent.
        """
        good = self.good.oid
        try:
            operations = await self._operations(good)
        except _ImpossibleError as error:
            self.wanted = False
            self.board.emit(Failed(str(error)))
            return None
        count = f"{len(operations)} file{'' if len(operations) == 1 else 's'}"
        try:
            title = f"Put back {count} as of {good[:7]}"
            delivery = await self.courier.put(operations, self.ledger, title)
        except RemoteError as error:
            self.wanted = error.trouble is not Trouble.REJECTED
            raise
        self.wanted = False
        self._hold(look, operations)
        return delivery

    async def _operations(self, good: str) -> list[Operation]:
        """Return what makes the Space what it was.

        Raises:
            _ImpossibleError: there is nothing to put back, or it cannot be had.
            RemoteError: the Space could not be read this time.
        """
        try:
            tree = await self.courier.repository.files(good)
            operations = [
                await self._back(path, tree.get(path), good)
                for path in sorted(self.good.touched)
                if self._ours(path, tree)
            ]
        except RemoteError as error:
            if error.trouble in _PASSING:
                raise
            raise _ImpossibleError(f"{good[:7]} cannot be put back: {error.message}") from error
        if not operations:
            raise _ImpossibleError(f"Nothing differs from the last good set, {good[:7]}.")
        if lost := swallowed(operations, self.ledger.remote):
            name = clean_name(min(lost))
            raise _ImpossibleError(f"{good[:7]} cannot be put back: {name} is in its place now.")
        return operations

    def _live(self, space: Space | None) -> str | None:
        """Return the newest commit, if it is what visitors see and the folder was sent in it."""
        for newest in self.board.status.batches:
            return newest.oid if newest.live is not None else None
        if space is None or space.runtime is None or space.runtime.sha != self.ledger.head:
            return None
        return self.ledger.head if space.runtime.is_live(self.ledger.head) else None

    def _ours(self, path: str, tree: dict[str, Stored]) -> bool:
        """Whether a path differs from the good set, and that by our doing alone."""
        now = self.ledger.stored(path)
        if (tree[path].content if path in tree else None) == now:
            return False
        if path not in tree and self.never_delete:
            self.board.emit(Warned(f"{clean_name(path)} stays, since nothing is deleted.", path))
            return False
        if self.ledger.anchors.get(path, NOWHERE).there != now:
            self.board.emit(
                Warned(f"{clean_name(path)} was changed by somebody else since; it stays.", path)
            )
            return False
        return True

    async def _back(self, path: str, stored: Stored | None, good: str) -> Operation:
        if stored is None:
            return DeleteFile(path)
        if stored.large:
            return LfsFile(path, stored.content.removeprefix(LARGE_PREFIX), stored.size)
        content = await self.courier.repository.read(path, good, stored.size)
        if self.courier.folder.leaks(content):
            raise _ImpossibleError(f"{clean_name(path)} held your access token; nothing was sent.")
        return AddFile(path, content)

    def _hold(self, look: Look, operations: Iterable[Operation]) -> None:
        """Keep the later versions of this folder back."""
        for operation in operations:
            path = operation.path
            self.good.touched.discard(path)
            here = look.local.get(path)
            known = here is not None or look.deleted(path)
            there = self.ledger.stored(path)
            same = here.is_(there) if here else there is None
            if known and not same:
                self.good.put_back[path] = here.id if here else None
