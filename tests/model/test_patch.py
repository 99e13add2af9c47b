"""Unified diffs, taken apart: as git writes them, odd names and lines included."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from spaces_tui.model.patch import read_patch

POINTER = "version https://git-lfs.github.com/spec/v1"


def git(folder: Path, *words: str) -> str:
    command = ["git", "-c", "user.name=a", "-c", "user.email=a@b", "-C", str(folder), *words]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def committed(folder: Path, files: dict[str, bytes | None]) -> None:
    for name, content in files.items():
        path = folder / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    git(folder, "add", "-A")
    git(folder, "commit", "-q", "-m", "x")


def test_what_git_writes_is_read(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    lines = "".join(f"line {number}\n" for number in range(40)).encode()
    committed(tmp_path, {"a b.txt": b"1\n", "gone.txt": b"x\n", "old.txt": lines, "b": b"\0\1"})
    committed(
        tmp_path,
        {
            "a b.txt": b"-- a header\n++ another\ndiff --git a/x b/x\n",
            "gone.txt": None,
            "old.txt": None,
            "new/näme\t.txt": lines + b"more",
            "b": b"\0\2",
            "empty": b"",
            "m.bin": f"{POINTER}\noid sha256:{'a' * 64}\nsize 12\n".encode(),
        },
    )
    found = {file.path: file for file in read_patch(git(tmp_path, "diff", "-M", "HEAD~", "HEAD"))}
    assert {path: file.kind for path, file in found.items()} == {
        "a b.txt": "changed",
        "b": "changed",
        "empty": "added",
        "gone.txt": "deleted",
        "m.bin": "added",
        "new/näme\t.txt": "renamed",
    }
    assert (found["a b.txt"].added, found["a b.txt"].removed) == (3, 1)
    assert found["new/näme\t.txt"].before == "old.txt"
    assert found["b"].note == "binary"
    assert found["empty"].note == "no lines differ"
    assert found["m.bin"].note == "large file: +12 B"
    assert found["m.bin"].lines == ()


@pytest.mark.parametrize("text", ["", "nonsense\n@@ -1 +1 @@\n", "diff --git \n", "diff --git a b"])
def test_what_is_no_diff_breaks_nothing(text: str) -> None:
    assert len(read_patch(text)) <= 1
