"""Volumes: what is mounted into a container, and who may see where it comes from."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from spaces_tui.localhub.errors import bad_request

MASK: Final = "****/******"
_TYPES: Final = ("bucket", "model", "dataset", "space")

Volume = dict[str, Any]
Sees = Callable[[Volume], bool]


def checked_volumes(data: dict[str, Any], *, required: bool) -> list[Volume]:
    """Return the volumes in a body, each with its defaults. Raises 400."""
    items = data.get("volumes") or []
    if not isinstance(items, list) or (required and not items):
        raise bad_request('"volumes" must contain at least 1 items')
    volumes = [_checked(item) for item in items]
    paths = [volume["mountPath"] for volume in volumes]
    if len(set(paths)) != len(paths):
        raise bad_request("Two volumes have the same mount path")
    return volumes


def _checked(item: object) -> Volume:
    if not isinstance(item, dict) or item.get("type") not in _TYPES:
        raise bad_request(f'"type" must be one of [{", ".join(_TYPES)}]')
    source, mount = item.get("source"), item.get("mountPath")
    if not isinstance(source, str) or source.count("/") != 1 or "*" in source:
        raise bad_request('"source" must be namespace/name')
    if not isinstance(mount, str) or not mount.startswith("/"):
        raise bad_request('"mountPath" must start with /')
    bucket = item["type"] == "bucket"
    if bucket and item.get("revision") is not None:
        raise bad_request('"revision" is not allowed for buckets')
    volume: Volume = {"type": item["type"], "source": source, "mountPath": mount}
    if not bucket:
        volume["revision"] = item.get("revision") or "main"
    volume["readOnly"] = bool(item.get("readOnly", False)) if bucket else True
    if item.get("path"):
        volume["path"] = str(item["path"])
    return volume


def visible_runtime(runtime: dict[str, Any], sees: Sees) -> dict[str, Any]:
    """Return a runtime block with the sources hidden that the reader may not see."""
    if "volumes" not in runtime:
        return runtime
    return runtime | {"volumes": masked(runtime["volumes"], sees)}


def masked(volumes: list[Volume], sees: Sees) -> list[Volume]:
    """Return volumes with the sources hidden that the reader may not see."""
    return [volume if sees(volume) else volume | {"source": MASK} for volume in volumes]
