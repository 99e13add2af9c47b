"""Requests about volumes and storage."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.mounting import Mounted, StorageEdit
from spaces_tui.model.volume import Sources, Volume
from spaces_tui.session.requests.base import Change, Request


@dataclass(frozen=True, slots=True)
class LoadMounts(Request[Mounted]):
    """What a Space keeps its data on, as it is now."""

    space: str


@dataclass(frozen=True, slots=True)
class ListSources(Request[Sources]):
    """What one owner has of one kind (`bucket`, `model`, `dataset`, `space`), to be mounted."""

    kind: str
    owner: str


@dataclass(frozen=True, slots=True)
class ApplyMounts(Change):
    """Replace the volumes (step `volumes`), then ask for a storage tier or delete it (`storage`).

    Everything is read again before: what is not as `seen` was changed by somebody else, and is
    left alone. A list with a hidden source is never written. What comes after a step that was not
    done is not tried.
    """

    space: str
    seen: Mounted
    """What the person has seen when deciding."""
    volumes: tuple[Volume, ...] | None = None
    """The whole list as it is to be; empty unmounts all, None leaves it."""
    storage: StorageEdit | None = None
