"""Waiting that somebody else may cut short."""

from __future__ import annotations

import asyncio


class Nudge:
    """A pause that ends early when somebody says so. A nudge while nobody waits is kept."""

    def __init__(self) -> None:
        self._event = asyncio.Event()

    def nudge(self) -> None:
        """End the pause now."""
        self._event.set()

    async def wait(self, seconds: float) -> bool:
        """Wait; return whether a nudge ended it."""
        try:
            async with asyncio.timeout(seconds):
                await self._event.wait()
        except TimeoutError:
            return False
        else:
            return True
        finally:
            self._event.clear()
