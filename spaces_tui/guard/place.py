"""The guard's folder: who may act on a Space's loan, and who may write to the journal."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from types import TracebackType
from typing import Self


class BusyError(Exception):
    """Another program, or another task of this one, is at work on this."""


class Lock:
    """Held within a `with`; the system releases it when the process ends, however it does."""

    def __init__(self, path: Path, *, wait: bool = False) -> None:
        """Take the lock.

        Args:
            path: its file, which stays.
            wait: block until it is free; only for locks that are held for moments.

        Raises:
            BusyError: somebody else has it.
            OSError: the folder cannot be used.
        """
        private_folder(path.parent)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError as error:
            os.close(self._descriptor)
            raise BusyError from error
        except BaseException:
            os.close(self._descriptor)
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.release()

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._descriptor)


def private_folder(path: Path) -> None:
    """Make a folder that its owner alone may enter."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)
