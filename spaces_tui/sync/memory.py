"""Where an engine's memory lies: all of it in one file, and what changed since in another.

A commit changes a few entries among thousands, so that a line with those is added to a log, and
the whole is written anew only when the log has grown long. Each line carries a checksum that
continues that of the line before, the first one that of the whole it belongs to. Reading stops
at a line that does not fit: what is known is then a little older, as after a crash, and costs a
listing and a few hashes.
"""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any, Final
from zlib import crc32

from spaces_tui.sync.index import Index
from spaces_tui.sync.ledger import Ledger
from spaces_tui.sync.store import document, restored

_LONG: Final = 256 * 1024
"""Bytes of the log from which the whole is written anew, plus half of what the whole takes."""

Document = dict[str, Any]


class Memory:
    """The memory of one folder and Space in a folder that nobody else uses."""

    def __init__(self, folder: Path, space: str, into: str) -> None:
        self._whole = folder / "state.json"
        self._log = folder / "state.log"
        self._space = space
        self._into = into
        self._written: Document | None = None
        """What the two files together hold; None: write the whole."""
        self._sum = 0
        self._room = 0
        """Bytes the log may still grow by."""

    def load(self) -> tuple[Ledger, Index] | None:
        """Read what was saved; None when there is nothing usable for this Space and folder."""
        self._written = None
        try:
            content = self._whole.read_bytes()
            data = json.loads(content)
            self._sum = crc32(str(data["id"]).encode())
        except (OSError, ValueError, KeyError, TypeError):  # missing, or not ours
            return None
        fits, size = self._replay(data)
        found = restored(data, self._space, self._into)
        if found is not None and fits:
            self._written = _copy(document(self._space, self._into, *found))
            self._room = _LONG + len(content) // 2 - size
        return found

    def save(self, ledger: Ledger, index: Index) -> None:
        """Write what changed, so that a crash leaves the old state or the new one.

        Raises:
            OSError: the disk will not take it.
        """
        data = document(self._space, self._into, ledger, index)
        before, self._written = self._written, None  # until it is written
        if before is None or self._room <= 0:
            self._rewrite(data)
        else:
            self._append(_difference(before, data))
        self._written = _copy(data)

    def _rewrite(self, data: Document) -> None:
        name = token_hex(8)
        content = json.dumps({"id": name, **data}, separators=(",", ":")).encode()
        temporary = self._whole.with_suffix(".new")
        _write(temporary, content, os.O_TRUNC)
        temporary.replace(self._whole)
        self._log.unlink(missing_ok=True)
        self._sum = crc32(name.encode())
        self._room = _LONG + len(content) // 2

    def _append(self, changes: Document) -> None:
        if not changes:
            return
        content = json.dumps(changes, separators=(",", ":")).encode()
        self._sum = crc32(content, self._sum)
        line = b"%08x %b\n" % (self._sum, content)
        self._room -= len(line)
        _write(self._log, line, os.O_APPEND)

    def _replay(self, data: Document) -> tuple[bool, int]:
        """Bring `data` up to date; return whether the whole log was of use, and its size."""
        try:
            content = self._log.read_bytes()
        except FileNotFoundError:
            return True, 0
        except OSError:
            return False, 0
        for line in content.splitlines():
            told, _, changes = line.partition(b" ")
            self._sum = crc32(changes, self._sum)
            if told != b"%08x" % self._sum:
                return False, 0
            _apply(data, json.loads(changes))
        return content.endswith(b"\n"), len(content)


def _write(path: Path, content: bytes, how: int) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC | how
    with os.fdopen(os.open(path, flags, 0o600), "wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())


def _copy(data: Document) -> Document:
    """Copy a document two levels deep; what is below is never changed."""
    return {
        key: dict(value) if isinstance(value, Mapping) else value for key, value in data.items()
    }


def _difference(before: Document, data: Document) -> Document:
    """Return what to change: of tables the entries to set or, as null, to remove; else the value.

    Entries are compared by identity: one that was made anew may be written once too often.
    """
    changes: Document = {}
    for key, value in data.items():
        old = before.get(key)
        if not isinstance(value, Mapping) or not isinstance(old, Mapping):
            if value != old:
                changes[key] = value
            continue
        entries = {name: entry for name, entry in value.items() if old.get(name) is not entry}
        entries |= dict.fromkeys(old.keys() - value.keys())
        if entries:
            changes[key] = entries
    return changes


def _apply(data: Document, changes: Document) -> None:
    for key, value in changes.items():
        table = data.get(key)
        if not isinstance(value, dict) or not isinstance(table, dict):
            data[key] = value
            continue
        for name, entry in value.items():
            if entry is None:
                table.pop(name, None)
            else:
                table[name] = entry
