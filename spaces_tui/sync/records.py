"""The record of a commit that landed, and the list of what is not sent."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from spaces_tui.model.sizes import size_of
from spaces_tui.model.sync import Batch, Skipped
from spaces_tui.model.sync_events import Committed
from spaces_tui.sync.courier import Delivery
from spaces_tui.sync.folder import Look, Refusal
from spaces_tui.sync.plan import LARGEST, Diff

_TRUSTED: Final = 5.0
"""Seconds the file's own time and the moment its write was noticed may differ."""
_OLDEST: Final = 3600.0


def written_at(delivery: Delivery, touched: list[float], now: float) -> float:
    """Return when the last file of a batch was written, on the monotonic clock.

    The file's own time is finer than the moment an event came, and comes from a clock that may
    jump; it counts only where it agrees with the event, or where nothing was noticed.
    """
    noticed = max(touched, default=now)
    if not delivery.written:
        return noticed
    own = now - min(max(0.0, time.time() - delivery.written), _OLDEST)
    return own if not touched or abs(own - noticed) < _TRUSTED else noticed


def batch_of(delivery: Delivery, seconds: float) -> Batch:
    """Return the record of a commit, `seconds` after its last write."""
    return Batch(
        datetime.fromtimestamp(time.time() - seconds, UTC),
        delivery.uploaded,
        delivery.deleted,
        delivery.sent.bytes,
        delivery.requests,
        delivery.sent.oid,
        delivery.parent,
        seconds,
    )


def committed(batch: Batch, note: str = "") -> Committed:
    """Return the event of a batch that landed."""
    return Committed(
        batch.oid,
        batch.parent,
        batch.uploaded,
        batch.deleted,
        batch.bytes,
        batch.requests,
        batch.committed or 0.0,
        batch.hot,
        note,
    )


def not_sent(
    look: Look, diff: Diff, refusals: Mapping[str, Refusal]
) -> list[tuple[Skipped, str | None]]:
    """List what stays behind and why, each with the content it is about."""
    items: list[tuple[Skipped, str | None]] = [
        (Skipped(path, reason), None)
        for path, reason in sorted({**look.scan.refused, **look.problems}.items())
    ]
    for path, size in sorted(look.oversized.items()):
        reason = f"{size_of(size)} is more than the {size_of(LARGEST)} the Hub takes."
        items.append((Skipped(path, reason), str(size)))
    same = "another name looks exactly the same"
    items.extend((Skipped(path, same), None) for path in diff.pairs)
    for path, refusal in sorted(refusals.items()):
        wanted = path in diff.uploads or path in diff.deletes
        if wanted and refusal.content == diff.content(path):
            items.append((Skipped(path, refusal.reason, refusal.line), refusal.content))
    return items
