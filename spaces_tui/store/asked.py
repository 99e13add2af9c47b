"""When hardware was asked for from here, so that a long wait is told after a restart, too.

One small file; what cannot be read counts as absent, and what is older than a week is dropped.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

_NAME: Final = "hardware.json"
_KEPT: Final = timedelta(days=7)


class Asked(NamedTuple):
    """The last flavour asked for, and when."""

    flavor: str
    at: datetime


def read_asked(state: Path, endpoint: str) -> dict[str, Asked]:
    """Return what was asked for, by Space of `endpoint`."""
    return {
        name.removeprefix(f"{endpoint} "): asked
        for name, asked in _read(state).items()
        if name.startswith(f"{endpoint} ")
    }


def write_asked(state: Path, endpoint: str, wishes: Mapping[str, Asked]) -> None:
    """Remember what Spaces of `endpoint` wait for; what was remembered of them is replaced.

    Raises:
        OSError: it cannot be written.
    """
    oldest = datetime.now(UTC) - _KEPT
    others = {
        name: one
        for name, one in _read(state).items()
        if one.at > oldest and not name.startswith(f"{endpoint} ")
    }
    mine = {f"{endpoint} {space}": one for space, one in wishes.items() if one.at > oldest}
    _write(state, {**others, **mine})


def _read(state: Path) -> dict[str, Asked]:
    try:
        kept = json.loads((state / _NAME).read_bytes())
        return {
            str(name): Asked(str(flavor), datetime.fromtimestamp(at, UTC))
            for name, (flavor, at) in kept.items()
        }
    except (OSError, ValueError, TypeError, AttributeError, OverflowError):
        return {}


def _write(state: Path, all_of_them: Mapping[str, Asked]) -> None:
    content = {name: [one.flavor, one.at.timestamp()] for name, one in all_of_them.items()}
    write_private(state / _NAME, json.dumps(content).encode())
