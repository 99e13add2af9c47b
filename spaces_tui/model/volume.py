"""Volumes: repositories and buckets mounted into a Space."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.cleaned import clean_lines_of


@dataclass(frozen=True, slots=True)
class Volume:
    """One mounted source. A bucket is S3-like storage; repositories are read-only."""

    type: str
    """`bucket`, `model`, `dataset` or `space`."""
    source: str
    """`owner/name`; asterisks when this identity may not see it."""
    mount_path: str
    """Begins with `/`."""
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
        return "*" in self.source
