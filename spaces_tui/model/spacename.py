"""Names of Spaces: which ones the Hub takes."""

from __future__ import annotations

import re
from typing import Final

LONGEST: Final = 96
_LETTERS: Final = re.compile(r"[A-Za-z0-9._-]+")
_EDGES: Final = "-."


def space_name_problem(name: str) -> str:
    """Say why no Space can be named so (without its owner), in one sentence; empty when it can."""
    if not name:
        return "The Space needs a name."
    if not _LETTERS.fullmatch(name):
        return "A name has the letters A to Z, digits, and - _ . only."
    if len(name) > LONGEST:
        return f"A name has at most {LONGEST} letters."
    if name[0] in _EDGES or name[-1] in _EDGES:
        return "A name neither begins nor ends with - or a dot."
    if "--" in name or ".." in name:
        return "A name has no -- and no .. in it."
    if name.endswith(".git"):
        return "A name does not end in .git."
    return ""
