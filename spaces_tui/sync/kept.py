"""Versions of local files that were replaced, kept for a while where a person finds them."""

from __future__ import annotations

import os
import shutil
from datetime import UTC, datetime
from pathlib import Path
from typing import BinaryIO, Final

MOST: Final = 100
"""Files that are kept; the oldest go first."""
MOST_BYTES: Final = 256 * 1024 * 1024
"""Bytes that are kept in all, so also of one file."""


class Kept:
    """A folder, outside the watched one, of what was replaced there."""

    def __init__(self, place: Path) -> None:
        self._place = place

    def takes(self, size: int) -> bool:
        """Whether a file of `size` bytes can be kept."""
        return size <= MOST_BYTES

    def keep(self, name: str, file: BinaryIO) -> Path:
        """Copy an open file from where it stands; return the copy, which is on disk for sure.

        Raises:
            OSError: the disk will not take it.
        """
        self._place.mkdir(parents=True, exist_ok=True, mode=0o700)
        stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
        copy = self._place / f"{stamp}-{name[-120:]}"
        descriptor = os.open(copy, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(descriptor, "wb") as target:
                shutil.copyfileobj(file, target)
                target.flush()
                os.fsync(descriptor)
        except OSError:
            copy.unlink(missing_ok=True)
            raise
        self._prune()
        return copy

    def _prune(self) -> None:
        """Let the oldest go beyond what is kept; names begin with the time."""
        total = 0
        newest_first = sorted(self._place.iterdir(), reverse=True)
        for number, copy in enumerate(newest_first):
            total += copy.stat().st_size
            if number and (number >= MOST or total > MOST_BYTES):
                copy.unlink(missing_ok=True)
