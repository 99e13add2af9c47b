"""Requests about Spaces that are not there yet: looking around, creating, duplicating."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from spaces_tui.model.newspace import NameCheck, NewSpace, Rest, Source, SpaceCopy, Template
from spaces_tui.model.sync import SyncPlan
from spaces_tui.session.requests.base import Change, Request

CREATE = "create"
"""Key of the step that makes the Space; once it is done, `FinishSpace` does what is left."""
FOLDER = "folder"
DEV_MODE = "dev-mode"
STORAGE = "storage"
TASKS = "tasks"


@dataclass(frozen=True, slots=True)
class LoadTemplates(Request[tuple[Template, ...]]):
    """The Spaces that a new one can begin as."""


@dataclass(frozen=True, slots=True)
class LoadSource(Request[Source]):
    """A Space as something to duplicate, with what is known of its environment."""

    space: str


@dataclass(frozen=True, slots=True)
class CheckName(Request[NameCheck]):
    """Whether `owner/name` is free. A private Space of others looks free, too."""

    space: str


@dataclass(frozen=True, slots=True)
class PreviewFolder(Request[SyncPlan]):
    """What a first commit from a folder would send to a Space that is not there yet.

    Rules for what stays out are those of watched folders. The content is looked through for keys
    when it is sent.
    """

    needs_account: ClassVar[bool] = False
    space: str
    sdk: str
    folder: str


@dataclass(frozen=True, slots=True)
class CreateSpace(Change):
    """Create a Space that must not be there yet, then do the rest.

    The step that creates it is named `CREATE`. When its answer is lost, it counts as done if the
    Space, which was not there before, is there now and is what was asked for.
    """

    space: str
    wish: NewSpace
    rest: Rest = field(default_factory=Rest)


@dataclass(frozen=True, slots=True)
class DuplicateSpace(Change):
    """Copy the Space `source` to a name that must be free, then do the rest; as `CreateSpace`."""

    space: str
    source: str
    copy: SpaceCopy
    rest: Rest = field(default_factory=Rest)


@dataclass(frozen=True, slots=True)
class FinishSpace(Change):
    """Do what is left for a Space that was created by an earlier request."""

    space: str
    rest: Rest
