"""The same variables and secrets for several Spaces: what is wanted, and what that is for each."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from enum import Enum
from typing import TYPE_CHECKING

from spaces_tui.model.environment import Edit, EntryKind, Environment, Variable
from spaces_tui.model.staging import Staging

if TYPE_CHECKING:
    from spaces_tui.model.identity import Secret
    from spaces_tui.model.space import Space


class SharedStaging(Staging):
    """What is wanted on all Spaces, whatever they have: a removal takes a name out of both
    lists."""

    def __init__(self) -> None:
        super().__init__(Environment("", {}, {}))

    def put(
        self, kind: EntryKind, key: str, value: str | Secret | None, description: str = ""
    ) -> None:
        """Stage a value; a removal of the same name is forgotten."""
        removal = self.edit(EntryKind.VARIABLE, key)
        if removal is not None and removal.delete:
            self.undo(EntryKind.VARIABLE, key)
        super().put(kind, key, value, description)

    def remove(self, key: str) -> None:
        """Stage the removal of a name; what was to be set under it is forgotten."""
        for kind in EntryKind:
            self.undo(kind, key)
        self._edits[EntryKind.VARIABLE, key] = Edit(EntryKind.VARIABLE, key, delete=True)


@dataclass(frozen=True, slots=True)
class SpaceNow:
    """What a Space is and has, as it was just read; nothing of it when that failed."""

    id: str
    about: Space | None = None
    environment: Environment | None = None
    error: str = ""
    """Why it could not be read, in one sentence."""

    @property
    def static(self) -> bool:
        """Whether every visitor reads its secrets in the page."""
        return self.about is not None and self.about.static


class Fate(Enum):
    """What becomes of something wanted on one Space."""

    NEW = "new"
    CHANGED = "changed"
    """Something else is set under that name, or a secret whose value nobody can compare."""
    REMOVED = "removed"
    SAME = "same"
    """It is so already."""
    COLLISION = "collision"
    """The name is in the other list there."""
    WITHHELD = "withheld"
    """A secret that every visitor of a static Space could read."""
    UNREAD = "unread"
    """The Space could not be read."""


@dataclass(frozen=True, slots=True)
class SpacePlan:
    """What would be sent to one Space."""

    now: SpaceNow
    fates: tuple[tuple[Edit, Fate], ...]
    """Everything that is wanted, in order."""
    edits: tuple[Edit, ...]

    @property
    def id(self) -> str:
        """The Space."""
        return self.now.id

    def wanted(self, fate: Fate) -> tuple[Edit, ...]:
        """Return what has this fate here."""
        return tuple(edit for edit, found in self.fates if found is fate)

    @property
    def publishes(self) -> bool:
        """Whether it would show a secret to every visitor."""
        setting = any(one.kind is EntryKind.SECRET and not one.delete for one in self.edits)
        return self.now.static and setting


class Comparison:
    """What several Spaces have, against what is wanted on them, and what was done of that."""

    def __init__(self) -> None:
        self.found: tuple[SpaceNow, ...] = ()
        self.publish = False
        """Whether secrets go to static Spaces too."""
        self._set: dict[str, set[Edit]] = {}
        """Secrets that were set, by Space: nobody can read whether their values are there."""

    def plans(self, wanted: Sequence[Edit]) -> list[SpacePlan]:
        """Return what is to be sent to each Space."""
        return [
            planned(wanted, now, publish=self.publish, done=self._set.get(now.id, ()))
            for now in self.found
        ]

    def settle(self, space: str, wanted: Sequence[Edit], done: Collection[str]) -> None:
        """Note which steps were done on a Space."""
        sent = {one for one in wanted if one.kind is EntryKind.SECRET and one.step in done}
        self._set.setdefault(space, set()).update(one for one in sent if not one.delete)

    def keep(self, spaces: Collection[str]) -> None:
        """Forget what the other Spaces have: they are done."""
        self.found = tuple(one for one in self.found if one.id in spaces)

    def clear(self) -> None:
        """Forget everything, values of secrets too."""
        self.found = ()
        self._set.clear()


def planned(
    wanted: Iterable[Edit], now: SpaceNow, *, publish: bool, done: Collection[Edit] = ()
) -> SpacePlan:
    """Return what is to be sent to a Space.

    `publish` sends secrets to a static Space too; `done` are secrets that were set there already.
    """
    fates: list[tuple[Edit, Fate]] = []
    edits: list[Edit] = []
    for one in wanted:
        fate, sent = (Fate.SAME, ()) if one in done else _judged(one, now, publish)
        fates.append((one, fate))
        edits += sent
    return SpacePlan(now, tuple(fates), tuple(edits))


def _judged(wanted: Edit, now: SpaceNow, publish: bool) -> tuple[Fate, tuple[Edit, ...]]:
    here = now.environment
    if here is None:
        return Fate.UNREAD, ()
    if wanted.delete:
        removals = _removals(wanted.key, here)
        return (Fate.REMOVED, removals) if removals else (Fate.SAME, ())
    if here.entry(wanted.kind.other, wanted.key) is not None:
        return Fate.COLLISION, ()
    if wanted.kind is EntryKind.SECRET and now.static and not publish:
        return Fate.WITHHELD, ()
    before = here.entry(wanted.kind, wanted.key)
    known = before.description if before else ""
    edit = replace(wanted, description=wanted.description or known, before=before)
    if before is None:
        return Fate.NEW, (edit,)
    same = (
        isinstance(before, Variable)
        and before.value == edit.value
        and before.description == edit.description
    )
    return (Fate.SAME, ()) if same else (Fate.CHANGED, (edit,))


def _removals(key: str, here: Environment) -> tuple[Edit, ...]:
    found = tuple(
        Edit(kind, key, delete=True, before=before)
        for kind in EntryKind
        if (before := here.entry(kind, key)) is not None
    )
    if not found and here.secrets is None:  # it may be a secret that nobody can list
        return (Edit(EntryKind.SECRET, key, delete=True),)
    return found
