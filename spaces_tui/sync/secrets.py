"""Tokens and keys in the bytes that are about to be sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.identity import Secret
from spaces_tui.model.tokens import TOKEN_SHAPES

TEXT_LIMIT: Final = 1024 * 1024
"""Bytes of the largest file whose content is searched for patterns."""

_PATTERNS: Final = tuple(
    (shape.what, tuple(sign.encode() for sign in shape.signs), re.compile(shape.pattern.encode()))
    for shape in TOKEN_SHAPES
)
"""As `TOKEN_SHAPES`, for bytes."""


@dataclass(frozen=True, slots=True)
class Finding:
    """A secret in a content: what it looks like and where, never the secret itself."""

    what: str
    line: int
    """Counted from 1."""


def find_secret(
    content: bytes, forbidden: Sequence[Secret], *, patterns: bool = True
) -> Finding | None:
    """Return the first secret in `content`.

    The `forbidden` values are looked for in every content, byte for byte; the patterns only in
    text of up to 1 MiB, and only if `patterns` says so.
    """
    for secret in forbidden:
        value = secret.reveal().encode()
        if value and (at := content.find(value)) >= 0:
            return Finding("your own access token", _line(content, at))
    if not patterns or not is_text(content) or len(content) > TEXT_LIMIT:
        return None
    hits = (
        (match.start(), what)
        for what, signs, pattern in _PATTERNS
        if any(sign in content for sign in signs) and (match := pattern.search(content))
    )
    first = min(hits, default=None)
    return Finding(first[1], _line(content, first[0])) if first else None


def is_text(content: bytes) -> bool:
    """Whether the content is text as git sees it: no NUL in the first 8,000 bytes."""
    return b"\0" not in content[:8000]


def _line(content: bytes, at: int) -> int:
    return content.count(b"\n", 0, at) + 1
