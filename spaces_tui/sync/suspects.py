"""Finding out which path of a rejected commit the Hub will not take.

An answer that names the path says it at once. Otherwise the commit is tried in halves, and after a
few requests all of what is left is refused, so that nothing else has to wait for it any longer.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

from spaces_tui.model.text import clean_name
from spaces_tui.sync.folder import Folder, Refusal
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import RemoteError, Trouble

_AGAIN: Final = 2
"""Times a commit is tried again because the Hub missed a path in it."""
_ISOLATING: Final = 6
"""Requests spent on finding the one path the Hub will not take."""


@dataclass(slots=True)
class Suspects:
    """Narrows a rejected commit down to what is refused."""

    folder: Folder
    refusals: dict[str, Refusal]
    """Takes what is found, by path."""
    _paths: list[str] = field(default_factory=list)
    _guilty: bool = False
    """Whether one of them is surely what was rejected."""
    _tried: int = 0
    _missing: int = 0
    """Times in a row the Hub missed a path, although its tree was read anew each time."""

    def __bool__(self) -> bool:
        """Whether it is being found out right now."""
        return bool(self._paths)

    def next(self, diff: Diff) -> set[str]:
        """Return what of a plan is tried next by itself; empty when nobody is suspected."""
        left = [path for path in self._paths if path in set(diff.paths)]
        return set(left[: max(1, len(left) // 2)])

    def landed(self, diff: Diff) -> None:
        """Let go of what was taken."""
        self._missing = 0
        self._paths = [path for path in self._paths if path not in set(diff.paths)]
        if len(self._paths) == 1 and self._guilty:
            self._refuse(diff, self._paths, "the Hub will not take it")
        elif len(self._paths) == 1:  # tried by itself, it may well go
            self._paths = []

    def rejected(self, diff: Diff, error: RemoteError) -> None:
        """Suspect what was in a commit that was rejected, or refuse what is surely the cause."""
        paths = list(diff.paths)
        if error.trouble is Trouble.MISSING_PATH:
            self._missing += 1
            paths = list(diff.deletes)  # nothing else can be of what is missing
            if self._missing <= _AGAIN or not paths:
                return
        named = [path for path in paths if clean_name(path) in error.message]
        self._tried += 1
        if len(paths) == 1 or len(named) == 1:
            self._refuse(diff, named if len(named) == 1 else paths, error.message)
        elif self._tried > _ISOLATING:
            self._refuse(diff, paths, error.message)
        else:
            self._paths = paths
            self._guilty = error.trouble is Trouble.REJECTED

    def _refuse(self, diff: Diff, paths: list[str], why: str) -> None:
        for path in paths:
            self.refusals[path] = Refusal(self._known(diff, path), f"the Hub refused it: {why}")
        self._paths = []
        self._tried = 0

    def _known(self, diff: Diff, path: str) -> str | None:
        content = self.folder.index.entries.get(path)
        return diff.content(path) or (content.content.id if content else None)
