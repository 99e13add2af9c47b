"""Sync events as JSON objects and as plain lines."""

from __future__ import annotations

import shlex
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Final, assert_never

from spaces_tui.headless.progress import progress_words
from spaces_tui.model.sizes import size_of
from spaces_tui.model.sync import Skipped, SyncPlan
from spaces_tui.model.sync_events import (
    Changed,
    Committed,
    Conflicted,
    Degraded,
    Failed,
    Fetched,
    HeldBack,
    LogTail,
    Planned,
    Progressed,
    Refused,
    Reloaded,
    Retrying,
    Slowed,
    StageChanged,
    StateChanged,
    Stranded,
    SyncEvent,
    Warned,
    WentLive,
)
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean, clean_line, clean_name

_SHOWN: Final = 10
"""Paths a plain line names before it counts the rest."""


def as_object(event: SyncEvent, time: datetime) -> dict[str, Any]:
    """Return an event as the JSON object of the contract; `time` is UTC.

    Paths and messages are the exact ones: JSON escapes what a terminal would obey.
    """
    stamp = time.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    name, fields = _object(event)
    return {"event": name, "time": stamp, **fields}


def _object(event: SyncEvent) -> tuple[str, dict[str, Any]]:  # noqa: PLR0911, PLR0912  (one per event)
    match event:
        case StateChanged(state, reason, pending):
            return "state", {"state": str(state), "reason": reason, "pending": pending}
        case Degraded(reason):
            return "degraded", {"reason": reason}
        case Planned(plan):
            return "plan", _plan_object(plan)
        case Changed(paths):
            return "changed", {"paths": list(paths)}
        case Committed():
            return "commit", {
                "oid": event.oid,
                "parent": event.parent,
                "uploaded": list(event.uploaded),
                "deleted": list(event.deleted),
                "bytes": event.bytes,
                "requests": event.requests,
                "seconds": round(event.seconds, 3),
                **({"hot_reload": True} if event.hot else {}),
                **({"note": event.note} if event.note else {}),
            }
        case StageChanged(stage, sha):
            return "stage", {"stage": stage.name, "sha": sha}
        case WentLive(oid, seconds):
            return "live", {"oid": oid, "seconds": round(seconds, 3)}
        case Stranded(oid, stage, reason):
            return "not-live", {"oid": oid, "stage": stage.name, "reason": reason}
        case LogTail(oid, stream, lines):
            return "log", {"oid": oid, "stream": stream, "lines": list(lines)}
        case Retrying(reason, in_seconds):
            return "retry", {"reason": reason, "in_seconds": round(in_seconds, 1)}
        case HeldBack(reason, paths):
            return "held", {"reason": reason, "paths": list(paths)}
        case Conflicted(paths, remote_oid, notes):
            facts = {"paths": list(paths), "remote_oid": remote_oid, "notes": list(notes)}
            return "conflict", facts
        case Refused(path, reason, line):
            return "refused", {"path": path, "reason": reason, "line": line}
        case Failed(message, request_id):
            return "error", {"message": message, "request_id": request_id}
        case Progressed():
            return "progress", {
                "path": event.path,
                "sent": event.sent,
                "size": event.size,
                "rate": round(event.rate),
                "fetching": event.fetching,
            }
        case Fetched():
            return "fetched", {
                "paths": list(event.paths),
                "deleted": list(event.deleted),
                "oid": event.oid,
                "bytes": event.bytes,
                "replaced": dict(event.replaced),
            }
        case Reloaded(oid, seconds, replaced):
            return "reload", {"oid": oid, "seconds": round(seconds, 3), "replaced": list(replaced)}
        case Warned(message, path, line):
            return "warning", {"message": message, "path": path, "line": line}
        case Slowed(path, reason):
            return "slowed", {"path": path, "reason": reason}
        case _:
            assert_never(event)


def _plan_object(plan: SyncPlan) -> dict[str, Any]:
    fetch = [{"path": file.path, "size": file.size} for file in plan.fetch]
    return {
        "upload": [
            {"path": file.path, "size": file.size, "reason": file.reason, "mode": file.mode}
            for file in plan.upload
        ],
        "delete": list(plan.delete),
        "unchanged": plan.unchanged,
        "skipped": [{"path": file.path, "reason": file.reason} for file in plan.skipped],
        **({"fetch": fetch} if fetch else {}),
    }


