"""The difference between two revisions, in the form git writes it."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from spaces_tui.localhub.gitobjects import FILE_MODE
from spaces_tui.localhub.tree import Blob, Folder

_NOTHING = "0" * 7


def unified(old: Folder, new: Folder) -> str:
    """Return a unified diff of all files; large files differ by their pointers."""
    before, after = dict(old.files()), dict(new.files())
    return "".join(
        line
        for path in sorted(before.keys() | after.keys())
        if (a := before.get(path)) != (b := after.get(path))
        for line in _file(path, a, b)
    )


def _file(path: str, old: Blob | None, new: Blob | None) -> Iterator[str]:
    yield f"diff --git a/{path} b/{path}\n"
    if old is None:
        yield f"new file mode {FILE_MODE}\n"
    if new is None:
        yield f"deleted file mode {FILE_MODE}\n"
    mode = f" {FILE_MODE}" if old and new else ""
    yield f"index {old.oid[:7] if old else _NOTHING}..{new.oid[:7] if new else _NOTHING}{mode}\n"
    source = f"a/{path}" if old else "/dev/null"
    target = f"b/{path}" if new else "/dev/null"
    before, after = _lines(old), _lines(new)
    if before is None or after is None:
        yield f"Binary files {source} and {target} differ\n"
        return
    for line in difflib.unified_diff(before, after, source, target):
        yield line
        if not line.endswith("\n"):
            yield "\n\\ No newline at end of file\n"


def _lines(blob: Blob | None) -> list[str] | None:
    if blob is None:
        return []
    try:
        # Only line feeds end a line for git.
        text = blob.data.decode()
    except UnicodeDecodeError:
        return None
    parts = text.split("\n")
    lines = [f"{part}\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines
