"""Stages: what a Space is doing, and what that means for its visitors and its bill.

The Hub's schema knows thirteen stages; others have been seen. A stage nobody has told us about is
shown verbatim. It counts as transitional when its name says `BUILDING` or `STARTING`, as settled
otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from spaces_tui.model.cleaned import clean_lines_of


class Kind(StrEnum):
    """The few groups a reader in a hurry tells apart."""

    RUNNING = "running"
    WORKING = "working"
    """On its way: building or starting."""
    BROKEN = "broken"
    ASLEEP = "asleep"
    PAUSED = "paused"
    EMPTY = "empty"
    """There is no app file yet."""
    LEAVING = "leaving"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class _Facts:
    word: str
    kind: Kind
    billed: bool = False
    serving: bool = False
    transitional: bool = False


_FACTS: Final[dict[str, _Facts]] = {
    "NO_APP_FILE": _Facts("No app file", Kind.EMPTY),
    "CONFIG_ERROR": _Facts("Config error", Kind.BROKEN),
    "BUILDING": _Facts("Building", Kind.WORKING, transitional=True),
    "BUILD_ERROR": _Facts("Build error", Kind.BROKEN),
    "APP_STARTING": _Facts("Starting", Kind.WORKING, billed=True, transitional=True),
    "RUNNING": _Facts("Running", Kind.RUNNING, billed=True, serving=True),
    "RUNNING_BUILDING": _Facts(
        "Running, building", Kind.WORKING, billed=True, serving=True, transitional=True
    ),
    "RUNNING_APP_STARTING": _Facts(
        "Running, starting", Kind.WORKING, billed=True, serving=True, transitional=True
    ),
    "RUNTIME_ERROR": _Facts("Runtime error", Kind.BROKEN),
    "STOPPED": _Facts("Stopped", Kind.ASLEEP),
    "SLEEPING": _Facts("Sleeping", Kind.ASLEEP),
    "PAUSED": _Facts("Paused", Kind.PAUSED),
    "DELETING": _Facts("Deleting", Kind.LEAVING),
}


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage, known or not. `name` is the Hub's own word, such as `RUNNING_BUILDING`."""

    name: str

    def __post_init__(self) -> None:
        clean_lines_of(self, "name")

    @property
    def known(self) -> bool:
        """Whether the Hub's schema has this stage."""
        return self.name in _FACTS

    @property
    def word(self) -> str:
        """What a person reads: `Running, building`; the Hub's own word when it is a new one."""
        facts = _FACTS.get(self.name)
        return facts.word if facts else self.name

    @property
    def kind(self) -> Kind:
        """The group this stage belongs to."""
        facts = _FACTS.get(self.name)
        if facts:
            return facts.kind
        return Kind.WORKING if self.transitional else Kind.UNKNOWN

    @property
    def transitional(self) -> bool:
        """Whether the Space leaves this stage by itself."""
        facts = _FACTS.get(self.name)
        if facts:
            return facts.transitional
        return "BUILDING" in self.name or "STARTING" in self.name

    @property
    def billed(self) -> bool:
        """Whether paid hardware costs money in this stage: while starting or running.

        Never during a first build, asleep, paused or failed. An unknown stage is not counted.
        """
        facts = _FACTS.get(self.name)
        return facts.billed if facts else False

    @property
    def serving(self) -> bool:
        """Whether visitors reach an app, be it an older version."""
        facts = _FACTS.get(self.name)
        return facts.serving if facts else False

    @property
    def running(self) -> bool:
        """Whether the newest version serves."""
        return self.name == "RUNNING"


RUNNING: Final = Stage("RUNNING")
PAUSED: Final = Stage("PAUSED")
BUILDING: Final = Stage("BUILDING")
