"""Carries a plan to the Space, one commit at a time: read, check, ask, journal, send."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, ParamSpec, Protocol, TypeVar

from spaces_tui.model.changes import LfsFile
from spaces_tui.model.repo import DeleteFile
from spaces_tui.model.space import Space
from spaces_tui.sync.appfile import USUAL
from spaces_tui.sync.checks import Checks
from spaces_tui.sync.folder import Folder, Load, Look, Refusal
from spaces_tui.sync.journal import Journal
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.modes import HUB_IGNORES
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Operation, RemoteError, Trouble
from spaces_tui.sync.repository import Repository
from spaces_tui.sync.send import Draft, Sender, Sent
from spaces_tui.sync.shape import completed, swallowed
from spaces_tui.sync.suspects import Suspects

PART_FILES: Final = 250
PART_BYTES: Final = 20 * 1024 * 1024
LAST: Final = frozenset({"README.md", "requirements.txt", "packages.txt"})
"""Go last when a plan goes in parts, with the app's own files: they begin a build."""

P = ParamSpec("P")
T = TypeVar("T")


class OnDisk(Protocol):
    """Runs a blocking call in the engine's own thread."""

    def __call__(self, call: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> Awaitable[T]:
        """Wait for the call's result without blocking the loop."""
        ...


class JournalError(Exception):
    """The intent could not be written down, so nothing was sent."""


@dataclass(frozen=True, slots=True)
class Delivery:
    """A commit that landed."""

    sent: Sent
    parent: str
    uploaded: tuple[str, ...]
    deleted: tuple[str, ...]
    written: float
    """When its newest file was written, by the wall clock; 0 if it only deletes."""
    requests: int
    new_large: bool = False
    """It made files large ones: the Hub wrote that into `.gitattributes` by itself."""


@dataclass(slots=True)
class Outcome:
    """What became of one part of a plan."""

    delivery: Delivery | None = None
    moved: tuple[str, ...] = ()
    """Paths that changed while they were prepared: nothing was sent."""
    refused: bool = False
    """Some content was refused: the plan is another one now."""
    other_card: bool = False
    """The card that landed is another one than before: it may be another kind of Space."""


@dataclass(slots=True)
class Courier:
    """Sends the parts of plans, and remembers what cannot be sent."""

    folder: Folder
    repository: Repository
    journal: Journal
    sender: Sender
    on_disk: OnDisk
    checks: Checks
    message: str | None
    refusals: dict[str, Refusal] = field(default_factory=dict)
    """By path; a refusal holds for one content."""
    in_flight: str = ""
    """The nonce of a commit whose answer is not known; it stays after a stop that did not wait."""
    space: Space | None = None
    """The Space, as far as it is known."""
    app: frozenset[str] = USUAL
    """The app's own files, without which it cannot start."""
    landed: list[tuple[str, str]] = field(default_factory=list)
    """Nonces and ids of commits that the memory on disk does not know yet."""
    _suspects: Suspects = field(init=False)

    def __post_init__(self) -> None:
        """Have what is found out about rejected paths land among the refusals."""
        self._suspects = Suspects(self.folder, self.refusals)

    @property
    def isolating(self) -> bool:
        """Whether it is being found out which path the Hub will not take."""
        return bool(self._suspects)

    def sendable(self, diff: Diff) -> Diff:
        """Return the plan without contents that were refused."""
        return diff.without(
            path
            for path in (*diff.paths, *diff.conflicts)
            if path in self.refusals and self.refusals[path].content == diff.content(path)
        )

    def part(self, diff: Diff, large: Collection[str] = ()) -> Diff:
        """Choose what goes into the next commit.

        A small plan goes whole. A large one goes in parts, what starts the app in the last of
        them; deletions go with the last uploads, so that a file that moved is never missing from
        both places, except those that make room for an upload. `large` names uploads of which
        only a line goes into the commit.
        """
        if suspects := self._suspects.next(diff):
            return _only(diff, suspects)
        sizes = {
            path: 0 if path in large else content.size for path, content in diff.uploads.items()
        }
        if len(diff.uploads) <= PART_FILES and sum(sizes.values()) <= PART_BYTES:
            return diff
        ordered = sorted(diff.uploads, key=lambda path: (path in LAST or path in self.app, path))
        chosen: set[str] = set()
        total = 0
        for path in ordered:
            total += sizes[path]
            if chosen and (len(chosen) >= PART_FILES or total > PART_BYTES):
                return _only(diff, chosen)
            chosen.add(path)
        return diff

    async def deliver(
        self,
        look: Look,
        diff: Diff,
        ledger: Ledger,
        sending: Callable[[], None],
        *,
        large: Mapping[str, str],
        before: int,
        hot: bool = False,
    ) -> Outcome:
        """Send one part of a plan; `hot` asks for a hot reload.

        Args:
            look: what the plan was made from.
            diff: the part.
            ledger: what the Space holds.
            sending: called when the request is about to begin.
            large: SHA-256 of the uploads whose content is in the Space's storage already.
            before: requests made before this part was begun.

        Raises:
            RemoteError: it is surely not on the Space.
            StoppedError: the engine must end before the answer is known.
            JournalError: the disk would not take the intent.
        """
        restless = await self.on_disk(self.folder.calm, look, list(diff.uploads))
        if restless:
            return Outcome(moved=tuple(restless))
        load = await self.on_disk(self.folder.load, look, diff.uploads, diff.deletes, large)
        self.refusals |= load.refusals
        if load.moved or load.refusals:
            return Outcome(moved=tuple(load.moved), refused=bool(load.refusals))
        if swallowed(load.operations, ledger.remote):  # what the plan said is not what was read
            return Outcome(moved=tuple(diff.paths))
        refused = await self.checks.before(load, ledger.remote, self.space)
        self.refusals |= refused
        if refused:
            return Outcome(refused=True)
        sending()
        delivery = await self._send(load, diff, ledger, before, hot=hot)
        return Outcome(delivery, other_card=self.checks.landed(load))

    async def _send(
        self, load: Load, diff: Diff, ledger: Ledger, before: int, *, hot: bool
    ) -> Delivery:
        draft = Draft.of(load.operations, ledger.head, self.message, hot=hot)
        new_large = _new_large(draft.operations, ledger)
        try:
            sent = await self._land(draft, ledger)
        except RemoteError as error:
            if error.trouble in {Trouble.REJECTED, Trouble.MISSING_PATH}:
                self._suspects.rejected(diff, error)
            raise
        self._landed(diff)
        deleted = tuple(each.path for each in draft.operations if isinstance(each, DeleteFile))
        requests = self.repository.requests - before
        uploaded = tuple(load.figures)
        return Delivery(
            sent, draft.parent, uploaded, deleted, load.written, requests, new_large=new_large
        )

    async def put(self, operations: Sequence[Operation], ledger: Ledger, message: str) -> Delivery:
        """Send one commit of contents that are not the folder's.

        Raises:
            RemoteError: it is surely not on the Space.
            StoppedError: the engine must end before the answer is known.
            JournalError: the disk would not take the intent.
        """
        before = self.repository.requests
        draft = Draft.of(operations, ledger.head, message)
        new_large = _new_large(operations, ledger)
        sent = await self._land(draft, ledger)
        deleted = tuple(each.path for each in operations if isinstance(each, DeleteFile))
        uploaded = tuple(each.path for each in operations if not isinstance(each, DeleteFile))
        requests = self.repository.requests - before
        return Delivery(sent, draft.parent, uploaded, deleted, 0.0, requests, new_large=new_large)

    async def _land(self, draft: Draft, ledger: Ledger) -> Sent:
        """Write the intent down, send the commit, and record what became of it."""
        try:
            await self.on_disk(self.journal.intend, draft.intent)
        except OSError as error:
            raise JournalError(str(error)) from error
        self.in_flight = draft.nonce
        try:
            sent = await self.sender.send(draft)
        except RemoteError as error:
            self.in_flight = ""
            await self._note(self.journal.dropped, draft.nonce, error.trouble.value)
            raise
        self.in_flight = ""
        self.landed.append((draft.nonce, sent.oid))
        ledger.applied(draft.operations, sent.oid)
        return sent

    async def close(self) -> None:
        """Close the intents of what landed, now that the memory on disk knows of it.

        Not sooner: a crash in between would leave nobody to tell our commits from others'.
        """
        while self.landed:
            try:
                await self.on_disk(self.journal.done, *self.landed[0])
            except OSError:
                return
            del self.landed[0]

    async def _note(self, call: Callable[[str, str], None], nonce: str, what: str) -> None:
        """Close an intent. Should the disk fail here, the next start looks the nonce up."""
        try:
            await self.on_disk(call, nonce, what)
        except OSError:
            return

    def _landed(self, diff: Diff) -> None:
        self._suspects.landed(diff)
        if any(path.rpartition("/")[2] == ".gitignore" for path in diff.paths):
            for path in [p for p, each in self.refusals.items() if each.reason == HUB_IGNORES]:
                del self.refusals[path]


def _only(diff: Diff, chosen: set[str]) -> Diff:
    """Return the part of a plan that was chosen, and what must go together with it."""
    return diff.without(set(diff.paths) - completed(diff, chosen))


def _new_large(operations: Iterable[Operation], ledger: Ledger) -> bool:
    """Whether this makes a file a large one that was none before."""
    return any(
        isinstance(each, LfsFile)
        and ((there := ledger.remote.get(each.path)) is None or not there.large)
        for each in operations
    )
