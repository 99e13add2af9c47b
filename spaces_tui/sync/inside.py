"""Ways into a folder that never lead out of it: step by step, through no link."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final

_FOLDER: Final = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_NO_FOLDER: Final = frozenset({errno.ELOOP, errno.ENOTDIR})


class OutsideError(Exception):
    """A path leads out of the folder, or through something that is no folder; one sentence."""


@contextmanager
def parent_of(root: Path, path: str, *, create: bool = False) -> Iterator[tuple[int, str]]:
    """Open the folder that `path`, relative with `/`, lies in; yield its descriptor and the name.

    `root` itself may be a link, as it may be for a scan. `create` makes folders that are missing.

    Raises:
        OutsideError: a step is a link, no folder, or on another file system.
        FileNotFoundError: a folder is missing.
        OSError: a folder cannot be entered or made.
    """
    *steps, name = path.split("/")
    here = os.open(root, _FOLDER)
    try:
        device = os.fstat(here).st_dev
        for step in steps:
            below = _enter(here, step, path, create=create)
            os.close(here)
            here = below
            if os.fstat(here).st_dev != device:
                raise OutsideError(f"`{step}` is on another file system.")
        yield here, name
    finally:
        os.close(here)


def _enter(here: int, step: str, path: str, *, create: bool) -> int:
    if step in {"", ".", ".."} or "\0" in step:
        raise OutsideError(f"`{path}` leads out of the folder.")
    if create:
        with suppress(FileExistsError):
            os.mkdir(step, dir_fd=here)
    try:
        return os.open(step, _FOLDER | os.O_NOFOLLOW, dir_fd=here)
    except OSError as error:
        if error.errno in _NO_FOLDER:
            raise OutsideError(f"`{step}` is a symbolic link or no folder.") from error
        raise
