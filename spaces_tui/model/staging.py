"""Edits of variables and secrets that wait to be sent.

What equals what is set is no edit. When the Hub is read again, edits of what somebody else has
changed meanwhile are contested: the person has to see that before they overwrite it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from typing import TYPE_CHECKING

from spaces_tui.model.environment import Edit, EntryKind, Environment, SecretInfo, Variable
from spaces_tui.model.envnames import name_problem

if TYPE_CHECKING:
    from spaces_tui.model.identity import Secret

Name = tuple[EntryKind, str]


class Staging:
    """The edits of one Space, in the order they were made."""

    def __init__(self, environment: Environment) -> None:
        self.environment = environment
        self._edits: dict[Name, Edit] = {}

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Everything that waits."""
        return tuple(self._edits.values())

    def edit(self, kind: EntryKind, key: str) -> Edit | None:
        """Return what waits for one name."""
        return self._edits.get((kind, key))

    def put(
        self, kind: EntryKind, key: str, value: str | Secret | None, description: str = ""
    ) -> None:
        """Stage a value; None for one that is still needed. What is set already is no edit."""
        before = self._seen(kind, key)
        unchanged = (
            isinstance(before, Variable)
            and before.value == value
            and before.description == description
        )
        self._edits.pop((kind, key), None)
        if not unchanged:
            self._edits[kind, key] = Edit(kind, key, value, description, before=before)

    def delete(self, kind: EntryKind, key: str) -> None:
        """Stage a deletion; what is not set yet is only forgotten."""
        before = self._seen(kind, key)
        self._edits.pop((kind, key), None)
        if before is not None:
            self._edits[kind, key] = Edit(kind, key, delete=True, before=before)

    def delete_unlisted(self, key: str) -> None:
        """Stage the deletion of a secret that nobody can list."""
        self._edits[EntryKind.SECRET, key] = Edit(EntryKind.SECRET, key, delete=True)

    def undo(self, kind: EntryKind, key: str) -> None:
        """Forget the edit of one name."""
        self._edits.pop((kind, key), None)

    def clear(self) -> None:
        """Forget everything, values of secrets too."""
        self._edits.clear()

    def settle(self, done: Collection[str]) -> None:
        """Forget edits whose steps were done."""
        self._edits = {name: one for name, one in self._edits.items() if one.step not in done}

    def rebase(self, environment: Environment) -> None:
        """Take what was read anew: edits stay, and those of what has changed are contested."""
        old, self.environment = self._edits, environment
        self._edits = {}
        for name, edit in old.items():
            now = environment.entry(*name)
            unlisted = edit.kind is EntryKind.SECRET and environment.secrets is None
            if unlisted or now == edit.before:
                self._edits[name] = edit
            elif not _reached(edit, now):
                self._edits[name] = replace(edit, before=now, contested=True)

    def names(self, kind: EntryKind) -> frozenset[str]:
        """Return the names in a list once everything is done."""
        deleted = {one.key for one in self.edits if one.kind is kind and one.delete}
        added = {one.key for one in self.edits if one.kind is kind and not one.delete}
        return frozenset(self.environment.keys(kind)) - deleted | added

    def problem_of_name(self, kind: EntryKind, key: str) -> str:
        """Say why this name cannot be set in this list; empty when it can."""
        if key in self.names(kind.other):
            return f"{key} is a {kind.other} already: one name in both lists stops the Space."
        known = self.environment.entry(kind, key) is not None
        return "" if known else name_problem(key)

    def problem(self) -> str:
        """Say why what is staged cannot be sent; empty when it can."""
        for edit in self.edits:
            if not edit.complete:
                return f"{edit.key} needs a value: enter on it, or u forgets it."
            if not edit.delete and (why := self.problem_of_name(edit.kind, edit.key)):
                return why
        return ""

    def _seen(self, kind: EntryKind, key: str) -> Variable | SecretInfo | None:
        return self.environment.entry(kind, key)


def _reached(edit: Edit, now: Variable | SecretInfo | None) -> bool:
    """Whether what is there now is what the edit wants."""
    if edit.delete:
        return now is None
    if not isinstance(now, Variable):
        return False
    return now.value == edit.value and now.description == edit.description
