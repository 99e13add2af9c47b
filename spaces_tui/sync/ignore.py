"""What `.gitignore` and `.spaceignore` leave out, exactly as git decides it.

Patterns are translated by pathspec; the order of files, the pruning of folders and the match
against one entry at a time are git's own rules, kept here: the deepest file that has an opinion
wins, its last matching line decides, and an ignored folder is never entered, so that nothing
inside it can be brought back. `.spaceignore` has the same syntax and the last word in its folder.
"""

from __future__ import annotations

import os
import re
import warnings
from collections.abc import Callable, Iterable
from itertools import pairwise
from pathlib import Path
from typing import Final, NamedTuple

from spaces_tui.sync.deny import prefixes

IGNORE_FILES: Final = (".gitignore", ".spaceignore")
"""In order of rising weight."""

_MARK: Final = "\xef\xbb\xbf"
"""A byte order mark, one character for each byte."""
_SIZE_LIMIT: Final = 1024 * 1024
_VERDICTS: Final = 20_000
"""Remembered answers of one folder; names that come and go must not pile up."""

_STARS: Final = re.compile(r"(?<!\\)\*{3,}")
_LAST_WHITE: Final = re.compile(r"(?<!\\)[\t\r\v\f\x1c-\x1f\x85\xa0]+$")
"""What Python takes for white space at the end of a line and git does not; `à` ends in one."""
_CLASS: Final = re.compile(r"\[:(\w+):\]")
_BRACKETS: Final = re.compile(r"(?<!\\)\[[!^]?\]?(?:\[:\w+:\]|[^\]])*\]")
_CLASSES: Final = {
    "alnum": "0-9A-Za-z", "alpha": "A-Za-z", "blank": " \t", "digit": "0-9", "lower": "a-z",
    "upper": "A-Z", "xdigit": "0-9A-Fa-f", "space": " \t\n\r\f\v",
}  # fmt: skip
"""Classes of characters by name, in ASCII as git takes them."""
_TRAILING_BLANKS: Final = re.compile(r"(?<!\\) +$")


class Rule(NamedTuple):
    """One line of an ignore file."""

    matches: Callable[[str], re.Match[str] | None]
    ignore: bool
    by_name: bool
    """Whether it looks at the name alone, since it has no slash but at its end."""


class Level(NamedTuple):
    """The rules of one folder, seen from a folder at or below it."""

    rules: tuple[Rule, ...]
    """The last line of the file comes first."""
    within: str
    """Path from the folder of the rules to the folder looked at: empty, or ending in `/`."""


class FolderRules:
    """What is ignored in one folder: its own ignore files and those above it."""

    __slots__ = ("_levels", "_verdicts")

    def __init__(self, levels: tuple[Level, ...] = ()) -> None:
        self._levels = levels
        self._verdicts: dict[tuple[str, bool], bool] = {}

    def below(self, name: str, own: tuple[Rule, ...]) -> FolderRules:
        """Return the rules of the folder `name` in this one, with the rules it brings itself."""
        levels = tuple(
            Level(rules, f"{within}{_bytewise(name)}/") for rules, within in self._levels
        )
        return FolderRules((Level(own, ""), *levels) if own else levels)

    def with_own(self, own: tuple[Rule, ...]) -> FolderRules:
        """Return these rules with the folder's own on top."""
        return FolderRules((Level(own, ""), *self._levels)) if own else self

    def on(self, base: FolderRules) -> FolderRules:
        """Return these rules with others of the same folder below them."""
        return FolderRules((*self._levels, *base._levels)) if base._levels else self

    def ignores(self, name: str, *, folder: bool) -> bool:
        """Whether the entry `name` of this folder is ignored."""
        key = (name, folder)
        verdict = self._verdicts.get(key)
        if verdict is None:
            if len(self._verdicts) > _VERDICTS:
                self._verdicts.clear()
            verdict = self._verdicts[key] = self._decide(name, folder=folder)
        return verdict

    def _decide(self, name: str, *, folder: bool) -> bool:
        name = _bytewise(name)
        mark = "/" if folder else ""
        for rules, within in self._levels:
            path = f"{within}{name}{mark}"
            for rule in rules:
                if _hits(rule, f"{name}{mark}" if rule.by_name else path):
                    return rule.ignore
        return False


class Rules:
    """The ignore rules of a whole folder, as the last scan read them."""

    def __init__(self, folders: dict[str, FolderRules]) -> None:
        self.folders = folders
        """By path, the root's being empty."""

    def covers(self, path: str, *, folder: bool = False) -> bool:
        """Whether the entry at `path`, there or not, is ignored or lies in an ignored folder."""
        known = self.folders.get("", FolderRules())
        parts = list(prefixes(path))
        for number, part in enumerate(parts):
            name = part.rpartition("/")[2]
            if known.ignores(name, folder=folder or number < len(parts) - 1):
                return True
            known = self.folders.get(part) or known.below(name, ())
        return False


