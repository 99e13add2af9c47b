"""Files that a person asked for: written whole, readable by its owner, never over another one."""

from __future__ import annotations

import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from spaces_tui.session.facade import CommandError


def free_path(path: str) -> Path:
    """Return the whole path, where nothing is yet; `~` stands for the home folder.

    Raises:
        CommandError: there can be no such file, or something is there already.
    """
    try:
        whole = Path(path.strip()).expanduser().absolute()
        taken = whole.exists()
    except (OSError, RuntimeError, ValueError) as error:
        raise CommandError("There can be no file of this name.") from error
    if taken:
        raise CommandError(f"{whole} is there already: nothing is overwritten.")
    return whole


def write_new(path: Path, parts: Iterable[str]) -> None:
    """Write a text into a new file. Blocks.

    Raises:
        CommandError: something is there by now, or it cannot be written; nothing is left of it.
    """
    made = False
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        made = True
        with os.fdopen(descriptor, "w", encoding="utf-8") as file:
            file.writelines(parts)
    except FileExistsError as error:
        raise CommandError(f"{path} is there already: nothing is overwritten.") from error
    except OSError as error:
        if made:
            with suppress(OSError):
                path.unlink()
        raise CommandError(f"{path} could not be written: {error.strerror}.") from error
