"""Installs and removes what runs the guard while no console does."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.guard.schedule import Schedule, Way
from spaces_tui.guard.timer import TimerError
from spaces_tui.session.apart import apart
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.timer import (
    InstallTimer,
    RemoveTimer,
    SeeTimers,
    TimerStep,
    TimerWay,
)

if TYPE_CHECKING:
    from spaces_tui.guard.schedule import Step
    from spaces_tui.session.operations.tools import Tools

_DEMO: Final = "The demo's Hub ends with the demo: there is nothing for a timer to see to."
_READ_ONLY: Final = "This console is read-only: start it without --read-only to install a timer."


async def see(_tools: Tools, _request: SeeTimers) -> tuple[TimerWay, ...]:
    """Look how each way stands."""

    def look() -> tuple[TimerWay, ...]:
        schedule = Schedule(os.environ)
        return tuple(_way(schedule, way) for way in Way)

    return await apart(look)


def _way(schedule: Schedule, way: Way) -> TimerWay:
    standing = schedule.standing(way)
    why_not = standing.why_not
    steps: tuple[TimerStep, ...] = ()
    try:
        steps = _shown(schedule.steps(way))
    except TimerError as error:
        why_not = why_not or str(error)
    return TimerWay(str(way), standing.installed, why_not, steps, _shown(schedule.removal(way)))


def _shown(steps: tuple[Step, ...]) -> tuple[TimerStep, ...]:
    return tuple(TimerStep(step.what, step.text) for step in steps)


async def install(tools: Tools, request: InstallTimer) -> None:
    """Install one."""
    await _change(tools, lambda: Schedule(os.environ).install(Way(request.way)))


async def remove(tools: Tools, request: RemoveTimer) -> None:
    """Remove one."""
    await _change(tools, lambda: Schedule(os.environ).remove(Way(request.way)))


async def _change(tools: Tools, work: Callable[[], None]) -> None:
    if tools.board.snapshot.demo:
        raise CommandError(_DEMO)
    if tools.read_only:
        raise CommandError(_READ_ONLY)
    try:
        await apart(work)
    except TimerError as error:
        raise CommandError(str(error)) from error


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    SeeTimers: see,
    InstallTimer: install,
    RemoveTimer: remove,
}
