"""Small things an engine keeps beside its memory: the commits it spent, what it leaves alone.

One JSON object in the state folder. Like the memory it may be lost: then nothing is known.
"""

from __future__ import annotations

import json
import os
import time
from pathlib import Path


def read(path: Path) -> tuple[dict[str, object], float]:
    """Return what was noted, and the seconds since by the wall clock; both empty if unreadable."""
    try:
        data = json.loads(path.read_bytes())
        return dict(data["notes"]), time.time() - float(data["written"])
    except (OSError, ValueError, KeyError, TypeError):
        return {}, 0.0


def write(path: Path, notes: dict[str, object]) -> None:
    """Write everything, so that a crash leaves the old notes or the new ones.

    Raises:
        OSError: the disk will not take it.
    """
    temporary = path.with_suffix(".new")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
    with os.fdopen(descriptor, "wb") as file:
        file.write(json.dumps({"written": time.time(), "notes": notes}).encode())
    temporary.replace(path)
