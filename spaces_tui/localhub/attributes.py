"""Rules in `.gitattributes` and `.gitignore`, and which files are stored as large files."""

from __future__ import annotations

from typing import Final

from pathspec import GitIgnoreSpec

from spaces_tui.localhub.tree import Folder

ATTRIBUTES: Final = ".gitattributes"
LFS_ATTRIBUTES: Final = "filter=lfs diff=lfs merge=lfs -text"
REGULAR_LIMIT: Final = 10 * 1000 * 1000
"""Bytes; a bigger file is stored as a large file whatever it contains."""

_LARGE: Final = (
    ".7z .arrow .bin .bz2 .ckpt .ftz .gz .h5 .joblib .mlmodel .model .msgpack .npy .npz .onnx .ot "
    ".parquet .pb .pickle .pkl .pt .pth .rar .safetensors .tar .tflite .tgz .wasm .xz .zip .zst"
)

DEFAULT_ATTRIBUTES: Final = "".join(
    f"*{extension} {LFS_ATTRIBUTES}\n" for extension in _LARGE.split()
)
"""What every new Space begins with."""


class LfsRules:
    """Which paths `.gitattributes` sends to large-file storage."""

    def __init__(self, text: str) -> None:
        self._lines = text.splitlines()
        patterns = []
        for line in self._lines:
            pattern, _, attributes = line.strip().partition(" ")
            if pattern and not pattern.startswith("#"):
                named = pattern.replace("[[:space:]]", "?")
                # The last line that matches decides, as with negation in an ignore file.
                patterns.append(named if "filter=lfs" in attributes.split() else f"!{named}")
        self._spec = GitIgnoreSpec.from_lines(patterns)

    def match(self, path: str) -> bool:
        """Whether the file at `path` is to be stored as a large file."""
        return self._spec.match_file(path)

    def with_paths(self, paths: list[str]) -> str:
        """Return the text with a line added for each path that no line covers yet."""
        lines = list(self._lines)
        for path in paths:
            line = f"{path.replace(' ', '[[:space:]]')} {LFS_ATTRIBUTES}"
            if not self.match(path) and line not in lines:
                lines.append(line)
        return "".join(f"{line}\n" for line in lines)


def lfs_rules(tree: Folder, override: str | None = None) -> LfsRules:
    """Return the rules of a revision, or those of the text a client sent."""
    stored = tree.file(ATTRIBUTES)
    text = override if override is not None else (stored.text if stored else None)
    return LfsRules(text or "")


def ignore_rules(tree: Folder, override: str | None = None) -> GitIgnoreSpec:
    """Return the ignore rules of a revision, or those of the text a client sent."""
    stored = tree.file(".gitignore")
    text = override if override is not None else (stored.text if stored else None)
    return GitIgnoreSpec.from_lines((text or "").splitlines())


def is_binary(sample: bytes) -> bool:
    """Whether the beginning of a file is not text: a NUL byte, or not UTF-8."""
    if b"\0" in sample:
        return True
    try:
        sample.decode()
    except UnicodeDecodeError as error:
        # A character cut in two by the end of the sample proves nothing.
        return not (error.reason == "unexpected end of data" and error.end == len(sample))
    return False
