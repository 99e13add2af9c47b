"""How long a test waits for what has to come."""

from __future__ import annotations

from typing import Final

PATIENCE: Final = 60.0
"""Seconds, far above what anything takes on a slow and busy machine; only a failure takes them."""
