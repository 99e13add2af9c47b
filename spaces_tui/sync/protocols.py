"""What the engine needs from the world. Whoever runs an engine brings these along.

The engine never sees HTTP: a Remote speaks for one Space's `main` branch and reports failures in
the engine's own terms, so that it runs in tests on a fake clock and a fake Hub.
"""

from __future__ import annotations

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Protocol, runtime_checkable

from spaces_tui.model.changes import LfsFile
from spaces_tui.model.hotreload import ReloadEvent
from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.repo import (
    AddFile,
    CommitInfo,
    CommitResult,
    DeleteFile,
    FileSample,
    Preupload,
    TreeEntry,
)
from spaces_tui.model.space import Runtime, Space

Operation = AddFile | LfsFile | DeleteFile
"""What a commit of the engine is made of."""


Write = Callable[[int, bytes], Awaitable[None]]
"""Told where a piece of a file begins, and the piece. Pieces follow each other; a piece at 0 means
that the file starts anew."""


@dataclass(frozen=True, slots=True)
class LargeSource:
    """A file on disk whose content goes to the Space's storage, and is not read whole."""

    path: str
    source: Path
    size: int
    """Bytes."""
    sha256: str
    mtime_ns: int
    ino: int
    """It must have had these figures when it was hashed; if they differ, nothing is sent."""


class Trouble(StrEnum):
    """What went wrong with a request, as far as the engine has to tell cases apart."""

    OFFLINE = "offline"
    """Nothing was done: no connection, a name that does not resolve, refused."""
    UNCLEAR = "unclear"
    """It may have been done: the answer was lost, a 5xx, a broken or odd answer."""
    BUSY = "busy"
    """Nothing was done: 429 or a 503 before handling; `retry_after` may say when."""
    QUOTA = "quota"
    """Nothing was done: the Hub's commit quota is used up."""
    MOVED = "moved"
    """412: the parent is not the head any more."""
    AUTH = "auth"
    FORBIDDEN = "forbidden"
    GONE = "gone"
    """The repository is missing or not visible."""
    NO_BRANCH = "no-branch"
    NO_FOLDER = "no-folder"
    """The folder of the repository that is watched for is a file there."""
    MISSING_PATH = "missing-path"
    """404: a path is not there: one to delete, or one to read."""
    REJECTED = "rejected"
    """400, 413, 422: the Hub will not take this content."""
    CHANGED = "changed"
    """A large file changed on disk while it was sent; nothing was committed."""
    TOO_LARGE = "too-large"
    """A file on the Space is larger than the caller wanted to read."""
    UNTRUSTED = "untrusted"
    """The connection cannot be trusted (TLS), or a redirect points elsewhere."""


class RemoteError(Exception):
    """A call of `Remote` failed.

    Attributes:
        trouble: which kind of failure.
        message: one sentence for a person.
        request_id: the Hub's id of the request, for bug reports.
        retry_after: seconds the Hub asks to wait, when it says so.
        body_bytes: size of the body that was sent with a commit; 0 where that is not known.
    """

    def __init__(
        self,
        trouble: Trouble,
        message: str,
        *,
        request_id: str | None = None,
        retry_after: float | None = None,
    ) -> None:
        super().__init__(message)
        self.trouble = trouble
        self.message = message
        self.request_id = request_id
        self.retry_after = retry_after
        self.body_bytes = 0


class Remote(Protocol):
    """The repository of one Space. Every call may raise `RemoteError`.

    Calls that read much retry passing trouble by themselves; `info`, `commits` and `commit` are
    sent once.
    """

    @property
    def requests(self) -> int:
        """HTTP requests made so far."""
        ...

    async def info(self) -> Space:
        """Return the Space: `sha` is the head of `main`; SDK, app file and runtime as known."""
        ...

    async def tree(self, revision: str) -> Sequence[TreeEntry]:
        """Return every entry of the tree at `revision`, all pages."""
        ...

    async def commits(self, limit: int) -> Sequence[CommitInfo]:
        """Return the newest commits of `main`, newest first."""
        ...

    async def preupload(self, files: Sequence[FileSample]) -> Preupload:
        """Ask how these files want to be sent."""
        ...

    async def commit(
        self,
        operations: Sequence[Operation],
        *,
        summary: str,
        description: str,
        parent: str,
        hot_reload: bool = False,
    ) -> tuple[CommitResult, int]:
        """Send one commit on top of `parent`; return its result and the size of the body.

        `hot_reload` patches the running app instead of building it anew.
        """
        ...

    async def send_large(
        self, files: Sequence[LargeSource], progress: Callable[[str, int], None]
    ) -> None:
        """Bring the content of large files into the storage, where a commit can name it.

        What is there already is not sent; parts of an earlier try are kept. `progress` is told
        a file's path and how many of its bytes are there; `OSError` if one cannot be read.
        """
        ...

    async def read(self, path: str, revision: str, limit: int) -> bytes:
        """Return a file of the Space; `TOO_LARGE` beyond `limit` bytes."""
        ...

    async def fetch(self, path: str, revision: str, size: int, write: Write) -> None:
        """Hand over a file of `size` bytes, piece by piece; `TOO_LARGE` if it has more.

        What `write` raises ends it and comes out as it is.
        """
        ...

    async def check_card(self, readme: str) -> CardCheck:
        """Ask what the Hub thinks of a README's front matter; nothing is changed."""
        ...

    def reload_report(
        self, space: Space, replica: str, commit: str
    ) -> AsyncGenerator[ReloadEvent, None]:
        """Yield what a replica tells of a hot reload; ends by itself."""
        ...

    async def restart(self) -> Runtime:
        """Start the app anew with what is committed; sent once."""
        ...


class Clock(Protocol):
    """Time the engine acts by: never the wall clock."""

    def monotonic(self) -> float:
        """Return seconds on a clock that never jumps."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        ...


class Watcher(Protocol):
    """File events of a folder. Events only make a scan earlier; the scan is the truth."""

    def batches(self) -> AsyncIterator[frozenset[str]]:
        """Yield batches of absolute paths that changed; an empty batch means "scan everything".

        Raises:
            WatcherLostError: events cannot be had (limits, no inotify, a thread that died).
        """
        ...

    async def close(self) -> None:
        """Release everything, without waiting for the next event."""
        ...


@runtime_checkable
class AdjustableWatcher(Watcher, Protocol):
    """A watcher to which folders can be added while it listens."""

    folders: frozenset[str]
    """What it watches now: a folder that is gone is left out until it is asked for again."""

    def adjust(self, folders: Collection[str]) -> frozenset[str]:
        """Watch these folders and no others; return those that were not before. May block.

        Raises:
            WatcherLostError: not all of them can be watched.
        """
        ...


class WatcherLostError(Exception):
    """File events are not available; the message says why."""
