"""Tokens and keys in the bytes that are about to be sent."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.identity import Secret

TEXT_LIMIT: Final = 1024 * 1024
"""Bytes of the largest file whose content is searched for patterns."""

_PATTERNS: Final[tuple[tuple[str, tuple[bytes, ...], re.Pattern[bytes]], ...]] = (
    ("a Hugging Face token", (b"hf_",), re.compile(rb"\bhf_[A-Za-z0-9]{30,}")),
    (
        "a GitHub token",
        (b"ghp_", b"gho_", b"ghu_", b"ghs_", b"ghr_", b"github_pat_"),
        re.compile(rb"\b(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})"),
    ),
    ("an AWS access key", (b"AKIA",), re.compile(rb"\bAKIA[0-9A-Z]{16}\b")),
    ("a Slack token", (b"xox",), re.compile(rb"\bxox[baprs]-[A-Za-z0-9-]{10,}")),
    ("a Google API key", (b"AIza",), re.compile(rb"\bAIza[A-Za-z0-9_-]{30,}")),
    ("an API key (sk-…)", (b"sk-",), re.compile(rb"(?<![A-Za-z0-9_-])sk-[A-Za-z0-9_-]{20,}")),
    ("a private key", (b"-----BEGIN ",), re.compile(rb"-----BEGIN [A-Z ]*PRIVATE KEY-----")),
)
"""What it is, what must be somewhere for it to be there at all (quickly looked for), and how it
is told for sure."""


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
