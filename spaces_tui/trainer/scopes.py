"""The least a token must be able to do for the Space's worker, and what a token can do."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from .tasks import dataset_of

PERMISSIONS: Final = ("repo.content.read", "repo.write")
"""What a fine-grained token carries for a repository that is read and written."""
CARRIED_IN: Final = "HF_TOKEN"
"""The secret of the Space that has the token."""


@dataclass(frozen=True, slots=True)
class Need:
    """One repository the token has to write to. `kind` is `space` or `dataset`."""

    kind: str
    repo: str
    why: str

    @property
    def text(self) -> str:
        """One line for a person."""
        return f"{self.kind} {self.repo}: {', '.join(PERMISSIONS)} ({self.why})"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What is wrong with a token: a sentence each, empty when nothing is."""

    refusal: str = ""
    """Why it can do too little."""
    warning: str = ""
    """What it may do beyond what is needed."""


def scopes_needed(space: str) -> tuple[Need, ...]:
    """Return what a fine-grained token for a Space (`owner/name`) has to be made with."""
    return (
        Need("space", space, "to ask for hardware and to pause"),
        Need("dataset", dataset_of(space), "the queue, logs and checkpoints"),
    )


def judged(whoami: Mapping[str, Any], space: str) -> Verdict:
    """Compare the Hub's answer about a token with what the worker needs."""
    access = (whoami.get("auth") or {}).get("accessToken") or {}
    role = access.get("role")
    if role == "write":
        return Verdict(
            warning="The token may write everywhere: a fine-grained one for "
            f"{space} and {dataset_of(space)} is enough."
        )
    if role != "fineGrained":
        return Verdict(refusal=f"The token's role is {role or 'unknown'}: it cannot write.")
    fine = access.get("fineGrained") or {}
    scoped = fine.get("scoped") or []
    needs = scopes_needed(space)
    missing = [need for need in needs if not any(_covers(scope, need) for scope in scoped)]
    if missing:
        lacking = "; ".join(need.text for need in missing)
        return Verdict(refusal=f"The token can do too little. It lacks {lacking}.")
    beyond = sorted(
        {
            f"{entity.get('type')} {entity.get('name')}"
            for scope in scoped
            if (entity := scope.get("entity") or {})
            and not any((entity.get("type"), entity.get("name")) == (n.kind, n.repo) for n in needs)
        }
        | set(map(str, fine.get("global") or []))
    )
    if beyond:
        return Verdict(warning=f"The token may do more than is needed: {', '.join(beyond)}.")
    return Verdict()


def _covers(scope: Mapping[str, Any], need: Need) -> bool:
    entity = scope.get("entity") or {}
    owner = need.repo.partition("/")[0]
    names = {(need.kind, need.repo), ("user", owner), ("org", owner)}
    return (entity.get("type"), entity.get("name")) in names and set(PERMISSIONS) <= set(
        scope.get("permissions") or ()
    )
