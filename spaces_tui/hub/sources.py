"""Large files on this machine: measured once, then read piece by piece while they are sent.

A file is opened for each piece and closed again, so an upload that is given up leaves nothing
open; each time it must still be the very file that was measured.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from threading import Event
from typing import BinaryIO, Final, Self

from spaces_tui.hub.errors import SourceChanged

_PIECE: Final = 512 * 1024
"""Bytes that are in memory at a time, for each request under way."""
_HASH_PIECE: Final = 4 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LargeFile:
    """A file to be uploaded to `path` of the repository."""

    path: str
    source: Path | bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MeasuredFile:
    """A large file whose size and SHA-256 are known."""

    path: str
    source: Path | bytes = field(repr=False)
    size: int
    """Bytes."""
    sha256: str
    stamp: tuple[int, ...] = ()
    """What the file on disk was when it was measured."""


async def measured(file: LargeFile) -> MeasuredFile:
    """Return the file with its size and SHA-256, computed in a thread; cancelling ends that too.

    Raises:
        OSError: it cannot be read.
        SourceChanged: it changed while it was read.
    """
    stop = Event()
    try:
        return await asyncio.to_thread(_measured, file, stop)
    finally:
        stop.set()


def _measured(file: LargeFile, stop: Event) -> MeasuredFile:
    if isinstance(file.source, bytes):
        digest = hashlib.sha256(file.source).hexdigest()
        return MeasuredFile(file.path, file.source, len(file.source), digest)
    hasher = hashlib.sha256()
    with file.source.open("rb") as opened:
        stamp = _stamp(opened)
        while not stop.is_set() and (piece := opened.read(_HASH_PIECE)):
            hasher.update(piece)
        size = opened.tell()
        if _stamp(opened) != stamp:
            raise SourceChanged(f"{file.path} changed while it was read.")
    return MeasuredFile(file.path, file.source, size, hasher.hexdigest(), stamp)


def _stamp(opened: BinaryIO) -> tuple[int, ...]:
    status = os.fstat(opened.fileno())
    return status.st_size, status.st_mtime_ns, status.st_ino


class Pieces:
    """A part of a measured file, as a body that is read while it is sent."""

    def __init__(
        self, file: MeasuredFile, start: int, length: int, passed: Callable[[int], None]
    ) -> None:
        """`passed` is told the bytes of each piece when it is handed to the connection."""
        self._file = file
        self._at = start
        self._end = start + length
        self._passed = passed

    def __aiter__(self) -> Self:
        return self

    async def __anext__(self) -> bytes:
        length = min(_PIECE, self._end - self._at)
        if length <= 0:
            raise StopAsyncIteration
        source = self._file.source
        if isinstance(source, bytes):
            piece = source[self._at : self._at + length]
        else:
            piece = await asyncio.to_thread(_piece, self._file, source, self._at, length)
        self._at += length
        self._passed(length)
        return piece


def _piece(file: MeasuredFile, source: Path, start: int, length: int) -> bytes:
    with source.open("rb") as opened:
        same = _stamp(opened) == file.stamp
        opened.seek(start)
        piece = opened.read(length)
    if not same or len(piece) != length:
        raise SourceChanged(f"{file.path} changed while it was sent.")
    return piece
