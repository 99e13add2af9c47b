"""Spaces as searches find them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaces_tui.model.cleaned import clean_lines_of

if TYPE_CHECKING:
    from spaces_tui.model.space import Space


@dataclass(frozen=True, slots=True)
class FoundSpace:
    """A Space that a search by meaning found."""

    space: Space
    emoji: str = ""
    summary: str = ""
    """The Hub's own sentence about it, else the author's."""
    category: str = ""
    """Such as `Image Upscaling`."""
    relevance: float | None = None
    trending: float | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "emoji", "summary", "category")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name that a few typed letters may mean."""

    id: str
    emoji: str = ""
    private: bool | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "id", "emoji")
