"""Which part of a plan can be committed now, and what has to travel before the rest can.

The Hub is asked how it wants files it was not asked about before. Those it wants as large ones
are sent to its storage beside everything else; a commit names them once they are there. Small
saves do not wait for that, but for three things: what was saved together with a file that is
there in a moment goes with it, what starts the app and was saved together with a large file goes
after it, and a file that moved does not leave its old place before it is at the new one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from spaces_tui.model.repo import FileMode, FileSample
from spaces_tui.model.sync_events import Warned
from spaces_tui.sync.board import Board
from spaces_tui.sync.caps import too_large, warnings
from spaces_tui.sync.cargo import Cargo
from spaces_tui.sync.courier import LAST, Courier
from spaces_tui.sync.folder import Look, Refusal
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.modes import Modes, Sorted
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import RemoteError, Trouble
from spaces_tui.sync.shape import together
from spaces_tui.sync.transfers import Transfers

_ASKED: Final = 256
"""Files in one question."""
_QUICK: Final = 32 * 1024 * 1024
"""Bytes that may be there in a moment."""
_MOMENT: Final = 3.0
"""Seconds the files of one save wait for each other."""


@dataclass(frozen=True, slots=True)
class Going:
    """What can go now."""

    part: Diff = field(default_factory=Diff)
    large: dict[str, str] = field(default_factory=dict)
    """SHA-256 of the large files among it; their content is in the storage."""
    moved: tuple[str, ...] = ()
    """Files that changed before the Hub could be asked about them."""
    refused: bool = False
    """Some content was refused: the plan is another one now."""


@dataclass(slots=True)
class Freight:
    """Prepares commits: asks, starts transfers, and picks what is ready."""

    courier: Courier
    transfers: Transfers
    board: Board
    left_behind: bool = False
    """The engine ends, and what is not sent yet takes longer than that may."""
    _late: set[str] | None = None
    """Once the engine ends: what is not sent any more in this run."""
    _modes: Modes = field(default_factory=Modes)
    _companions: dict[str, tuple[str, set[str]]] = field(default_factory=dict)
    """What starts the app: its content, and the large files that were saved together with it."""
    _warned: set[tuple[str, str]] = field(default_factory=set)

    def compare(self, look: Look) -> None:
        """Have large files read that may be what the Space holds."""
        measuring = self.transfers.measuring
        for path, (figures, regular) in list(look.unmeasured.items()):
            measuring.compare(path, figures, regular=regular)
            unread = measuring.unread.get(path)
            if unread and unread[0] == figures:
                look.unread[path] = unread[1]
                del look.unmeasured[path]

    def unmoved(self, look: Look, diff: Diff, ledger: Ledger) -> Diff:
        """Return the plan without deletions of what may only have moved, until that is known."""
        sizes = {figures.size for figures, _ in look.unmeasured.values()}
        moved = (path for path in diff.deletes if ledger.remote[path].size in sizes)
        return together(diff.without(moved), ledger.remote)

    def keep(self, look: Look, diff: Diff) -> None:
        """Stop sending what the plan does not hold any more."""
        self.transfers.keep({path: look.scan.files[path] for path in diff.uploads})

    def held(self, diff: Diff, unapproved: Diff, ledger: Ledger, *, first: bool) -> dict[str, str]:
        """Return the uploads that wait for a yes of their own, and why."""
        failed = self.transfers.failed
        reasons = {
            path: failed[path].reason
            for path, content in diff.uploads.items()
            if path in failed and content.is_(failed[path].content)
        }
        if not first:
            there = {stored.content for stored in ledger.remote.values()}
            reasons |= too_large(unapproved, there)
        return reasons

    def finish(self, seconds: float) -> None:
        """The engine ends within so many seconds: give up what will not be there by then."""
        self._late = self.transfers.abandon(seconds)

    def forgive(self, paths: Iterable[str]) -> None:
        """Try files again that were given up."""
        for path in paths:
            self.transfers.failed.pop(path, None)

    async def prepare(
        self, look: Look, diff: Diff, ledger: Ledger, *, first: bool, sending: Callable[[], None]
    ) -> Going:
        """Return what can be committed now; the rest is on its way or comes next.

        Raises:
            RemoteError: the Hub could not be asked.
        """
        while True:
            modes = self._modes.sort(diff.uploads, ledger.remote)
            part = self._part(diff, modes, ledger)
            unsure = [path for path in part.uploads if path in modes.unsure]
            if not unsure:
                break
            others = (path for path in diff.uploads if path in modes.unsure - set(unsure))
            asked = [*unsure, *others][:_ASKED]
            samples = await self.courier.on_disk(self.courier.folder.samples, look, asked)
            if len(samples) < len(asked):
                return Going(moved=tuple(set(asked) - {sample.path for sample in samples}))
            if await self._ask(diff, samples):
                return Going(refused=True)
        if not first:
            self._warn(diff)
        refusals = len(self.courier.refusals)
        await self._send(look, diff, modes, sending)
        if len(self.courier.refusals) > refusals:
            return Going(refused=True)
        part = self._part(diff, modes, ledger)
        self.left_behind = self._late is not None and not part.paths and not self.transfers.busy
        arrived = self.transfers.arrived
        return Going(part, {path: arrived[path].sha256 for path in part.uploads if path in arrived})

    def _part(self, diff: Diff, modes: Sorted, ledger: Ledger) -> Diff:
        """Return the next commit as far as it is known, without what is not there yet."""
        waiting = modes.large - self.transfers.arrived.keys()
        tied = {name for path in waiting for name in diff.uploads[path].ids}
        moving = {path for path in diff.deletes if ledger.stored(path) in tied}
        companions = {path for path in self._companions if self._accompanies(diff, path)}
        ready = together(diff.without(waiting | companions | moving), ledger.remote)
        return self.courier.part(ready, modes.large)

    def _accompanies(self, diff: Diff, path: str) -> bool:
        """Whether a file that starts the app still waits for large files on their way."""
        content, others = self._companions[path]
        same = path in diff.uploads and diff.uploads[path].is_(content)
        return same and any(self.transfers.carries(other) for other in others)

    async def _ask(self, diff: Diff, samples: Sequence[FileSample]) -> bool:
        """Ask how files want to be sent; return whether one cannot go."""
        try:
            answers: dict[str, FileMode] = await self.courier.repository.modes(samples)
        except RemoteError as error:
            if error.trouble is not Trouble.REJECTED:
                raise
            if len(samples) > 1:
                half = len(samples) // 2
                first = await self._ask(diff, samples[:half])
                return await self._ask(diff, samples[half:]) or first
            reasons = {samples[0].path: f"the Hub refused it: {error.message}"}
        else:
            asked = {sample.path: diff.uploads[sample.path] for sample in samples}
            reasons = self._modes.learn(asked, answers)
        for path, reason in reasons.items():
            self.courier.refusals[path] = Refusal(diff.content(path), reason)
        return bool(reasons)

    async def _send(
        self, look: Look, diff: Diff, modes: Sorted, sending: Callable[[], None]
    ) -> None:
        transfers = self.transfers
        if not transfers.busy:
            self._companions.clear()
        new = [
            Cargo(path, look.scan.files[path], diff.uploads[path])
            for path in diff.uploads
            if path in modes.large - transfers.arrived.keys() and not transfers.carries(path)
        ]
        if self._late is not None:
            new = [each for each in new if each.path not in self._late]
            new = new if sum(each.content.size for each in new) <= _QUICK else []
        if not new:
            return
        paths = {each.path for each in new}
        for path in ((LAST | self.courier.app) & diff.uploads.keys()) - modes.large:
            self._companions.setdefault(path, ("", set()))
            others = self._companions[path][1] if self._accompanies(diff, path) else set()
            self._companions[path] = (diff.uploads[path].id, others | paths)
        transfers.start(new)
        sending()
        if sum(each.content.size for each in new) <= _QUICK:
            await transfers.quickly(_MOMENT, paths)

    def _warn(self, diff: Diff) -> None:
        for path, content, words in warnings(diff):
            if (path, content) not in self._warned:
                self._warned.add((path, content))
                self.board.emit(Warned(words, path))
