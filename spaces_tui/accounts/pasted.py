"""A token as it comes out of a clipboard or a file: with blanks, line breaks, quotes."""

from __future__ import annotations

import re
from typing import Final

_BRACKETS: Final = re.compile(r"\x1b\[20[01]~")
"""What a terminal puts around a paste."""
_BLANKS: Final = re.compile(r"[\s\u200b\u2060\ufeff]+")
_QUOTES: Final = "\"'`\u201c\u201d\u2018\u2019"


def cleaned(text: str) -> str:
    """Return the token without what a paste puts around and into it; empty when there is none."""
    return _BLANKS.sub("", _BRACKETS.sub("", text)).strip(_QUOTES)


def complaint(token: str) -> str | None:
    """Return why a text cannot be a token, without showing it; None when it can."""
    if not token:
        return "There is no token in what was given."
    if not (token.isascii() and token.isprintable()):
        return "What was given has characters that no token has."
    return None
