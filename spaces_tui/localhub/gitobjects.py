"""Git object ids, byte for byte as git computes them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from typing import NamedTuple

FILE_MODE = "100644"
FOLDER_MODE = "40000"


class TreeEntry(NamedTuple):
    """One line of a tree object."""

    mode: str
    name: str
    oid: str


def object_id(kind: str, payload: bytes) -> str:
    """Return the SHA-1 of a `blob`, `tree` or `commit` with git's header in front."""
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(payload)) + payload).hexdigest()


def tree_payload(entries: Iterable[TreeEntry]) -> bytes:
    """Return the content of a tree object.

    Git sorts by bytes, and compares a folder as if its name ended with a slash.
    """

    def order(entry: TreeEntry) -> bytes:
        name = entry.name.encode()
        return name + b"/" if entry.mode == FOLDER_MODE else name

    return b"".join(
        f"{entry.mode} {entry.name}".encode() + b"\0" + bytes.fromhex(entry.oid)
        for entry in sorted(entries, key=order)
    )


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
