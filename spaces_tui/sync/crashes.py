"""Remembers how often in a row an engine broke, so that it does not go on breaking for ever.

A memory or a folder that makes the engine fail would make every start fail. After two failures
in a row the next start is a careful one: what was remembered is put aside, and nothing is sent
before a person has seen the plan.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import Final

CAREFUL: Final = 2
"""Failures in a row after which a start is careful."""
WORDS: Final = "It broke several times in a row: nothing is sent before you accept this plan."
_NAME: Final = "broken"


def note(state_dir: Path) -> None:
    """Record that an engine broke. A disk that will not take it changes nothing."""
    with suppress(OSError), (state_dir / _NAME).open("a") as file:
        file.write("x\n")


def careful(state_dir: Path) -> bool:
    """Whether the next start must be a careful one; if so, put the memory aside."""
    if broken(state_dir) < CAREFUL:
        return False
    with suppress(OSError):
        (state_dir / "state.json").replace(state_dir / "state.broken.json")
    return True


def broken(state_dir: Path) -> int:
    """Return how often in a row it broke."""
    try:
        return len((state_dir / _NAME).read_bytes().splitlines())
    except OSError:
        return 0


def forget(state_dir: Path) -> None:
    """Record that an engine works."""
    with suppress(OSError):
        (state_dir / _NAME).unlink()
