"""One commit, sent so that it lands once: intent on disk first, and no second try in the dark."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from secrets import token_hex
from typing import Final

from spaces_tui.model.repo import DeleteFile
from spaces_tui.model.text import clean_name
from spaces_tui.sync.journal import Intent
from spaces_tui.sync.ledger import stored_by
from spaces_tui.sync.protocols import Operation, RemoteError, Trouble
from spaces_tui.sync.repository import Repository

_PAGE: Final = 50
"""Commits of one look into the history."""
_READS: Final = 6
_READ_GAP: Final = 0.5
"""Seconds between two reads of a history that may lag."""
_MAYBE: Final = frozenset({Trouble.UNCLEAR, Trouble.OFFLINE, Trouble.BUSY, Trouble.QUOTA})
TITLE_LIMIT: Final = 72


class StoppedError(Exception):
    """The engine was told to stop while an answer was unclear; the journal keeps the intent."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A commit ready to be sent. It is sent again only as it is."""

    operations: tuple[Operation, ...]
    parent: str
    summary: str
    nonce: str
    hot: bool = False
    """Ask that the running app be patched instead of built anew."""

    @classmethod
    def of(
        cls,
        operations: Sequence[Operation],
        parent: str,
        message: str | None,
        *,
        hot: bool = False,
    ) -> Draft:
        """Name the commit and give it a nonce."""
        summary = message or title(operations)
        return cls(tuple(operations), parent, summary, token_hex(8), hot)

    @property
    def intent(self) -> Intent:
        """What the journal keeps of it."""
        contents = {
            operation.path: stored.content if (stored := stored_by(operation)) else None
            for operation in self.operations
        }
        return Intent(self.nonce, self.parent, contents)

    @property
    def description(self) -> str:
        """Text under the title; carries the nonce."""
        return f"Sync-Id: {self.nonce}"


@dataclass(frozen=True, slots=True)
class Sent:
    """A commit that is on the Space."""

    oid: str
    bytes: int
    head_moved: bool = False
    """It was found in the history; others may have committed after it."""


class Sender:
    """Sends drafts. `pause` waits before the next try and says, by True, that time is up."""

    def __init__(
        self,
        repository: Repository,
        confirming: Callable[[RemoteError, int], Awaitable[bool]],
        rest: Callable[[float], Awaitable[None]],
    ) -> None:
        self._repository = repository
        self._confirming = confirming
        self._rest = rest

    async def send(self, draft: Draft) -> Sent:
        """Send a commit and find out what became of it.

        Raises:
            RemoteError: it is surely not on the Space.
            StoppedError: nobody knows yet, and the engine must end.
        """
        try:
            return await self._post(draft)
        except RemoteError as error:
            if error.trouble is not Trouble.UNCLEAR:
                raise
            return await self._unclear(draft, error)

    async def find(self, nonce: str, parent: str) -> str | None:
        """Look a nonce up in the history; None when the history has moved on without it.

        A list may lag behind a write, so a history that does not show it is read again.
        """
        for read in range(_READS):
            if read:
                await self._rest(_READ_GAP)
            for commit in await self._repository.commits(_PAGE):
                if nonce in commit.message or nonce in commit.title:
                    return commit.oid
                if commit.oid == parent:
                    break
        return None

    async def _post(self, draft: Draft) -> Sent:
        result, size = await self._repository.commit(
            draft.operations,
            summary=draft.summary,
            description=draft.description,
            parent=draft.parent,
            hot_reload=draft.hot,
        )
        return Sent(result.oid, size)

    async def _unclear(self, draft: Draft, error: RemoteError) -> Sent:
        """Resend the same commit on the same parent: if it landed, the parent is stale now."""
        tries = 0
        size = 0
        while True:
            size = max(size, error.body_bytes)
            if await self._confirming(error, tries):
                raise StoppedError
            tries += 1
            try:
                return await self._post(draft)
            except RemoteError as again:
                error = again
            if error.trouble in _MAYBE:
                continue
            try:
                oid = await self.find(draft.nonce, draft.parent)
            except RemoteError as lookup:
                error = lookup
                continue
            if oid is None:
                raise error
            return Sent(oid, max(size, error.body_bytes), head_moved=True)


def title(operations: Sequence[Operation]) -> str:
    """Make a commit's title from what it does, at most 72 characters."""
    if len(operations) == 1:
        verb = "Delete" if isinstance(operations[0], DeleteFile) else "Update"
        return _short(f"{verb} {clean_name(operations[0].path)}")
    deletes = sum(isinstance(operation, DeleteFile) for operation in operations)
    updates = len(operations) - deletes
    parts = [
        f"{verb} {count} file{'s' if count > 1 else ''}"
        for verb, count in (("Update", updates), ("delete" if updates else "Delete", deletes))
        if count
    ]
    return ", ".join(parts)


def _short(text: str) -> str:
    return text if len(text) <= TITLE_LIMIT else f"{text[: TITLE_LIMIT - 1]}…"
