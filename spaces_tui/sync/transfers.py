"""Large files on their way into the Space's storage, beside the looks and the commits.

A file is read once for its SHA-256 and for secrets, then its bytes are sent. Nothing of that is
visible on the Space: a commit names the content later. Small files travel together, so that they
share one question; a file that changes, or is not wanted any more, takes its company along, and
whoever is still wanted starts again: what is in the storage is not sent twice.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from spaces_tui.model.sync import Transfer
from spaces_tui.model.sync_events import Progressed, Retrying
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.sync.bell import Bell
from spaces_tui.sync.board import Board
from spaces_tui.sync.cargo import Arrived, Cargo, Job
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.folder import Folder, Refusal
from spaces_tui.sync.gate import delay_after, state_of
from spaces_tui.sync.gauge import Gauge
from spaces_tui.sync.measuring import Measuring
from spaces_tui.sync.plan import MAX_FILE
from spaces_tui.sync.protocols import Clock, LargeSource, RemoteError, Trouble
from spaces_tui.sync.read import MovingError
from spaces_tui.sync.repository import Repository

_TOGETHER: Final = 250
"""Small files in one job."""
_AT_ONCE: Final = 3
"""Files of more than `MAX_FILE` under way together; small ones need not wait for them."""
_ATTEMPTS: Final = 5
"""Failures of one file after which a person is asked."""
_TICK: Final = 1.0
_TOLD: Final = 1024 * 1024
"""Bytes above which the end of a file's way is told."""
_PATIENT: Final = frozenset(
    {
        Trouble.OFFLINE, Trouble.BUSY, Trouble.QUOTA, Trouble.AUTH, Trouble.GONE,
        Trouble.NO_BRANCH, Trouble.UNTRUSTED,
    }
)  # fmt: skip
"""Trouble that has nothing to do with the file; it is tried for as long as that lasts."""