def parse(text: str) -> tuple[Rule, ...]:
    """Read an ignore file, given with one character for each byte.

    Lines git could not use are left out.
    """
    lines = text.removeprefix(_MARK).split("\n")
    rules = (_rule(line.removesuffix("\r")) for line in lines)
    return tuple(reversed([rule for rule in rules if rule]))


def load(folder: Path, names: Iterable[str] = IGNORE_FILES) -> tuple[Rule, ...]:
    """Read the ignore files of a folder. What is missing or not a regular file has no rules.

    Raises:
        OSError: a file is there and cannot be read; its rules are unknown.
    """
    rules: tuple[Rule, ...] = ()
    for name in names:
        rules = parse(_read(folder / name)) + rules
    return rules


class Above:
    """The rules that a git work tree around a folder has for it, and rules for every folder.

    Every line of an ignore file outweighs `everywhere`.
    """

    def __init__(self, everywhere: Iterable[str] = ()) -> None:
        lines = "\n".join(everywhere)
        self._base = FolderRules().with_own(parse(_bytewise(lines)) if lines else ())
        self._seen: tuple[object, ...] | None = None
        self._rules = self._base

    def rules(self, root: Path) -> FolderRules:
        """Return the rules from above `root`; the same object as long as nothing changed.

        Raises:
            OSError: an ignore file above is there and cannot be read.
        """
        top = next((place for place in (root, *root.parents) if (place / ".git").exists()), None)
        if top is None:
            if self._seen is not None:
                self._seen, self._rules = None, self._base
            return self._rules
        places = [place for place in (root, *root.parents) if place.is_relative_to(top)][::-1]
        exclude = top / ".git" / "info" / "exclude"
        files = [exclude, *(place / name for place in places[:-1] for name in IGNORE_FILES)]
        seen = (root, *(_figures(file) for file in files))
        if seen != self._seen:
            rules = FolderRules().with_own(load(exclude.parent, (exclude.name,)))
            for place, inner in pairwise(places):
                rules = rules.with_own(load(place)).below(inner.name, ())
            self._seen, self._rules = seen, rules.on(self._base)
        return self._rules


def _figures(file: Path) -> tuple[int, ...] | None:
    try:
        found = file.lstat()
    except OSError:
        return None
    return (found.st_ino, found.st_size, found.st_mtime_ns, found.st_ctime_ns)


def _read(path: Path) -> str:
    try:
        descriptor = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    except (FileNotFoundError, NotADirectoryError):
        return ""
    except OSError:
        if path.is_symlink():  # git does not follow it either
            return ""
        raise
    with os.fdopen(descriptor, "rb") as file:
        if not os.path.isfile(descriptor):  # noqa: PTH113  an open file has no path
            return ""
        return file.read(_SIZE_LIMIT).decode("latin-1")


def _bytewise(name: str) -> str:
    """Return a name with one character for each byte, since that is what `?` stands for in git."""
    return name if name.isascii() else os.fsencode(name).decode("latin-1")


def _rule(line: str) -> Rule | None:
    # Only where there is something to ignore: loading it takes a while.
    from pathspec.patterns.gitignore.base import GitIgnorePatternError  # noqa: PLC0415  (see above)
    from pathspec.patterns.gitignore.spec import GitIgnoreSpecPattern  # noqa: PLC0415

    bare = _as_pathspec_reads_it(_TRAILING_BLANKS.sub("", line))
    if bare.endswith("/**"):  # everything inside, but not the folder itself
        bare += "/*"
    elif bare.endswith("/**/"):  # every folder inside, likewise
        bare += "*/"
    try:
        with warnings.catch_warnings():
            # A bracket in brackets is what git means by it, whatever Python may mean one day.
            warnings.simplefilter("ignore", FutureWarning)
            pattern = GitIgnoreSpecPattern(bare)
    except GitIgnorePatternError:
        return None
    if pattern.regex is None or pattern.include is None:  # a blank line or a comment
        return None
    body = bare.removeprefix("!").removesuffix("/")
    return Rule(pattern.regex.search, pattern.include, "/" not in body)


def _as_pathspec_reads_it(line: str) -> str:
    """Spell what pathspec takes otherwise than git.

    That is white space at the end of a line, classes by name, and more than two stars in a row.
    """
    line = _STARS.sub("**", line)
    line = _LAST_WHITE.sub(lambda last: "".join(f"[{each}]" for each in last[0]), line)
    return _BRACKETS.sub(
        lambda whole: _CLASS.sub(lambda each: _CLASSES.get(each[1], each[0]), whole[0]), line
    )


def _hits(rule: Rule, path: str) -> bool:
    match = rule.matches(path)
    if match is None:
        return False
    mark = match.groupdict().get("ps_d")
    return mark is None or match.end("ps_d") == len(path)
