"""Folders that a half-typed path may mean."""

from __future__ import annotations

import os
from pathlib import Path
from typing import NamedTuple


class Completion(NamedTuple):
    """What a path can be completed to."""

    text: str
    """The path, as far as it is clear; the same as before when it is not."""
    choices: tuple[str, ...]
    """The names it may go on with, sorted; empty when there is none or just one."""


def complete(text: str) -> Completion:
    """Complete a folder's path as a shell does. Reads the disk: not for the screen's own loop."""
    head, slash, start = text.rpartition("/")
    base = Path((head + slash) or ".").expanduser()
    names = sorted(name for name in _folders(base) if name.startswith(start))
    if not start.startswith("."):
        names = [name for name in names if not name.startswith(".")]
    if not names:
        return Completion(text, ())
    if len(names) == 1:
        return Completion(f"{head}{slash}{names[0]}/", ())
    return Completion(head + slash + _common(names[0], names[-1]), tuple(names))


def _common(first: str, last: str) -> str:
    """Return how the first and the last of sorted names begin, and so all between them."""
    length = 0
    for one, other in zip(first, last, strict=False):
        if one != other:
            break
        length += 1
    return first[:length]


def _folders(base: Path) -> list[str]:
    try:
        with os.scandir(base) as entries:
            return [entry.name for entry in entries if entry.is_dir()]
    except OSError:
        return []
