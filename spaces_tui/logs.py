"""The program's own log file, for bug reports. No token ever reaches it."""

from __future__ import annotations

import logging
import os
from pathlib import Path

_OWNER_ONLY = 0o600


def open_log(path: str, level: str) -> None:
    """Write the log of everything of ours to a file that its owner alone may read.

    Raises:
        OSError: the file cannot be written.
    """
    place = Path(path).expanduser()
    os.close(os.open(place, os.O_CREAT | os.O_APPEND | os.O_WRONLY, _OWNER_ONLY))
    handler = logging.FileHandler(place, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    ours = logging.getLogger("spaces_tui")
    ours.setLevel(level.upper())
    ours.addHandler(handler)
    ours.propagate = False
