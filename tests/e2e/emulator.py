"""The screen behind a pseudo-terminal, with the modes a program left on."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import pyte

_SEQUENCE: Final = re.compile(rb"\x1b\[([?<>=])([0-9;]*)(\$?[a-zA-Z])")
_UNFINISHED: Final = re.compile(rb"\x1b(\[[?<>=]?[0-9;:]*\$?)?$")
_AT_START: Final = frozenset({7, 25})
"""Modes that are on in a fresh terminal: automatic wrap, visible cursor."""
_ALTERNATE: Final = frozenset({47, 1047, 1049})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell of the screen. Colours are names, or six hexadecimal digits."""

    text: str
    foreground: str
    background: str
    bold: bool
    reverse: bool


class Emulator:
    """Interprets what a program writes; answers none of its questions, as some terminals do."""

    def __init__(self, columns: int, rows: int) -> None:
        self._screen = pyte.Screen(columns, rows)
        self._stream = pyte.ByteStream(self._screen)
        self._rest = b""
        self._modes = set(_AT_START)
        self._keyboards = 0

    @property
    def modes(self) -> frozenset[int]:
        """DEC private modes that are on."""
        return frozenset(self._modes)

    @property
    def pristine(self) -> bool:
        """Whether all modes are as in a fresh terminal, the keyboard protocol among them."""
        return self._modes == _AT_START and self._keyboards == 0

    def feed(self, data: bytes) -> None:
        """Interpret more output; sequences may be cut anywhere."""
        data = self._rest + data
        tail = _UNFINISHED.search(data)
        cut = tail.start() if tail else len(data)
        data, self._rest = data[:cut], data[cut:]
        at = 0
        for found in _SEQUENCE.finditer(data):
            self._stream.feed(data[at : found.start()])
            at = found.end()
            self._private(found[1], found[2], found[3])
        self._stream.feed(data[at:])

    def resize(self, columns: int, rows: int) -> None:
        """Change the size."""
        self._screen.resize(rows, columns)

    def rows(self) -> list[str]:
        """Return the rows as text, without blanks at their ends."""
        return [row.rstrip() for row in self._screen.display]

    def cell(self, column: int, row: int) -> Cell:
        """Return one cell."""
        char = self._screen.buffer[row][column]
        return Cell(char.data, char.fg, char.bg, char.bold, char.reverse)

    def _private(self, marker: bytes, numbers: bytes, final: bytes) -> None:
        """Obey a private sequence; the emulation library knows only a few of them."""
        if marker == b"?" and final in {b"h", b"l"}:
            for number in map(int, filter(None, numbers.split(b";"))):
                self._set(number, on=final == b"h")
        elif final == b"u" and marker in {b">", b"<"}:
            self._keyboards += 1 if marker == b">" else -1

    def _set(self, mode: int, *, on: bool) -> None:
        (self._modes.add if on else self._modes.discard)(mode)
        if mode in _ALTERNATE:
            self._screen.reset()
