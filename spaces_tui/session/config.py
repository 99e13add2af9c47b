"""What a session is started with."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.model.identity import Secret
    from spaces_tui.store.paths import Paths


@dataclass(frozen=True, slots=True)
class Origin:
    """A Hub and the token to speak to it with."""

    endpoint: str
    token: Secret | None
    token_source: str = ""
    """Where the token came from, such as `HF_TOKEN`; for messages."""
    why: str = ""
    """Without a token: one sentence that says why, and what to do."""


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """Everything a session has to be told."""

    connect: Callable[[], Origin]
    """Finds the Hub. Called once, off the session's loop, so it may take its time (the demo's Hub
    has to start first).

    Raises `OSError` with one sentence when there is none to be had.
    """
    paths: Paths
    fleet: bool = True
    """Whether to list Spaces and keep the list live; a headless watch does not need it."""
    read_only: bool = False
    demo: bool = False
