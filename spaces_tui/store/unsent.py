"""What was left unsent when watching ended: one small file for each folder and Space.

It holds where and how many, never names or contents of files. Whatever cannot be read, be it
garbled or of another version, counts as absent.
"""

from __future__ import annotations

import json
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from spaces_tui.model.unsent import Unsent
from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = 1


def read_unsent(place: Path, endpoint: str) -> tuple[Unsent, ...]:
    """Return what was left behind for Spaces of `endpoint`, the newest first."""
    found: list[Unsent] = []
    with suppress(OSError):
        for file in sorted(place.glob("*.json")):
            one = _read(file, endpoint)
            if one is not None:
                found.append(one)
    return tuple(sorted(found, key=lambda one: one.since, reverse=True))


def write_unsent(place: Path, endpoint: str, unsent: Unsent) -> None:
    """Remember one folder; what was remembered of it before is replaced.

    Raises:
        OSError: it cannot be written.
    """
    fields = {**asdict(unsent), "since": unsent.since.timestamp()}
    content = {"schema": _SCHEMA, "endpoint": endpoint, **fields}
    file = _file(place, endpoint, unsent.space, unsent.folder)
    write_private(file, json.dumps(content).encode())


def drop_unsent(place: Path, endpoint: str, space: str, folder: str) -> None:
    """Forget one folder; it need not be known.

    Raises:
        OSError: it cannot be removed.
    """
    _file(place, endpoint, space, folder).unlink(missing_ok=True)


def _file(place: Path, endpoint: str, space: str, folder: str) -> Path:
    key = f"{endpoint}\x00{space}\x00{folder}"
    return place / f"{sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:20]}.json"


def _read(file: Path, endpoint: str) -> Unsent | None:
    try:
        kept = json.loads(file.read_bytes())
        if kept["schema"] != _SCHEMA or kept["endpoint"] != endpoint:
            return None
        return Unsent(
            space=str(kept["space"]),
            folder=str(kept["folder"]),
            into=str(kept["into"]),
            pending=int(kept["pending"]),
            since=datetime.fromtimestamp(kept["since"], UTC),
        )
    except (OSError, ValueError, TypeError, KeyError, OverflowError):
        return None
