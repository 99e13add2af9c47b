"""Text of strangers is data: what may reach a terminal, and what may not.

Log lines, commit titles, error messages and file names come from people we do not know. A
terminal obeys what it is sent: an escape sequence can write the clipboard, rename the window or
hide text. Everything that enters the model passes through here once, so that no screen has to
remember to.
"""

from __future__ import annotations

import re
from typing import Final

_HOSTILE: Final = re.compile(
    r"""
      \x1b [\]PX^_] [^\x07\x1b\x9c]* (?: \x07 | \x1b\\ | \x9c | \Z )?   # OSC, DCS, SOS, PM, APC
    | [\x9d\x90\x98\x9e\x9f] [^\x07\x1b\x9c]* (?: \x07 | \x1b\\ | \x9c | \Z )?  # the same in C1
    | (?: \x1b\[ | \x9b ) [0-?]* [ -/]* [@-~]?                          # CSI
    | \x1b [ -/]* [0-~]?                                                # every other escape
    | [\x00-\x08\x0b-\x1f\x7f-\x9f]                                     # C0 but tab and newline, C1
    | [\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]                    # marks that reorder text
    | [\ud800-\udfff]                                                   # halves of surrogate pairs
    """,
    re.VERBOSE,
)
_BREAKS: Final = re.compile(r"[\t\n\u2028\u2029]+")


def clean(text: str) -> str:
    """Return `text` without anything a terminal would obey.

    Escape and control sequences, C0 and C1 controls, marks that reorder text and lone surrogates
    are dropped; tabs and newlines stay.
    """
    if text.isprintable():  # none of what is dropped is
        return text
    return _HOSTILE.sub("", text)


def clean_line(text: str) -> str:
    """Return `text` cleaned and on one line: runs of tabs and line breaks become one space."""
    if text.isprintable():
        return text.strip()
    return _BREAKS.sub(" ", _HOSTILE.sub("", text)).strip()


def clean_name(name: str) -> str:
    """Return a file name as it can be shown, with what was dropped made visible.

    Unlike `clean`, nothing disappears: two names that differ must not look the same. Control
    characters and marks become their Python escapes, undecodable bytes become `\\xNN`.
    """
    if name.isprintable():
        return name
    return "".join(_visible(character) for character in name)


def _visible(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:  # a byte that `os.fsdecode` could not read
        return f"\\x{code - 0xDC00:02x}"
    if character.isprintable():
        return character
    return character.encode("unicode_escape").decode("ascii")
