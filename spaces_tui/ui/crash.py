"""A crash leaves a report without secrets, and never a traceback with local variables."""

from __future__ import annotations

import sys
import traceback
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spaces_tui import __version__
from spaces_tui.model.redaction import redacted
from spaces_tui.model.text import clean

if TYPE_CHECKING:
    from pathlib import Path


def report_of(error: BaseException) -> str:
    """Return the report: versions, and the traceback without any local variable."""
    stack = "".join(traceback.format_exception(error))
    versions = f"spaces-tui {__version__} · Python {sys.version.split()[0]} · {sys.platform}"
    return redacted(clean(f"{versions}\n\n{stack}"))


def write_report(error: BaseException, directory: Path) -> Path | None:
    """Write the report, readable by its owner alone; None when it cannot be written."""
    name = datetime.now(UTC).strftime("crash-%Y%m%d-%H%M%S.txt")
    path = directory / name
    try:
        directory.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(report_of(error), encoding="utf-8")
    except OSError:
        return None
    return path
