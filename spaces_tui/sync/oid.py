"""Names of contents: git's blob ids, and SHA-256 for what is stored as a large file."""

from __future__ import annotations

import hashlib
from typing import Final

LARGE_PREFIX: Final = "sha256:"
"""Marks a content id that is not a git object id."""


def blob_oid(content: bytes) -> str:
    """Return git's object id of a file with this content."""
    return hashlib.sha1(b"blob %d\0" % len(content) + content, usedforsecurity=False).hexdigest()


def large_oid(sha256: str) -> str:
    """Return the content id of a large file."""
    return LARGE_PREFIX + sha256
