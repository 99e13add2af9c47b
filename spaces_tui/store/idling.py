"""Since when paid Spaces do nothing, one file for each Hub: a console may be closed for a while."""

from __future__ import annotations

import json
from datetime import datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Final

from spaces_tui.model.idling import Idle
from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SCHEMA: Final = 1


def read_idling(state: Path, endpoint: str) -> dict[str, Idle]:
    """Return what was seen, by the Hub's own id of the Space; nothing of what cannot be read."""
    try:
        kept = json.loads(_file(state, endpoint).read_bytes())
        if kept["schema"] != _SCHEMA or kept["endpoint"] != endpoint:
            return {}
        return {
            str(uid): Idle(_moment(since), _moment(last), int(looks))
            for uid, (since, last, looks) in kept["idle"].items()
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return {}


def write_idling(state: Path, endpoint: str, idle: Mapping[str, Idle]) -> None:
    """Keep what was seen.

    Raises:
        OSError: it cannot be written; what was kept stays.
    """
    content = {
        "schema": _SCHEMA,
        "endpoint": endpoint,
        "idle": {
            uid: [one.since.isoformat(), one.last.isoformat(), one.looks]
            for uid, one in idle.items()
        },
    }
    write_private(_file(state, endpoint), json.dumps(content, separators=(",", ":")).encode())


def _moment(text: str) -> datetime:
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment


def _file(state: Path, endpoint: str) -> Path:
    return state / f"idle-{sha256(endpoint.encode()).hexdigest()[:12]}.json"
