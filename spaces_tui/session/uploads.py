"""Uploading a folder once with nobody to ask: the engine of watched folders, and its last word."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Final

from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.space import Space
from spaces_tui.model.sync import SyncPlan, WatchOptions
from spaces_tui.model.sync_events import Committed, Failed, Planned, Refused, StateChanged
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.session.clock import SystemClock
from spaces_tui.session.facade import CommandError
from spaces_tui.sync.engine import Engine
from spaces_tui.sync.protocols import RemoteError, Trouble
from spaces_tui.sync.scan import FolderError

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator, Callable, Sequence

    from spaces_tui.model.changes import LfsFile
    from spaces_tui.model.hotreload import ReloadEvent
    from spaces_tui.model.repo import (
        AddFile,
        CommitInfo,
        CommitResult,
        DeleteFile,
        FileSample,
        Preupload,
        TreeEntry,
    )
    from spaces_tui.model.space import Runtime
    from spaces_tui.model.sync_events import SyncEvent
    from spaces_tui.session.watching import Watching
    from spaces_tui.sync.protocols import LargeSource, Write

_NO_HEAD = "0" * 40

PREVIEW: Final = WatchOptions(once=True, dry_run=True)
"""Looks at a folder, and sends nothing."""


@dataclass(slots=True)
class _Listener:
    """Remembers what an engine said."""

    ended: asyncio.Event = field(default_factory=asyncio.Event)
    state: SyncState = SyncState.STARTING
    """The last one before it stopped."""
    reason: str = ""
    pending: int = 0
    committed: bool = False
    plan: SyncPlan = field(default_factory=SyncPlan)
    refused: dict[str, Refused] = field(default_factory=dict)
    failure: str = ""

    def __call__(self, event: SyncEvent) -> None:
        match event:
            case StateChanged(SyncState.STOPPED, _, pending):
                self.pending = pending
                self.ended.set()
            case StateChanged(state, reason, _):
                self.state, self.reason = state, reason
            case Planned(plan):
                self.plan = plan
            case Committed():
                self.committed = True
            case Refused(path):
                self.refused[path] = event
            case Failed(message):
                self.failure = message
            case _:
                pass

    def refusals(self) -> tuple[str, ...]:
        """Return what was refused and why; first what the plan had not said."""
        planned = {one.path for one in self.plan.skipped}
        found = sorted(self.refused.values(), key=lambda one: one.path in planned)
        return tuple(_refusal(one) for one in found)


async def upload_once(watching: Watching, space: str, folder: str) -> tuple[str, ...]:
    """Bring a Space up to date with a folder, as `u` does, with a yes to its plan beforehand.

    Returns what was refused and why, one sentence each; what the plan had not said comes first.

    Raises:
        CommandError: not everything that may be sent is on the Space; the message says why.
    """
    heard = _Listener()
    options = WatchOptions(once=True, assume_yes=True, follow=False)
    await watching.start(space, folder, options, heard)
    await heard.ended.wait()
    await watching.ended(space)  # the next try may come at once
    refused = heard.refusals()
    if heard.state is SyncState.IN_SYNC and not heard.pending:
        if heard.committed or heard.plan.unchanged:
            return refused
        why = refused[0] if refused else "there is nothing in it to send."
        raise CommandError(f"Nothing was sent from {clean_name(folder)}: {why}")
    why = heard.failure or heard.reason or (refused[0] if refused else "It was stopped.")
    raise CommandError(why)


async def preview(space: Space, folder: str, options: WatchOptions = PREVIEW) -> SyncPlan:
    """Return what a first commit would send to a Space that is not there yet.

    Raises:
        CommandError: it is no folder that can be read.
    """
    heard = _Listener()
    with TemporaryDirectory(prefix="spaces-tui-") as memory:
        engine = Engine(
            space=space.id,
            folder=expanded(folder),
            options=options,
            remote=_NotYet(space),
            clock=SystemClock(),
            state_dir=Path(memory),
            emit=heard,
        )
        try:
            await engine.run()
        except FolderError as error:
            raise CommandError(str(error)) from error
    return heard.plan


class _NotYet:
    """The repository of a Space that is not there yet: nothing is in it, nothing can be sent."""

    requests = 0

    def __init__(self, space: Space) -> None:
        self._space = space

    async def info(self) -> Space:
        """Return what it will be."""
        return self._space

    async def tree(self, revision: str) -> Sequence[TreeEntry]:
        """Return nothing."""
        del revision
        return ()

    async def commits(self, limit: int) -> Sequence[CommitInfo]:
        """Return nothing."""
        del limit
        return ()

    async def preupload(self, files: Sequence[FileSample]) -> Preupload:
        """Refuse."""
        raise _nothing()

    async def commit(
        self,
        operations: Sequence[AddFile | LfsFile | DeleteFile],
        *,
        summary: str,
        description: str,
        parent: str,
        hot_reload: bool = False,
    ) -> tuple[CommitResult, int]:
        """Refuse."""
        raise _nothing()

    async def send_large(
        self, files: Sequence[LargeSource], progress: Callable[[str, int], None]
    ) -> None:
        """Refuse."""
        raise _nothing()

    async def read(self, path: str, revision: str, limit: int) -> bytes:
        """Refuse."""
        raise _nothing()

    async def fetch(self, path: str, revision: str, size: int, write: Write) -> None:
        """Refuse."""
        raise _nothing()

    async def check_card(self, readme: str) -> CardCheck:
        """Have no opinion: the Hub is asked when it is sent."""
        del readme
        return CardCheck()

    def reload_report(
        self, space: Space, replica: str, commit: str
    ) -> AsyncGenerator[ReloadEvent, None]:
        """Refuse."""
        raise _nothing()

    async def restart(self) -> Runtime:
        """Refuse."""
        raise _nothing()


def expanded(folder: str) -> Path:
    """Return a folder as a person writes it, with `~` for their home."""
    return Path(folder).expanduser()


def not_yet(space: str, sdk: str) -> Space:
    """Return a Space as it will be before its first commit."""
    return Space(space, sdk=sdk, sha=_NO_HEAD)


def _nothing() -> RemoteError:
    return RemoteError(Trouble.GONE, "The Space is not there yet.")


def _refusal(one: Refused) -> str:
    where = f", line {one.line}" if one.line else ""
    return f"{clean_name(one.path)}{where}: {one.reason.rstrip('.')}."
