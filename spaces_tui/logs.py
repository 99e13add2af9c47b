"""The program's own log file, for bug reports.

Nothing of ours writes a token down. Should one come along all the same, in the message of an error
perhaps, it is masked here.
"""

from __future__ import annotations

import logging
import os
import platform
import sys
from pathlib import Path

from spaces_tui import __version__
from spaces_tui.model.redaction import redacted

_OWNER_ONLY = 0o600


class _Redacting(logging.Formatter):
    """Masks tokens in a whole entry, traceback and all."""

    def format(self, record: logging.LogRecord) -> str:
        return redacted(super().format(record))


def open_log(path: str, level: str) -> None:
    """Write the log of everything of ours to a file that its owner alone may read.

    Raises:
        OSError: the file cannot be written.
    """
    place = Path(path).expanduser()
    os.close(os.open(place, os.O_CREAT | os.O_APPEND | os.O_WRONLY, _OWNER_ONLY))
    handler = logging.FileHandler(place, encoding="utf-8")
    handler.setFormatter(_Redacting("%(asctime)s %(levelname)s %(name)s %(message)s"))
    ours = logging.getLogger("spaces_tui")
    ours.setLevel(level.upper())
    ours.addHandler(handler)
    ours.propagate = False
    ours.info("spaces-tui %s, Python %s, %s", __version__, platform.python_version(), sys.platform)
