"""A file of the Space on its way into the folder: whole and verified, or not at all.

The bytes go into a temporary file in the folder's top, under a name that no scan takes; it becomes
the real file in one step, and only if what is replaced still is what was looked at. A process that
dies leaves the temporary file, which the next start removes. Everything here blocks.
"""

from __future__ import annotations

import errno
import hashlib
import os
import stat
from contextlib import suppress
from pathlib import Path
from secrets import token_hex
from typing import Final

from spaces_tui.sync.figures import Stat
from spaces_tui.sync.inside import OutsideError, parent_of
from spaces_tui.sync.kept import Kept
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.oid import LARGE_PREFIX

PREFIX: Final = ".spaces-tui-"
SUFFIX: Final = ".part"
_ROOM: Final = 16 * 1024 * 1024
"""Bytes of a disk that are left free."""
_NO_LINKS: Final = frozenset({errno.EPERM, errno.ENOTSUP, errno.EOPNOTSUPP, errno.EMLINK})


class WriteError(Exception):
    """A file cannot be written here; nothing was changed. The message is one sentence."""


class ChangedError(Exception):
    """What is in the folder is not what was looked at; nothing was changed."""


class SpoiledError(Exception):
    """The bytes are not the ones the Space's tree names; nothing was changed."""


class Incoming:
    """A temporary file that takes the bytes of one file of the Space."""

    def __init__(self, root: Path, mark: str, stored: Stored) -> None:
        """Make the temporary file.

        Raises:
            WriteError: the disk has no room for it.
            OSError: it cannot be made.
        """
        self._root = root
        self._stored = stored
        self._size = 0
        self._digest = _digest(stored)
        self._top = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        self._name = f"{PREFIX}{mark}-{token_hex(8)}{SUFFIX}"
        flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
        try:
            need_room(root, stored.size)
            self._file = os.open(self._name, flags, 0o666, dir_fd=self._top)
        except BaseException:
            os.close(self._top)
            raise

    def write(self, at: int, piece: bytes) -> None:
        """Take a piece; one at 0 starts anew.

        Raises:
            OSError: the disk will not take it.
        """
        if at == 0 and self._size:
            os.ftruncate(self._file, 0)
            self._digest = _digest(self._stored)
        self._size = at + len(piece)
        self._digest.update(piece)
        left = memoryview(piece)
        while left:
            written = os.pwrite(self._file, left, at)
            at += written
            left = left[written:]

    def land(self, path: str, expected: Stat | None, kept: Kept) -> Path | None:
        """Become the file at `path`; return where the one that was there is kept.

        Args:
            path: relative, with `/`; folders that are missing are made.
            expected: figures of the file that is replaced; None: there must be none.
            kept: takes the file that is replaced.

        Raises:
            SpoiledError: the bytes are not those of the tree.
            ChangedError: something else is at `path` now.
            WriteError: it cannot be replaced, or the way leads through a link.
            OSError: the disk will not have it.
        """
        if self._size != self._stored.size or self._content != self._stored.content:
            raise SpoiledError
        os.fsync(self._file)
        try:
            with parent_of(self._root, path, create=True) as (folder, name):
                copy = None
                if expected is None:
                    self._link(folder, name)
                else:
                    copy = self._replace(folder, name, expected, kept)
                os.fsync(folder)
        except OutsideError as error:
            raise WriteError(str(error)) from error
        return copy

    def close(self) -> None:
        """Remove the temporary file, if it did not become the real one."""
        with suppress(FileNotFoundError):
            os.unlink(self._name, dir_fd=self._top)
        os.close(self._file)
        os.close(self._top)

    @property
    def _content(self) -> str:
        mark = LARGE_PREFIX if self._stored.large else ""
        return mark + self._digest.hexdigest()

    def _link(self, folder: int, name: str) -> None:
        """Appear under a name that nothing has; never overwrites, whoever comes in between."""
        try:
            os.link(self._name, name, src_dir_fd=self._top, dst_dir_fd=folder)
        except FileExistsError as error:
            raise ChangedError from error
        except OSError as error:
            if error.errno not in _NO_LINKS:
                raise
            if _figures(folder, name) is not None:
                raise ChangedError from error
            os.rename(self._name, name, src_dir_fd=self._top, dst_dir_fd=folder)

    def _replace(self, folder: int, name: str, expected: Stat, kept: Kept) -> Path:
        """Take the place of a file, which is kept first and has its mode kept."""
        copy, old = _keep(folder, name, expected, kept)
        try:
            os.fchmod(self._file, stat.S_IMODE(os.fstat(old).st_mode) & 0o777)
            if _figures(folder, name) != expected:
                raise ChangedError
            os.rename(self._name, name, src_dir_fd=self._top, dst_dir_fd=folder)
            copy = _keep_again(old, name, expected, kept) or copy
        finally:
            os.close(old)
        return copy