@dataclass(slots=True, kw_only=True)
class Transfers:
    """Sends large files until they are there, and remembers which of them are."""

    folder: Folder
    repository: Repository
    measuring: Measuring
    refuse: Callable[[str, Refusal], None]
    board: Board
    bell: Bell
    clock: Clock
    arrived: dict[str, Arrived] = field(default_factory=dict)
    failed: dict[str, Refusal] = field(default_factory=dict)
    """Files that were given up until a person says otherwise."""
    news: bool = False
    """Something ended since this was last set to False."""
    _jobs: list[Job] = field(default_factory=list)
    _ending: set[asyncio.Task[None]] = field(default_factory=set)
    _slots: asyncio.Semaphore = field(default_factory=partial(asyncio.Semaphore, _AT_ONCE))
    _hurry: asyncio.Event = field(default_factory=asyncio.Event)
    _ticker: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        """Make news of what was measured."""
        self.measuring.ended = self._ended

    @property
    def busy(self) -> bool:
        """Whether a file is on its way, or waits to be tried again."""
        return bool(self._jobs)

    @property
    def state(self) -> tuple[SyncState, str]:
        """The state to show when nothing else goes on, and why."""
        if any(job.trouble is None for job in self._jobs):
            return SyncState.SENDING, ""
        for job in self._jobs:
            if job.trouble is not None:
                return state_of(job.trouble), job.words(job.trouble)
        return SyncState.SENDING, ""

    def carries(self, path: str) -> bool:
        """Whether this file is on its way."""
        return any(job.holds(path) for job in self._jobs)

    def start(self, cargo: Iterable[Cargo]) -> None:
        """Send files, each of them not on its way yet."""
        small: list[Cargo] = []
        for each in cargo:
            if each.content.size > MAX_FILE:
                self._start((each,))
            else:
                small.append(each)
        for first in range(0, len(small), _TOGETHER):
            self._start(tuple(small[first : first + _TOGETHER]))

    def keep(self, wanted: Mapping[str, Stat]) -> None:
        """Stop whatever is not among `wanted` with the same figures."""
        for job in list(self._jobs):
            if any(wanted.get(each.path) != each.figures for each in job.cargo):
                self._jobs.remove(job)
                job.cancel()
        for path in [p for p, each in self.arrived.items() if wanted.get(p) != each.figures]:
            del self.arrived[path]
        self.measuring.keep(wanted.keys())

    async def quickly(self, seconds: float, paths: Iterable[str]) -> None:
        """Wait until these files are there, or came to nothing, but not for long."""
        end = self.clock.monotonic() + seconds
        waited = list(paths)
        while any(self.carries(path) and not self._stuck(path) for path in waited):
            left = end - self.clock.monotonic()
            if left <= 0 or self.bell.stopping:
                return
            await self.bell.sleep(left)

    def hurry(self) -> None:
        """Try again at once."""
        self._hurry.set()
        self._hurry = asyncio.Event()

    def abandon(self, seconds: float) -> set[str]:
        """Stop what will not be there within so many seconds; return its paths."""
        now = self.clock.monotonic()
        late = [job for job in self._jobs if job.trouble is not None or job.left(now) > seconds]
        for job in late:
            self._jobs.remove(job)
            job.cancel()
        return {each.path for job in late for each in job.cargo}

    def stop(self) -> None:
        """Stop everything; what is in the storage stays there."""
        self.keep({})

    async def close(self) -> None:
        """Stop everything, and wait until it has stopped."""
        self.stop()
        comparing = self.measuring.cancel()
        if self._ticker is not None:
            self._ticker.cancel()
        ending = [*self._ending, *comparing, *filter(None, [self._ticker])]
        await asyncio.gather(*ending, return_exceptions=True)
        self.measuring.close()
        self.board.set(transfers=self._fetched())

    def _start(self, cargo: tuple[Cargo, ...]) -> None:
        job = Job(cargo)
        self._jobs.append(job)
        job.task = asyncio.create_task(self._run(job))
        self._ending.add(job.task)
        job.task.add_done_callback(self._ending.discard)
        if self._ticker is None or self._ticker.done():
            self._ticker = asyncio.create_task(self._tick())

    def _stuck(self, path: str) -> bool:
        return any(job.holds(path) and job.trouble is not None for job in self._jobs)

    async def _run(self, job: Job) -> None:
        try:
            sources = [found for each in job.cargo if (found := await self._source(job, each))]
            if any(each.content.size > MAX_FILE for each in job.cargo):
                async with self._slots:
                    await self._bring(job, sources, _ATTEMPTS)
            else:
                await self._bring(job, sources, _ATTEMPTS)
        finally:
            job.stop.set()
            if job in self._jobs:
                self._jobs.remove(job)
                self._ended()
            self._show()

    def _ended(self) -> None:
        self.news = True
        self.bell.ring()

    async def _source(self, job: Job, cargo: Cargo) -> LargeSource | None:
        """Measure a file; None when it cannot be sent as it is."""
        try:
            measured = await self.measuring.measure(cargo, job.stop, regular=False)
        except (MovingError, FileNotFoundError):
            await self.clock.sleep(_TICK)
            return None  # the next look finds it again
        except OSError as error:
            self._give_up(cargo, f"it cannot be read: {error.strerror}")
            return None
        if measured.finding:
            reason = f"it contains {measured.finding.what}"
            content = cargo.now(self.folder)
            self.refuse(cargo.path, Refusal(content, reason, measured.finding.line))
            return None
        figures, sha256 = cargo.figures, measured.content.sha256
        job.gauges[cargo.path] = Gauge(cargo.path, figures.size)
        place = self.folder.root / cargo.path
        return LargeSource(cargo.path, place, figures.size, sha256, figures.mtime_ns, figures.ino)

    async def _bring(self, job: Job, sources: Sequence[LargeSource], attempts: int) -> None:
        """Send files until they are there or are given up; in halves when one spoils the rest."""
        failures, tries = 0, 0
        while sources:
            try:
                await self.repository.send_large(sources, job.note)
            except RemoteError as error:
                failure = _counted(error)
            except OSError:
                failure = RemoteError(Trouble.CHANGED, "It changed while it was sent.")
            else:
                self._arrive(job, sources)
                return
            if failure.trouble is Trouble.CHANGED:
                for source in sources:
                    self.measuring.forget(source.path)
            failures += failure.trouble not in _PATIENT
            if failure.trouble is Trouble.REJECTED or failures >= attempts:
                if len(sources) == 1:
                    self._fail(job, sources[0], failure)
                    return
                middle = len(sources) // 2
                await self._bring(job, sources[:middle], 2)
                await self._bring(job, sources[middle:], 2)
                return
            if failure.trouble is Trouble.CHANGED:
                await self.clock.sleep(_TICK)
                return  # the next look tells what it is now
            await self._wait(job, failure, tries)
            tries += 1

    async def _wait(self, job: Job, failure: RemoteError, tries: int) -> None:
        delay = delay_after(failure, tries)
        for gauge in job.gauges.values():
            gauge.sent = 0
        waiting = {each.trouble.message for each in self._jobs if each.trouble is not None}
        job.trouble = failure
        if failure.message not in waiting:  # one word for all that fail alike
            self.board.emit(Retrying(job.words(failure), delay))
        self._ended()
        timer = asyncio.ensure_future(self.clock.sleep(delay))
        hurried = asyncio.ensure_future(self._hurry.wait())
        try:
            await asyncio.wait({timer, hurried}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            hurried.cancel()
        job.trouble = None
        self._ended()

    def _arrive(self, job: Job, sources: Sequence[LargeSource]) -> None:
        cargo = {each.path: each for each in job.cargo}
        for source in sources:
            self.arrived[source.path] = Arrived(cargo[source.path].figures, source.sha256)
            self.failed.pop(source.path, None)
            gauge = job.gauges.pop(source.path)
            gauge.sent = source.size
            if source.size > _TOLD:
                self._tell(gauge.read(self.clock.monotonic()))

    def _fail(self, job: Job, source: LargeSource, failure: RemoteError) -> None:
        cargo = next(each for each in job.cargo if each.path == source.path)
        job.gauges.pop(source.path, None)
        if failure.trouble is Trouble.REJECTED:
            reason = f"the Hub refused it: {failure.message}"
            self.refuse(source.path, Refusal(cargo.now(self.folder), reason))
        else:
            self._give_up(cargo, f"it could not be sent: {failure.message}")

    def _give_up(self, cargo: Cargo, why: str) -> None:
        reason = f"{clean_name(cargo.path)}: {why}"
        self.failed[cargo.path] = Refusal(cargo.now(self.folder), reason)

    async def _tick(self) -> None:
        """Show about once a second how far everything has come."""
        told: dict[str, Transfer] = {}
        while self._jobs:
            for transfer in self._show():
                before = told.get(transfer.path)
                if transfer.sent and (before is None or before.sent != transfer.sent):
                    self._tell(transfer)
                told[transfer.path] = transfer
            await self.clock.sleep(_TICK)

    def _show(self) -> tuple[Transfer, ...]:
        now = self.clock.monotonic()
        gauges = [gauge for job in self._jobs for gauge in job.gauges.values()]
        shown = tuple(each for gauge in gauges if (each := gauge.read(now)).sent < each.size)
        self.board.set(transfers=(*self._fetched(), *shown))
        return shown

    def _fetched(self) -> tuple[Transfer, ...]:
        """Return what is on its way into the folder, which others tell of."""
        return tuple(each for each in self.board.status.transfers if each.fetching)

    def _tell(self, transfer: Transfer) -> None:
        self.board.emit(Progressed(transfer.path, transfer.sent, transfer.size, transfer.rate))


def _counted(error: RemoteError) -> RemoteError:
    """A storage forbids what it will take a moment later; whether we may write, commits tell."""
    if error.trouble is not Trouble.FORBIDDEN:
        return error
    return RemoteError(Trouble.UNCLEAR, error.message, request_id=error.request_id)
