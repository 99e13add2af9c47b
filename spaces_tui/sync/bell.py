"""What wakes the engine: something heard, something told, or time."""

from __future__ import annotations

import asyncio
from typing import Final

from spaces_tui.sync.protocols import Clock

_STEP: Final = 0.1
"""Seconds after which a shorter deadline is noticed."""


class Bell:
    """Commands that were told, and waits that they end."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._wake = asyncio.Event()
        self._commands: list[tuple[str, tuple[str, ...]]] = []
        self.stopping = False
        """Whether the engine was told to end."""
        self._told_to_stop = asyncio.Event()
        self._deadline = float("inf")

    @property
    def told(self) -> bool:
        """Whether commands wait to be carried out."""
        return bool(self._commands)

    def tell(self, command: str, paths: tuple[str, ...]) -> None:
        """Leave a command."""
        self._commands.append((command, paths))
        self._wake.set()

    def stop(self, patience: float) -> None:
        """Tell the engine to end within so many seconds; the shortest time that was told counts."""
        self._deadline = min(self._deadline, self._clock.monotonic() + patience)
        self.stopping = True
        self._told_to_stop.set()
        self._wake.set()

    @property
    def left(self) -> float:
        """Return the seconds until the engine must have ended; infinite before it was told to."""
        return self._deadline - self._clock.monotonic()

    async def out_of_time(self, grace: float) -> None:
        """Return once the engine was told to end and `grace` seconds, or its time, are over."""
        await self._told_to_stop.wait()
        end = self._clock.monotonic() + grace
        while (left := min(self.left, end - self._clock.monotonic())) > 0:
            await self._clock.sleep(min(left, _STEP))

    def take(self) -> list[tuple[str, tuple[str, ...]]]:
        """Return the commands that were told, in order."""
        commands, self._commands = self._commands, []
        return commands

    def ring(self) -> None:
        """End the wait that is on."""
        self._wake.set()

    async def sleep(self, seconds: float) -> None:
        """Wait until something happens, at most so long."""
        timer = asyncio.ensure_future(self._clock.sleep(seconds))
        woken = asyncio.ensure_future(self._wake.wait())
        try:
            await asyncio.wait({timer, woken}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            timer.cancel()
            woken.cancel()
        self._wake.clear()

    async def rest(self, seconds: float) -> None:
        """Wait, whatever happens in the folder; only `stop` and `sync` end it."""
        end = self._clock.monotonic() + seconds
        while not self.stopping and (left := end - self._clock.monotonic()) > 0:
            await self.sleep(left)
            if ("sync", ()) in self._commands:
                self._commands.remove(("sync", ()))
                return
