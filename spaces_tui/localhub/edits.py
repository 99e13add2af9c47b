"""The body of a commit: newline-delimited JSON to changes of files."""

from __future__ import annotations

import base64
import binascii
import json
import re
from dataclasses import dataclass, field
from typing import Any, Final

from spaces_tui.localhub.attributes import ATTRIBUTES, is_binary, lfs_rules
from spaces_tui.localhub.errors import RefusedError, bad_request, invalid
from spaces_tui.localhub.lfs import LfsStore
from spaces_tui.localhub.tree import Blob, Folder, lfs_blob

_OID: Final = re.compile(r"^[0-9a-f]{40}$")
_SHA256: Final = re.compile(r"^[0-9a-f]{64}$")
_RESERVED: Final = frozenset({"", ".", "..", ".git", ".cache"})


@dataclass
class Draft:
    """A commit as asked for, not yet applied."""

    summary: str
    description: str = ""
    parent: str | None = None
    lines: list[tuple[str, dict[str, Any]]] = field(default_factory=list)


def checked_path(path: object) -> str:
    """Return a path that may be stored. Raises 422."""
    if not isinstance(path, str) or len(path) > 1000 or "\\" in path:
        raise invalid(f"Invalid path: {path!r}")
    if _RESERVED.intersection(path.split("/")) or any(ord(letter) < 32 for letter in path):
        raise invalid(f"Invalid path: {path!r}")
    return path


def parse_ndjson(body: bytes) -> Draft:
    """Read the lines of a commit, header first. Raises 400 and 422."""
    lines = []
    # Only line feeds separate: texts may contain other Unicode line ends unescaped.
    for row in body.split(b"\n"):
        if not row.strip():
            continue
        try:
            data = json.loads(row)
            lines.append((str(data["key"]), dict(data["value"])))
        except (ValueError, KeyError, TypeError) as error:
            raise bad_request("Invalid line in the commit payload") from error
    if not lines or lines[0][0] != "header":
        raise bad_request("The first line of a commit must be its header")
    return _draft(lines[0][1], lines[1:])


def parse_json(data: dict[str, Any]) -> Draft:
    """Read the single-object form of a commit. Raises 400 and 422."""
    kinds = (("file", "files"), ("lfsFile", "lfsFiles"), ("deletedEntry", "deletedEntries"))
    try:
        lines = [(kind, dict(item)) for kind, name in kinds for item in data.get(name) or []]
    except (TypeError, ValueError) as error:
        raise bad_request("Operations must be objects") from error
    return _draft(data, lines)


def _draft(header: dict[str, Any], lines: list[tuple[str, dict[str, Any]]]) -> Draft:
    summary = header.get("summary")
    if not isinstance(summary, str) or not summary.strip():
        raise bad_request('"summary" is required')
    parent = header.get("parentCommit")
    if parent is not None and not _OID.match(str(parent)):
        raise bad_request('"parentCommit" must be a full commit id')
    if not lines:
        raise bad_request("A commit must have at least one operation")
    return Draft(summary, str(header.get("description") or ""), parent, lines)


class Edit:
    """Turns the lines of a draft into changes of a tree."""

    def __init__(self, tree: Folder, store: LfsStore) -> None:
        self._tree = tree
        self._store = store
        self._large: list[str] = []
        self.changes: dict[str, Blob | None] = {}

    def apply(self, draft: Draft) -> dict[str, Blob | None]:
        """Return the changes of all lines. Raises 400, 404 and 422 for the whole commit."""
        handlers = {
            "file": self._file,
            "lfsFile": self._lfs_file,
            "deletedFile": self._deleted_file,
            "deletedFolder": self._deleted_folder,
            "deletedEntry": self._deleted_entry,
        }
        # Deletions first: a path that is deleted and written by the same commit is written.
        for key, value in sorted(draft.lines, key=lambda line: not line[0].startswith("deleted")):
            if key not in handlers:
                raise bad_request(f"Unknown operation: {key}")
            handlers[key](checked_path(str(value.get("path", "")).rstrip("/")), value)
        self._route_large_files()
        return self.changes

    def _file(self, path: str, value: dict[str, Any]) -> None:
        old = self._moved(value)
        if "content" not in value and old is not None:
            self.changes[path] = old
            return
        data = decoded(value)
        if is_binary(data):
            raise bad_request(
                "Your push was rejected because it contains binary files. "
                f"Please use https://huggingface.co/docs/hub/xet to store them: {path}"
            )
        self.changes[path] = Blob(data)

    def _lfs_file(self, path: str, value: dict[str, Any]) -> None:
        old = self._moved(value)
        oid = value.get("oid") or (old.lfs.sha256 if old and old.lfs else None)
        if value.get("algo", "sha256") != "sha256" or not _SHA256.match(str(oid)):
            raise invalid(f"Invalid LFS object id for {path}")
        stored = self._store.objects.get(str(oid))
        if stored is None:
            raise bad_request(f"LFS object {oid} of {path} was not uploaded")
        self.changes[path] = lfs_blob(str(oid), len(stored))
        self._large.append(path)

    def _moved(self, value: dict[str, Any]) -> Blob | None:
        if value.get("oldPath") is None:
            return None
        path = checked_path(value["oldPath"])
        old = self._tree.file(path)
        if old is None:
            raise _missing(path)
        self.changes.setdefault(path, None)
        return old

    def _deleted_file(self, path: str, _value: dict[str, Any]) -> None:
        if self._tree.file(path) is None:
            raise _missing(path)
        self.changes[path] = None

    def _deleted_folder(self, path: str, _value: dict[str, Any]) -> None:
        folder = self._tree.get(path)
        if not isinstance(folder, Folder):
            raise _missing(path)
        for below, _blob in folder.files():
            self.changes[f"{path}/{below}"] = None

    def _deleted_entry(self, path: str, value: dict[str, Any]) -> None:
        is_folder = isinstance(self._tree.get(path), Folder)
        (self._deleted_folder if is_folder else self._deleted_file)(path, value)

    def _route_large_files(self) -> None:
        if not self._large:
            return
        sent = self.changes.get(ATTRIBUTES)
        rules = lfs_rules(self._tree, sent.text if sent else None)
        if not all(rules.match(path) for path in self._large):
            self.changes[ATTRIBUTES] = Blob(rules.with_paths(self._large).encode())


def decoded(value: dict[str, Any]) -> bytes:
    """Return the content of a file line. Raises 400."""
    text = value.get("content")
    encoding = value.get("encoding", "utf-8")
    if not isinstance(text, str) or encoding not in {"utf-8", "base64"}:
        raise bad_request('"content" and "encoding" (utf-8 or base64) are required')
    if encoding == "utf-8":
        return text.encode()
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error as error:
        raise bad_request("Invalid base64 content") from error


def _missing(path: str) -> RefusedError:
    return RefusedError(404, f"A file with this name doesn't exist: {path}", "EntryNotFound")
