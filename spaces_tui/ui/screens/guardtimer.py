"""What runs the guard while no console does: a systemd timer or a line of the crontab."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final, cast

from textual.binding import Binding, BindingType

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.timer import InstallTimer, RemoveTimer, SeeTimers
from spaces_tui.ui.present.questions import Question
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, flowed, wrapped
from spaces_tui.ui.screens.confirm import ConfirmScreen
from spaces_tui.ui.screens.listdialog import ListDialog

if TYPE_CHECKING:
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.timer import TimerStep, TimerWay
    from spaces_tui.ui.app import ConsoleApp

_GROUP: Final = "timer"
_TITLES: Final = {"systemd": "systemd user timer", "cron": "line of your crontab"}
_WHY: Final = (
    "Every two minutes it gives back borrowed hardware that is due, also while no console runs. "
    "Tokens are not written down: it finds them where this console does."
)


class GuardTimerScreen(ListDialog[None]):
    """Shows each way and exactly what installing it writes; `y` after a question does it."""

    WIDTH = 104
    LIST_ID = "ways"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back"),
        Binding("i", "install", "Install"),
        Binding("r", "remove", "Remove"),
    ]

    def __init__(self, session: SessionPort) -> None:
        super().__init__()
        self._session = session
        self._ways: tuple[TimerWay, ...] = ()
        self._doing = "Looking what this machine has …"
        self._why = ""

    def title_text(self) -> str:
        """Return the title."""
        return "Guard without a console"

    def on_mount(self) -> None:
        """Look how each way stands."""
        super().on_mount()
        self.run_worker(self._look(), group=_GROUP, exclusive=True)

    def lines(self, width: int) -> list[Line]:
        """Return why one wants it, and what is written where."""
        lines = [*wrapped(_WHY, width, Role.DIM), BLANK]
        way = self._way()
        if way is None:
            return lines
        if way.why_not:
            lines += wrapped(way.why_not, width, Role.BAD)
        if way.installed:
            lines += wrapped("It is installed. Removing it does this:", width)
            return lines + _step_lines(way.remove, width)
        if way.install:
            lines += wrapped("Installing it does exactly this:", width)
        return lines + _step_lines(way.install, width)

    def count(self) -> int:
        """Return how many ways there are."""
        return len(self._ways)

    def moved(self) -> None:
        """Forget what went wrong with another way."""
        self._why = ""

    def action_back(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_install(self) -> None:
        """Ask whether to install the way under the cursor."""
        way = self._way()
        if way is not None and not self._doing and way.install and not way.why_not:
            self._ask(way, "Install", way.install, InstallTimer(way.name))

    def action_remove(self) -> None:
        """Ask whether to remove it."""
        way = self._way()
        if way is not None and not self._doing and way.installed:
            self._ask(way, "Remove", way.remove, RemoveTimer(way.name))

    def _ask(
        self,
        way: TimerWay,
        verb: str,
        steps: tuple[TimerStep, ...],
        request: InstallTimer | RemoveTimer,
    ) -> None:
        effects = tuple(f"· {step.what}" for step in steps)
        question = Question(f"{verb} the {_TITLES[way.name]}?", (), effects, verb)
        self.app.push_screen(ConfirmScreen(question), partial(self._answered, request))

    def _answered(self, request: InstallTimer | RemoveTimer, yes: bool | None) -> None:
        if yes:
            self._doing, self._why = "Asking the system …", ""
            self.lay_out()
            self.run_worker(self._change(request), group=_GROUP, exclusive=True)

    async def _look(self) -> None:
        try:
            self._ways = await asyncio.wrap_future(self._session.ask(SeeTimers()))
        except CommandError as error:
            self._why = error.message
        self._doing = ""
        self._list.changed()
        self.lay_out()

    async def _change(self, request: InstallTimer | RemoveTimer) -> None:
        done = "installed" if isinstance(request, InstallTimer) else "removed"
        try:
            await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._why = error.message
        else:
            cast("ConsoleApp", self.app).say(f"The {_TITLES[request.way]} is {done}.")
        await self._look()

    def _way(self) -> TimerWay | None:
        return self._ways[self._list.cursor] if self._list.cursor < len(self._ways) else None

    def foot(self, width: int) -> list[Line]:
        """Return what goes on or went wrong, and the keys that can work."""
        said = wrapped(self._doing, width, Role.BUSY) if self._doing else []
        if self._why:
            said = [*said, *wrapped(self._why, width, Role.BAD)]
        keys = [(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in self._keys()]
        return [*said, *flowed(keys, width)]

    def _keys(self) -> list[tuple[str, str]]:
        way = self._way()
        keys: list[tuple[str, str]] = []
        if way is not None and not self._doing:
            if way.install and not way.why_not:
                keys.append(("i", "install anew" if way.installed else "install"))
            if way.installed:
                keys.append(("r", "remove"))
        return [*keys, ("esc", "close")]

    def rows(self, width: int) -> list[Line]:
        """Return the ways, and how each stands."""
        rows: list[Line] = []
        for way in self._ways:
            stands = "installed" if way.installed else "not installed"
            if way.why_not and not way.installed:
                stands = "not possible here"
            role = Role.GOOD if way.installed else Role.DIM
            name = Span(f" {_TITLES[way.name].ljust(22)}", Role.STRONG)
            rows.append(clip((name, Span(stands, role)), width))
        return rows


def _step_lines(steps: tuple[TimerStep, ...], width: int) -> list[Line]:
    lines: list[Line] = []
    for step in steps:
        lines += wrapped(f"· {step.what}", width, Role.STRONG)
        for text in step.text.splitlines():
            lines += wrapped(text, width, Role.TEXT, "  ┃ ") if text else [BLANK]
    return lines
