"""What a terminal sends for a key."""

from __future__ import annotations

from typing import Final

_NAMED: Final = {
    "up": "\x1b[A",
    "down": "\x1b[B",
    "right": "\x1b[C",
    "left": "\x1b[D",
    "home": "\x1b[H",
    "end": "\x1b[F",
    "pageup": "\x1b[5~",
    "pagedown": "\x1b[6~",
    "delete": "\x1b[3~",
    "shift+tab": "\x1b[Z",
    "enter": "\r",
    "esc": "\x1b",
    "tab": "\t",
    "space": " ",
    "backspace": "\x7f",
}


def encode(key: str) -> bytes:
    """Return the bytes of a key by name; `ctrl+` and `alt+` go before letters.

    Raises:
        ValueError: there is no such key here.
    """
    if key in _NAMED:
        return _NAMED[key].encode()
    if key.startswith("ctrl+") and len(key) == len("ctrl+x") and key[-1].isalpha():
        return bytes([ord(key[-1].lower()) & 0x1F])
    if key.startswith("alt+") and len(key) == len("alt+x"):
        return b"\x1b" + key[-1].encode()
    if len(key) == 1:
        return key.encode()
    raise ValueError(f"no key {key!r}")
