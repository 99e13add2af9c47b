"""Where in a folder the Space's files may be written, and where never."""

from __future__ import annotations

import unicodedata
from typing import Final

from spaces_tui.sync.deny import denied_path, prefixes
from spaces_tui.sync.place import decodable
from spaces_tui.sync.repository import safe
from spaces_tui.sync.scan import Scan

OUTSIDE: Final = "its name leads out of the folder"
_LONGEST: Final = 255
"""Bytes of a name that every common file system takes."""


def why_not_write(path: str, scan: Scan, *, allow_keys: bool = False) -> str | None:
    """Say why nothing is written at `path`, relative with `/`; None when it may be."""
    if why := why_not_name(path, allow_keys=allow_keys):
        return why
    if any(part in scan.hidden for part in prefixes(path)):
        return "something that is not watched is in its place: a link, or what cannot be read"
    if scan.rules.covers(path):
        return "it is ignored here"
    return None


def why_not_name(path: str, *, allow_keys: bool = False) -> str | None:
    """Say why nothing is ever written under this name, in whatever folder; None when it may be.

    Names are judged as the most generous file system would read them, so that `.GIT` is `.git`.
    """
    if not safe(path):
        return OUTSIDE
    if not decodable(path):
        return "its name is not UTF-8"
    if any(len(part.encode()) > _LONGEST for part in path.split("/")):
        return "its name is too long"
    if any(denied_path(form, allow_keys=allow_keys) for form in (path, _folded(path))):
        return "a name like this is never written: it holds secrets, or tools obey it"
    return None


def _folded(path: str) -> str:
    """Return what a file system that ignores case, and what it cannot show, takes a path for."""
    letters = unicodedata.normalize("NFKC", path).casefold()
    seen = "".join(letter for letter in letters if unicodedata.category(letter) != "Cf")
    return "/".join(part.rstrip(" .") for part in seen.split("/"))
