"""How long a test waits for what has to come."""

from __future__ import annotations

import os
from typing import Final

PATIENCE: Final = float(os.environ.get("TESTS_PATIENCE", "60"))
"""Seconds, far above what anything takes on a slow and busy machine; only a failure takes them."""
