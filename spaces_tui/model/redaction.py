"""Masks tokens in text that is written down: the last net, where none should have come.

Two things are masked: what looks like a token, and every value that some `Secret` of this process
holds now, whatever it looks like.
"""

from __future__ import annotations

import re
from typing import Final

from spaces_tui.model.identity import secrets_held

MASK: Final = "•••"
_SHORTEST: Final = 8
"""Characters of a value that is masked: shorter ones are words that occur anyway."""
_SECRET: Final = re.compile(
    r"""
      (?: (?<![A-Za-z0-9]) | (?<=%[0-9A-F]{2}) ) (?:hf|api_org)_[A-Za-z0-9._-]{4,}
    | (?i: (?<=bearer\ ) | (?<=bearer%20) ) [^\s"',;]+
    | (?i: (?<=token=) | (?<=secret=) | (?<=password=) | (?<=signature=) ) [^\s,&)"']+
    """,
    re.VERBOSE,
)


def redacted(text: str) -> str:
    """Return text with everything masked that is a token or looks like one."""
    held = {value for value in secrets_held() if len(value) >= _SHORTEST}
    for value in sorted(held, key=len, reverse=True):  # one may be a part of another
        if value in text:
            text = text.replace(value, MASK)
    return _SECRET.sub(MASK, text)
