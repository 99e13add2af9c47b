"""Requests about variables and secrets."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from typing import Self

from spaces_tui.model.environment import Edit, Environment, UsedNames
from spaces_tui.model.sharedenvironment import SpaceNow
from spaces_tui.session.requests.base import Change, Request


@dataclass(frozen=True, slots=True)
class LoadEnvironment(Request[Environment]):
    """Both maps of a Space, as they are now. Values of secrets are nowhere to be read."""

    space: str


@dataclass(frozen=True, slots=True)
class LoadEnvironments(Request[tuple[SpaceNow, ...]]):
    """What several Spaces are and have now, in the same order; one that cannot be read says why
    and stops none of the others."""

    spaces: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FindUsedNames(Request[UsedNames]):
    """The names that the code of a Space asks its environment for."""

    space: str


@dataclass(frozen=True, slots=True)
class ApplyEnvironment(Change):
    """Carry out edits, one request and one step each: deletions first, so that no name is ever in
    both lists.

    Both maps are read again before. What is not as its edit's `before` says was changed by
    somebody else: it is refused and left alone. Steps are named as in `Edit.step`.
    """

    space: str
    edits: tuple[Edit, ...]

    def without(self, done: Collection[str]) -> Self:
        """Return the edits that are left."""
        return replace(self, edits=tuple(one for one in self.edits if one.step not in done))
