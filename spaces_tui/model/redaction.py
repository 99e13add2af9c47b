"""Masks tokens in text that is written down: the last net, where none should have come.

Two things are masked: what looks like a token, and every value that some `Secret` of this process
holds now, whatever it looks like.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from spaces_tui.model.identity import secrets_held

if TYPE_CHECKING:
    from collections.abc import Iterable

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
    return masked(text, secret_spans(text))


def secret_spans(text: str) -> list[tuple[int, int]]:
    """Return where in a text something stands that is a token or looks like one."""
    spans = [found.span() for found in _SECRET.finditer(text)]
    for value in secrets_held():
        if len(value) >= _SHORTEST:
            spans += spans_of(value, text)
    return spans


def spans_of(value: str, text: str) -> list[tuple[int, int]]:
    """Return where a value stands in a text."""
    return [found.span() for found in re.finditer(re.escape(value), text)]


def masked(text: str, spans: Iterable[tuple[int, int]]) -> str:
    """Return text with a mask in place of these spans; those that touch share one.

    All are found in the text as it came: a value that is the beginning of a longer token would
    otherwise leave the rest of that token without the shape it is known by.
    """
    kept: list[str] = []
    end = -1
    for begin, stop in sorted(spans):
        if begin > end:
            kept += (text[max(end, 0) : begin], MASK)
        end = max(end, stop)
    return "".join(kept) + text[max(end, 0) :]
