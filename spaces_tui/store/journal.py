"""The journal of actions: what was done to Spaces from here, kept on this machine.

One JSON object a line, newest last. When the file grows beyond a megabyte it becomes the older
half, and a new one begins. A line that cannot be read, torn by a crash or of a later version, is
passed over.
"""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from spaces_tui.model.journal import Record
from spaces_tui.store.files import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

_NAME: Final = "actions.ndjson"
_OLDER: Final = "actions.1.ndjson"
_LIMIT: Final = 1024 * 1024
"""Bytes of the newer half."""


def append(state: Path, records: Iterable[Record]) -> None:
    """Add records to the journal in the state folder.

    Raises:
        OSError: the disk will not take them.
    """
    path = private_folder(state) / _NAME
    text = "".join(json.dumps(_object(record), ensure_ascii=True) + "\n" for record in records)
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
    try:
        os.write(descriptor, text.encode())
        size = os.fstat(descriptor).st_size
    finally:
        os.close(descriptor)
    if size > _LIMIT:
        path.replace(state / _OLDER)


def read(state: Path, limit: int = 2_000) -> tuple[Record, ...]:
    """Return the newest records, newest first; nothing when there is no journal."""
    found: list[Record] = []
    for name in (_NAME, _OLDER):
        try:
            lines = (state / name).read_bytes().splitlines()
        except OSError:
            continue
        for line in reversed(lines):
            if len(found) == limit:
                return tuple(found)
            record = _record(line)
            if record is not None:
                found.append(record)
    return tuple(found)


def _object(record: Record) -> dict[str, object]:
    fields: dict[str, object] = {
        "at": record.at.astimezone(UTC).isoformat(timespec="milliseconds"),
        "space": record.space,
        "what": record.what,
    }
    optional = {"error": record.error, "request": record.request_id, "account": record.account}
    return fields | {name: value for name, value in optional.items() if value}


def _record(line: bytes) -> Record | None:
    try:
        fields = json.loads(line)
        return Record(
            datetime.fromisoformat(fields["at"]),
            str(fields["space"]),
            str(fields["what"]),
            str(fields.get("error", "")),
            str(fields["request"]) if fields.get("request") else None,
            str(fields.get("account", "")),
        )
    except (ValueError, KeyError, TypeError):
        return None
