"""File events straight from Linux: nothing runs while nothing happens, and folders come and go.

Each folder that is not ignored is watched by itself. What the system drops it says, and so do we:
an empty batch stands for "anything may have changed". All else that can go unnoticed is found by
the engine's timed look.
"""

from __future__ import annotations

import asyncio
import ctypes
import errno
import os
import struct
import threading
from collections.abc import AsyncIterator, Collection, Sequence
from contextlib import suppress
from typing import Final

from spaces_tui.sync.protocols import WatcherLostError

_MODIFY, _ATTRIB, _CLOSE_WRITE = 0x2, 0x4, 0x8
_MOVED_FROM, _MOVED_TO, _CREATE, _DELETE = 0x40, 0x80, 0x100, 0x200
_DELETE_SELF, _MOVE_SELF = 0x400, 0x800
_OVERFLOW, _IGNORED = 0x4000, 0x8000
_ONLY_FOLDERS, _NOT_UNLINKED = 0x1000000, 0x4000000
_WANTED: Final = (
    _MODIFY | _ATTRIB | _CLOSE_WRITE | _MOVED_FROM | _MOVED_TO | _CREATE | _DELETE
    | _DELETE_SELF | _MOVE_SELF | _ONLY_FOLDERS | _NOT_UNLINKED
)  # fmt: skip
_HEAD: Final = struct.Struct("iIII")
"""Watch, kind, cookie, length of the name that follows."""
_BUFFER: Final = 256 * 1024
_GATHER: Final = 0.002
"""Seconds in which the several events of one save arrive."""
_PAUSES: Final = (0.01, 0.05)
"""Seconds between two batches while events keep coming: at first, and at most."""
_GONE: Final = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EACCES})


def available() -> bool:
    """Whether this system has inotify."""
    return hasattr(_libc(), "inotify_init1")


class InotifyWatcher:
    """Watches folders, each without what is below it."""

    def __init__(self, folders: Sequence[str]) -> None:
        """Begin to watch; what happens from now on is told.

        Raises:
            WatcherLostError: the system will not watch, or not all of them.
        """
        self._libc = _libc()
        self._descriptor: int = self._libc.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._descriptor < 0:
            reason = os.strerror(ctypes.get_errno())
            raise WatcherLostError(f"file events are not available: {reason}")
        self._paths: dict[int, str] = {}
        self._watches: dict[str, int] = {}
        self._lock = threading.Lock()
        """Folders are added in another thread than the one that reads events."""
        self._readable = asyncio.Event()
        self.folders: frozenset[str] = frozenset()
        """What is watched now."""
        try:
            self.adjust(folders)
        except WatcherLostError:
            os.close(self._descriptor)
            raise

    def adjust(self, folders: Collection[str]) -> frozenset[str]:
        """Watch these folders and no others from now on; return those that were not before.

        What happened in the latter until now was not told. Blocks for some microseconds a folder.

        Raises:
            WatcherLostError: the system's limit leaves some out.
        """
        wanted = set(folders)
        with self._lock:
            for folder in self._watches.keys() - wanted:
                watch = self._watches.pop(folder)
                if self._paths.get(watch) == folder:  # else it is watched by another name
                    del self._paths[watch]
                    self._libc.inotify_rm_watch(self._descriptor, watch)
            new = wanted - self._watches.keys()
            for folder in new:
                self._add(folder, len(wanted))
            self.folders = frozenset(self._watches)
        return self.folders & new

    async def batches(self) -> AsyncIterator[frozenset[str]]:
        """Yield absolute paths; an empty batch when events may have been lost."""
        loop = asyncio.get_running_loop()
        first, most = _PAUSES
        pause, rested = first, loop.time()
        while self._descriptor >= 0:
            self._readable.clear()
            loop.add_reader(self._descriptor, self._readable.set)
            await self._readable.wait()
            if self._descriptor < 0:
                return
            # Only later is it heard whether there is more, so that a burst comes in few batches.
            loop.remove_reader(self._descriptor)
            pause = min(2 * pause, most) if loop.time() - rested < pause else first
            await asyncio.sleep(_GATHER)
            for batch in self._read():
                yield batch
            await asyncio.sleep(pause)
            rested = loop.time()

    async def close(self) -> None:
        """Listen no more."""
        self._readable.set()
        with self._lock:
            descriptor, self._descriptor = self._descriptor, -1
        if descriptor >= 0:
            asyncio.get_running_loop().remove_reader(descriptor)
            with suppress(OSError):  # it is gone already, which is why it is given up
                os.close(descriptor)

    def _add(self, folder: str, count: int) -> None:
        """Watch one more folder of `count`, if it is still there."""
        name = os.fsencode(folder)
        watch: int = self._libc.inotify_add_watch(self._descriptor, name, _WANTED)
        if watch >= 0:
            self._watches[folder] = watch
            self._paths[watch] = folder
            return
        code = ctypes.get_errno()
        if code == errno.ENOSPC:
            raise WatcherLostError(
                f"the system's limit on watched folders left {count - len(self._watches)} of "
                f"{count} without file events"
            )
        if code not in _GONE:
            raise WatcherLostError(f"file events are not available: {os.strerror(code)}")

    def _read(self) -> list[frozenset[str]]:
        """Return what has happened since the last time, as one batch, and one for what is lost."""
        touched: set[str] = set()
        lost = False
        while content := self._events():
            at = 0
            while at < len(content):
                watch, kind, _, length = _HEAD.unpack_from(content, at)
                at += _HEAD.size + length
                lost |= bool(kind & _OVERFLOW)
                folder = self._paths.get(watch)
                if folder is None:  # not watched any more
                    continue
                name = content[at - length : at].rstrip(b"\0")
                touched.add(f"{folder}{os.sep}{os.fsdecode(name)}" if name else folder)
                if kind & (_MOVE_SELF | _IGNORED):
                    self._drop(watch, folder, kind)
        batches = [frozenset(touched)] if touched else []
        return [*batches, frozenset()] if lost else batches

    def _events(self) -> bytes:
        with self._lock:
            if self._descriptor < 0:
                return b""
            try:
                return os.read(self._descriptor, _BUFFER)
            except BlockingIOError:
                return b""

    def _drop(self, watch: int, folder: str, kind: int) -> None:
        """End the watch of a folder that is gone, or is somewhere else now."""
        with self._lock:
            if kind & _MOVE_SELF:
                self._libc.inotify_rm_watch(self._descriptor, watch)
            self._paths.pop(watch, None)
            if self._watches.get(folder) == watch:
                del self._watches[folder]
                self.folders -= {folder}
            if kind & _MOVE_SELF:
                self._drop_below(folder)

    def _drop_below(self, folder: str) -> None:
        """End the watches of what went along with a folder: others may be there now."""
        lead = folder + os.sep
        below = {path for path in self._watches if path.startswith(lead)}
        for path in below:
            watch = self._watches.pop(path)
            if self._paths.get(watch) == path:
                del self._paths[watch]
                self._libc.inotify_rm_watch(self._descriptor, watch)
        self.folders -= below


def _libc() -> ctypes.CDLL:
    """Return the C library; its functions are known by name alone."""
    return ctypes.CDLL(None, use_errno=True)
