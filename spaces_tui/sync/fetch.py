"""Brings files of the Space into the folder: the only way anything is ever written there."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Callable, Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from spaces_tui.sync import incoming, vacate
from spaces_tui.sync.allowed import why_not_write
from spaces_tui.sync.arrivals import Arrivals
from spaces_tui.sync.board import Board
from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.folder import Look
from spaces_tui.sync.incoming import ChangedError, Incoming, SpoiledError, WriteError
from spaces_tui.sync.kept import Kept
from spaces_tui.sync.ledger import Ledger, Stored
from spaces_tui.sync.protocols import Clock, RemoteError, Trouble
from spaces_tui.sync.repository import Repository
from spaces_tui.sync.scan import Scan
from spaces_tui.sync.send import StoppedError

_AT_ONCE: Final = 4
_PIECE: Final = 1024 * 1024
"""Bytes that are gathered before the disk is asked to take them."""
_OF_ONE_FILE: Final = frozenset({Trouble.MISSING_PATH, Trouble.TOO_LARGE, Trouble.REJECTED})
"""What waiting does not cure, and says nothing about the other files."""
STOP_CHECK: Final = 0.2
"""Seconds after which a stop is noticed, however slow the network is."""


class Wanted(NamedTuple):
    """A file of the Space that is to be at a path of the folder."""

    source: str
    """Its path on the Space."""
    stored: Stored
    expected: Stat | None
    """Figures of the local file it replaces; None: there is none."""


@dataclass(slots=True)
class Got:
    """What became of files that were to be fetched."""

    paths: list[str] = field(default_factory=list)
    bytes: int = 0
    kept: list[tuple[str, str]] = field(default_factory=list)
    """What was there before, and where it is kept."""
    changed: list[str] = field(default_factory=list)
    """Not written: something else is there than what was looked at."""
    failed: dict[str, str] = field(default_factory=dict)
    """Not written, and why."""


class Fetcher:
    """Writes into one folder what one Space holds."""

    def __init__(
        self,
        root: Path,
        state_dir: Path,
        repository: Repository,
        board: Board,
        clock: Clock,
        on_disk: OnDisk,
        stopping: Callable[[], bool],
        *,
        allow_keys: bool,
    ) -> None:
        self.root = root
        self.repository = repository
        self.kept = Kept(state_dir / "replaced")
        self._board = board
        self._clock = clock
        self._on_disk = on_disk
        self._stopping = stopping
        self._allow_keys = allow_keys
        self._mark = hashlib.sha256(str(state_dir).encode("utf-8", "replace")).hexdigest()[:8]

    async def clear(self) -> None:
        """Remove what a run that was killed left behind."""
        await self._on_disk(incoming.clear, self.root, self._mark)

    def why_not(self, path: str, scan: Scan) -> str | None:
        """Say why nothing is written at `path`; None when it may be."""
        return why_not_write(path, scan, allow_keys=self._allow_keys)

    async def fetch(self, files: Mapping[str, Wanted], head: str, got: Got) -> None:
        """Write files as they are at the commit `head`, four at a time; `got` tells how it went.

        Raises:
            RemoteError: the Space could not be read; files that landed stay, whole.
            StoppedError: the engine must end.
        """
        sizes = {path: wanted.stored.size for path, wanted in files.items()}
        arrivals = Arrivals(sizes, self._board, self._clock)
        try:
            await self._on_disk(incoming.need_room, self.root, sum(sizes.values()))
        except (WriteError, OSError) as error:
            got.failed |= dict.fromkeys(files, _reason(error))
            return
        queue = list(files.items())[::-1]

        async def work() -> None:
            while queue:
                path, wanted = queue.pop()
                arrivals.begin(path)
                await self._one(path, wanted, head, got, arrivals)
                arrivals.done(path)

        workers = [asyncio.create_task(work()) for _ in range(min(_AT_ONCE, len(queue)))]
        try:
            await self._finish(workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)
            arrivals.end()

    async def delete(self, path: str, expected: Stat, got: Got) -> None:
        """Delete a local file that still has its figures, and keep it elsewhere."""
        try:
            copy = await self._on_disk(incoming.delete, self.root, path, expected, self.kept)
        except ChangedError:
            got.changed.append(path)
        except (WriteError, OSError) as error:
            got.failed[path] = _reason(error)
        else:
            got.kept.append((path, str(copy)))

    async def stranger(self, path: str, known: Collection[str]) -> str | None:
        """Return something in a local folder that is not among these files; None: nothing.

        Raises:
            OSError: the folder cannot be listed.
        """
        return await self._on_disk(vacate.stranger, self.root, path, known)

    async def remove_empty(self, path: str) -> None:
        """Remove a local folder in which only folders are left.

        Raises:
            OSError: something else is in it, or it cannot be removed.
        """
        await self._on_disk(vacate.remove_empty, self.root, path)

    async def _finish(self, workers: list[asyncio.Task[None]]) -> None:
        pending: set[asyncio.Task[None]] = set(workers)
        while pending:
            done, pending = await asyncio.wait(
                pending, timeout=STOP_CHECK, return_when=asyncio.FIRST_COMPLETED
            )
            for worker in done:
                worker.result()
            if self._stopping():
                raise StoppedError

    async def _one(
        self, path: str, wanted: Wanted, head: str, got: Got, arrivals: Arrivals
    ) -> None:
        try:
            file = await self._open(wanted)
            try:
                await self._bytes(file, path, wanted, head, arrivals)
                copy = await self._on_disk(file.land, path, wanted.expected, self.kept)
            finally:
                await asyncio.shield(self._on_disk(file.close))
        except ChangedError:
            got.changed.append(path)
        except SpoiledError as error:
            raise RemoteError(
                Trouble.BUSY, f"What the Hub sent for {path} is not what the Space holds."
            ) from error
        except (WriteError, OSError) as error:
            got.failed[path] = _reason(error)
        except RemoteError as error:
            if error.trouble not in _OF_ONE_FILE:
                raise
            got.failed[path] = error.message.rstrip(".")
        else:
            got.paths.append(path)
            got.bytes += wanted.stored.size
            if copy:
                got.kept.append((path, str(copy)))

    async def _open(self, wanted: Wanted) -> Incoming:
        """Make a temporary file; a thread that makes one is not stopped by a cancellation."""
        opening = asyncio.ensure_future(
            self._on_disk(Incoming, self.root, self._mark, wanted.stored)
        )
        try:
            return await asyncio.shield(opening)
        except asyncio.CancelledError:
            with suppress(WriteError, OSError):
                await self._on_disk((await opening).close)
            raise

    async def _bytes(
        self, file: Incoming, path: str, wanted: Wanted, head: str, arrivals: Arrivals
    ) -> None:
        gathered = bytearray()
        begin = 0

        async def flush() -> None:
            if gathered:
                await self._on_disk(file.write, begin, bytes(gathered))
                arrivals.got(path, begin + len(gathered))
                gathered.clear()

        async def take(at: int, piece: bytes) -> None:
            nonlocal begin
            if at != begin + len(gathered):  # it starts anew
                gathered.clear()
            if not gathered:
                begin = at
            gathered.extend(piece)
            if len(gathered) >= _PIECE:
                await flush()

        await self.repository.fetch(wanted.source, head, wanted.stored.size, take)
        await flush()


def wanted(ledger: Ledger, look: Look, path: str) -> Wanted:
    """Return what it takes to make `path` what the Space has."""
    return Wanted(path, ledger.remote[path], look.scan.files.get(path))


def _reason(error: Exception) -> str:
    return (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
