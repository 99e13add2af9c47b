"""Contents already known by the figures of their files, so that a look reads only what changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, NamedTuple

from spaces_tui.sync.figures import Stat
from spaces_tui.sync.read import Content

RACY_NS: Final = 2_000_000_000
"""A file written this shortly before it was hashed may change without its figures changing."""


class Hashed(NamedTuple):
    """The content a file had, and when that was looked at."""

    figures: Stat
    content: Content
    scan_ns: int
    sure: bool = False
    """Two hashes, one later than the other, agreed for a file from the future."""


@dataclass(slots=True)
class Index:
    """Path to the content last hashed there."""

    entries: dict[str, Hashed] = field(default_factory=dict)
    unsure: set[str] = field(default_factory=set, compare=False)
    """Paths hashed so soon after they were written that they must be hashed once more."""

    def find(self, path: str, figures: Stat, *, large: bool) -> Content | None:
        """Return the content if the file is surely the one that was hashed."""
        known = self.entries.get(path)
        if known is None or known.figures != figures:
            return None
        if not (known.content.sha256 if large else known.content.oid):
            return None
        if not known.sure and max(figures.mtime_ns, figures.ctime_ns) >= known.scan_ns - RACY_NS:
            return None
        return known.content

    def learn(self, path: str, figures: Stat, content: Content, scan_ns: int) -> None:
        """Remember a content that was just hashed."""
        known = self.entries.get(path)
        future = figures.mtime_ns > scan_ns and figures.ctime_ns < scan_ns - RACY_NS
        sure = future and known is not None and known[:2] == (figures, content)
        self.entries[path] = Hashed(figures, content, scan_ns, sure)
        if sure or max(figures.mtime_ns, figures.ctime_ns) < scan_ns - RACY_NS:
            self.unsure.discard(path)
        else:
            self.unsure.add(path)

    def forget(self, path: str) -> None:
        """Forget a file that is gone."""
        self.entries.pop(path, None)
        self.unsure.discard(path)

    def learn_large(self, path: str, figures: Stat, content: Content, scan_ns: int) -> None:
        """Remember the SHA-256 of a file whose figures had rested before it was read."""
        known = self.entries.get(path)
        if known is not None and known.figures == figures and known.content.oid:
            self.entries[path] = known._replace(
                content=known.content._replace(sha256=content.sha256)
            )
        else:
            self.entries[path] = Hashed(figures, content, scan_ns, sure=True)

    def keep(self, paths: dict[str, Stat]) -> None:
        """Forget every file that is not among `paths`."""
        for path in self.entries.keys() - paths.keys():
            self.forget(path)
