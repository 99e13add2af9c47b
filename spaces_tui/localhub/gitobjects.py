"""Git object ids, byte for byte as git computes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

FILE_MODE = "100644"
FOLDER_MODE = "40000"


class TreeLine(NamedTuple):
    """One line of a tree object, and the bytes it is sorted by."""

    order: bytes
    line: bytes


def object_id(kind: str, payload: bytes) -> str:
    """Return the SHA-1 of a `blob`, `tree` or `commit` with git's header in front."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(payload)) + payload).hexdigest()


def tree_line(mode: str, name: str, oid: str) -> TreeLine:
    """Return the line of one entry.

    Git sorts by bytes, and compares a folder as if its name ended with a slash.
    """
    raw = name.encode()
    line = mode.encode() + b" " + raw + b"\0" + bytes.fromhex(oid)
    return TreeLine(raw + b"/" if mode == FOLDER_MODE else raw, line)


def tree_payload(lines: Iterable[TreeLine]) -> bytes:
    """Return the content of a tree object."""
    return b"".join(line.line for line in sorted(lines))


def commit_payload(
    tree: str, parents: Iterable[str], author: str, seconds: int, message: str
) -> bytes:
    """Return the content of a commit object.

    `author` is `Name <address>`, used for the committer as well; `seconds` is Unix time, UTC.
    """
    lines = [f"tree {tree}"]
    lines += [f"parent {parent}" for parent in parents]
    lines += [f"author {author} {seconds} +0000", f"committer {author} {seconds} +0000"]
    text = message if message.endswith("\n") else message + "\n"
    return ("\n".join(lines) + "\n\n" + text).encode()
