"""What an engine remembers between runs, in one small folder that only one engine may use.

Losing it costs a tree listing and a pass of hashing, never a deletion: whatever cannot be read
is taken as not being there.
"""

from __future__ import annotations

import fcntl
import os
from pathlib import Path
from typing import Any, Final

from spaces_tui.sync.figures import Stat
from spaces_tui.sync.good import Good
from spaces_tui.sync.index import Hashed, Index
from spaces_tui.sync.ledger import Anchor, Ledger, Stored
from spaces_tui.sync.read import Content

SCHEMA: Final = 1


class LockedError(Exception):
    """Another process watches this folder; the message is one sentence for a person."""


class Lock:
    """Held as long as an engine runs; the system releases it when the process ends."""

    def __init__(self, path: Path) -> None:
        """Take the lock.

        Raises:
            LockedError: somebody else has it.
            OSError: the folder of the lock cannot be used.
        """
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            os.close(self._descriptor)
            raise LockedError(
                "This folder is already watched for this Space by another program."
            ) from error

    def release(self) -> None:
        """Let the next one in."""
        os.close(self._descriptor)


def restored(data: dict[str, Any], space: str, into: str) -> tuple[Ledger, Index] | None:
    """Read a document; None if it is not of this Space and folder, or cannot be understood."""
    try:
        if (data["schema"], data["space"], data["into"]) != (SCHEMA, space, into):
            return None
        ledger = Ledger(
            str(data["head"]),
            {
                str(name): Stored(str(oid), int(size))
                for name, (oid, size) in data["remote"].items()
            },
            {str(name): _anchor(sides) for name, sides in data["anchors"].items()},
            {str(name) for name in data["leaving"]},
            _good(data.get("good"), data.get("touched")),
        )
        index = Index({str(name): _hashed(row) for name, row in data["index"].items()})
    except (ValueError, KeyError, TypeError, AttributeError):
        return None
    return ledger, index


def document(space: str, into: str, ledger: Ledger, index: Index) -> dict[str, Any]:
    """Return everything that is remembered, as JSON has it but for tuples."""
    return {
        "schema": SCHEMA,
        "space": space,
        "into": into,
        "head": ledger.head,
        "remote": ledger.remote,
        "anchors": ledger.anchors,
        "leaving": sorted(ledger.leaving),
        "good": [ledger.good.oid, dict(ledger.good.put_back)],
        "touched": dict.fromkeys(ledger.good.touched, True),
        "index": index.entries,
    }


def _anchor(sides: list[object]) -> Anchor:
    here, there = sides
    return Anchor(None if here is None else str(here), None if there is None else str(there))


def _good(saved: list[Any] | None, touched: dict[str, bool] | None) -> Good:
    """Read what was live; a state from before this was remembered has none."""
    if saved is None or touched is None:
        return Good()
    oid, put_back = saved
    return Good(
        str(oid),
        set(touched),
        {str(path): None if here is None else str(here) for path, here in put_back.items()},
    )


def _hashed(row: list[list[int | str] | int | bool]) -> Hashed:
    figures, content, scan_ns, sure = row
    if not isinstance(figures, list) or not isinstance(content, list):
        raise TypeError
    size, oid, sha256, *more = content
    return Hashed(
        Stat(*(int(figure) for figure in figures)),
        Content(int(size), str(oid), str(sha256), text=bool(more and more[0])),
        int(scan_ns) if isinstance(scan_ns, int) else 0,
        bool(sure),
    )
