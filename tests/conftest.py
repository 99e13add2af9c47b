"""Fixtures for all tests: an isolated environment and local Hubs."""

from __future__ import annotations

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from spaces_tui.localhub.thread import LocalHub

# Read by the official client when it is imported, which is before any fixture runs.
os.environ["HF_HUB_DISABLE_XET"] = "1"
os.environ["HF_HUB_DISABLE_TELEMETRY"] = "1"
os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
os.environ["HF_HUB_DISABLE_UPDATE_CHECK"] = "1"

# A slow machine is no failure. In CI every run tries the same examples, elsewhere new ones each
# time; `CI= pytest` tries new ones everywhere.
settings.register_profile(
    "any machine",
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
    derandomize=bool(os.environ.get("CI")),
    print_blob=True,
)
settings.load_profile("any machine")

_KEPT = frozenset(name for name in os.environ if name.startswith("HF_HUB_DISABLE_"))
_XDG = ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_RUNTIME_DIR")
_OURS = ("HF_", "SPACES_TUI_", "HUGGING_FACE_", "HUGGINGFACE_", "GIT_", "TEXTUAL")
_TERMINAL = frozenset({
    "COLUMNS", "LINES", "NO_COLOR", "FORCE_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "COLORTERM",
    "TMUX", "STY", "SSH_CONNECTION", "SSH_TTY", "DISPLAY", "WAYLAND_DISPLAY", "BROWSER",
    "VISUAL", "EDITOR", "PAGER",
})  # fmt: skip


def _is_setting(name: str) -> bool:
    """Whether a variable says how this machine or its owner like things, and could matter."""
    if name.lower().endswith("_proxy") or name in _TERMINAL or name == "PYTHONWARNINGS":
        return True
    return name.startswith(_OURS) and name not in _KEPT


def pytest_collection_finish() -> None:
    """Keep the tests themselves, which stay anyway, out of every search for garbage."""
    gc.freeze()


@pytest.fixture(scope="module", autouse=True)
def collected() -> Iterator[None]:
    """Give back what a file's tests left in cycles: whole Hubs with the contents of their files.

    By itself Python counts objects, not how large they are, and searches far too late.
    """
    yield
    gc.collect()


FAST = 200.0
"""Speed of the local Hub under test: a whole deployment takes about 50 ms."""


@pytest.fixture(autouse=True)
def isolated_environment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Give each test a home of its own and none of the developer's settings; return the home."""
    for name in list(os.environ):
        if _is_setting(name):
            monkeypatch.delenv(name)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("TERM", "xterm-256color")
    home = tmp_path / "home"
    home.mkdir()
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("HF_HOME", str(home / "huggingface"))
    for name in _XDG:
        directory = home / name.lower()
        directory.mkdir(mode=0o700)
        monkeypatch.setenv(name, str(directory))
    return home


@pytest.fixture
def local_hub() -> Iterator[LocalHub]:
    """A fresh Hub with the accounts and bob's one Space, and tiny delays."""
    with LocalHub(seed="empty", speed=FAST) as hub:
        yield hub


@pytest.fixture
def demo_hub() -> Iterator[LocalHub]:
    """A fresh Hub with the demo's Spaces, and tiny delays."""
    with LocalHub(seed="demo", speed=FAST) as hub:
        yield hub
