"""The list of the last run, so that the first frame has something true to show.

It holds what the list call says of each Space and nothing else: no token, no secret, no
variable, no log. Whatever cannot be read, be it garbled or of another version, counts as absent.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.model.space import Domain, Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from pathlib import Path

_SCHEMA: Final = 1
_NOT_KEPT: Final = ("created", "modified")
_NOT_KEPT_OF_A_RUNTIME: Final = ("volumes", "hot_reloading")


@dataclass(frozen=True, slots=True)
class Listing:
    """The Spaces as they were at `as_of`, with the owners in the order of the screen."""

    as_of: datetime
    owners: tuple[str, ...]
    spaces: tuple[Space, ...]


def read_listing(cache: Path, endpoint: str) -> Listing | None:
    """Return the list of the last run against `endpoint`; None when there is none to trust."""
    try:
        kept = json.loads(_file(cache, endpoint).read_bytes())
        if kept["schema"] != _SCHEMA or kept["endpoint"] != endpoint:
            return None
        return Listing(
            as_of=datetime.fromtimestamp(kept["as_of"], UTC),
            owners=tuple(kept["owners"]),
            spaces=tuple(_space(fields) for fields in kept["spaces"]),
        )
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return None


def write_listing(cache: Path, endpoint: str, listing: Listing) -> None:
    """Keep a list for the next start.

    Raises:
        OSError: it cannot be written.
    """
    content = {
        "schema": _SCHEMA,
        "endpoint": endpoint,
        "as_of": listing.as_of.timestamp(),
        "owners": listing.owners,
        "spaces": [_fields(space) for space in listing.spaces],
    }
    write_private(_file(cache, endpoint), json.dumps(content).encode())


def _file(cache: Path, endpoint: str) -> Path:
    return cache / f"spaces-{sha256(endpoint.encode()).hexdigest()[:12]}.json"


def _fields(space: Space) -> dict[str, Any]:
    kept = asdict(replace(space, created=None, modified=None))
    for name in _NOT_KEPT:
        del kept[name]
    if kept["runtime"]:
        for name in _NOT_KEPT_OF_A_RUNTIME:
            del kept["runtime"][name]
    return kept


def _space(fields: dict[str, Any]) -> Space:
    runtime = fields.pop("runtime")
    tags = tuple(fields.pop("tags"))
    return Space(**fields, tags=tags, runtime=_runtime(runtime) if runtime else None)


def _runtime(fields: dict[str, Any]) -> Runtime:
    stage = Stage(fields.pop("stage")["name"])
    domains = tuple(Domain(**domain) for domain in fields.pop("domains"))
    return Runtime(stage=stage, domains=domains, **fields)
