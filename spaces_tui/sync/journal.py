"""Commits that were about to be sent, written down before they are.

A crash between the request and its answer leaves an open intent; its nonce, looked up in the
Space's history, tells whether the commit landed. One JSON object a line, each on disk before the
engine goes on.
"""

from __future__ import annotations

import errno
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

_LIMIT: Final = 1024 * 1024
"""Bytes after which a journal without open intents starts anew."""


@dataclass(frozen=True, slots=True)
class Intent:
    """A commit that may or may not have landed."""

    nonce: str
    parent: str
    operations: Mapping[str, str | None]
    """Path to the content id it puts there; None: a deletion."""


class Journal:
    """Append-only record of one folder's commits."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def open_intents(self) -> list[Intent]:
        """Return the intents without an outcome, oldest first. A torn line counts as absent."""
        try:
            lines = self._path.read_bytes().splitlines()
        except OSError:
            return []
        found: dict[str, Intent] = {}
        for line in lines:
            try:
                record = json.loads(line)
                kind, nonce = record["kind"], str(record["nonce"])
                if kind == "intent":
                    found[nonce] = Intent(nonce, str(record["parent"]), dict(record["operations"]))
                else:
                    found.pop(nonce, None)
            except (ValueError, KeyError, TypeError):
                continue
        return list(found.values())

    def intend(self, intent: Intent) -> None:
        """Record a commit before its request is sent.

        Raises:
            OSError: the disk will not take it.
        """
        record: dict[str, object] = {"parent": intent.parent, "operations": dict(intent.operations)}
        self._append("intent", intent.nonce, record)

    def done(self, nonce: str, oid: str) -> None:
        """Record that the commit is on the Space."""
        self._append("done", nonce, {"oid": oid})
        if self._path.stat().st_size > _LIMIT and not self.open_intents():
            self._path.unlink()

    def dropped(self, nonce: str, why: str) -> None:
        """Record that the commit is surely not on the Space."""
        self._append("dropped", nonce, {"why": why})

    def _append(self, kind: str, nonce: str, more: dict[str, object]) -> None:
        line = json.dumps({"kind": kind, "nonce": nonce, **more}, separators=(",", ":")) + "\n"
        descriptor = os.open(
            self._path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600
        )
        try:
            # A leading newline ends a line that a crash may have torn.
            data = b"\n" + line.encode()
            if os.write(descriptor, data) != len(data):
                raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
