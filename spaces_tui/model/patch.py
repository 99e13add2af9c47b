"""A unified diff, taken apart file by file."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_HEADER: Final = "diff --git "
_POINTER: Final = "version https://git-lfs.github.com/spec/v1"
_QUOTED: Final = re.compile(r'"((?:[^"\\]|\\.)*)"')
_ESCAPE: Final = re.compile(rb"\\([0-7]{3}|.)")
_LETTERS: Final = {
    b"a": b"\a", b"b": b"\b", b"t": b"\t", b"n": b"\n", b"v": b"\v", b"f": b"\f", b"r": b"\r",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class FilePatch:
    """What a commit did to one file."""

    path: str
    kind: str = "changed"
    """`added`, `changed`, `deleted` or `renamed`."""
    before: str = ""
    """The old path of a renamed file."""
    lines: tuple[str, ...] = ()
    """The hunks, with their `@@` lines and signs; none for what is not text."""
    note: str = ""
    """What stands in place of a text."""

    @property
    def added(self) -> int:
        """Lines that came."""
        return sum(1 for line in self.lines if line.startswith("+"))

    @property
    def removed(self) -> int:
        """Lines that went."""
        return sum(1 for line in self.lines if line.startswith("-"))


def read_patch(text: str) -> tuple[FilePatch, ...]:
    """Read what git writes for two revisions; what is not understood is left out."""
    blocks: list[list[str]] = []
    left = 0, 0
    for line in text.split("\n"):
        # A line of a text may look like a header: the hunk says how many lines are its own.
        if left == (0, 0) and line.startswith(_HEADER):
            blocks.append([])
        if not blocks:
            continue
        blocks[-1].append(line)
        left = _hunk(line) or left if left == (0, 0) else _after(line, left)
    return tuple(_file(block) for block in blocks)


def _hunk(line: str) -> tuple[int, int] | None:
    found = re.match(r"@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@", line)
    return (int(found[1] or 1), int(found[2] or 1)) if found else None


def _after(line: str, left: tuple[int, int]) -> tuple[int, int]:
    old, new = left
    match line[:1]:
        case "-":
            old -= 1
        case "+":
            new -= 1
        case "\\":
            pass
        case _:
            old, new = old - 1, new - 1
    return max(0, old), max(0, new)


def _file(block: list[str]) -> FilePatch:
    start = next((at for at, line in enumerate(block) if line.startswith("@@ ")), len(block))
    head, lines = block[:start], block[start:]
    while lines and not lines[-1]:
        lines.pop()
    old, new = _paths(head)
    kind, before = "changed", ""
    if any(line.startswith("new file") for line in head):
        kind = "added"
    elif any(line.startswith("deleted file") for line in head):
        kind = "deleted"
    elif old != new:
        kind, before = "renamed", old
    note = _note(head, lines)
    return FilePatch(
        old if kind == "deleted" else new, kind, before, () if note else tuple(lines), note
    )


def _note(head: list[str], lines: list[str]) -> str:
    if any(line.startswith(("Binary files ", "GIT binary patch")) for line in head):
        return "binary"
    if any(line[1:] == _POINTER for line in lines):
        sizes = {line[0]: line[6:] for line in lines if line[1:].startswith("size ")}
        return " ".join(
            ["large file:", *(f"{sign}{sizes[sign]} B" for sign in "-+" if sign in sizes)]
        )
    return "" if lines else "no lines differ"


def _paths(head: list[str]) -> tuple[str, str]:
    """Return the old and the new path; the header alone is not clear when they hold blanks."""
    named = {line[:4]: _unquoted(line[4:]) for line in head if line.startswith(("--- ", "+++ "))}
    old, new = _header_paths(head[0].removeprefix(_HEADER))
    for line in head:
        if line.startswith("rename from "):
            old = _unquoted(line.removeprefix("rename from "))
        elif line.startswith("rename to "):
            new = _unquoted(line.removeprefix("rename to "))
    if (found := named.get("--- ", "/dev/null")) != "/dev/null":
        old = found.removeprefix("a/")
    if (found := named.get("+++ ", "/dev/null")) != "/dev/null":
        new = found.removeprefix("b/")
    return old, new


def _header_paths(text: str) -> tuple[str, str]:
    quoted = _QUOTED.findall(text)
    if len(quoted) == 2:
        return tuple(_unescaped(one)[2:] for one in quoted)  # type: ignore[return-value]  # two of them
    half = len(text) // 2
    if text[:1] == "a" and text[2:half] == text[half + 3 :]:
        return text[2:half], text[half + 3 :]
    old, _, new = text.partition(" b/")
    return old.removeprefix("a/"), new


def _unquoted(text: str) -> str:
    found = _QUOTED.fullmatch(text)
    return _unescaped(found[1]) if found else text.removesuffix("\t")


def _unescaped(text: str) -> str:
    def letter(found: re.Match[bytes]) -> bytes:
        code = found[1]
        return bytes([int(code, 8) & 255]) if code.isdigit() else _LETTERS.get(code, code)

    return _ESCAPE.sub(letter, text.encode()).decode("utf-8", "surrogateescape")
