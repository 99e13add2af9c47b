"""In which stages Spaces were, kept for each Hub in one file.

What is kept is bounded: a few stages of each Space, fewer where there are many Spaces, and
nothing of a Space that was not seen for three months. What cannot be read counts as absent.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.model.stage import Stage
from spaces_tui.model.stagehistory import KEPT, History, StageSpan
from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_SCHEMA: Final = 1
_MOST: Final = 6_000
"""Stages kept in a file: about a megabyte."""
_FEWEST: Final = 5
_FORGOTTEN: Final = timedelta(days=90)


def read_stages(state: Path, endpoint: str) -> dict[str, History]:
    """Return what is known of Spaces of `endpoint`, by the Hub's own id of each."""
    try:
        kept = json.loads(_file(state, endpoint).read_bytes())
        if kept["schema"] != _SCHEMA or kept["endpoint"] != endpoint:
            return {}
        return {
            str(space): tuple(_span(fields) for fields in spans[-KEPT:])
            for space, spans in kept["spaces"].items()
            if spans
        }
    except (OSError, ValueError, TypeError, KeyError, AttributeError, OverflowError):
        return {}


def write_stages(state: Path, endpoint: str, histories: Mapping[str, History]) -> None:
    """Keep these; what is kept of other Spaces, as by another console, stays.

    Raises:
        OSError: it cannot be written.
    """
    oldest = datetime.now(UTC) - _FORGOTTEN
    known = {**read_stages(state, endpoint), **histories}
    alive = {space: spans for space, spans in known.items() if spans and spans[-1].last > oldest}
    each = max(_FEWEST, min(KEPT, _MOST // max(1, len(alive))))
    content = {
        "schema": _SCHEMA,
        "endpoint": endpoint,
        "spaces": {
            space: [_fields(one) for one in spans[-each:]] for space, spans in alive.items()
        },
    }
    text = json.dumps(content, separators=(",", ":"))
    write_private(_file(state, endpoint), text.encode())


def _file(state: Path, endpoint: str) -> Path:
    return state / f"stages-{sha256(endpoint.encode()).hexdigest()[:12]}.json"


def _fields(span: StageSpan) -> list[Any]:
    return [
        span.stage.name,
        span.begin.timestamp(),
        span.last.timestamp(),
        span.before.timestamp() if span.before else None,
        span.after.timestamp() if span.after else None,
        span.sha,
        span.hardware,
        span.unseen.total_seconds(),
    ]


def _span(fields: list[Any]) -> StageSpan:
    stage, begin, last, before, after, sha, hardware, unseen = fields
    return StageSpan(
        Stage(stage),
        datetime.fromtimestamp(begin, UTC),
        datetime.fromtimestamp(last, UTC),
        None if before is None else datetime.fromtimestamp(before, UTC),
        None if after is None else datetime.fromtimestamp(after, UTC),
        sha,
        hardware,
        timedelta(seconds=unseen),
    )
