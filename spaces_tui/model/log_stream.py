"""Which logs a Space has."""

from __future__ import annotations

from enum import StrEnum


class LogStream(StrEnum):
    """The two logs of a Space, named as in the Hub's paths."""

    BUILD = "build"
    RUN = "run"