def as_lines(event: SyncEvent) -> list[str]:  # noqa: PLR0911, PLR0912  (one per event)
    """Return an event as lines for people; an event nobody needs to read gives none."""
    match event:
        case StateChanged(state, reason, pending):
            return _state_lines(state, reason, pending)
        case Degraded(reason):
            return [f"scanning instead of waiting for file events: {clean_line(reason)}"]
        case Planned(plan):
            return plan_lines(plan)
        case Changed():
            return []
        case Committed():
            what = ", ".join([*_named(event.uploaded), *_named(event.deleted, "deleted ")])
            size = size_of(event.bytes)
            note = " · asked for a hot reload" if event.hot else ""
            note = f" · {clean_line(event.note)}" if event.note else note
            return [f"committed {event.oid[:7]} +{event.seconds:.1f} s · {what} · {size}{note}"]
        case StageChanged(stage):
            # "Running" may still be the old commit; when it is the new one, `live` says so.
            return [] if stage.running else [stage.word.lower()]
        case WentLive(hot=True):
            return []  # the line of its reload says so
        case WentLive(oid, seconds):
            return [f"live {oid[:7]} +{seconds:.1f} s"]
        case Stranded(oid, _, reason):
            return [f"not live {oid[:7]}: {clean_line(reason)}"]
        case LogTail(oid, stream, lines):
            head = f"end of the {clean_line(stream)} log of {oid[:7]}:"
            return [head, *(f"    {clean(line)}" for line in lines)]
        case Retrying(reason, in_seconds):
            return [f"{clean_line(reason)} Next try in {in_seconds:.0f} s."]
        case HeldBack(reason, paths):
            names = ", ".join(_named(paths))
            told = len(paths) == 1 and clean_line(reason).startswith(names)
            return [f"held: {clean_line(reason)}" + ("" if told else f" ({names})")]
        case Conflicted():
            return _conflict_lines(event)
        case Refused(path, reason, line):
            place = f"{clean_name(path)}:{line}" if line else clean_name(path)
            return [f"refused {place}: {clean_line(reason)}"]
        case Failed(message, request_id):
            suffix = f" (request {request_id})" if request_id else ""
            return [f"error: {clean_line(message)}{suffix}"]
        case Progressed():
            return [progress_words(event)]
        case Fetched():
            return _fetched_lines(event)
        case Reloaded(oid, seconds, replaced):
            what = ", ".join(clean_line(name) for name in replaced) or "nothing changed in it"
            return [f"reloaded {oid[:7]} +{seconds:.1f} s · {what}"]
        case Warned(message, path, line):
            place = f"{clean_name(path)}:{line}: " if path and line else ""
            return [f"warning: {place}{clean_line(message)}"]
        case Slowed(path, reason):
            return [f"slowed {clean_name(path)}: {clean_line(reason)}"]
        case _:
            assert_never(event)


def plan_lines(plan: SyncPlan) -> list[str]:
    """Return a plan, a line for each file up to a readable number."""
    if plan.fetch:
        return _fetch_lines(plan)
    head = (
        f"plan: upload {len(plan.upload)}, delete {len(plan.delete)}, "
        f"unchanged {plan.unchanged}, skipped {len(plan.skipped)}"
    )
    rows = [f"  + {clean_name(f.path)} ({f.reason}, {size_of(f.size)})" for f in plan.upload]
    rows += [f"  - {clean_name(path)}" for path in plan.delete]
    skipped = [_skipped(file) for file in plan.skipped]
    stay = len(plan.remote_only)
    kept = [f"  {stay} files exist only on the Space and stay there"] if stay else []
    return [head, *_cut(rows), *_cut(skipped), *kept]


def _fetch_lines(plan: SyncPlan) -> list[str]:
    size = size_of(sum(file.size for file in plan.fetch))
    count = f"{len(plan.fetch)} file{'' if len(plan.fetch) == 1 else 's'}"
    head = f"plan: {count} ({size}) can be fetched, unchanged {plan.unchanged}"
    rows = [f"  ↓ {clean_name(file.path)} ({size_of(file.size)})" for file in plan.fetch]
    return [head, *_cut(rows), *_cut([_skipped(file) for file in plan.skipped])]


def _conflict_lines(event: Conflicted) -> list[str]:
    first = shlex.quote(clean_name(event.paths[0])) if event.paths else "PATH"
    return [
        f"conflict with {event.remote_oid[:7]}: {', '.join(_named(event.paths))}",
        *_cut([f"  {note}" for note in event.notes]),
        f"  mine {first}    send the version of this folder",
        f"  theirs {first}    take the version of the Space",
        f"  both {first}    send this one, and put the other beside it",
    ]


def _fetched_lines(event: Fetched) -> list[str]:
    what = ", ".join([*_named(event.paths), *_named(event.deleted, "deleted here: ")])
    return [
        f"fetched {what} · {size_of(event.bytes)} from {event.oid[:7]}",
        *(
            f"  the {clean_name(path)} that was here: {clean_name(place)}"
            for path, place in event.replaced
        ),
    ]


def _skipped(file: Skipped) -> str:
    return f"  · {clean_name(file.path)}: {clean_line(file.reason)}"


def _cut(rows: list[str]) -> list[str]:
    if len(rows) <= _SHOWN + 1:
        return rows
    return [*rows[:_SHOWN], f"  … and {len(rows) - _SHOWN} more"]


def _named(paths: Iterable[str], prefix: str = "") -> list[str]:
    names = [prefix + clean_name(path) for path in paths]
    if len(names) <= _SHOWN:
        return names
    return [*names[:_SHOWN], f"{len(names) - _SHOWN} more"]


_QUIET: Final = frozenset(
    {SyncState.STARTING, SyncState.DIRTY, SyncState.SETTLING, SyncState.SENDING}
)


_TOLD: Final = frozenset({SyncState.STARTING, SyncState.SETTLING})
"""Of the quiet ones, those that are told when there is a reason for them."""


def _state_lines(state: SyncState, reason: str, pending: int) -> list[str]:
    if state in _QUIET and not (state in _TOLD and reason):
        return []
    waiting = f" · {pending} pending" if pending else ""
    why = f": {clean_line(reason)}" if reason else ""
    return [f"{state}{why}{waiting}"]
