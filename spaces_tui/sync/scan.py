"""What is in the folder now: the truth that file events only make us look for sooner.

Every entry is `lstat`ed; symlinks are not followed, other file systems not entered, pipes,
sockets and devices not opened, ignored folders not looked into. What cannot be read is a problem:
its path is frozen, neither sent nor taken for deleted.
"""

from __future__ import annotations

import os
import stat
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, NamedTuple

from spaces_tui.sync.deny import denied_path, prefixes, quiet_name, refused_name
from spaces_tui.sync.ignore import IGNORE_FILES, Above, FolderRules, Rules, load

MAX_FILES: Final = 100_000
"""More files than this are not one app."""


class FolderError(Exception):
    """The folder cannot be watched; the message is one sentence for a person."""


class RootLostError(Exception):
    """The folder itself is missing or cannot be read; the message says which."""


class Stat(NamedTuple):
    """What tells one state of a file from another without reading it."""

    dev: int
    ino: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, result: os.stat_result) -> Stat:
        """Take the five figures from a stat call's result."""
        return cls(
            result.st_dev, result.st_ino, result.st_size, result.st_mtime_ns, result.st_ctime_ns
        )


class RootId(NamedTuple):
    """Which folder it is, whatever its name."""

    dev: int
    ino: int


@dataclass(slots=True)
class Scan:
    """One look at the whole folder. Paths are relative to it, with `/`."""

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

    def deleted(self, path: str) -> bool:
        """Whether a file that was at `path` is gone: not there, not hidden, not newly ignored."""
        if path in self.files or any(part in self.hidden for part in prefixes(path)):
            return False
        return not self.rules.covers(path) and not denied_path(path)


@dataclass(slots=True)
class _Known:
    outer: FolderRules
    stats: tuple[Stat, ...]
    rules: FolderRules


class Scanner:
    """Scans one folder again and again, keeping the ignore rules that did not change."""

    def __init__(self, folder: Path, *, allow_keys: bool = False) -> None:
        self._folder = folder
        self._allow_keys = allow_keys
        self._known: dict[str, _Known] = {}
        self._above = Above()
        self._files: dict[str, Stat] = {}
        self._same_rules = False
        """Whether the folder being scanned has the rules it had in the scan before."""

    def scan(self) -> Scan:
        """Look at every entry.

        Raises:
            RootLostError: the folder is missing, unreadable, or was swapped during the scan.
            FolderError: it holds more than 100,000 files.
        """
        root = root_id(self._folder)
        found = Scan(root, time.time_ns())
        try:
            top = self._above.rules(self._folder.resolve())
        except OSError as error:
            raise RootLostError(f"An ignore file above {self._folder} is unreadable.") from error
        rules: dict[str, FolderRules] = {}
        pending = [("", top)]
        while pending:
            path, outer = pending.pop()
            pending += self._enter(found, path, outer, rules)
            if len(found.files) > MAX_FILES:
                raise FolderError(f"{self._folder} holds more than {MAX_FILES:,} files.")
        if root_id(self._folder) != root or "" in found.problems:
            raise RootLostError(f"{self._folder} cannot be read, or changed while it was read.")
        self._known = {path: known for path, known in self._known.items() if path in rules}
        found.rules = Rules(rules)
        self._files = found.files
        return found

    def _enter(
        self, found: Scan, path: str, outer: FolderRules, rules: dict[str, FolderRules]
    ) -> list[tuple[str, FolderRules]]:
        place = self._folder / path
        try:
            with os.scandir(place) as listing:
                entries = list(listing)
            own = rules[path] = self._rules(path, place, outer, entries)
        except OSError as error:
            found.problems[path] = f"cannot be read: {error.strerror}"
            found.hidden.add(path)
            return []
        found.folders.append(path)
        lead = f"{path}/" if path else ""
        return [
            (lead + entry.name, own) for entry in entries if self._take(found, entry, lead, own)
        ]

    def _rules(
        self, path: str, place: Path, outer: FolderRules, entries: list[os.DirEntry[str]]
    ) -> FolderRules:
        """Return the rules of a folder, read anew only if one of its ignore files changed."""
        stats = tuple(
            Stat.of(entry.stat(follow_symlinks=False))
            for entry in sorted(entries, key=lambda entry: entry.name)
            if entry.name in IGNORE_FILES
        )
        known = self._known.get(path)
        self._same_rules = bool(known and known.stats == stats and known.outer is outer)
        if known and self._same_rules:
            return known.rules
        own = load(place) if stats else ()
        name = path.rpartition("/")[2]
        rules = outer.below(name, own) if path else outer.with_own(own)
        self._known[path] = _Known(outer, stats, rules)
        return rules

    def _take(self, found: Scan, entry: os.DirEntry[str], lead: str, rules: FolderRules) -> bool:
        """Sort one entry in; return whether it is a folder to enter."""
        path = lead + entry.name
        if not decodable(entry.name):
            found.problems[path] = "its name is not UTF-8"
            found.hidden.add(path)
            return False
        try:
            figures = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return False
        except OSError as error:
            found.problems[path] = f"cannot be read: {error.strerror}"
            found.hidden.add(path)
            return False
        folder = stat.S_ISDIR(figures.st_mode)
        if not folder and self._same_rules and self._files.get(path) == Stat.of(figures):
            found.files[path] = self._files[path]
            return False
        if quiet_name(entry.name) or rules.ignores(entry.name, folder=folder):
            found.hidden.add(path)
            return False
        reason = self._refusal(found, path, figures)
        if reason:
            found.refused[path] = reason
            found.hidden.add(path)
            return False
        if not folder:
            found.files[path] = Stat.of(figures)
        return folder

    def _refusal(self, found: Scan, path: str, figures: os.stat_result) -> str | None:
        mode = figures.st_mode
        if stat.S_ISLNK(mode):
            return "a symbolic link; links are not followed"
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            return "not a file: a pipe, socket or device"
        if figures.st_dev != found.root.dev:
            return "on another file system"
        return refused_name(path, allow_keys=self._allow_keys)


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


def decodable(name: str) -> bool:
    """Whether a file name is UTF-8, so that it can be told to the Hub."""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
