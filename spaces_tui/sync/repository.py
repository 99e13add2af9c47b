"""The Space's repository as one watched folder sees it: paths within `into`, requests counted."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.repo import (
    CommitInfo,
    CommitResult,
    EntryType,
    FileMode,
    FileSample,
)
from spaces_tui.model.space import Space
from spaces_tui.model.text import clean_name
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.oid import large_oid
from spaces_tui.sync.protocols import (
    LargeSource,
    Operation,
    Remote,
    RemoteError,
    Trouble,
    Write,
)


class Repository:
    """A `Remote` narrowed to one folder of the repository."""

    def __init__(self, remote: Remote, into: str) -> None:
        self._remote = remote
        self._prefix = f"{into.strip('/')}/" if into.strip("/") else ""
        self.odd: tuple[str, ...] = ()
        """Paths of the tree listed last that no folder can hold: they would lead out of it."""

    @property
    def requests(self) -> int:
        """Requests made so far."""
        return self._remote.requests

    async def info(self) -> Space:
        """Return the Space; `sha`, the head commit, is always there."""
        space = await self._remote.info()
        if not space.sha:
            raise RemoteError(Trouble.UNCLEAR, "The Hub did not say what the Space's head is.")
        return space

    async def files(self, revision: str) -> dict[str, Stored]:
        """Return every file below `into`; names that would lead out of a folder are left out.

        Raises:
            RemoteError: also when `into`, or a folder on the way there, is a file: whatever were
                sent would take its place.
        """
        found: dict[str, Stored] = {}
        odd: list[str] = []
        for entry in await self._remote.tree(revision):
            if entry.type is EntryType.FILE and self._prefix.startswith(f"{entry.path}/"):
                name = clean_name(entry.path)
                why = f"{name} is a file on the Space, so nothing can be put into it as a folder."
                raise RemoteError(Trouble.NO_FOLDER, why)
            if entry.type is not EntryType.FILE or not entry.path.startswith(self._prefix):
                continue
            path = entry.path[len(self._prefix) :]
            if safe(path):
                content = large_oid(entry.lfs.sha256) if entry.lfs else entry.oid
                found[path] = Stored(content, entry.lfs.size if entry.lfs else entry.size)
            else:
                odd.append(path)
        self.odd = tuple(odd)
        return found

    async def commits(self, limit: int) -> Sequence[CommitInfo]:
        """Return the newest commits, newest first."""
        return await self._remote.commits(limit)

    async def modes(self, samples: Sequence[FileSample]) -> dict[str, FileMode]:
        """Ask how the Hub wants up to 256 files; paths it says nothing of are missing."""
        placed = [replace(sample, path=self._prefix + sample.path) for sample in samples]
        plan = await self._remote.preupload(placed)
        return {mode.path[len(self._prefix) :]: mode for mode in plan.files}

    async def send_large(
        self, files: Sequence[LargeSource], progress: Callable[[str, int], None]
    ) -> None:
        """Bring large files into the storage; `progress` is told a path and its bytes there."""
        placed = [replace(file, path=self._prefix + file.path) for file in files]
        length = len(self._prefix)
        await self._remote.send_large(placed, lambda path, sent: progress(path[length:], sent))

    async def read(self, path: str, revision: str, limit: int) -> bytes:
        """Return a file of at most `limit` bytes; `TOO_LARGE` beyond that."""
        return await self._remote.read(self._prefix + path, revision, limit)

    async def fetch(self, path: str, revision: str, size: int, write: Write) -> None:
        """Hand over a file of `size` bytes, piece by piece."""
        await self._remote.fetch(self._prefix + path, revision, size, write)

    async def check_card(self, readme: str) -> CardCheck:
        """Ask what the Hub thinks of a README's front matter."""
        return await self._remote.check_card(readme)

    async def commit(
        self,
        operations: Sequence[Operation],
        *,
        summary: str,
        description: str,
        parent: str,
        hot_reload: bool = False,
    ) -> tuple[CommitResult, int]:
        """Send one commit; an answer without a commit id counts as lost."""
        result, size = await self._remote.commit(
            [self._placed(operation) for operation in operations],
            summary=summary,
            description=description,
            parent=parent,
            hot_reload=hot_reload,
        )
        if not result.oid:
            raise RemoteError(Trouble.UNCLEAR, "The Hub answered without naming the commit.")
        return result, size

    def _placed(self, operation: Operation) -> Operation:
        return replace(operation, path=self._prefix + operation.path)


def safe(path: str) -> bool:
    """Whether a path of the Hub stays inside the folder it is relative to."""
    parts = path.split("/")
    return "\0" not in path and not any(part in {"", ".", ".."} for part in parts)
