"""Whose version counts where both sides changed: what was shown, what was chosen, and doing it.

`theirs` makes the folder's file what the Space has, also by deleting it; `both` sends the folder's
version and puts the Space's beside it. Where only one side still has a file, `both` keeps that.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import PurePosixPath
from typing import NamedTuple

from spaces_tui.model.sync_events import Failed, Fetched
from spaces_tui.model.text import clean_name
from spaces_tui.sync.board import Board
from spaces_tui.sync.clash import Clash
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.fetch import Fetcher, Got, Wanted, wanted
from spaces_tui.sync.folder import Look
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.turning import Turning, versions


class Seen(NamedTuple):
    """The content ids of a path on both sides; None: no file."""

    here: str | None
    there: str | None


@dataclass(slots=True)
class Sides:
    """Remembers choices until the next look, and carries them out if they still fit."""

    ledger: Ledger
    consent: Consent
    fetcher: Fetcher
    board: Board
    turning: Turning
    _clashes: dict[str, Clash] = field(default_factory=dict)
    _shown: dict[str, Seen] = field(default_factory=dict)
    _chosen: dict[str, tuple[str, Seen]] = field(default_factory=dict)

    @property
    def waiting(self) -> bool:
        """Whether a choice was made that is not carried out yet."""
        return bool(self._chosen) or self.turning.waiting

    def show(self, look: Look, diff: Diff) -> None:
        """Remember what a person who chooses now has before them."""
        self._clashes = diff.clashes
        self._shown = {path: self._seen(look, path) for path in diff.conflicts}

    def choose(self, command: str, paths: Iterable[str]) -> None:
        """Take a choice: `theirs` or `both`."""
        for path in paths:
            if path in self._shown:
                self._chosen[path] = (command, self._shown[path])

    async def carry_out(self, look: Look) -> bool:
        """Do what was chosen; return whether to look again.

        A choice about a version that is gone by now is forgotten, and the person asked again.

        Raises:
            RemoteError: the Space's version could not be had; the choice stands.
            StoppedError: the engine must end.
        """
        resumed = self.turning.waiting
        await self.turning.resume(look)
        for path in self._chosen.keys() - look.moving:
            if path not in self._shown:
                del self._chosen[path]
            elif self._chosen[path][1] != self._shown[path]:
                self._ask_again(path)
        if not self._chosen.keys() - look.moving:
            return resumed
        await self._turn(look)
        files, deletes = self._tasks(look)
        got = Got()
        try:
            for path in deletes:
                await self.fetcher.delete(path, look.scan.files[path], got)
            await self.fetcher.fetch(files, self.ledger.head, got)
        finally:
            self._settle(files, deletes, got)
        return True

    async def _turn(self, look: Look) -> None:
        """Settle the names that are a file on one side and a folder on the other."""
        for name in sorted(self._chosen.keys() & self._clashes.keys()):
            command, _ = self._chosen[name]
            clash = self._clashes[name]
            if command == "both":
                await self.turning.both(clash, look)
            else:
                await self.turning.theirs(clash, look)
            del self._chosen[name]

    def _tasks(self, look: Look) -> tuple[dict[str, Wanted], list[str]]:
        """Return what is to be written, by the path it goes to, and what is to be deleted."""
        files: dict[str, Wanted] = {}
        deletes: list[str] = []
        for path, (command, seen) in list(self._chosen.items()):
            target = path
            if path in look.moving:
                continue
            if command == "both" and seen.there is None:
                self._keep_ours(path)
                continue
            if command == "both" and seen.here is not None:
                target = self._beside(look, path)
                if target in look.local:
                    self._keep_ours(path)
                    continue
            if (why := self.fetcher.why_not(target, look.scan)) is not None:
                self._refuse(path, why)
            elif seen.there is None:
                deletes.append(path)
            else:
                files[target] = wanted(self.ledger, look, path)
                if target != path:
                    files[target] = files[target]._replace(expected=None)
        return files, deletes

    def _settle(self, files: dict[str, Wanted], deletes: list[str], got: Got) -> None:
        """Make the ledger agree with what was done, and tell of it."""
        gone = [path for path in deletes if path not in {*got.changed, *got.failed}]
        for path in gone:
            self.ledger.settle(path, None)
            self._chosen.pop(path, None)
        for path in got.paths:
            source = files[path].source
            if source == path:
                self.ledger.settle(path, self.ledger.stored(path))
                self._chosen.pop(path, None)
            else:
                self._keep_ours(source)
        for path in got.changed:
            self._ask_again(files[path].source if path in files else path)
        for path, why in got.failed.items():
            self._refuse(files[path].source if path in files else path, why)
        if got.paths or gone:
            self.board.emit(
                Fetched(tuple(got.paths), tuple(gone), self.ledger.head, got.bytes, tuple(got.kept))
            )

    def _keep_ours(self, path: str) -> None:
        self.consent.mine([path], self.ledger)
        self._chosen.pop(path, None)

    def _ask_again(self, path: str) -> None:
        self._chosen.pop(path, None)
        self.board.emit(Failed(f"{clean_name(path)} changed just now: look again and choose."))

    def _refuse(self, path: str, why: str) -> None:
        self._chosen.pop(path, None)
        self.board.emit(Failed(f"{clean_name(path)} was left as it is: {why}."))

    def _beside(self, look: Look, path: str) -> str:
        """Return where the Space's version goes: a name nothing has, or one that holds it already.

        For `app.py` that is `app.remote-1a2b3c4.py`, after the commit it is from.
        """
        name = PurePosixPath(path)
        lead = f"{name.with_suffix('')}.remote-{self.ledger.head[:7]}"
        number, target = 1, f"{lead}{name.suffix}"
        taken = {*look.scan.files, *look.scan.hidden, *self.ledger.remote}
        while target in taken:
            held = look.local.get(target)
            if held is not None and held.is_(self.ledger.stored(path)):
                return target
            number += 1
            target = f"{lead}-{number}{name.suffix}"
        return target

    def _seen(self, look: Look, path: str) -> Seen:
        if path in self._clashes:
            return Seen(*versions(self._clashes[path], look, self.ledger))
        content = look.local.get(path)
        return Seen(content.id if content else None, self.ledger.stored(path))


def chosen(paths: Sequence[str], conflicts: Sequence[str]) -> tuple[str, ...]:
    """Return the conflicting paths that are meant: all without `paths`, else these and below.

    Raises:
        ValueError: a path is not in conflict; the message is one sentence.
    """
    if not conflicts:
        raise ValueError("Nothing is in conflict.")
    found: set[str] = set()
    for given in paths or (".",):
        path = given.removeprefix("./").rstrip("/")
        hits = {
            each
            for each in conflicts
            if path in {"", "."} or each == path or each.startswith(f"{path}/")
        }
        if not hits:
            raise ValueError(f"{clean_name(given)} is not in conflict.")
        found |= hits
    return tuple(sorted(found))
