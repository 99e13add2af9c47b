"""Large files, told apart without reading them, and read in pieces when that has to be.

A file of more than `plan.MAX_FILE` is known by its figures alone until somebody agreed to send
it, or until it may be what the Space holds. Then it is read once, beside the looks.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from threading import Event
from typing import Final, NamedTuple

from spaces_tui.model.identity import Secret
from spaces_tui.sync.figures import Stat
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.read import Content, MovingError, read_pieces
from spaces_tui.sync.secrets import TEXT_LIMIT, Finding, find_secret

PIECE: Final = 1024 * 1024
"""Bytes in memory at a time."""


class Unmeasured(NamedTuple):
    """A large file that has to be read before it can be compared."""

    figures: Stat
    regular: bool
    """The Space has a regular file of this size: git's id is wanted too."""


@dataclass(frozen=True, slots=True)
class Measured:
    """A file that was read from its start to its end while its figures stayed the same."""

    content: Content
    finding: Finding | None


class LargeSizes:
    """The sizes of the large files a Space holds; whatever has another size is none of them."""

    def __init__(self, remote: Mapping[str, Stored]) -> None:
        self._remote = remote
        self._sizes: frozenset[int] | None = None

    def __contains__(self, size: int) -> bool:
        if self._sizes is None:
            self._sizes = frozenset(each.size for each in self._remote.values() if each.large)
        return size in self._sizes


def stamp_of(figures: Stat) -> str:
    """Name a file by its figures."""
    return f"figures:{figures.size}:{figures.mtime_ns}:{figures.ctime_ns}:{figures.ino}"


def measure(
    path: Path,
    expected: Stat,
    forbidden: Sequence[Secret],
    stop: Event,
    *,
    patterns: bool = True,
    regular: bool = False,
) -> Measured:
    """Read a file piece by piece; return its SHA-256 and the first secret in it.

    Args:
        path: the file.
        expected: its figures; they must hold from the first piece to the last.
        forbidden: values that must not be in it, byte for byte.
        stop: ends the reading from another thread.
        patterns: whether text of up to 1 MiB is searched for what looks like a secret.
        regular: compute git's id as well.

    Raises:
        MovingError: it is not the file of `expected`, it changed, or reading was stopped.
        OSError: it cannot be read.
    """
    digest = hashlib.sha256()
    git = hashlib.sha1(b"blob %d\0" % expected.size, usedforsecurity=False)
    search = _Search(forbidden, patterns=patterns and expected.size <= TEXT_LIMIT)
    size = 0
    for piece in read_pieces(path, expected, PIECE):
        digest.update(piece)
        if regular:
            git.update(piece)
        search.feed(piece)
        size += len(piece)
        if stop.is_set():
            raise MovingError
    if size != expected.size:
        raise MovingError
    oid = git.hexdigest() if regular else ""
    return Measured(Content(size, oid, digest.hexdigest()), search.finding)


class _Search:
    """Looks for secrets in pieces, also where one lies across two of them."""

    def __init__(self, forbidden: Sequence[Secret], *, patterns: bool) -> None:
        self._forbidden = forbidden
        self._patterns = patterns
        self._overlap = max((len(each.reveal().encode()) for each in forbidden), default=1) - 1
        self._tail = b""
        self._lines = 0
        self.finding: Finding | None = None

    def feed(self, piece: bytes) -> None:
        if self.finding is not None:
            return
        content = self._tail + piece
        found = find_secret(content, self._forbidden, patterns=self._patterns)
        if found:
            self.finding = Finding(found.what, found.line + self._lines)
            return
        kept = content[len(content) - self._overlap :] if self._overlap > 0 else b""
        self._lines += content.count(b"\n") - kept.count(b"\n")
        self._tail = kept
