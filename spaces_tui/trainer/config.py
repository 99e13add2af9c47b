"""What the environment of a Space says to its worker."""

from __future__ import annotations

import os
import secrets
import socket
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from .scopes import CARRIED_IN


class ConfigError(Exception):
    """The Space lacks something the worker cannot do without."""


@dataclass(frozen=True, slots=True)
class Config:
    """Names, the token, and times in seconds."""

    space: str
    token: str = field(repr=False)
    holder: str
    """Names this one process: the Space, the container and a number drawn at the start."""
    folder: Path
    """Where a task's output and checkpoints are kept meanwhile."""
    poll: float = 10.0
    beat: float = 60.0
    """Between two heartbeats: commits are limited by the hour."""
    lease: float = 300.0
    tick: float = 0.5
    """Between two looks at the running command."""
    patience: float = 180.0
    """How long the container that asked for hardware waits for its own end before it goes on."""
    arrival: float = 1800.0
    """How long hardware may take to come: the Hub's own limit."""
    keep: float = 600.0
    """Between two uploads of checkpoints."""


def from_environment(environ: Mapping[str, str] = os.environ) -> Config:
    """Return the settings of this Space. Raises `ConfigError` in words."""
    space, token = environ.get("SPACE_ID", ""), environ.get(CARRIED_IN, "")
    if not space:
        raise ConfigError("SPACE_ID is not set: this runs in a Space.")
    if not token:
        raise ConfigError(f"The secret {CARRIED_IN} is not set: the worker can do nothing.")
    times = {
        name: float(environ[key])
        for name in ("poll", "beat", "lease", "tick", "patience", "arrival", "keep")
        if (key := f"TRAINER_{name.upper()}") in environ
    }
    holder = f"{space}/{socket.gethostname()}/{secrets.token_hex(4)}"
    folder = Path(environ.get("TRAINER_FOLDER", "/tmp/trainer"))  # noqa: S108 - a container's own
    return Config(space=space, token=token, holder=holder, folder=folder, **times)
