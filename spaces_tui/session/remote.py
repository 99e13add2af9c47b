"""A Space's repository, as the sync engine wants it: the Hub's errors in the engine's terms."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from spaces_tui.hub import errors
from spaces_tui.session.trouble import about
from spaces_tui.sync.protocols import RemoteError, Trouble

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.model.repo import (
        CommitInfo,
        CommitResult,
        FileOperation,
        FileSample,
        Preupload,
        TreeEntry,
    )

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
    (errors.Untrusted, Trouble.UNTRUSTED),
    (errors.Redirected, Trouble.UNTRUSTED),
)


class SpaceRemote:
    """Implements the engine's `Remote` on the `main` branch of one Space."""

    def __init__(self, space: SpaceResource) -> None:
        self._space = space

    async def head(self) -> str:
        """Return the head commit."""
        async with _translated(self._space.id):
            info = await self._space.info()
        if info.sha is None:
            raise RemoteError(Trouble.UNCLEAR, "The Hub did not say what the Space's head is.")
        return info.sha

    async def tree(self, revision: str) -> Sequence[TreeEntry]:
        """Return every entry at `revision`."""
        async with _translated(self._space.id):
            return [entry async for entry in self._space.tree(revision, recursive=True)]

    async def commits(self, limit: int) -> Sequence[CommitInfo]:
        """Return the newest commits."""
        async with _translated(self._space.id):
            return await self._space.commits(limit=limit)

    async def preupload(self, files: Sequence[FileSample]) -> Preupload:
        """Ask how files want to be sent."""
        async with _translated(self._space.id):
            return await self._space.preupload(files)

    async def commit(
        self, operations: Sequence[FileOperation], *, summary: str, description: str, parent: str
    ) -> tuple[CommitResult, int]:
        """Send one commit, once."""
        async with _translated(self._space.id):
            sent = await self._space.commit(
                operations,
                summary=summary,
                description=description,
                parent=parent,
            )
        return sent.result, sent.body_bytes


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
        return Trouble.QUOTA if error.by_action else Trouble.BUSY
    return next(
        (trouble for kind, trouble in _TROUBLES if isinstance(error, kind)), Trouble.UNCLEAR
    )
