"""Paths a person told the engine to leave alone, on both sides, until told otherwise."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Final

from spaces_tui.model.sync import Skipped
from spaces_tui.model.text import clean_name
from spaces_tui.sync.deny import prefixes
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.repository import safe

_WHY: Final = "left alone, as you said; `unignore` sends it again."


class Aside:
    """A set of paths; a folder stands for all that is in it."""

    def __init__(self) -> None:
        self._paths: set[str] = set()

    @property
    def paths(self) -> tuple[str, ...]:
        """The paths, sorted."""
        return tuple(sorted(self._paths))

    def leave(self, paths: Iterable[str]) -> None:
        """Leave these alone from now on."""
        self._paths |= {tidy(path) for path in paths}

    def take(self, paths: Iterable[str]) -> None:
        """Take care of these again."""
        self._paths -= {tidy(path) for path in paths}

    def checked(self, command: str, paths: Sequence[str]) -> tuple[str, ...]:
        """Return what `ignore` or `unignore` is about.

        Raises:
            ValueError: no path is named, or one that means nothing; the message is one sentence.
        """
        if not paths:
            raise ValueError(f"`{command}` needs a path, relative to the folder.")
        for path in map(tidy, paths):
            if not safe(path):
                raise ValueError(f"{clean_name(path)} is no path inside the folder.")
            if command == "unignore" and path not in self._paths:
                names = ", ".join(map(clean_name, self.paths)) or "nothing"
                raise ValueError(f"{clean_name(path)} is not ignored by you; {names} is.")
        return tuple(map(tidy, paths))

    def covers(self, path: str) -> bool:
        """Whether a path is left alone, by itself or with a folder it is in."""
        return bool(self._paths) and any(part in self._paths for part in prefixes(path))

    def spared(self, diff: Diff) -> Diff:
        """Return the plan without what is left alone."""
        if not self._paths:
            return diff
        rest = diff.without(path for path in (*diff.paths, *diff.conflicts) if self.covers(path))
        only = tuple(path for path in diff.remote_only if not self.covers(path))
        return replace(rest, remote_only=only)

    def shown(self) -> list[tuple[Skipped, str | None]]:
        """List what is left alone, as the list of what is not sent has it."""
        return [(Skipped(path, _WHY), None) for path in self.paths]

    def restore(self, data: object) -> None:
        """Take over what an earlier run was told; data that makes no sense is ignored."""
        if isinstance(data, list):
            self.leave(path for path in data if isinstance(path, str) and safe(tidy(path)))


def tidy(path: str) -> str:
    """Return a path as the engine writes it: without `./` before and `/` behind it."""
    return path.removeprefix("./").rstrip("/")
