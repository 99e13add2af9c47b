"""The last lines of logs, one file for each log of each Space.

A container that died takes its log with it: the Hub gives only that of the newest one. The files
are for the owner alone, tokens in them are masked, and there is a bound on each and on all.
"""

from __future__ import annotations

import json
import shutil
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from itertools import islice
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.model.logs import LineMark, LogLine
from spaces_tui.model.redaction import redacted
from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from spaces_tui.model.log_stream import LogStream

LONGEST: Final = 128 * 1024
"""Bytes kept of one log, about 1,000 lines."""
_SCHEMA: Final = 1
_FILES: Final = 200
_FORGOTTEN: Final = timedelta(days=30)


def file_of(folder: Path, endpoint: str, space: str, stream: LogStream) -> Path:
    """Return where a log is kept; `space` is the Hub's own id of the Space."""
    name = sha256(f"{endpoint}\n{space}".encode()).hexdigest()[:20]
    return folder / f"{name}-{stream.value}.jsonl"


def read_last_words(path: Path) -> list[LogLine]:
    """Return what is kept, the oldest line first; nothing of what cannot be read."""
    try:
        head, *rows = path.read_text("utf-8").splitlines()
        if json.loads(head)["schema"] != _SCHEMA:
            return []
        return [_line(json.loads(row)) for row in rows]
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return []


def write_last_words(path: Path, newest_first: Iterable[LogLine]) -> None:
    """Keep as much of a log as there is room for, in place of what was kept of it.

    Raises:
        OSError: it cannot be written; what was kept stays.
    """
    rows: list[str] = []
    size = 0
    for line in newest_first:
        row = json.dumps(_fields(line), ensure_ascii=False, separators=(",", ":"))
        size += len(row.encode()) + 1
        if size > LONGEST:
            break
        rows.append(row)
    head = json.dumps({"schema": _SCHEMA})
    write_private(path, "\n".join([head, *reversed(rows), ""]).encode())


def prune_last_words(folder: Path) -> None:
    """Remove what is too old, and the oldest where there is too much; never fails."""
    oldest = (datetime.now(UTC) - _FORGOTTEN).timestamp()
    with suppress(OSError):
        files = sorted(((one.stat().st_mtime, one) for one in folder.glob("*.jsonl")), reverse=True)
        stale = [one for time, one in islice(files, _FILES) if time < oldest]
        for one in [*stale, *(one for _, one in files[_FILES:])]:
            one.unlink(missing_ok=True)


def forget_last_words(folder: Path) -> None:
    """Remove everything that is kept."""
    shutil.rmtree(folder, ignore_errors=True)


def _fields(line: LogLine) -> list[Any]:
    stamp = line.time.timestamp() if line.time else None
    row: list[Any] = [stamp, redacted(line.text)]
    return [*row, line.mark.value] if line.mark else row


def _line(fields: list[Any]) -> LogLine:
    stamp, text, *mark = fields
    time = None if stamp is None else datetime.fromtimestamp(stamp, UTC)
    return LogLine(time, str(text), LineMark(mark[0]) if mark else None)
