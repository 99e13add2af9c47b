"""Bytes of a file, read so that they are a state the file really had."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

from spaces_tui.sync.figures import Stat
from spaces_tui.sync.oid import blob_oid, large_oid

_BINARY: Final = 8000
"""Bytes at the start of a file in which git looks for a NUL."""


class MovingError(Exception):
    """The file changed while it was read; the next look will find it again."""


class Content(NamedTuple):
    """What a path holds: by git's name, by SHA-256 as large files are named, or by both."""

    size: int
    oid: str
    sha256: str = ""
    text: bool = False
    """It was read whole and is UTF-8 text."""
    stamp: str = ""
    """Names a large file by its figures, for as long as nobody has read it."""

    @property
    def id(self) -> str:
        """The content id."""
        return self.oid or (large_oid(self.sha256) if self.sha256 else self.stamp)

    @property
    def ids(self) -> tuple[str, ...]:
        """Every name this content goes by."""
        large = large_oid(self.sha256) if self.sha256 else ""
        return tuple(name for name in (self.oid, large, self.stamp) if name)

    def is_(self, content_id: str | None) -> bool:
        """Whether this is the content named `content_id`."""
        return bool(content_id) and (content_id == self.oid or content_id in self.ids)


def read_file(path: Path | str, expected: Stat | None = None) -> tuple[bytes, Stat]:
    """Read a regular file whole; return its bytes and the figures it had throughout.

    Raises:
        MovingError: it is not the file of `expected`, or changed during the read.
        OSError: it cannot be read.
    """
    descriptor = _open(path)
    try:
        before = _regular(descriptor)
        if expected is not None and before != expected:
            raise MovingError
        content = os.read(descriptor, before.size + 1)
        while len(content) < before.size and (more := os.read(descriptor, before.size)):
            content += more
        if len(content) != before.size or not before.still(os.fstat(descriptor)):
            raise MovingError
    finally:
        os.close(descriptor)
    return content, before


def describe(path: Path | str, expected: Stat, *, large: bool) -> Content:
    """Hash a file of moderate size: git's id, and for a `large` one SHA-256 beside it.

    Raises:
        MovingError: it is not the file of `expected`, or changed during the read.
        OSError: it cannot be read.
    """
    content, figures = read_file(path, expected)
    sha256 = hashlib.sha256(content).hexdigest() if large else ""
    return Content(figures.size, blob_oid(content), sha256, _is_utf8(content))


def read_start(path: Path | str, expected: Stat, length: int) -> bytes:
    """Return the first bytes of a file.

    Raises:
        MovingError: it is not the file of `expected`.
        OSError: it cannot be read.
    """
    for piece in read_pieces(path, expected, length):
        return piece
    return b""


def read_pieces(path: Path | str, expected: Stat, length: int) -> Iterator[bytes]:
    """Yield a file piece by piece, each of `length` bytes but the last.

    Raises:
        MovingError: it is not the file of `expected`, or changed until the last piece was read.
        OSError: it cannot be read.
    """
    descriptor = _open(path)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if _regular(descriptor) != expected:
            raise MovingError
        while piece := file.read(length):
            yield piece
        if Stat.of(os.fstat(descriptor)) != expected:
            raise MovingError


def _is_utf8(content: bytes) -> bool:
    if b"\0" in content[:_BINARY]:
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _open(path: Path | str) -> int:
    """Open without following a link, and without waiting should it have become a pipe."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _regular(descriptor: int) -> Stat:
    figures = os.fstat(descriptor)
    if not stat.S_ISREG(figures.st_mode):
        raise MovingError
    return Stat.of(figures)
