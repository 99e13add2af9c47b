"""Numbers of bytes as people read them."""

from __future__ import annotations

from typing import Final

_KILO: Final = 1000


def size_of(count: int) -> str:
    """Return a number of bytes, such as `2.9 kB`."""
    if count < _KILO:
        return f"{count} B"
    if count < _KILO**2:
        return f"{count / _KILO:.1f} kB"
    if count < _KILO**3:
        return f"{count / _KILO**2:.1f} MB"
    return f"{count / _KILO**3:,.1f} GB"


def files_of(count: int) -> str:
    """Return a number of files, such as `1 file`."""
    return "1 file" if count == 1 else f"{count:,} files"
