"""The spending record, one file for each Hub. One program at a time keeps it."""

from __future__ import annotations

import fcntl
import json
import os
from dataclasses import replace
from datetime import date, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.model.spending import Day, Record, Spent
from spaces_tui.store.files import private_folder, write_private

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = 1


def read_spending(state: Path, endpoint: str) -> Record:
    """Return what was spent at a Hub; nothing where it cannot be read."""
    try:
        kept = json.loads(_file(state, endpoint).read_bytes())
        if kept["schema"] != _SCHEMA or kept["endpoint"] != endpoint:
            return Record()
        days = {date.fromisoformat(one): _day(day) for one, day in kept["days"].items()}
        return Record(days, _moment(kept["first"]))
    except (OSError, ValueError, TypeError, KeyError, AttributeError):
        return Record()


def write_spending(state: Path, endpoint: str, record: Record) -> None:
    """Keep what was spent.

    Raises:
        OSError: it cannot be written; what was kept stays.
    """
    content = {
        "schema": _SCHEMA,
        "endpoint": endpoint,
        "first": record.first.isoformat() if record.first else None,
        "days": {one.isoformat(): _fields(day) for one, day in record.days.items()},
    }
    text = json.dumps(content, separators=(",", ":"))
    write_private(_file(state, endpoint), text.encode())


class Turn:
    """Whose turn it is to count: with two consoles, each minute would count twice."""

    def __init__(self, state: Path, endpoint: str) -> None:
        self._path = _file(state, endpoint).with_suffix(".lock")
        self._descriptor: int | None = None

    @property
    def held(self) -> bool:
        """Whether it is ours."""
        return self._descriptor is not None

    def take(self) -> bool:
        """Whether it is ours, from now on until this program ends; others try again later.

        Raises:
            OSError: the folder cannot be used.
        """
        if self._descriptor is not None:
            return True
        private_folder(self._path.parent)
        descriptor = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._descriptor = descriptor
        return True

    def release(self) -> None:
        """Let the next one count."""
        if self._descriptor is not None:
            os.close(self._descriptor)
            self._descriptor = None


def _file(state: Path, endpoint: str) -> Path:
    return state / f"spending-{sha256(endpoint.encode()).hexdigest()[:12]}.json"


def _moment(text: str | None) -> datetime | None:
    moment = None if text is None else datetime.fromisoformat(text)
    if moment is not None and moment.tzinfo is None:
        raise ValueError("a moment without its zone")
    return moment


def _fields(day: Day) -> dict[str, Any]:
    return {
        "watched": round(day.watched, 1),
        "spent": {
            uid: [one.space, round(one.micro_usd), round(one.seconds, 1)]
            for uid, one in day.spent.items()
        },
    }


def _day(fields: dict[str, Any]) -> Day:
    spent = {
        str(uid): replace(Spent(str(space)), micro_usd=float(cost), seconds=float(seconds))
        for uid, (space, cost, seconds) in fields["spent"].items()
    }
    return Day(spent, float(fields["watched"]))
