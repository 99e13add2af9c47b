"""The Spaces of the demonstration."""

from __future__ import annotations

from spaces_tui.localhub.hub import LocalHubState


def plant_demo(hub: LocalHubState) -> None:
    """Add the Spaces of the demonstration."""
