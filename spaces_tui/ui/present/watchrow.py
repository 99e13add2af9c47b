"""Rows of the Watch tab: what is painted, and what a key does when the cursor is there."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from spaces_tui.ui.present.spans import Line

if TYPE_CHECKING:
    from spaces_tui.model.sync import Batch
    from spaces_tui.model.unsent import Unsent


class RowKind(StrEnum):
    """What a row stands for."""

    TEXT = "text"
    GROUP = "group"
    """A heading; it stands for every path below it."""
    FOLDER = "folder"
    FILE = "file"
    BATCH = "batch"
    UNSENT = "unsent"
    """What an earlier run left behind."""
    ELSEWHERE = "elsewhere"
    """A folder that is watched for another Space."""


class Group(StrEnum):
    """Why paths are not on the Space yet."""

    CONFLICT = "conflict"
    HELD = "held"
    REFUSED = "refused"
    SLOWED = "slowed"
    WAITING = "waiting"


@dataclass(frozen=True, slots=True)
class WatchRow:
    """One line of the tab."""

    line: Line
    kind: RowKind = RowKind.TEXT
    key: str = ""
    """What the cursor stays on when rows come and go; empty where it cannot be."""
    group: Group | None = None
    paths: tuple[str, ...] = ()
    """What it stands for: one path for a file, all of them for a folder or a heading."""
    reason: str = ""
    batch: Batch | None = None
    unsent: Unsent | None = None
    space: str = ""
    """The other Space, where it is about one."""


def text_rows(lines: list[Line]) -> list[WatchRow]:
    """Return lines the cursor passes over."""
    return [WatchRow(line) for line in lines]
