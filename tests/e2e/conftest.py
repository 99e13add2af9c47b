"""What the end-to-end tests share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.e2e.programs import HubProcess

SPACE = "ada/lab"
"""A Space that runs, changes nothing by itself, and belongs to the holder of the token."""


@pytest.fixture
def home(isolated_environment: Path) -> Path:
    """Return the home folder of somebody new."""
    return isolated_environment


@pytest.fixture
def hub(home: Path) -> Iterator[HubProcess]:
    """Serve a quick Hub with nothing that moves by itself, and one running Space."""
    with HubProcess(home) as running:
        running.ask("timing", speed=20, chatter=0, metrics=3600)
        running.ask("create", space=SPACE)
        yield running


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Return a folder with an app in it, as somebody is about to watch it."""
    made = tmp_path / "work"
    made.mkdir()
    (made / "app.py").write_text("print('first')\n")
    return made
