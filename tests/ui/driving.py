"""Drive the console in tests: run it, read its screen, wait for a condition."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from time import monotonic
from unittest.mock import patch

from textual.notifications import SeverityLevel
from textual.pilot import Pilot, WaitForScreenTimeout
from textual.widget import Widget

from spaces_tui.ui.app import ConsoleApp
from tests.patience import PATIENCE
from tests.ui.fake_session import FakeSession

WIDE = (160, 45)
USUAL = (80, 24)
TINY = (40, 10)

_TURNS = 8
"""Turns of the loop without anything to do, after which nothing is under way."""
_NOTICED = 4 * PATIENCE
"""Seconds a notice stays, so that no busy machine misses one."""
_LONGEST = 2.0
"""Seconds after which a screen that never comes to rest, such as a covered one, is let be."""


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
        """Press keys by name, one after the other, once the newest snapshot is shown."""
        await self._shown()
        with patch("textual.app.wait_for_idle", _no_wait):
            for key in keys:
                await super().press(key)
                await self._settle()

    async def pause(self, delay: float | None = None) -> None:
        """Wait `delay` seconds, and until all that is under way has been handled."""
        if delay:
            await asyncio.sleep(delay)
        await self._settle()

    async def _shown(self) -> None:
        """Wait until the newest snapshot was handed to the screens, as a person would."""
        app = self.app
        assert isinstance(app, ConsoleApp)
        ends = monotonic() + PATIENCE
        while app.message_queue_size or app._look_pending:
            assert monotonic() < ends, "the newest snapshot was never shown"
            await asyncio.sleep(0.001)

    async def _wait_for_screen(self, timeout: float = _LONGEST) -> bool:
        """Wait for every widget, but not long: one that was removed meanwhile never answers."""
        with suppress(WaitForScreenTimeout):
            return await super()._wait_for_screen(min(timeout, _LONGEST))
        return False

    async def _settle(self) -> None:
        """Let every message pass, those it causes in turn, and the layout they ask for."""
        ends = monotonic() + _LONGEST
        await self._wait_for_screen(PATIENCE)
        calm = 0
        while calm < _TURNS and monotonic() < ends:
            calm = 0 if self._busy() else calm + 1
            await asyncio.sleep(0.001 if calm == 0 else 0)

    def _busy(self) -> bool:
        """Whether something on the screen waits to be handled, laid out or painted."""
        app = self.app
        if app.message_queue_size or not app.screen_stack or app._batch_count:
            return bool(app.message_queue_size or app._batch_count)
        screen = app.screen
        return bool(
            screen._dirty_widgets
            or screen._callbacks
            or any(_waits(node) for node in (screen, *screen.walk_children(Widget)))
        )


def _waits(node: Widget) -> bool:
    return bool(
        node.message_queue_size
        or node._next_callbacks
        or node._layout_required
        or node._scroll_required
        or node._repaint_required
        or node._recompose_required
    )


class _Console(ConsoleApp):
    """Shows its notices for as long as a test takes, so that no busy machine misses one."""

    def notify(
        self,
        message: str,
        *,
        title: str = "",
        severity: SeverityLevel = "information",
        timeout: float | None = None,
        markup: bool = True,
    ) -> None:
        """Show a notice."""
        del timeout
        super().notify(message, title=title, severity=severity, timeout=_NOTICED, markup=markup)


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
    app = _Console(session, target=target, theme=theme)
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
