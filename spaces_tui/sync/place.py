"""One folder inside the watched one, as it was listed last. All paths are relative to the latter.

Listing it again is cheap while nothing changes: a file whose figures are those of the last time
is not sorted in anew, and a folder in which all is the same keeps its record.
"""

from __future__ import annotations

import os
import stat
from collections.abc import Collection
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final

from spaces_tui.sync.deny import quiet_name, refused_name
from spaces_tui.sync.figures import FolderId, Stat
from spaces_tui.sync.ignore import IGNORE_FILES, FolderRules, load

_IGNORE_FILES: Final = frozenset(IGNORE_FILES)
_MANY: Final = 500
"""Files of a folder, for each touched, from which on it is quicker not to list it."""


@dataclass(slots=True)
class Place:
    """What is in one folder, without what is in the folders below it. Not changed once made."""

    outer: FolderRules
    """The rules it inherited."""
    rules: FolderRules
    marks: tuple[Stat, ...] = ()
    """Figures of its ignore files."""
    files: dict[str, Stat] = field(default_factory=dict)
    folders: dict[str, FolderId] = field(default_factory=dict)
    """Folders to enter."""
    hidden: set[str] = field(default_factory=set)
    """Entries that are there and were not taken, with all that is below them."""
    refused: dict[str, str] = field(default_factory=dict)
    """Entries that are worth a word, and why they are not sent."""
    problems: dict[str, str] = field(default_factory=dict)
    """Entries that could not be read; the folder itself, if it could not be listed."""


class Reader:
    """Lists folders of one root."""

    def __init__(self, root: Path, *, allow_keys: bool) -> None:
        self._root = root
        self._allow_keys = allow_keys

    def read(self, path: str, outer: FolderRules, before: Place | None, device: int) -> Place:
        """List the folder at `path`; return `before` itself if nothing there changed.

        Args:
            path: the folder; empty for the root.
            outer: the rules from above it.
            before: what it held when it was listed last.
            device: the file system of the root; others are not entered.
        """
        place = self._root / path
        try:
            with os.scandir(place) as listing:
                entries = list(listing)
            found = self._begin(path, place, outer, before, entries)
        except OSError as error:
            problems = {path: f"cannot be read: {error.strerror}"}
            return Place(outer, outer, hidden={path}, problems=problems)
        same_rules = before is not None and before.rules is found.rules
        known = before.files if before is not None and same_rules else {}
        lead = f"{path}/" if path else ""
        files = found.files
        for entry in entries:
            name = lead + entry.name
            last = known.get(name)
            if last is None:
                self._take(found, entry, name, device)
                continue
            try:
                figures = entry.stat(follow_symlinks=False)
            except OSError:
                self._take(found, entry, name, device)
                continue
            if last.still(figures):
                files[name] = last
            else:
                self._take(found, entry, name, device)
        return before if before is not None and before == found else found

    def glance(self, outer: FolderRules, before: Place, touched: Collection[str]) -> Place | None:
        """Look at these files of a folder alone, if that is enough and saves much; else None.

        It is enough for files that were there and still are, under the same rules.
        """
        if before.outer is not outer or len(before.files) < _MANY * len(touched):
            return None
        changed: dict[str, Stat] = {}
        for path in touched:
            known = before.files.get(path)
            if path.endswith(IGNORE_FILES):
                return None
            try:
                figures = os.lstat(f"{self._root}{os.sep}{path}")
            except OSError:  # gone, perhaps: only a list can tell
                return None
            if known is None or not stat.S_ISREG(figures.st_mode) or figures.st_dev != known.dev:
                return None
            if not known.still(figures):
                changed[path] = Stat.of(figures)
        return replace(before, files={**before.files, **changed}) if changed else before

    def _begin(
        self,
        path: str,
        place: Path,
        outer: FolderRules,
        before: Place | None,
        entries: list[os.DirEntry[str]],
    ) -> Place:
        """Return an empty record with the folder's rules, read anew only if they may differ.

        Raises:
            OSError: an ignore file is there and cannot be read.
        """
        sources = [entry for entry in entries if entry.name in _IGNORE_FILES]
        sources.sort(key=lambda entry: entry.name)
        marks = tuple(Stat.of(entry.stat(follow_symlinks=False)) for entry in sources)
        if before is not None and before.marks == marks and before.outer is outer:
            return Place(outer, before.rules, marks)
        own = load(place) if marks else ()
        name = path.rpartition("/")[2]
        return Place(outer, outer.below(name, own) if path else outer.with_own(own), marks)

    def _take(self, found: Place, entry: os.DirEntry[str], path: str, device: int) -> None:
        """Sort one entry in."""
        name = entry.name
        if not decodable(name):
            found.problems[path] = "its name is not UTF-8"
            found.hidden.add(path)
            return
        try:
            ignored = quiet_name(name) or found.rules.ignores(
                name, folder=entry.is_dir(follow_symlinks=False)
            )
            if ignored:
                found.hidden.add(path)
                return
            figures = entry.stat(follow_symlinks=False)
        except FileNotFoundError:
            return
        except OSError as error:
            found.problems[path] = f"cannot be read: {error.strerror}"
            found.hidden.add(path)
            return
        reason = self._refusal(path, figures, device)
        if reason:
            found.refused[path] = reason
            found.hidden.add(path)
        elif stat.S_ISDIR(figures.st_mode):
            found.folders[path] = FolderId(figures.st_dev, figures.st_ino)
        else:
            found.files[path] = Stat.of(figures)

    def _refusal(self, path: str, figures: os.stat_result, device: int) -> str | None:
        mode = figures.st_mode
        if stat.S_ISLNK(mode):
            return "a symbolic link; links are not followed"
        if not stat.S_ISREG(mode) and not stat.S_ISDIR(mode):
            return "not a file: a pipe, socket or device"
        if figures.st_dev != device:
            return "on another file system"
        return refused_name(path, allow_keys=self._allow_keys)


def decodable(name: str) -> bool:
    """Whether a file name is UTF-8, so that it can be told to the Hub."""
    if name.isascii():
        return True
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
