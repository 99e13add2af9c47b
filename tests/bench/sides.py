"""The two sides that are measured, as programs."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from tests.e2e.programs import HubProcess, environment

SIDES: Final = ("ours", "official")
"""Modules of this package, in the order of their turns."""
_QUIET: Final = {
    f"HF_HUB_DISABLE_{name}": "1" for name in ("XET", "PROGRESS_BARS", "TELEMETRY", "UPDATE_CHECK")
}


def both_environment(home: Path, hub: HubProcess) -> dict[str, str]:
    """Return the environment in which both sides use a Hub.

    The official client's own storage protocol is off, so that large files go the way the local
    Hub knows, and so are its bars, its advice and what it sends elsewhere.
    """
    return environment(home, **hub.variables(), HF_HUB_VERBOSITY="error", **_QUIET)
