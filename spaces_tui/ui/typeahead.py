"""Keys that come faster than screens open: held in order, and handed on one after the other.

Textual gives a key to what has the focus when the key is read. Somebody who types fast, or over a
slow link that delivers many keys at once, is ahead of that: letters of a secret would end in the
field before, or act as commands of the screen below.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import TYPE_CHECKING, Final
from weakref import WeakKeyDictionary

from textual.events import Key, Paste

if TYPE_CHECKING:
    from asyncio import TimerHandle
    from collections.abc import Awaitable, Callable, Sequence

    from textual.events import Event
    from textual.message_pump import MessagePump
    from textual.screen import Screen
    from textual.widget import Widget

    from spaces_tui.ui.app import ConsoleApp

_ROUNDS: Final = 3
"""Times a mark goes the way of a key: behind the key, behind the message that the key caused, and
behind what that message caused (a form that closes, and the one below that takes its result)."""
_LONGEST: Final = 2.0
"""Seconds a round may take while a key waits for it: then a widget hangs, and keys go on."""


class TypeAhead:
    """Hands a key on once the one before it has had all its effects and its screen is in view.

    Keys wait in one queue and leave it in order. They are dropped, never given to somebody else,
    when what they were typed for is called off, fails or is gone; and when they would answer a
    question that was not in view yet: see `Dialog.asks`.
    """

    def __init__(self, app: ConsoleApp, deliver: Callable[[Event], Awaitable[None]]) -> None:
        """`deliver` gives an event to what has the focus."""
        self._app = app
        self._deliver = deliver
        self._waiting: deque[Key | Paste] = deque()
        self._shown: WeakKeyDictionary[Screen[object], float] = WeakKeyDictionary()
        """When each screen was first painted."""
        self._meant_for: Screen[object] | None = None
        """The screen that is waited for; None while keys wait for each other alone."""
        self._mark = 0
        self._under_way = False
        """Whether the mark has not arrived yet."""
        self._alarm: TimerHandle | None = None
        self._writing: Widget | None = None
        """The field that was given letters which no mark has followed yet."""

    @property
    def begins_with_letter(self) -> bool:
        """Whether what waits begins with a letter, so that a text was begun."""
        return bool(self._waiting) and _is_letter(self._waiting[0])

    async def take(self, event: Key | Paste) -> None:
        """Hand a key or a paste on, now or in its turn."""
        if not self._app.screen_stack:
            return  # the application is ending
        if isinstance(event, Key) and event.key == "ctrl+c" and not self._takes_keys():
            await self._deliver(event)  # it only says how to leave, so it need not wait
            return
        self._drop_what_nobody_takes()
        self._waiting.append(event)
        await self._go_on()

    def painted(self, screen: Screen[object], at: float) -> None:
        """Take notice that a screen is being painted."""
        if screen not in self._shown:
            self._shown[screen] = at
            self.ready()

    def ready(self) -> None:
        """Hand on what waited for a screen, behind all that is still on its way there."""
        if self._waiting:
            self._follow(_ROUNDS)

    def forget(self) -> None:
        """Drop what waits: what it was meant for does not come."""
        self._waiting.clear()

    async def _go_on(self) -> None:
        if not self._app.screen_stack:
            self._waiting.clear()  # the application is ending
            return
        self._drop_what_nobody_takes()
        while self._waiting and not self._under_way:
            if not self._takes_keys() and not self._called_off():
                self._meant_for = self._app.screen
                return
            self._meant_for = None
            if self._writing is not None and self._field_for(self._waiting[0]) is None:
                self._follow(_ROUNDS)
                break
            event = self._waiting.popleft()
            if not self._blind(event):
                await self._hand_on(event)
        self._watch_mark()

    async def _hand_on(self, event: Key | Paste) -> None:
        field = self._field_for(event)
        await self._deliver(event)
        if field is not None and self._app.focused is field:
            self._writing = field  # letters come behind each other in any case
        else:
            self._follow(_ROUNDS)

    def _field_for(self, event: Key | Paste) -> Widget | None:
        """Return the field that takes a letter and does nothing else with it."""
        field = self._app.focused
        if field is None or not isinstance(event, Key) or not _is_letter(event):
            return None
        if self._writing not in (None, field):
            return None
        return field if field.check_consume_key(event.key, event.character) else None

    def _takes_keys(self) -> bool:
        screen = self._app.screen
        if screen is self._app.main:
            return True
        return screen in self._shown and not getattr(screen, "holds_keys", False)

    def _drop_what_nobody_takes(self) -> None:
        """Drop keys that wait for a screen that is not in front any more."""
        if self._meant_for is not None and self._meant_for is not self._app.screen:
            self.forget()
            self._meant_for = None

    def _called_off(self) -> bool:
        """Whether esc is to end the waiting, which drops what was typed before it."""
        seen = self._shown.get(self._app.screen)
        if seen is None:
            return False
        for count, event in enumerate(self._waiting):
            if _is_escape(event) and (count == 0 or event.time >= seen):
                for _ in range(count):
                    self._waiting.popleft()
                return True
        return False

    def _blind(self, event: Key | Paste) -> bool:
        """Whether it was typed before the question that it would answer was in view."""
        asks = getattr(self._app.screen, "asks", None)
        if asks is None or not asks() or _is_escape(event):
            return False
        seen: float | None = getattr(self._app.screen, "seen", None)
        return seen is None or event.time < seen

    def _follow(self, rounds: int) -> None:
        """Send a mark the way of the last key, from queue to queue up to the application."""
        self._stop_alarm()
        self._mark += 1
        self._under_way = True
        self._writing = None
        way = (self._app.focused or self._app.screen).ancestors_with_self
        self._step(way, rounds, self._mark)
        self._watch_mark()

    def _step(self, way: Sequence[MessagePump], rounds: int, mark: int) -> None:
        """Put the mark behind all that a widget has to do; one that is closing is passed by."""
        for index, node in enumerate(way):
            further = way[index + 1 :]
            then = self._step if further else self._arrived
            arguments = (further, rounds, mark) if further else (rounds, mark)
            if node.call_later(then, *arguments):
                return

    async def _arrived(self, rounds: int, mark: int) -> None:
        if mark != self._mark:
            return  # a later one is on its way, or nobody waits for it any more
        if rounds > 1:
            self._follow(rounds - 1)
            return
        self._under_way = False
        self._stop_alarm()
        await self._go_on()

    def _watch_mark(self) -> None:
        """Let no key wait for ever for a mark; while none waits there is no timer either."""
        if self._waiting and self._under_way and self._alarm is None:
            self._alarm = asyncio.get_running_loop().call_later(_LONGEST, self._give_up)

    def _stop_alarm(self) -> None:
        if self._alarm is not None:
            self._alarm.cancel()
            self._alarm = None

    def _give_up(self) -> None:
        """Go on without the mark, in the application's own turn."""
        self._alarm = None
        self._mark += 1
        self._under_way = False
        self._app.call_later(self._go_on)


def _is_letter(event: Key | Paste) -> bool:
    return isinstance(event, Key) and event.is_printable


def _is_escape(event: Key | Paste) -> bool:
    return isinstance(event, Key) and event.key == "escape"
