"""Making room for a file where a folder is: only for one that holds nothing unknown. Blocks."""

from __future__ import annotations

import os
from collections.abc import Collection
from pathlib import Path

from spaces_tui.sync.inside import OutsideError, parent_of


def stranger(root: Path, path: str, known: Collection[str]) -> str | None:
    """Return something in the folder at `path` that is not among the `known` files; None: nothing.

    Paths are relative to `root`, with `/`. A link is never followed, and always unknown.

    Raises:
        OSError: the folder cannot be listed.
    """
    for place, folders, files in os.walk(root / path, onerror=_fail):
        here = Path(place)
        links = [name for name in folders if (here / name).is_symlink()]
        for name in (*links, *files):
            found = (here / name).relative_to(root).as_posix()
            if name in links or found not in known:
                return found
    return None


def remove_empty(root: Path, path: str) -> None:
    """Remove the folder at `path` and those in it, all of which are empty.

    Raises:
        OSError: one is not empty, or cannot be removed.
    """
    try:
        with parent_of(root, path) as (folder, name):
            for _, below, _, here in os.fwalk(name, topdown=False, dir_fd=folder, onerror=_fail):
                for each in below:
                    os.rmdir(each, dir_fd=here)
            os.rmdir(name, dir_fd=folder)
    except (OutsideError, FileNotFoundError):
        return  # it is no folder any more


def _fail(error: OSError) -> None:
    raise error
