"""What a rule is. The rules themselves are data, by theme, in `diagnose.rules`."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple

from spaces_tui.diagnose.evidence import BAD_STAGES, Evidence
from spaces_tui.model.diagnosis import Remedy, Trace, Where

Groups = Mapping[str, str]
"""What a rule found, by name; its sentences are filled in with it."""

FAILED: Final = BAD_STAGES
HALTED: Final = BAD_STAGES | {"PAUSED", "STOPPED"}


class Rank(IntEnum):
    """How much a rule knows; the lower number wins."""

    DECISIVE = 0
    """The platform itself says why."""
    SPECIFIC = 1
    """The log names the very thing that is wrong."""
    GENERAL = 2
    """A kind of failure, which something more specific may explain."""
    CONSEQUENCE = 3
    """What follows from a cause further up."""


class Look(NamedTuple):
    """A pattern and where to look for it."""

    where: Where
    pattern: re.Pattern[str]


class Seen(NamedTuple):
    """What a rule that looks at more than a text found."""

    groups: Groups
    traces: tuple[Trace, ...]


class Advice(NamedTuple):
    """A fix with names to fill in; left out when its target would be empty."""

    remedy: Remedy
    what: str
    target: str = ""
    when: str = ""
    """Filled in; the fix is left out when nothing comes of it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One cause and how it shows. Either `looks` or `state` finds it."""

    id: str
    """`theme.cause`, in a word each."""
    rank: Rank
    cause: str
    """One sentence; `{name}` stands for the pattern's group `name`."""
    looks: tuple[Look, ...] = ()
    """Any one is enough."""
    state: Callable[[Evidence], Seen | None] | None = None
    """Looks at the evidence as a whole."""
    also: Callable[[Evidence, Groups], Groups | None] | None = None
    """Adds to what was found; None says that it means nothing after all."""
    fixes: tuple[Advice, ...] = ()
    stages: frozenset[str] = FAILED
    """Stages it applies to; it also does when the stage is not known."""


def in_message(*patterns: str) -> tuple[Look, ...]:
    """Look in the runtime's error message."""
    return _looks((Where.MESSAGE,), patterns)


def in_build(*patterns: str) -> tuple[Look, ...]:
    """Look in the build log, and in the error message, which may hold a piece of it."""
    return _looks((Where.BUILD, Where.MESSAGE), patterns)


def in_run(*patterns: str) -> tuple[Look, ...]:
    """Look in the container log, and in the error message, which may hold a piece of it."""
    return _looks((Where.RUN, Where.MESSAGE), patterns)


def in_logs(*patterns: str) -> tuple[Look, ...]:
    """Look in both logs and in the error message."""
    return _looks((Where.BUILD, Where.RUN, Where.MESSAGE), patterns)


def _looks(places: tuple[Where, ...], patterns: tuple[str, ...]) -> tuple[Look, ...]:
    return tuple(
        Look(where, re.compile(pattern, re.MULTILINE)) for where in places for pattern in patterns
    )
