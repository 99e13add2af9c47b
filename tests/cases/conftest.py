"""One Hub for all cases of a module; a world for each case, or one that several share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.cases.world import World

FAST = 200.0


@pytest.fixture(scope="module")
def hub() -> Iterator[LocalHub]:
    """Serve a Hub without anything that moves by itself."""
    with LocalHub(seed="empty", speed=FAST) as running:
        running.timing(chatter=0, metrics=3600)
        yield running


@pytest.fixture
def world(hub: LocalHub, tmp_path: Path) -> Iterator[World]:
    """Make a Space and a folder that holds the same; nothing watches yet."""
    made = World(hub, tmp_path)
    try:
        yield made
    finally:
        made.close()
