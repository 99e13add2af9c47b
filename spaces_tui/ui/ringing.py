"""Tells a person who looked away, by the bell or a notification of the desktop.

It is written as the frames are, between two of them, so that it never tears one; and never while
the terminal is somebody else's. While the terminal says that it has the focus nothing is told:
the screen tells it.
"""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING, Final

from spaces_tui.ui.news import News, Newsroom
from spaces_tui.ui.terminal import BELL, notification

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.ui.app import ConsoleApp

_APART: Final = 10.0
"""Seconds between two calls; what happens meanwhile is told together at the end of them."""


class Ringing:
    """Says what is new, in the way that was chosen.

    `way` is `bell`, `desktop` or `off`; None is the bell, and only in a terminal that has said
    that it lost the focus.
    """

    def __init__(
        self,
        app: ConsoleApp,
        way: str | None,
        clock: Callable[[], float] = monotonic,
        later: Callable[[float, Callable[[], None]], object] | None = None,
    ) -> None:
        self._app = app
        self._way = way
        self._clock = clock
        self._later = later or app.set_timer
        self._room = Newsroom()
        self._waiting: dict[str, News] = {}
        self._rang: float | None = None
        self._due = False
        self.tells_focus = False
        """Whether this terminal says when it gets and loses the focus."""
        self.suspended = False

    def look(self, snapshot: Snapshot) -> None:
        """Tell what is new in a snapshot."""
        for news in self._room.look(snapshot):
            self._waiting.pop(news.space, None)
            self._waiting[news.space] = news
        if self._waiting and not self._due:
            rest = 0.0 if self._rang is None else self._rang + _APART - self._clock()
            if rest <= 0:
                self._ring()
            else:
                self._due = True
                self._later(rest, self._ring)

    def _ring(self) -> None:
        self._due = False
        news = list(self._waiting.values())
        self._waiting.clear()
        if not news or not self._heard():
            return
        self._rang = self._clock()
        if self._app._driver is not None:  # noqa: SLF001 - Textual has no other way to write
            self._app._driver.write(self._sequence(news))  # noqa: SLF001 - the same

    def _heard(self) -> bool:
        """Whether it is to be told: nobody looks, and the terminal is ours."""
        if self._way == "off" or self.suspended:
            return False
        if self.tells_focus:
            return not self._app.app_focus
        return self._way is not None

    def _sequence(self, news: list[News]) -> str:
        if self._way != "desktop":
            return BELL
        newest = news[-1].sentence
        others = len(news) - 1
        more = f", and {others} more" if others else ""
        return notification("spaces-tui", f"{newest}{more}", os.environ)
