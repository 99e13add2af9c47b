"""The Hub's `RateLimit` headers: what is left, and when it starts over.

    RateLimit: "api";r=489;t=189
    RateLimit-Policy: "fixed window";"api";q=500;w=300

They come with every response. Blanks around `;` and `=` occur.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

_NAME: Final = re.compile(r'"([^"]*)"')
_NUMBER: Final = re.compile(r";\s*([rtqw])\s*=\s*(\d{1,12})(?!\d)")


@dataclass(frozen=True, slots=True)
class RateLimit:
    """One counter of requests in a fixed window."""

    bucket: str
    """`api`, `resolvers` or `pages`."""
    left: int
    resets_in: int | None = None
    """Seconds until the window ends."""
    quota: int | None = None
    window: int | None = None
    """Length in seconds."""


def parse_rate(headers: Mapping[str, str]) -> RateLimit | None:
    """Read the headers (names in lower case); None when they are missing or unreadable."""
    text = headers.get("ratelimit", "").partition(",")[0]
    name = _NAME.search(text)
    now = {key: int(value) for key, value in _NUMBER.findall(text)}
    if not name or "r" not in now:
        return None
    policy = headers.get("ratelimit-policy", "").partition(",")[0]
    rules = {key: int(value) for key, value in _NUMBER.findall(policy)}
    return RateLimit(name[1], now["r"], now.get("t"), rules.get("q"), rules.get("w"))


def parse_retry_after(headers: Mapping[str, str]) -> float | None:
    """Read `Retry-After` in seconds; dates and negative values count as missing."""
    text = headers.get("retry-after", "").strip()
    return float(text) if text.isascii() and text.isdigit() and len(text) < 10 else None
