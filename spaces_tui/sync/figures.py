"""What the system tells of a file without opening it."""

from __future__ import annotations

import os
from typing import NamedTuple


class Stat(NamedTuple):
    """What tells one state of a file from another without reading it."""

    dev: int
    ino: int
    size: int
    mtime_ns: int
    ctime_ns: int

    @classmethod
    def of(cls, result: os.stat_result) -> Stat:
        """Take the five figures from a stat call's result."""
        return cls(
            result.st_dev, result.st_ino, result.st_size, result.st_mtime_ns, result.st_ctime_ns
        )

    def still(self, result: os.stat_result) -> bool:
        """Whether a newer stat call tells of the same state."""
        return (
            self.ctime_ns == result.st_ctime_ns
            and self.mtime_ns == result.st_mtime_ns
            and self.size == result.st_size
            and self.ino == result.st_ino
            and self.dev == result.st_dev
        )


class FolderId(NamedTuple):
    """Which folder it is, whatever its name."""

    dev: int
    ino: int
