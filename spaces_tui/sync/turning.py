"""Choosing a side where a name is a file here and a folder on the Space, or the other way round.

`theirs` takes away what is here, keeps it elsewhere, and fetches what the Space has. `both` fetches
that under another name, and lets this folder's side take the name on the Space.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from spaces_tui.model.sync_events import Failed, Fetched
from spaces_tui.model.text import clean_name
from spaces_tui.sync.board import Board
from spaces_tui.sync.clash import Clash
from spaces_tui.sync.consent import Consent
from spaces_tui.sync.fetch import Fetcher, Got, Wanted, wanted
from spaces_tui.sync.folder import Look
from spaces_tui.sync.kept import MOST
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.questions import NEVER


@dataclass(slots=True)
class Turning:
    """Carries out what was chosen, and fetches on after an interruption."""

    ledger: Ledger
    consent: Consent
    fetcher: Fetcher
    board: Board
    _owed: set[str] = field(default_factory=set)
    """Files of the Space whose place here was cleared for them."""

    @property
    def waiting(self) -> bool:
        """Whether files are still to be fetched into a place that was cleared."""
        return bool(self._owed)

    async def theirs(self, clash: Clash, look: Look) -> None:
        """Make this folder hold what the Space has at and below a name.

        Raises:
            RemoteError: the Space could not be read; the next look goes on.
            StoppedError: the engine must end.
        """
        if (why := await self._why_not(clash, look)) is not None:
            self._refuse(clash, why)
            return
        got = Got()
        for path in clash.here:
            if not got.changed and not got.failed:
                await self.fetcher.delete(path, look.scan.files[path], got)
        gone = tuple(path for path, _ in got.kept)
        for path in gone:
            self.ledger.settle(path, None)
        cleared = len(gone) == len(clash.here)
        if cleared and not clash.folder_there:
            cleared = await self._room(clash, got)
        if cleared:
            self._owed |= set(clash.there)
        await self._bring(dict.fromkeys(self._owed), look, got, gone)
        self._refuse_failed(clash, got)

    async def both(self, clash: Clash, look: Look) -> None:
        """Put what the Space has beside this folder's side, which takes the name there.

        Raises:
            RemoteError: the Space could not be read; the choice stands.
            StoppedError: the engine must end.
        """
        if self.consent.options.never_delete:
            self._refuse(clash, NEVER.rstrip("."))
            return
        beside = self._beside(clash, look)
        found = (self.fetcher.why_not(target, look.scan) for target in beside.values())
        why = next(filter(None, found), None)
        if why is not None:
            self._refuse(clash, why)
            return
        sources = {target: path for path, target in beside.items() if target not in look.scan.files}
        got = Got()
        await self._bring(sources, look, got)
        if got.changed or got.failed:
            self._refuse_failed(clash, got)
        else:
            self.consent.replace(clash, self.ledger)

    async def resume(self, look: Look) -> None:
        """Fetch what is still missing where room was made.

        Raises:
            RemoteError: the Space could not be read.
            StoppedError: the engine must end.
        """
        got = Got()
        await self._bring(dict.fromkeys(self._owed), look, got)
        for path, why in got.failed.items():
            self.board.emit(Failed(f"{clean_name(path)} could not be fetched: {why}."))

    async def _bring(
        self,
        sources: Mapping[str, str | None],
        look: Look,
        got: Got,
        gone: tuple[str, ...] = (),
    ) -> None:
        """Fetch files to paths that nothing has, from other ones where `sources` say so."""
        files: dict[str, Wanted] = {}
        for target, source in sources.items():
            if (source or target) in self.ledger.remote and target not in look.local:
                found = wanted(self.ledger, look, source or target)
                files[target] = found._replace(expected=None)
        try:
            if files:
                await self.fetcher.fetch(files, self.ledger.head, got)
        finally:
            for path in got.paths:
                if files[path].source == path:
                    self.ledger.settle(path, self.ledger.stored(path))
            self._owed -= {*got.paths, *got.changed, *got.failed}
            self._owed &= files.keys()
            if got.paths or gone:
                paths = tuple(sorted(got.paths))
                told = Fetched(paths, gone, self.ledger.head, got.bytes, tuple(got.kept))
                self.board.emit(told)

    async def _why_not(self, clash: Clash, look: Look) -> str | None:
        """Say why the Space's side cannot take the place of what is here."""
        for path in clash.there:
            if why := self.fetcher.why_not(path, look.scan):
                return why
        if clash.folder_there:
            return None
        if len(clash.here) > MOST:
            return f"copies of {len(clash.here):,} files are not kept; move the folder away first"
        try:
            other = await self.fetcher.stranger(clash.name, set(clash.here))
        except OSError as error:
            return os.strerror(error.errno or 0)
        if other is not None:
            return f"the folder holds {clean_name(other)}, too; move it away first"
        return None

    async def _room(self, clash: Clash, got: Got) -> bool:
        try:
            await self.fetcher.remove_empty(clash.name)
        except OSError as error:
            got.failed[clash.name] = os.strerror(error.errno or 0)
            return False
        return True

    def _beside(self, clash: Clash, look: Look) -> dict[str, str]:
        """Return where the Space's files go: next to the name, after the commit they are from."""
        name = PurePosixPath(clash.name)
        lead = f"{name.with_suffix('')}.remote-{self.ledger.head[:7]}"
        number, top = 1, f"{lead}{name.suffix}"
        while self._taken(top, clash, look):
            number += 1
            top = f"{lead}-{number}{name.suffix}"
        return {path: top + path[len(clash.name) :] for path in clash.there}

    def _taken(self, top: str, clash: Clash, look: Look) -> bool:
        """Whether a name is something else's than these files' that were fetched before."""
        own = {top + path[len(clash.name) :]: path for path in clash.there}
        for path in {*look.scan.files, *look.scan.hidden, *self.ledger.remote}:
            if path == top or path.startswith(f"{top}/"):
                held = look.local.get(path)
                if path not in own or held is None:
                    return True
                if not held.is_(self.ledger.stored(own[path])):
                    return True
        return False

    def _refuse_failed(self, clash: Clash, got: Got) -> None:
        why = next(iter(got.failed.values()), "something changed here just now")
        if got.failed or got.changed:
            self._refuse(clash, why)

    def _refuse(self, clash: Clash, why: str) -> None:
        self.board.emit(Failed(f"{clean_name(clash.name)} was left as it is: {why}."))


def versions(clash: Clash, look: Look, ledger: Ledger) -> tuple[str, str]:
    """Return what tells the two sides of a clash from other versions of them."""
    here = (f"{path} {look.local[path].id}" for path in clash.here)
    there = (f"{path} {ledger.stored(path)}" for path in clash.there)
    return _joined(here), _joined(there)


def _joined(parts: Iterable[str]) -> str:
    return "\n".join(parts)
