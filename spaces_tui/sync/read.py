"""Bytes of a file, read so that they are a state the file really had."""

from __future__ import annotations

import hashlib
import os
import stat
from pathlib import Path
from typing import Final, NamedTuple

from spaces_tui.sync.figures import Stat
from spaces_tui.sync.oid import blob_oid, large_oid

_CHUNK: Final = 1024 * 1024


class MovingError(Exception):
    """The file changed while it was read; the next look will find it again."""


class Content(NamedTuple):
    """What a path holds: by git's name, and by SHA-256 where a large file is compared."""

    size: int
    oid: str
    sha256: str = ""

    @property
    def id(self) -> str:
        """The content id."""
        return self.oid or large_oid(self.sha256)

    def is_(self, content_id: str | None) -> bool:
        """Whether this is the content named `content_id`."""
        return content_id == self.id


def read_file(path: Path, expected: Stat | None = None) -> tuple[bytes, Stat]:
    """Read a regular file whole; return its bytes and the figures it had throughout.

    Raises:
        MovingError: it is not the file of `expected`, or changed during the read.
        OSError: it cannot be read.
    """
    descriptor = _open(path)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        before = _regular(descriptor)
        if expected is not None and before != expected:
            raise MovingError
        content = file.readall()
        if Stat.of(os.fstat(descriptor)) != before or len(content) != before.size:
            raise MovingError
    return content, before


def describe(path: Path, expected: Stat, *, large: bool) -> Content:
    """Hash a file: git's id, and for a `large` one SHA-256 instead, without holding it whole.

    Raises:
        MovingError: it is not the file of `expected`, or changed during the read.
        OSError: it cannot be read.
    """
    if not large:
        content, figures = read_file(path, expected)
        return Content(figures.size, blob_oid(content))
    descriptor = _open(path)
    with os.fdopen(descriptor, "rb", buffering=0) as file:
        if _regular(descriptor) != expected:
            raise MovingError
        digest = hashlib.sha256()
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
        if Stat.of(os.fstat(descriptor)) != expected:
            raise MovingError
    return Content(expected.size, "", digest.hexdigest())


def _open(path: Path) -> int:
    """Open without following a link, and without waiting should it have become a pipe."""
    return os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)


def _regular(descriptor: int) -> Stat:
    figures = os.fstat(descriptor)
    if not stat.S_ISREG(figures.st_mode):
        raise MovingError
    return Stat.of(figures)
