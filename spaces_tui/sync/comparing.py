"""Both sides of one path as text, for a person who has to choose."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Final

from spaces_tui.model.sizes import size_of
from spaces_tui.model.sync import Comparison
from spaces_tui.sync.courier import OnDisk
from spaces_tui.sync.inside import OutsideError, parent_of
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.protocols import RemoteError, Trouble
from spaces_tui.sync.repository import Repository, safe
from spaces_tui.sync.secrets import is_text

TEXT_LIMIT: Final = 1024 * 1024
"""Bytes up to which a side is shown."""
DELETED: Final = "deleted"


async def compare_sides(
    path: str, root: Path, ledger: Ledger, repository: Repository, on_disk: OnDisk
) -> Comparison:
    """Read `path` in the folder and on the Space.

    The texts are exact: show them through `clean`.

    Raises:
        ValueError: this is not a path of the folder; the message is one sentence.
        RemoteError: the Space's side cannot be read.
    """
    if not safe(path):
        raise ValueError("This is not a path in the folder.")
    head, stored = ledger.head, ledger.remote.get(path)
    here, here_note = await on_disk(_read_here, root, path)
    if stored is None:
        below = sum(each.startswith(f"{path}/") for each in ledger.remote)
        note = f"a folder with {below:,} file{'' if below == 1 else 's'}" if below else DELETED
        return Comparison(path, here, None, head, here_note, note)
    if stored.size > TEXT_LIMIT:
        return Comparison(path, here, None, head, here_note, _too_large(stored.size))
    try:
        there, there_note = _text(await repository.read(path, head, TEXT_LIMIT))
    except RemoteError as error:
        if error.trouble is not Trouble.TOO_LARGE:
            raise
        there, there_note = None, _too_large(stored.size)
    return Comparison(path, here, there, head, here_note, there_note)


def _read_here(root: Path, path: str) -> tuple[str | None, str]:
    """Return the local text, or None and what there is instead."""
    flags = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
    try:
        with parent_of(root, path) as (folder, name):
            figures = os.stat(name, dir_fd=folder, follow_symlinks=False)
            if stat.S_ISLNK(figures.st_mode):
                return None, "a symbolic link"
            if stat.S_ISDIR(figures.st_mode):
                return None, "a folder"
            if not stat.S_ISREG(figures.st_mode):
                return None, "not a file"
            with os.fdopen(os.open(name, flags, dir_fd=folder), "rb") as file:
                content = file.read(TEXT_LIMIT + 1)
    except (FileNotFoundError, OutsideError):
        return None, DELETED
    except OSError as error:
        return None, f"cannot be read: {error.strerror}"
    return (None, _too_large(figures.st_size)) if len(content) > TEXT_LIMIT else _text(content)


def _text(content: bytes) -> tuple[str | None, str]:
    if not is_text(content):
        return None, f"binary, {size_of(len(content))}"
    try:
        return content.decode(), ""
    except UnicodeDecodeError:
        return None, f"not UTF-8, {size_of(len(content))}"


def _too_large(size: int) -> str:
    return f"too large to show, {size_of(size)}"
