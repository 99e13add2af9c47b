"""What is in the folder now: the truth that file events only make us look for sooner.

Every entry is `lstat`ed; symlinks are not followed, other file systems not entered, pipes,
sockets and devices not opened, ignored folders not looked into. What cannot be read is a problem:
its path is frozen, neither sent nor taken for deleted.

A scan may be told what was touched, and then lists only the folders on the way there, and all of
what is new or was itself touched; everything else is as it was listed before. Of a folder with
very many files it looks only at those that were touched, as long as they were there before and
still are: such a folder does not count as listed. That is a whole
scan as far as deletions go, since a path is gone only by the listing of the folder it was in. It
is whole for everything else if the events told everything, which nobody can know: so the engine
never believes it for longer than the time between two whole scans. Whatever a partial scan cannot
be sure of (another root, other ignore rules) makes it a whole one.
"""

from __future__ import annotations

import stat
import time
from collections.abc import Collection, Iterable, Sequence, Set
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from spaces_tui.sync.deny import denied_path, prefixes
from spaces_tui.sync.figures import FolderId, Stat
from spaces_tui.sync.ignore import Above, FolderRules, Rules
from spaces_tui.sync.place import Place, Reader

__all__ = ["FolderError", "RootId", "RootLostError", "Scan", "Scanner", "Stat", "check_folder"]

MAX_FILES: Final = 100_000
"""More files than this are not one app."""
RootId = FolderId
"""Which folder is watched."""


class FolderError(Exception):
    """The folder cannot be watched; the message is one sentence for a person."""


class RootLostError(Exception):
    """The folder itself is missing or cannot be read; the message says which."""


class _DoubtfulError(Exception):
    """A partial look cannot tell what became of the rest."""


@dataclass(slots=True)
class Scan:
    """What is in the whole folder; not changed once made. Paths are relative to it, with `/`."""

    root: RootId
    started_ns: int
    """Wall clock before the first entry was read; only compared with file times."""
    files: dict[str, Stat] = field(default_factory=dict)
    folders: list[str] = field(default_factory=list)
    """Every folder that was entered; the root is the empty path."""
    hidden: set[str] = field(default_factory=set)
    """Entries that are there and were not taken, with all that is below them."""
    refused: dict[str, str] = field(default_factory=dict)
    """Entries that are worth a word, and why they are not sent."""
    problems: dict[str, str] = field(default_factory=dict)
    """Entries that could not be read."""
    rules: Rules = field(default_factory=lambda: Rules({}))
    changed: Set[str] = field(default_factory=set)
    """Files that are new, gone or different since the scan before."""
    listed: Set[str] | None = None
    """Folders listed in this scan; None: every one."""

    def deleted(self, path: str) -> bool:
        """Whether a file that was at `path` is gone: not there, not hidden, not newly ignored."""
        if path in self.files or any(part in self.hidden for part in prefixes(path)):
            return False
        return not self.rules.covers(path) and not denied_path(path)

    def confirms(self, path: str) -> bool:
        """Whether this very scan listed the folder in which `path` would be, if it is there."""
        if self.listed is None:
            return True
        known = self.rules.folders
        return next(place in self.listed for place in _above(path) if place in known)


class Scanner:
    """Scans one folder again and again, keeping what did not change."""

    def __init__(
        self, folder: Path, *, allow_keys: bool = False, ignore: Sequence[str] = ()
    ) -> None:
        self._folder = folder
        self._reader = Reader(folder, allow_keys=allow_keys)
        self._above = Above(ignore)
        self._places: dict[str, Place] = {}
        self._last: Scan | None = None
        self._glanced: set[str] = set()
        """Folders of which only some files were looked at in this scan."""

    def scan(self, touched: Collection[str] | None = None) -> Scan:
        """Look at every entry, or only where something was touched if that is surely enough.

        Raises:
            RootLostError: the folder is missing, unreadable, or was swapped during the scan.
            FolderError: it holds more than 100,000 files.
        """
        root = root_id(self._folder)
        started = time.time_ns()
        try:
            top = self._above.rules(self._folder.resolve())
        except OSError as error:
            raise RootLostError(f"An ignore file above {self._folder} is unreadable.") from error
        places = None
        listed: Set[str] | None = None
        if touched is not None and self._last is not None and self._last.root == root:
            with suppress(_DoubtfulError):
                self._glanced.clear()
                found = self._visit(root, top, touched)
                places, listed = self._completed(found), found.keys() - self._glanced
        if places is None:
            places = self._visit(root, top, None)
        if root_id(self._folder) != root or "" in places[""].problems:
            raise RootLostError(f"{self._folder} cannot be read, or changed while it was read.")
        if sum(len(place.files) for place in places.values()) > MAX_FILES:
            raise FolderError(f"{self._folder} holds more than {MAX_FILES:,} files.")
        self._last = _merged(self._last, self._places, places, Scan(root, started, listed=listed))
        self._places = places
        return self._last

    def _visit(
        self, root: RootId, top: FolderRules, touched: Collection[str] | None
    ) -> dict[str, Place]:
        """List folders from the root on: all, or those above what was touched and what is new.

        Raises:
            FolderError: too many files.
            _DoubtfulError: listing only those is not enough.
        """
        known = self._places
        wanted = {place for path in touched or () for place in _above(path)}
        renewed = known.keys() & set(touched or ())
        alone = _alone(touched or ())
        found: dict[str, Place] = {}
        count = 0
        pending = [("", top, touched is None or "" in renewed)]
        while pending:
            path, outer, whole = pending.pop()
            before = known.get(path)
            glance = None
            if before is not None and not whole and path in alone:
                glance = self._reader.glance(outer, before, alone[path])
            if glance is not None:
                self._glanced.add(path)
            place = glance or self._reader.read(path, outer, before, root.dev)
            found[path] = place
            if before and touched is not None and place.rules is not before.rules:
                raise _DoubtfulError
            count += len(place.files)
            if count > MAX_FILES:
                raise FolderError(f"{self._folder} holds more than {MAX_FILES:,} files.")
            for child, identity in place.folders.items():
                same = before is not None and before.folders.get(child) == identity
                new = whole or not same or child in renewed or child not in known
                if new or child in wanted:
                    pending.append((child, place.rules, new))
        return found

    def _completed(self, listed: dict[str, Place]) -> dict[str, Place]:
        """Return all places: those just listed, and the others as they were known."""
        gone = {
            child
            for path, place in listed.items()
            if path in self._places
            for child in self._places[path].folders.keys() - place.folders.keys()
        }
        places = {**self._places, **listed}
        if not gone:
            return places
        return {
            path: place
            for path, place in places.items()
            if not any(part in gone for part in prefixes(path))
        }


