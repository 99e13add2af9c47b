"""Which files go as large ones, and which surely as regular ones: the Hub need not be asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from spaces_tui.model.repo import FileMode, UploadMode
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.plan import MAX_FILE
from spaces_tui.sync.read import Content

SURE_SIZE: Final = 1024 * 1024
"""Bytes above which the Hub is asked."""
_ATTRIBUTES: Final = ".gitattributes"
HUB_IGNORES: Final = "the Hub ignores it (a .gitignore in the Space's repository)"


@dataclass(slots=True)
class Sorted:
    """Uploads by the way they go; what is in neither set goes as a regular file."""

    large: set[str] = field(default_factory=set)
    unsure: set[str] = field(default_factory=set)
    """The Hub has to be asked."""


class Modes:
    """Remembers what the Hub said under the present `.gitattributes`, by content and by suffix."""

    def __init__(self) -> None:
        self._attributes: str | None = None
        self._answers: dict[str, tuple[str, bool]] = {}
        """Path to the content asked about, and whether it goes as a large file."""
        self._regular: set[str] = set()
        self._large: set[str] = set()

    def sort(self, uploads: Mapping[str, Content], remote: Mapping[str, Stored]) -> Sorted:
        """Sort uploads by the way they go.

        Known-regular is an empty file, and text of up to 1 MiB that is on the Space as a regular
        file already or has the suffix of files that are, and of no large one. What is a large
        file on the Space stays one. Anything that `.gitattributes` may decide anew is asked again
        when that file changes.
        """
        stored = remote.get(_ATTRIBUTES)
        attributes = stored.content if stored else None
        if attributes != self._attributes:
            self._attributes = attributes
            self._answers.clear()
            self._regular.clear()
            self._large.clear()
        suffixes: set[str] = set()
        decided = _ATTRIBUTES not in uploads
        if decided and any(path not in remote for path in uploads):
            suffixes = _suffixes(remote, large=False) | self._regular
            suffixes -= _suffixes(remote, large=True) | self._large
        found = Sorted()
        for path, content in uploads.items():
            large = self._mode(path, content, remote.get(path))
            known = path in remote or _suffix(path) in suffixes
            if large:
                found.large.add(path)
            elif large is None and not (decided and known and _plain(content)):
                found.unsure.add(path)
        return found

    def learn(
        self, asked: Mapping[str, Content], answers: Mapping[str, FileMode]
    ) -> dict[str, str]:
        """Take the Hub's answers; return the files that cannot be sent, and why.

        What it says nothing of goes as a regular file; what is too large for that never does.
        """
        refusals: dict[str, str] = {}
        for path, content in asked.items():
            answer = answers.get(path)
            if answer is not None and answer.ignored:
                refusals[path] = HUB_IGNORES
                continue
            large = answer is not None and answer.mode is UploadMode.LFS
            self._answers[path] = (content.id, large or content.size > MAX_FILE)
            suffix = _suffix(path)
            if large:
                self._large.add(suffix)
            elif answer is not None and content.text:
                self._regular.add(suffix)
        return refusals

    def _mode(self, path: str, content: Content, stored: Stored | None) -> bool | None:
        """Return whether a file goes as a large one; None when that is not known for sure."""
        if content.size == 0 or path == _ATTRIBUTES:
            return False
        if stored is not None and stored.large:
            return True
        asked, large = self._answers.get(path, ("", False))
        return large if content.is_(asked) else None


def _plain(content: Content) -> bool:
    return content.text and content.size <= SURE_SIZE


def _suffixes(remote: Mapping[str, Stored], *, large: bool) -> set[str]:
    return {_suffix(path) for path, stored in remote.items() if stored.large is large}


def _suffix(path: str) -> str:
    """Return what `PurePath.suffix` does, for thousands of paths."""
    name = path[path.rfind("/") + 1 :]
    dot = name.rfind(".")
    return name[dot:] if 0 < dot < len(name) - 1 else ""
