"""Searches for planted tokens: whole, in pieces, and as they look when they are encoded."""

from __future__ import annotations

import base64
from collections.abc import Iterable
from pathlib import Path
from typing import Final

_PIECE: Final = 8
"""Characters in a row that are no accident in a token of random letters."""


class Planted:
    """The tokens of one test."""

    def __init__(self, *tokens: str) -> None:
        self._pieces = {
            form[at : at + _PIECE]
            for token in tokens
            for form in _forms(token)
            for at in range(len(form) - _PIECE + 1)
        }

    def traces_in(self, data: bytes | bytearray) -> list[bytes]:
        """Return the pieces of tokens that are in what was written."""
        return sorted(piece for piece in self._pieces if piece in data)

    def files_below(self, *folders: Path, but: Iterable[Path] = ()) -> list[Path]:
        """Return the files below some folders that hold a piece, or are named like one."""
        left_out = set(but)
        return [
            file
            for folder in folders
            for file in folder.rglob("*")
            if file not in left_out and self.traces_in(_all_of(file))
        ]


def _forms(token: str) -> Iterable[bytes]:
    """Yield the token as it is, reversed, in hexadecimal, and in base64 at each alignment.

    Quoted for a URL it looks the same: it has letters, digits and underscores.
    """
    plain = token.encode()
    yield plain
    yield plain[::-1]
    yield plain.hex().encode()
    for before in range(3):
        coded = base64.b64encode(b"\0" * before + plain).rstrip(b"=")
        yield coded[4 if before else 0 : -2]  # without what depends on its neighbours


def _all_of(file: Path) -> bytes:
    name = bytes(file)
    return name + file.read_bytes() if file.is_file() else name
