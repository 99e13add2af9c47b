"""Brings httpx in without its command-line program.

httpx loads that program with the library wherever its own dependencies happen to be there, and
with it a tenth of a second of terminal drawing that nobody here uses.
"""

from __future__ import annotations

import sys
from typing import Final

_PROGRAM: Final = "httpx._main"

_spared = _PROGRAM not in sys.modules
if _spared:
    # To import what is set to None fails as if it were not installed, which httpx allows for.
    sys.modules[_PROGRAM] = None  # type: ignore[assignment]  # the documented way to refuse it
try:
    import httpx
finally:
    if _spared:
        del sys.modules[_PROGRAM]

__all__ = ["httpx"]
