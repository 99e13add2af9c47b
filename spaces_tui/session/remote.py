"""A Space's repository, as the sync engine wants it: the Hub's errors in the engine's terms."""

from __future__ import annotations

import asyncio
import re
from contextlib import aclosing, asynccontextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Final

from spaces_tui.hub import errors
from spaces_tui.hub.commits import commit_body
from spaces_tui.hub.retry import once
from spaces_tui.hub.sources import MeasuredFile
from spaces_tui.hub.wire import counted
from spaces_tui.session.trouble import about
from spaces_tui.sync.protocols import RemoteError, Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence

    from spaces_tui.hub.client import Hub
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.hotreload import ReloadEvent
    from spaces_tui.model.newspace import CardCheck
    from spaces_tui.model.repo import (
        CommitInfo,
        CommitResult,
        FileSample,
        Preupload,
        TreeEntry,
    )
    from spaces_tui.model.space import Runtime, Space
    from spaces_tui.sync.protocols import LargeSource, Operation, Write

_TROUBLES: Final[tuple[tuple[type[errors.HubError], Trouble], ...]] = (
    (errors.Unauthorized, Trouble.AUTH),
    (errors.EntryNotFound, Trouble.MISSING_PATH),
    (errors.RevisionNotFound, Trouble.NO_BRANCH),
    (errors.NotFoundOrPrivate, Trouble.GONE),
    (errors.Forbidden, Trouble.FORBIDDEN),
    (errors.PaymentRequired, Trouble.FORBIDDEN),
    (errors.Moved, Trouble.MOVED),
    (errors.Conflict, Trouble.BUSY),
    (errors.BadRequest, Trouble.REJECTED),
    (errors.Unreachable, Trouble.OFFLINE),
    (errors.AnswerLost, Trouble.UNCLEAR),
    (errors.ServerError, Trouble.UNCLEAR),
    (errors.SourceChanged, Trouble.CHANGED),
    (errors.TooLarge, Trouble.TOO_LARGE),
    (errors.Untrusted, Trouble.UNTRUSTED),
    (errors.Redirected, Trouble.UNTRUSTED),
)

_COMMITS: Final = re.compile(r"repository commits|action: commit", re.IGNORECASE)
"""The Hub's words for its quota of commits, which come without a header of their own."""


class SpaceRemote:
    """Implements the engine's `Remote` on the `main` branch of one Space."""

    def __init__(self, find: Callable[[], Hub], space: str) -> None:
        """Prepare; nothing is asked yet.

        Args:
            find: returns the client that acts on the Space now; another account may take over.
            space: its id.
        """
        self._find = find
        self._hub = find()
        self._resource = self._hub.space(space)
        self.requests = 0
        """Requests that went out so far, repetitions included."""

    @property
    def _space(self) -> SpaceResource:
        hub = self._find()
        if hub is not self._hub:
            self._hub, self._resource = hub, hub.space(self._resource.id)
        return self._resource

    async def info(self) -> Space:
        """Return everything about the Space."""
        async with self._call(alone=True):
            return await self._space.info()

    async def tree(self, revision: str) -> Sequence[TreeEntry]:
        """Return every entry at `revision`."""
        async with self._call():
            return [entry async for entry in self._space.tree(revision, recursive=True)]

    async def commits(self, limit: int) -> Sequence[CommitInfo]:
        """Return the newest commits."""
        async with self._call(alone=True):
            return await self._space.commits(limit=limit)

    async def preupload(self, files: Sequence[FileSample]) -> Preupload:
        """Ask how files want to be sent."""
        async with self._call():
            return await self._space.preupload(files)

    async def commit(
        self,
        operations: Sequence[Operation],
        *,
        summary: str,
        description: str,
        parent: str,
        hot_reload: bool = False,
    ) -> tuple[CommitResult, int]:
        """Send one commit, once."""
        try:
            async with self._call(alone=True):
                sent = await self._space.commit(
                    operations,
                    summary=summary,
                    description=description,
                    parent=parent,
                    hot_reload=hot_reload,
                )
        except RemoteError as error:
            build = partial(commit_body, summary=summary, description=description, parent=parent)
            error.body_bytes = len(await asyncio.to_thread(build, operations))
            raise
        return sent.result, sent.body_bytes

    async def send_large(
        self, files: Sequence[LargeSource], progress: Callable[[str, int], None]
    ) -> None:
        """Bring large files into the storage, four at a time."""
        measured = [
            MeasuredFile(
                file.path,
                file.source,
                file.size,
                file.sha256,
                (file.size, file.mtime_ns, file.ino),
            )
            for file in files
        ]
        async with self._call():
            await self._space.lfs.upload(measured, each=progress)

    async def read(self, path: str, revision: str, limit: int) -> bytes:
        """Return one file."""
        async with self._call():
            return await self._space.download(path, revision, limit=limit)

    async def fetch(self, path: str, revision: str, size: int, write: Write) -> None:
        """Hand over one file piece by piece."""
        async with self._call():
            await self._space.fetch(path, revision, size=size, write=write)

    async def check_card(self, readme: str) -> CardCheck:
        """Ask about a README."""
        async with self._call():
            return await self._find().validate_yaml(readme)

    async def reload_report(
        self, space: Space, replica: str, commit: str
    ) -> AsyncGenerator[ReloadEvent, None]:
        """Yield what a replica tells of a hot reload."""
        async with _translated(self._space.id):
            report = self._space.reload_report(space, replica, commit)
            async with aclosing(report):
                async for event in report:
                    yield event

    async def restart(self) -> Runtime:
        """Start the app anew."""
        async with self._call():
            return await self._space.restart()

    @asynccontextmanager
    async def _call(self, *, alone: bool = False) -> AsyncIterator[None]:
        """Count what goes out, in the engine's terms; `alone`: without tries of the client's own.

        The engine backs off by itself, and shows it; small requests need no second opinion.
        """
        async with _translated(self._space.id):
            with counted(self._sent), once() if alone else nullcontext():
                yield

    def _sent(self) -> None:
        self.requests += 1


@asynccontextmanager
async def _translated(space: str) -> AsyncIterator[None]:
    try:
        yield
    except errors.HubError as error:
        raise RemoteError(
            trouble_of(error),
            about(space, error),
            request_id=error.request_id,
            retry_after=error.retry_after,
        ) from error


def trouble_of(error: errors.HubError) -> Trouble:
    """Return the engine's word for an error; what is unknown may have been done."""
    if isinstance(error, errors.RateLimited):
        commits = error.by_action or _COMMITS.search(error.message)
        return Trouble.QUOTA if commits else Trouble.BUSY
    return next(
        (trouble for kind, trouble in _TROUBLES if isinstance(error, kind)), Trouble.UNCLEAR
    )
