"""Which lines of budgets were told already, so that a restart does not tell them again."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from spaces_tui.store.files import write_private

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

_NAME: Final = "budgets.json"
_KEPT: Final = 200


def read_told(state: Path) -> list[str]:
    """Return what was told, the newest last; nothing where it cannot be read."""
    try:
        kept = json.loads((state / _NAME).read_bytes())
    except (OSError, ValueError):
        return []
    return [one for one in kept if isinstance(one, str)] if isinstance(kept, list) else []


def write_told(state: Path, keys: Collection[str]) -> None:
    """Keep what was told.

    Raises:
        OSError: it cannot be written.
    """
    write_private(state / _NAME, json.dumps(list(keys)[-_KEPT:]).encode())