def delete(root: Path, path: str, expected: Stat, kept: Kept) -> Path:
    """Delete a file that still has its figures; return where it is kept.

    Raises:
        ChangedError: something else is at `path` now.
        WriteError: it cannot be kept, or the way leads through a link.
        OSError: the disk will not have it.
    """
    try:
        with parent_of(root, path) as (folder, name):
            copy, old = _keep(folder, name, expected, kept)
            try:
                if _figures(folder, name) != expected:
                    raise ChangedError
                os.unlink(name, dir_fd=folder)
                copy = _keep_again(old, name, expected, kept) or copy
                os.fsync(folder)
            finally:
                os.close(old)
    except OutsideError as error:
        raise WriteError(str(error)) from error
    except FileNotFoundError as error:
        raise ChangedError from error
    return copy


def clear(root: Path, mark: str) -> None:
    """Remove what an engine with this mark left when it died."""
    with suppress(OSError):
        for entry in os.scandir(root):
            own = entry.name.startswith(f"{PREFIX}{mark}-") and entry.name.endswith(SUFFIX)
            if own and entry.is_file(follow_symlinks=False):
                (root / entry.name).unlink(missing_ok=True)


def need_room(root: Path, size: int) -> None:
    """Make sure that the disk has room for `size` bytes and a little more.

    Raises:
        WriteError: it has not.
    """
    disk = os.statvfs(root)
    free = disk.f_bavail * disk.f_frsize
    if size and size + _ROOM > free:
        raise WriteError(f"the disk has {free / 1e6:,.0f} MB free, and {size / 1e6:,.1f} MB come")


def _keep(folder: int, name: str, expected: Stat, kept: Kept) -> tuple[Path, int]:
    """Copy a file away; return the copy and the open file."""
    if not kept.takes(expected.size):
        size = f"{expected.size / 1e6:,.0f} MB"
        raise WriteError(f"the {size} that are here would be lost; move the file away first")
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        old = os.open(name, flags, dir_fd=folder)
    except OSError as error:
        if error.errno in {errno.ENOENT, errno.ELOOP, errno.ENXIO}:
            raise ChangedError from error
        raise
    try:
        if Stat.of(os.fstat(old)) != expected:
            raise ChangedError
        with os.fdopen(os.dup(old), "rb") as file:
            return kept.keep(name, file), old
    except BaseException:
        os.close(old)
        raise


def _keep_again(old: int, name: str, expected: Stat, kept: Kept) -> Path | None:
    """Keep a file once more that was written to at the very moment it was replaced."""
    now = os.fstat(old)
    if (now.st_size, now.st_mtime_ns) == (expected.size, expected.mtime_ns):
        return None
    with os.fdopen(os.dup(old), "rb") as file:
        file.seek(0)
        return kept.keep(name, file)


def _figures(folder: int, name: str) -> Stat | None:
    try:
        return Stat.of(os.stat(name, dir_fd=folder, follow_symlinks=False))
    except FileNotFoundError:
        return None


def _digest(stored: Stored) -> hashlib._Hash:
    if stored.large:
        return hashlib.sha256()
    return hashlib.sha1(b"blob %d\0" % stored.size, usedforsecurity=False)
