"""What the Space holds, and what this folder held when the two last agreed."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

from spaces_tui.model.changes import LfsFile
from spaces_tui.model.repo import AddFile
from spaces_tui.sync.good import Good
from spaces_tui.sync.oid import blob_oid, large_oid
from spaces_tui.sync.protocols import Operation


class Stored(NamedTuple):
    """A file on the Space."""

    content: str
    """Content id: a git object id, or `sha256:…` for a large file."""
    size: int

    @property
    def large(self) -> bool:
        """Whether it is stored as a large file."""
        return self.content.startswith("sha256:")


class Anchor(NamedTuple):
    """The contents, here and on the Space, at the last moment a person or a commit settled both.

    A side that differs from its anchor has changed since. None: there was no file.
    """

    here: str | None = None
    there: str | None = None


NOWHERE = Anchor()


@dataclass(slots=True)
class Ledger:
    """`remote` comes only from a tree that was listed or a commit the Hub confirmed."""

    head: str = ""
    remote: dict[str, Stored] = field(default_factory=dict)
    anchors: dict[str, Anchor] = field(default_factory=dict)
    leaving: set[str] = field(default_factory=set)
    """Deletions seen while watching that did not reach the Space yet."""
    good: Good = field(default_factory=Good)

    def stored(self, path: str) -> str | None:
        """Return the content id the Space has at `path`."""
        found = self.remote.get(path)
        return found.content if found else None

    def applied(self, operations: Iterable[Operation], head: str) -> None:
        """Record a commit the Hub confirmed."""
        self.head = head
        for operation in operations:
            path = operation.path
            self.good.sent(path)
            self.leaving.discard(path)
            stored = stored_by(operation)
            if stored is not None:
                self.remote[path] = stored
                self.anchors[path] = Anchor(stored.content, stored.content)
            else:
                self.remote.pop(path, None)
                self.anchors.pop(path, None)

    def settle(self, path: str, here: str | None) -> None:
        """Take both sides of `path` as they are, equal or not."""
        there = self.stored(path)
        self.leaving.discard(path)
        if here is None:
            self.anchors.pop(path, None)
        else:
            self.anchors[path] = Anchor(here, there)


def stored_by(operation: Operation) -> Stored | None:
    """Return what an operation leaves at its path; None for a deletion."""
    if isinstance(operation, AddFile):
        return Stored(blob_oid(operation.content), len(operation.content))
    if isinstance(operation, LfsFile):
        return Stored(large_oid(operation.sha256), operation.size or 0)
    return None
