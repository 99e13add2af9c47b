"""Names and values from a file or from another Space, compared with what is set, before staging."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from spaces_tui.model.environment import EntryKind
from spaces_tui.model.envnames import looks_secret
from spaces_tui.model.identity import Secret

if TYPE_CHECKING:
    from spaces_tui.model.envfile import EnvFile
    from spaces_tui.model.environment import Environment
    from spaces_tui.model.staging import Staging


class Fate(StrEnum):
    """What taking a row would do."""

    NEW = "new"
    CHANGED = "changed"
    REPLACED = "replaced"
    """A secret that is set: whether it differs, nobody can tell."""
    SAME = "same"
    COLLISION = "collision"
    """The name is in the other list."""
    REFUSED = "refused"
    """No variable or secret can be named so."""


@dataclass(frozen=True, slots=True)
class Incoming:
    """One name that could be taken over."""

    key: str
    kind: EntryKind
    value: Secret | None
    """None: a secret of another Space, whose value is needed."""
    description: str = ""
    wanted: bool = True
    suspicious: bool = False
    """Whether name or value look like a secret."""

    def flipped(self) -> Incoming:
        """Return it for the other list."""
        return replace(self, kind=self.kind.other, wanted=True)

    def toggled(self) -> Incoming:
        """Return it wanted, or not wanted."""
        return replace(self, wanted=not self.wanted)


def from_file(found: EnvFile) -> list[Incoming]:
    """Return what a file has; what looks like a secret is proposed as one."""
    rows = []
    for entry in found.entries:
        secret = looks_secret(entry.key, entry.value.reveal())
        kind = EntryKind.SECRET if secret else EntryKind.VARIABLE
        rows.append(Incoming(entry.key, kind, entry.value, suspicious=secret))
    return rows


def from_space(other: Environment, staging: Staging) -> list[Incoming]:
    """Return what another Space has: variables with their values, secrets by name alone.

    A secret that is set here already is not proposed: it has its value.
    """
    here = staging.names(EntryKind.SECRET)
    variables = [
        Incoming(key, EntryKind.VARIABLE, Secret(one.value), one.description)
        for key, one in other.variables.items()
    ]
    secrets = [
        Incoming(key, EntryKind.SECRET, None, one.description, wanted=key not in here)
        for key, one in (other.secrets or {}).items()
    ]
    return variables + secrets


def fate(row: Incoming, staging: Staging) -> tuple[Fate, str]:
    """Return what taking this row would do, and the sentence that goes with it."""
    problem = staging.problem_of_name(row.kind, row.key)
    if problem and row.key in staging.names(row.kind.other):
        return Fate.COLLISION, problem
    if problem:
        return Fate.REFUSED, problem
    edit = staging.edit(row.kind, row.key)
    known = staging.environment.entry(row.kind, row.key)
    if known is None and (edit is None or row.kind is EntryKind.SECRET):
        return Fate.NEW, ""
    if row.kind is EntryKind.SECRET:
        return Fate.REPLACED, "It is set already; whether the value differs cannot be read."
    now = edit.value if edit is not None and not edit.delete else getattr(known, "value", None)
    same = row.value is not None and row.value.reveal() == now
    return (Fate.SAME, "") if same else (Fate.CHANGED, "")


def taken(rows: Iterable[Incoming], staging: Staging) -> int:
    """Stage the rows that are wanted and can be taken; return how many."""
    count = 0
    for row in rows:
        what, _ = fate(row, staging)
        if not row.wanted or what in (Fate.SAME, Fate.COLLISION, Fate.REFUSED):
            continue
        value: str | Secret | None = row.value
        if row.kind is EntryKind.VARIABLE and row.value is not None:
            value = row.value.reveal()
        described = row.description or _described(row, staging.environment)
        staging.put(row.kind, row.key, value, described)
        count += 1
    return count


def _described(row: Incoming, environment: Environment) -> str:
    known = environment.entry(row.kind, row.key)
    return known.description if known else ""
