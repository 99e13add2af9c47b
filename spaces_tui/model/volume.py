"""Volumes: repositories and buckets mounted into a Space."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from spaces_tui.model.cleaned import clean_lines_of

BUCKET: Final = "bucket"
KINDS: Final = (BUCKET, "model", "dataset", "space")
"""What can be mounted, as the Hub spells it."""


@dataclass(frozen=True, slots=True)
class Volume:
    """One mounted source. A bucket is S3-like storage; repositories are read-only."""

    type: str
    """`bucket`, `model`, `dataset` or `space`."""
    source: str
    """`owner/name`; asterisks, or nothing, when this identity may not see it."""
    mount_path: str
    """Begins with `/`; empty when the Hub did not say it."""
    read_only: bool | None = None
    """None: the Hub's default, which is writable for buckets alone."""
    revision: str | None = None
    """Of a repository; None is `main`."""
    path: str | None = None
    """The folder of the source that is mounted; None is all of it."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "type", "source", "mount_path", "revision", "path")

    @property
    def masked(self) -> bool:
        """Whether the Hub hides the source, so that this must never be written back."""
        return "*" in self.source or not self.source

    @property
    def writable(self) -> bool:
        """Whether the app can write to it."""
        return self.type == BUCKET and not self.read_only

    @property
    def spelled_out(self) -> Volume:
        """The same with the Hub's defaults filled in, so that two can be compared."""
        return replace(
            self,
            read_only=not self.writable,
            revision=None if self.type == BUCKET else self.revision or "main",
            path=self.path or None,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Something of somebody that can be mounted."""

    type: str
    """One of `KINDS`."""
    id: str
    """`owner/name`."""
    private: bool | None = None
    """None when the Hub does not say."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "type", "id")


@dataclass(frozen=True, slots=True)
class Sources:
    """What one owner has of one kind."""

    items: tuple[Source, ...] = ()
    more: bool = False
    """Whether there are more than were read."""