def _merged(
    last: Scan | None, before: dict[str, Place], places: dict[str, Place], scan: Scan
) -> Scan:
    """Fill a scan with what all places hold; as long as nothing changes, it shares the last's."""
    if last is None:
        last, before = Scan(scan.root, 0), {}
    outdated = [place for path, place in before.items() if places.get(path) is not place]
    fresh = [place for path, place in places.items() if before.get(path) is not place]
    if not outdated and not fresh:
        return replace(
            last, root=scan.root, started_ns=scan.started_ns, listed=scan.listed, changed=set()
        )
    scan.files, scan.hidden = last.files.copy(), last.hidden.copy()
    scan.refused, scan.problems = last.refused.copy(), last.problems.copy()
    old: dict[str, Stat] = {}
    for place in outdated:
        old |= place.files
        scan.hidden -= place.hidden
        for path in place.refused:
            del scan.refused[path]
        for path in place.problems:
            del scan.problems[path]
    new: dict[str, Stat] = {}
    for place in fresh:
        new |= place.files
        scan.hidden |= place.hidden
        scan.refused |= place.refused
        scan.problems |= place.problems
    gone = old.keys() - new.keys()
    for path in gone:
        del scan.files[path]
    scan.files |= new
    scan.changed = gone | {path for path, figures in new.items() if old.get(path) != figures}
    scan.rules = Rules({path: place.rules for path, place in places.items()})
    scan.folders = last.folders if before.keys() == places.keys() else list(places)
    return scan


def _alone(touched: Collection[str]) -> dict[str, list[str]]:
    """Return what was touched by the folder it is in, for folders that lead to nothing deeper."""
    found: dict[str, list[str]] = {}
    for path in touched:
        found.setdefault(path.rpartition("/")[0], []).append(path)
    for folder in list(found):
        for place in _above(folder):
            found.pop(place, None)
    return found


def _above(path: str) -> Iterable[str]:
    """Yield the folders above `path`, the nearest first, the root as the empty path."""
    while path:
        path = path.rpartition("/")[0]
        yield path


def root_id(folder: Path) -> RootId:
    """Return which folder is at `folder` now, through a link if it is one.

    Raises:
        RootLostError: there is none.
    """
    try:
        figures = folder.stat()
    except OSError as error:
        raise RootLostError(f"{folder} is missing.") from error
    if not stat.S_ISDIR(figures.st_mode):
        raise RootLostError(f"{folder} is not a folder any more.")
    return RootId(figures.st_dev, figures.st_ino)


def is_folder(place: Path, *, follow: bool = True) -> bool:
    """Whether there is a folder, behind a link only if that is to be followed.

    Unlike `Path.is_dir`, which raises for a path that is too long, anything else is no.
    """
    try:
        return stat.S_ISDIR(place.stat(follow_symlinks=follow).st_mode)
    except OSError:
        return False


def check_folder(folder: Path) -> None:
    """Refuse what nobody means to publish.

    Raises:
        FolderError: missing, a file, the root of the disk, or a home folder.
    """
    try:
        real = folder.resolve(strict=True)
    except (OSError, RuntimeError) as error:
        raise FolderError(f"{folder} does not exist.") from error
    if not real.is_dir():
        raise FolderError(f"{folder} is not a folder.")
    if real == Path(real.anchor):
        raise FolderError("The root of the disk is not watched.")
    if real == Path.home().resolve():
        raise FolderError("The home folder is not watched; choose a folder inside it.")
