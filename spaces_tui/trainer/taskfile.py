"""The file of a task: JSON with one field a line, so that a commit shows what changed."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import fields
from datetime import UTC, datetime
from typing import Any, Final

from .tasks import Hardware, Lease, Outcome, Task, TaskFileError, TaskState

_MOMENTS: Final = ("submitted_at", "heartbeat", "upgraded_at", "began", "ended")
_KNOWN: Final = frozenset(one.name for one in fields(Task)) - {"unknown"}
_TYPES: Final[Mapping[str, type | tuple[type, ...]]] = {
    "id": str,
    "title": str,
    "command": list,
    "flavor": str,
    "seconds": int,
    "submitted_by": str,
    "submitted_at": str,
    "price": int,
    "budget": (int, type(None)),
    "attempts": int,
    "exit_code": (int, type(None)),
    "note": str,
    "cost": int,
    "cancel": bool,
    "proven": bool,
}


def written(task: Task) -> bytes:
    """Return the content of a task's file."""
    record: dict[str, Any] = {
        name: getattr(task, name) for name in _ordered() if name not in {"lease", "before"}
    }
    record["command"] = list(task.command)
    for name in _MOMENTS:
        record[name] = _moment_text(record[name])
    record["lease"] = task.lease and {
        "holder": task.lease.holder,
        "until": _moment_text(task.lease.until),
    }
    record["before"] = task.before and {
        "flavor": task.before.flavor,
        "sleep_time": task.before.sleep_time,
    }
    return (json.dumps(record | dict(task.unknown), indent=1) + "\n").encode()


def parsed(data: bytes) -> Task:
    """Return the task of a file. Raises `TaskFileError` in words for what is none."""
    try:
        record = json.loads(data)
    except ValueError as error:
        raise TaskFileError(f"not JSON: {error}") from error
    if not isinstance(record, dict):
        raise TaskFileError("not a JSON object")
    for name, kind in _TYPES.items():
        if name in record and (
            not isinstance(record[name], kind) or (kind is int and isinstance(record[name], bool))
        ):
            raise TaskFileError(f"{name} is {record[name]!r}")
    try:
        return _task(record)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        if isinstance(error, TaskFileError):
            raise
        what = f"{error.args[0]} is missing" if isinstance(error, KeyError) else str(error)
        raise TaskFileError(what) from error


def _task(record: dict[str, Any]) -> Task:
    values = {name: value for name, value in record.items() if name in _KNOWN}
    for name in ("id", "title", "command", "flavor", "seconds", "submitted_by", "submitted_at"):
        values[name] = record[name]
    for name in _MOMENTS:
        values[name] = _moment(values.get(name))
    values["command"] = tuple(str(word) for word in values["command"])
    values["state"] = TaskState(values.get("state", TaskState.QUEUED))
    values["outcome"] = Outcome(values["outcome"]) if values.get("outcome") else None
    if lease := values.get("lease"):
        until = _moment(lease["until"])
        if until is None:
            raise TaskFileError("a lease needs an end")
        values["lease"] = Lease(str(lease["holder"]), until)
    if before := values.get("before"):
        sleep_time = before.get("sleep_time")
        values["before"] = Hardware(
            str(before["flavor"]), None if sleep_time is None else int(sleep_time)
        )
    unknown = {name: value for name, value in record.items() if name not in _KNOWN}
    return Task(**values, unknown=unknown)


def _ordered() -> list[str]:
    return [one.name for one in fields(Task) if one.name != "unknown"]


def _moment(value: str | None) -> datetime | None:
    if value is None:
        return None
    moment = datetime.fromisoformat(value)
    if moment.tzinfo is None:
        raise TaskFileError(f"{value!r} names no time zone")
    return moment.astimezone(UTC)


def _moment_text(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat()
