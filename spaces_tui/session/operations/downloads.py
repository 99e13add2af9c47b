"""Files of a Space onto this machine: whole, verified, never over what is there unasked."""

from __future__ import annotations

import asyncio
import errno
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from pathlib import Path
from secrets import token_hex
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import EntryNotFound, TooLarge
from spaces_tui.model.files import DownloadItem, DownloadPlan, DownloadResult
from spaces_tui.model.repo import EntryType, TreeEntry
from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.files import asking, tree_of
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.files import Download, PlanDownload
from spaces_tui.sync.allowed import why_not_name
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.incoming import ChangedError, Incoming, SpoiledError, WriteError, need_room
from spaces_tui.sync.kept import Kept
from spaces_tui.sync.ledger import Stored

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.session.operations.tools import Tools

_AT_ONCE: Final = 4


async def plan_download(tools: Tools, request: PlanDownload) -> DownloadPlan:
    """List what is below the path, and look what is at the targets."""
    space = tools.space(request.space)
    async with asking(request.space):
        entries = (
            [request.entry]
            if request.entry
            else await tree_of(space, request.revision, request.path)
        )
    base = request.path.rpartition("/")[0]
    items: list[DownloadItem] = []
    refused: list[tuple[str, str]] = []
    for entry in entries:
        if entry.type is EntryType.DIRECTORY:
            continue
        why = _why_not(entry)
        if why:
            refused.append((entry.path, why))
        else:
            items.append(DownloadItem(entry, entry.path[len(base) + 1 :] if base else entry.path))
    targets = [item.target for item in items]
    try:
        folder, there = await asyncio.to_thread(_looked_at, request.folder, targets)
    except OSError as error:
        raise CommandError(f"{clean_name(request.folder)}: {error.strerror}.") from error
    return DownloadPlan(
        request.space, request.revision, folder, tuple(items), tuple(there), tuple(refused)
    )


async def download(tools: Tools, request: Download) -> DownloadResult:
    """Write the files, four at a time."""
    plan = request.plan
    root = Path(plan.folder)
    try:
        await asyncio.to_thread(_made, root, plan.bytes)
    except WriteError as error:
        raise CommandError(f"Nothing was written: {error}.") from error
    except OSError as error:
        name = clean_name(str(root))
        raise CommandError(f"{name} cannot be written to: {error.strerror}.") from error
    work = _Downloading(tools.space(plan.space), request, Kept(tools.state / "replaced"))
    async with asking(plan.space):
        await work.run()
    return work.result


class _Downloading:
    """Downloads one plan and keeps account of it."""

    def __init__(self, space: SpaceResource, request: Download, kept: Kept) -> None:
        self._space = space
        self._plan = request.plan
        self._root = Path(request.plan.folder)
        self._told = request.told
        self._there = frozenset(request.plan.there)
        self._overwrite = request.overwrite
        self._keeper = kept
        self._mark = token_hex(4)
        self._bytes: dict[str, int] = {}
        self._written: list[str] = []
        self._skipped: list[str] = []
        self._failed: list[tuple[str, str]] = []
        self._kept: list[tuple[str, str]] = []

    @property
    def result(self) -> DownloadResult:
        """What became of it."""
        written = set(self._written)
        return DownloadResult(
            tuple(sorted(written)),
            sum(size for target, size in self._bytes.items() if target in written),
            tuple(sorted(self._skipped)),
            tuple(sorted(self._failed)),
            tuple(sorted(self._kept)),
        )

    async def run(self) -> None:
        """Download everything; the first trouble with the Hub ends it."""
        queue = list(self._plan.items)[::-1]

        async def work() -> None:
            while queue:
                await self._one(queue.pop())

        workers = [asyncio.create_task(work()) for _ in range(min(_AT_ONCE, len(queue)))]
        try:
            await asyncio.gather(*workers)
        finally:
            for worker in workers:
                worker.cancel()
            await asyncio.gather(*workers, return_exceptions=True)

    async def _one(self, item: DownloadItem) -> None:
        target = item.target
        expected: Stat | None = None
        if target in self._there:
            if not self._overwrite:
                self._skipped.append(target)
                return
            expected = await asyncio.to_thread(_figures, self._root, target)
        try:
            await self._write(item, expected)
        except ChangedError:
            self._failed.append((target, "something else appeared there meanwhile"))
        except SpoiledError:
            self._failed.append((target, "what the Hub sent is not what the commit holds"))
        except (EntryNotFound, TooLarge) as error:
            self._failed.append((target, error.message))
        except WriteError as error:
            self._failed.append((target, str(error)))
        except OSError as error:
            self._failed.append((target, error.strerror or "the disk refused it"))

    async def _write(self, item: DownloadItem, expected: Stat | None) -> None:
        entry, target = item.entry, item.target
        stored = Stored(entry.content_id, entry.size)
        file = await asyncio.to_thread(Incoming, self._root, self._mark, stored)
        try:
            await self._fetch(item, file)
            copy = await asyncio.to_thread(file.land, target, expected, self._keeper)
        finally:
            await asyncio.shield(asyncio.to_thread(file.close))
        self._written.append(target)
        self._tell(target, entry.size)
        if copy is not None:
            self._kept.append((target, str(copy)))

    async def _fetch(self, item: DownloadItem, file: Incoming) -> None:
        async def take(at: int, piece: bytes) -> None:
            await asyncio.to_thread(file.write, at, piece)
            self._tell(item.target, at + len(piece))

        entry = item.entry
        await self._space.fetch(entry.path, self._plan.revision, size=entry.size, write=take)

    def _tell(self, target: str, came: int) -> None:
        self._bytes[target] = came
        if self._told is not None:
            self._told(len(self._written), sum(self._bytes.values()))


def _why_not(entry: TreeEntry) -> str:
    if entry.type is not EntryType.FILE:
        return "it is no file but perhaps a submodule"
    return why_not_name(entry.path, allow_keys=True) or ""


def _looked_at(chosen: str, targets: Iterable[str]) -> tuple[str, list[str]]:
    """Return the folder as a whole path, and the targets at which there is something."""
    folder = Path(chosen).expanduser().absolute()
    if folder.exists() and not folder.is_dir():
        raise NotADirectoryError(errno.ENOTDIR, "this is a file, not a folder")
    return str(folder), [target for target in targets if os.path.lexists(folder / target)]


def _made(root: Path, size: int) -> None:
    root.mkdir(parents=True, exist_ok=True)
    need_room(root, size)


def _figures(root: Path, target: str) -> Stat | None:
    try:
        return Stat.of(os.lstat(root / target))
    except FileNotFoundError:
        return None


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    PlanDownload: plan_download,
    Download: download,
}
