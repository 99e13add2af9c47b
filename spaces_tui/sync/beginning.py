"""Starting from the Space: an empty folder is filled with what the Space holds, if somebody asks.

That it began is written down, so that a fetch that was interrupted goes on at the next start
although the folder is not empty any more.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from spaces_tui.model.sizes import size_of
from spaces_tui.model.sync import PlannedFetch, Skipped, SyncPlan, WatchOptions
from spaces_tui.model.sync_events import Failed, Fetched, Refused
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_name
from spaces_tui.sync.allowed import OUTSIDE
from spaces_tui.sync.board import Board
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.fetch import Fetcher, Got, Wanted, wanted
from spaces_tui.sync.folder import Look
from spaces_tui.sync.ignore import IGNORE_FILES
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.scan import FolderError


@dataclass(slots=True)
class Beginning:
    """Offers to fetch everything, and does it when told."""

    options: WatchOptions
    ledger: Ledger
    consent: Consent
    fetcher: Fetcher
    board: Board
    on_disk: OnDisk
    mark: Path
    """A file that is there from the first byte until all is fetched."""
    wanted: bool = False
    """Somebody said `theirs`."""
    _settled: bool = False
    """There is nothing to offer any more in this run."""
    _told: set[str] = field(default_factory=set)

    async def due(self, look: Look) -> bool:
        """Whether the Space's files should be offered or fetched before anything else.

        Raises:
            FolderError: it was asked to start from the Space, and the folder is not empty.
        """
        if self._settled:
            return False
        if not self.consent.first:
            await self._finish()
            return False
        begun = await self.on_disk(self.mark.exists)
        asked = self.options.from_space
        if look.scan.files and not begun:
            if asked:
                raise FolderError(
                    f"{self.fetcher.root} is not empty: --from-space only fills an empty folder."
                )
            return False
        fresh = self.consent.fresh and not (self.options.assume_yes or self.options.delete)
        if (asked or begun or fresh) and self._files(look):
            return True
        if asked:
            self._refuse(self._refused(look))
        await self._finish()
        return False

    def offer(self, look: Look) -> tuple[str, SyncPlan]:
        """Return what to ask, and what would be fetched as a plan."""
        found = self._files(look)
        files = tuple(PlannedFetch(path, found[path].stored.size) for path in sorted(found))
        size = sum(file.size for file in files)
        count = f"{len(files)} file{'' if len(files) == 1 else 's'} ({size_of(size)})"
        state = "is empty" if not look.scan.files else "was not filled to the end"
        reason = (
            f"The folder {state}: {count} can be fetched from the Space. "
            "Say theirs to fetch, accept to go on without."
        )
        refused = sorted(self._refused(look).items())
        missing = tuple(sorted(self._missing(look)))
        return reason, SyncPlan(
            unchanged=len(self.ledger.remote) - len(missing),
            skipped=tuple(Skipped(path, why) for path, why in refused),
            remote_only=missing,
            fetch=files,
        )

    async def fetch(self, look: Look) -> bool:
        """Fetch what is missing; return whether to look again, or else to ask once more.

        Raises:
            RemoteError: the Space could not be read; the next look goes on from there.
            StoppedError: the engine must end; the next start goes on.
            FolderError: the disk will not have it, and nobody is there to be asked.
        """
        self._refuse(self._refused(look))
        files = self._files(look)
        count = f"{len(files)} file{'' if len(files) == 1 else 's'}"
        self.board.show(SyncState.STARTING, f"Fetching {count} from the Space.", 0)
        got = Got()
        try:
            await self.on_disk(_touch, self.mark)
            await self.fetcher.fetch(files, self.ledger.head, got)
        except OSError as error:
            got.failed[str(self.mark)] = error.strerror or str(error)
        finally:
            self._settle(got)
        self.wanted = False
        for path in got.changed:
            self.board.emit(Failed(f"{clean_name(path)} was left: something is there by now."))
        if got.failed:
            said = _failure(got.failed)
            if self.options.from_space:
                raise FolderError(said)
            self.board.emit(Failed(said))
            return False
        await self._finish()
        return True

    async def _finish(self) -> None:
        self._settled = True
        await self.on_disk(_remove, self.mark)

    def _settle(self, got: Got) -> None:
        for path in got.paths:
            self.ledger.settle(path, self.ledger.stored(path))
        if got.paths:
            paths = tuple(sorted(got.paths))
            self.board.emit(Fetched(paths, (), self.ledger.head, got.bytes))

    def _missing(self, look: Look) -> list[str]:
        """Return the paths that only the Space has; never one that is here, whatever it holds."""
        return [path for path in self.ledger.remote if path not in look.scan.files]

    def _files(self, look: Look) -> dict[str, Wanted]:
        """Return what is fetched; ignore rules come last, so that they rule nothing out before."""
        paths = [path for path in self._missing(look) if not self.fetcher.why_not(path, look.scan)]
        paths.sort(key=lambda path: (path.rpartition("/")[2] in IGNORE_FILES, path))
        return {path: wanted(self.ledger, look, path) for path in paths}

    def _refused(self, look: Look) -> dict[str, str]:
        """Return what is not fetched, and why."""
        found = dict.fromkeys(self.fetcher.repository.odd, OUTSIDE)
        for path in self._missing(look):
            if why := self.fetcher.why_not(path, look.scan):
                found[path] = why
        return found

    def _refuse(self, refused: dict[str, str]) -> None:
        for path, why in sorted(refused.items()):
            self.board.emit(Refused(path, f"not fetched: {why}"))


def _failure(failed: Mapping[str, str]) -> str:
    path, why = next(iter(failed.items()))
    if len(failed) == 1:
        return f"{clean_name(path)} could not be fetched: {why}."
    if len(set(failed.values())) == 1:
        return f"{len(failed)} files could not be fetched: {why}."
    return f"{len(failed)} files could not be fetched, such as {clean_name(path)}: {why}."


def make_folder(folder: Path) -> bool:
    """Make a folder that is missing; return whether it was.

    Raises:
        FolderError: it cannot be made.
    """
    try:
        folder.mkdir(parents=True)
    except FileExistsError:
        return False
    except OSError as error:
        raise FolderError(f"{folder} cannot be made: {error.strerror}.") from error
    return True


def remove_folder(folder: Path) -> None:
    """Remove a folder that is still empty."""
    with suppress(OSError):
        folder.rmdir()


def _touch(mark: Path) -> None:
    os.close(os.open(mark, os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))


def _remove(mark: Path) -> None:
    with suppress(OSError):
        mark.unlink(missing_ok=True)
