"""Where a volume may be mounted: what the Hub refuses, and what would stop the container."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Collection

STORAGE_PATH: Final = "/data"
"""Where a storage tier is mounted."""
_SYSTEM: Final = frozenset({
    "bin", "boot", "dev", "etc", "home", "lib", "lib32", "lib64", "proc", "root", "run", "sbin",
    "sys", "usr", "var",
})  # fmt: skip
"""Folders that hold the system or everybody's homes: mounted over, nothing would start."""
_WHOLE: Final = frozenset({"dev", "proc", "sys"})
"""Those of the kernel, with everything in them."""
_CODE: Final = ("/app", "/home/user", "/home/user/app")
"""Where an app's own files usually are."""
_SLASHES: Final = re.compile(r"/{2,}")


def tidy_mount(path: str) -> str:
    """Return a mount path without needless slashes, so that two that are one look it."""
    tidy = _SLASHES.sub("/", path.strip())
    return tidy if tidy == "/" else tidy.rstrip("/")


def mount_problem(path: str, taken: Collection[str] = (), storage: str | None = None) -> str:
    """Say why nothing can be mounted there; empty when it can.

    Args:
        path: what was typed.
        taken: where other volumes are mounted.
        storage: the tier of persistent storage that the Space has.
    """
    tidy = tidy_mount(path)
    parts = tidy.split("/")[1:]
    if not tidy.startswith("/"):
        return "The mount path begins with /, such as /data."
    if tidy == "/":
        return "The whole disk cannot be mounted over: name a folder, such as /data."
    if any(part in (".", "..") for part in parts):
        return "The mount path is written without . and .. parts."
    if any(not character.isprintable() for character in tidy) or ":" in tidy:
        return "The mount path has no colons and no control characters."
    if parts[0] in _WHOLE or (len(parts) == 1 and parts[0] in _SYSTEM):
        return f"{tidy} belongs to the system: the app could not start."
    if any(tidy == tidy_mount(other) for other in taken):
        return f"Something is mounted at {tidy} already."
    if storage is not None and tidy == STORAGE_PATH:
        return f"The storage tier is mounted at {tidy}: delete it first, or mount elsewhere."
    return ""


def mount_note(path: str, taken: Collection[str] = ()) -> str:
    """Return what to think of with this mount path; empty when there is nothing."""
    tidy = tidy_mount(path)
    if tidy in _CODE:
        return f"{tidy} is where most apps have their own files: they would be hidden."
    for other in map(tidy_mount, taken):
        if tidy.startswith(f"{other}/") or other.startswith(f"{tidy}/"):
            return f"It lies inside another mount ({other}): one may hide the other."
    return ""
