"""Hot reload, from the Hub's JSON to the model."""

from __future__ import annotations

import json

from spaces_tui.hub.fields import fields, flag, integer, text
from spaces_tui.model.hotreload import HotReloading, Region, ReloadEvent, ReplicaReload


def read_hot_reloading(value: object) -> HotReloading | None:
    """Read `hotReloading` of a runtime; None when this version was not hot-reloaded."""
    data = fields(value)
    if not data:
        return None
    pairs = data.get("replicaStatuses")
    return HotReloading(
        status=text(data.get("status")) or "",
        replicas=tuple(_replicas(pairs if isinstance(pairs, list) else [])),
    )


def _replicas(pairs: list[object]) -> list[ReplicaReload]:
    return [
        ReplicaReload(name, text(pair[1]) if len(pair) > 1 else None)
        for pair in pairs
        if isinstance(pair, list) and pair and (name := text(pair[0]))
    ]


def read_reload_event(data: str) -> ReloadEvent | None:
    """Read the data of a report's event, which is wrapped twice; None without a kind."""
    try:
        value = fields(fields(json.loads(data)).get("data"))
    except (ValueError, RecursionError):
        return None
    kind = text(value.get("kind"))
    if not kind:
        return None
    return ReloadEvent(
        kind=kind,
        region=_region(value.get("region")),
        object_type=text(value.get("objectType")) or "",
        object_name=text(value.get("objectName")) or "",
        code_lines=_lines(value.get("codeLines")),
        stdout=text(value.get("stdout")) or "",
        stderr=text(value.get("stderr")) or "",
        traceback=text(value.get("traceback")) or "",
        updated=flag(value.get("updated")),
        created=flag(value.get("created")),
    )


def _lines(value: object) -> str:
    """Lines of code come as one text; a list of lines would be understood too."""
    if isinstance(value, list):
        return "\n".join(line for line in value if isinstance(line, str))
    return text(value) or ""


def _region(value: object) -> Region | None:
    data = fields(value)
    if not data:
        return None
    names = ("startLine", "startCol", "endLine", "endCol")
    return Region(*(integer(data.get(name)) for name in names))
