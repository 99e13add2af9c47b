"""Large files ask first: which of a plan's uploads wait for a yes of their own, and why."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from spaces_tui.model.sizes import size_of
from spaces_tui.model.text import clean_name
from spaces_tui.sync.plan import MAX_FILE, Diff

WARN_SIZE: Final = 1024 * 1024
"""Bytes above which a file is worth a word."""


def too_large(diff: Diff, there: Collection[str]) -> dict[str, str]:
    """Return the uploads that must not go without a yes, and why, in one sentence each.

    Args:
        diff: what nobody said yes to.
        there: the content ids the Space has; what it has somewhere costs nothing to put elsewhere.
    """
    return {
        path: f"{clean_name(path)}, {size_of(content.size)}: more than 10 MB"
        for path, content in diff.uploads.items()
        if content.size > MAX_FILE and not any(name in there for name in content.ids)
    }


def warnings(diff: Diff) -> list[tuple[str, str, str]]:
    """Return what is worth a word before it goes: path, content id, and the word."""
    return [
        (path, content.id, f"{clean_name(path)} is large: {size_of(content.size)}.")
        for path, content in diff.uploads.items()
        if WARN_SIZE < content.size <= MAX_FILE
    ]
