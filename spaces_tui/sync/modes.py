"""Which files the Hub surely takes as regular ones, so that nobody has to be asked."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Final

from spaces_tui.model.repo import AddFile, FileMode, UploadMode
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.secrets import is_text

SURE_SIZE: Final = 1024 * 1024
"""Bytes above which the Hub is asked."""


class Modes:
    """Remembers which suffixes the Hub took as regular under the present `.gitattributes`."""

    def __init__(self) -> None:
        self._attributes: str | None = None
        self._regular: set[str] = set()
        self._large: set[str] = set()

    def unknown(self, files: list[AddFile], remote: Mapping[str, Stored]) -> list[AddFile]:
        """Return the files whose mode must be asked for.

        Known-regular is an empty file, and text of up to 1 MiB that is on the Space as a regular
        file already or has the suffix of files that are, and of no large one. Anything that
        `.gitattributes` may decide anew is asked again when that file changes.
        """
        stored = remote.get(".gitattributes")
        attributes = stored.content if stored else None
        if attributes != self._attributes:
            self._attributes = attributes
            self._regular.clear()
            self._large.clear()
        if any(file.path == ".gitattributes" for file in files):
            return [file for file in files if file.content and file.path != ".gitattributes"]
        suffixes: set[str] = set()
        if any(file.path not in remote for file in files):
            suffixes = _suffixes(remote, large=False) | self._regular
            suffixes -= _suffixes(remote, large=True) | self._large
        return [file for file in files if not _sure(file, remote, suffixes)]

    def learn(self, files: list[AddFile], answers: Mapping[str, FileMode]) -> dict[str, str]:
        """Take the Hub's answers; return the files that cannot be sent as they are, and why."""
        refusals: dict[str, str] = {}
        for file in files:
            answer = answers.get(file.path)
            if answer is None:
                continue
            suffix = PurePosixPath(file.path).suffix
            if answer.ignored:
                reason = "the Hub ignores it (a .gitignore in the Space's repository)"
            elif answer.mode is UploadMode.LFS:
                self._large.add(suffix)
                reason = (
                    "needs large-file storage (LFS), which watch does not send; "
                    "upload it once with git or the hf command"
                )
            else:
                if is_text(file.content):
                    self._regular.add(suffix)
                continue
            refusals[file.path] = reason
        return refusals


def _sure(file: AddFile, remote: Mapping[str, Stored], suffixes: set[str]) -> bool:
    if not file.content:
        return True
    if len(file.content) > SURE_SIZE or not _utf8(file.content):
        return False
    stored = remote.get(file.path)
    if stored is not None:
        return not stored.large
    return PurePosixPath(file.path).suffix in suffixes


def _utf8(content: bytes) -> bool:
    if not is_text(content):
        return False
    try:
        content.decode()
    except UnicodeDecodeError:
        return False
    return True


def _suffixes(remote: Mapping[str, Stored], *, large: bool) -> set[str]:
    return {PurePosixPath(path).suffix for path, stored in remote.items() if stored.large is large}
