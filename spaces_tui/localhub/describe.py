"""What lists and info calls say about a Space, field by field."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.repository import Commit
from spaces_tui.localhub.space import Space, runtime_json


def siblings(commit: Commit, *, blobs: bool = False) -> list[dict[str, Any]]:
    """Return the files of a revision; with `blobs` their sizes and ids as well."""
    if not blobs:
        return [{"rfilename": path} for path, _ in commit.tree.files()]
    found = []
    for path, blob in commit.tree.files():
        entry: dict[str, Any] = {"rfilename": path, "size": blob.size, "blobId": blob.oid}
        if blob.lfs:
            pointer = blob.lfs
            entry["lfs"] = {
                "size": pointer.size,
                "sha256": pointer.sha256,
                "pointerSize": len(pointer.text),
            }
        found.append(entry)
    return found


def _origin(space: Space) -> dict[str, Any] | None:
    if space.origin is None:
        return None
    return {"name": space.origin, "author": {"name": space.origin.partition("/")[0]}}


_FIELDS: Final[dict[str, Callable[[Space, Commit], Any]]] = {
    "author": lambda space, _: space.namespace,
    "cardData": lambda space, _: space.card.data,
    "createdAt": lambda space, _: iso(space.created),
    "datasets": lambda space, _: (space.card.data or {}).get("datasets") or [],
    "disabled": lambda space, _: space.disabled,
    "gated": lambda space, _: space.options.get("gated", False),
    "discussionsDisabled": lambda space, _: space.options.get("discussionsDisabled", False),
    "host": lambda space, _: space.host,
    "lastModified": lambda _, commit: iso(commit.seconds),
    "likes": lambda space, _: space.likes,
    "models": lambda space, _: (space.card.data or {}).get("models") or [],
    "private": lambda space, _: space.visibility != "public",
    "region": lambda space, _: space.options.get("region", "us"),
    "resourceGroup": lambda space, _: space.options.get("resourceGroupId"),
    "runtime": lambda space, _: runtime_json(space),
    "sdk": lambda space, _: space.sdk,
    "sha": lambda _, commit: commit.oid,
    "siblings": lambda _, commit: siblings(commit),
    "subdomain": lambda space, _: space.subdomain,
    "tags": lambda space, _: space.tags,
    "trendingScore": lambda space, _: space.likes // 10,
    "usedStorage": lambda _, commit: sum(blob.size for _path, blob in commit.tree.files()),
    "visibility": lambda space, _: space.visibility,
    "originSpace": lambda space, _: _origin(space),
    "xetEnabled": lambda _space, _: False,
}

LIST_FIELDS: Final = tuple(
    field
    for field in _FIELDS
    if field
    not in {"gated", "host", "xetEnabled", "visibility", "originSpace", "discussionsDisabled"}
)
"""Values of `expand` that lists accept."""

INFO_FIELDS: Final = (*LIST_FIELDS, "xetEnabled")
"""Values of `expand` that info calls accept."""

_ABSENT_WHEN_NONE: Final = frozenset({"cardData", "sdk", "resourceGroup", "originSpace"})

SORTS: Final[dict[str, Callable[[Space], float | str]]] = {
    "createdAt": lambda space: space.created,
    "lastModified": lambda space: space.head.seconds,
    "likes": lambda space: space.likes,
    "trendingScore": lambda space: space.likes,
    "likes30d": lambda space: space.likes,
    "downloads": lambda _space: 0,
    "id": lambda space: space.id,
}
"""Sort keys; all sort descending."""


def describe(space: Space, fields: Iterable[str], commit: Commit | None = None) -> dict[str, Any]:
    """Return `_id`, `id` and the named fields, in the order given."""
    at = commit or space.head
    entry: dict[str, Any] = {"_id": space.hub_id, "id": space.id}
    for field in fields:
        value = _FIELDS[field](space, at)
        if value is not None or field not in _ABSENT_WHEN_NONE:
            entry[field] = value
    return entry
