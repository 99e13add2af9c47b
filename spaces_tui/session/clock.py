"""The engine's clock, in real life."""

from __future__ import annotations

import asyncio
import time


class SystemClock:
    """Implements the engine's `Clock` on the machine's monotonic clock."""

    def monotonic(self) -> float:
        """Return seconds that never jump."""
        return time.monotonic()

    async def sleep(self, seconds: float) -> None:
        """Wait."""
        await asyncio.sleep(seconds)
