"""On which line each table and key of a TOML text stands: Python's own reader does not tell.

The text is one that Python has read already, so only what decides where a statement begins and
ends is looked at: strings, brackets and comments. What stands in an inline table or in an array is
found on the line of the key that holds it.
"""

from __future__ import annotations

import re
import tomllib
from typing import Final

Path = tuple[str, ...]

_BLANK: Final = re.compile(r"(?:[ \t\r\n]|#[^\n]*)*")
_PART: Final = re.compile(r"""[ \t]*([A-Za-z0-9_-]+|"(?:\\.|[^"\\])*"|'[^']*')[ \t]*""")
_STRING: Final = re.compile(
    r'"""(?:\\.|[^\\])*?"""(?:"{0,2}(?!"))|'
    r"'''.*?'''(?:'{0,2}(?!'))|"
    r'"(?:\\.|[^"\\\n])*"|'
    r"'[^'\n]*'",
    re.DOTALL,
)
_PLAIN: Final = re.compile(r"""[^"'#\[\]{}\n]+""")


def places(text: str) -> dict[Path, int]:
    """Return the line, counted from 1, of each table and key by its path."""
    found: dict[Path, int] = {}
    table: Path = ()
    text = text.replace("\r\n", "\n")
    at = _skip(text, 0)
    while at < len(text):
        line = text.count("\n", 0, at) + 1
        if text[at] == "[":
            at += 2 if text.startswith("[[", at) else 1
            table, at = _path(text, at)
            found.setdefault(table, line)
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
        else:
            key, at = _path(text, at)
            for size in range(1, len(key) + 1):
                found.setdefault((*table, *key[:size]), line)
            at = _value_end(text, at)
        at = _skip(text, at)
    return found


def line_of(text: str, *path: str) -> int | None:
    """Return the line of a key, or of the nearest table around it that has one."""
    known = places(text)
    for size in range(len(path), 0, -1):
        if (line := known.get(path[:size])) is not None:
            return line
    return None


def _skip(text: str, at: int) -> int:
    found = _BLANK.match(text, at)
    assert found is not None
    return found.end()


def _path(text: str, at: int) -> tuple[Path, int]:
    parts: list[str] = []
    while found := _PART.match(text, at):
        word = found[1]
        quoted = word[0] in "\"'"
        parts.append(str(tomllib.loads(f"k = {word}")["k"]) if quoted else word)
        at = found.end()
        if not text.startswith(".", at):
            break
        at += 1
    return tuple(parts), at


def _value_end(text: str, at: int) -> int:
    """Return where the statement ends: at the end of a line on which no bracket is open."""
    depth = 0
    while at < len(text):
        char = text[at]
        if char == "\n" and depth == 0:
            return at
        if found := (_STRING.match(text, at) or _PLAIN.match(text, at)):
            at = found.end()
        elif char == "#":
            at = text.find("\n", at) if "\n" in text[at:] else len(text)
        else:
            depth += (char in "[{") - (char in "]}")
            at += 1
    return at
