"""Drive the console in tests: run it, read its screen, wait for a condition."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from time import monotonic
from unittest.mock import patch

from textual.pilot import Pilot

from spaces_tui.ui.app import ConsoleApp
from tests.patience import PATIENCE
from tests.ui.fake_session import FakeSession

WIDE = (160, 45)
USUAL = (80, 24)
TINY = (40, 10)

_TURNS = 8
"""More messages than a key causes one after the other."""


def screen_text(app: ConsoleApp) -> str:
    """Return what is on the screen, as text."""
    strips = app.screen._compositor.render_strips()
    return "\n".join(strip.text.rstrip() for strip in strips)


class Patient(Pilot[None]):
    """A pilot who goes on once a key has reached everybody it concerns, however busy we are.

    Textual's own waits until the process uses little time, which on a busy machine may mean that
    it gets none, and on an idle one is longer than it takes.
    """

    async def press(self, *keys: str) -> None:
        """Press keys by name, one after the other."""
        with patch("textual.app.wait_for_idle", _no_wait):
            for key in keys:
                await super().press(key)
                await self._settle()

    async def pause(self, delay: float | None = None) -> None:
        """Wait until all that is under way has been handled, and `delay` seconds, or none."""
        await self._settle()
        await super().pause(delay or 0)

    async def _settle(self) -> None:
        """Let every message pass, and those it causes in turn."""
        for _ in range(_TURNS):
            await self._wait_for_screen(PATIENCE)


async def _no_wait(_seconds: float) -> None:
    await asyncio.sleep(0)


@asynccontextmanager
async def console(
    session: FakeSession | None = None,
    size: tuple[int, int] = WIDE,
    *,
    target: str | None = None,
    theme: str | None = None,
) -> AsyncIterator[tuple[Pilot[None], FakeSession, ConsoleApp]]:
    """Run the console on a fake session, started and painted."""
    session = session or FakeSession()
    app = ConsoleApp(session, target=target, theme=theme)
    async with app.run_test(size=size, notifications=True):
        pilot = Patient(app)
        await until(pilot, lambda: session.started)
        yield pilot, session, app


async def until(pilot: Pilot[None], condition: Callable[[], bool]) -> None:
    """Wait until a condition holds; the test's own time-out ends a wait that is in vain."""
    while not condition():
        await pilot.pause(0.01)
    await pilot.pause()


async def see(pilot: Pilot[None], app: ConsoleApp, text: str) -> None:
    """Wait until a text is on the screen."""
    await _screen(pilot, app, lambda shown: text in shown, f"{text!r} is not on the screen")


async def gone(pilot: Pilot[None], app: ConsoleApp, text: str) -> None:
    """Wait until a text is not on the screen any more."""
    await _screen(pilot, app, lambda shown: text not in shown, f"{text!r} is still on the screen")


async def _screen(
    pilot: Pilot[None], app: ConsoleApp, wanted: Callable[[str], bool], complaint: str
) -> None:
    ends = monotonic() + PATIENCE
    while not wanted(screen_text(app)):
        assert monotonic() < ends, f"{complaint}:\n{screen_text(app)}"
        await pilot.pause(0.01)


def toasts(app: ConsoleApp) -> list[str]:
    """Return the messages shown so far that have not timed out."""
    return [notification.message for notification in app._notifications]
