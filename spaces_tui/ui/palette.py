"""The command palette: every action, every Space, every theme."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING, cast

from textual.command import DiscoveryHit, Hit, Hits, Provider

from spaces_tui.model.text import clean_line
from spaces_tui.ui.actions import ACTIONS, keys_of
from spaces_tui.ui.present.ratelimit import gauge_words

if TYPE_CHECKING:
    from spaces_tui.ui.app import ConsoleApp

Entry = tuple[str, str | None, Callable[[], None]]


class ConsoleCommands(Provider):
    """Text, help and what it does, for everything a person may look for."""

    async def discover(self) -> Hits:
        """Offer the actions before anything is typed."""
        for text, note, run in self._actions():
            yield DiscoveryHit(text, run, help=note)

    async def search(self, query: str) -> Hits:
        """Offer what matches."""
        matcher = self.matcher(query)
        for text, note, run in (*self._actions(), *self._spaces(), *self._themes()):
            score = matcher.match(text)
            if score > 0:
                yield Hit(score, matcher.highlight(text), run, help=note)

    @property
    def _console(self) -> ConsoleApp:
        return cast("ConsoleApp", self.app)

    def _actions(self) -> Iterator[Entry]:
        context = self._console.main.context()
        for action in ACTIONS:
            if action.palette:
                reason = action.when(context)
                note = f"{keys_of(action)} · {reason or action.help}"
                if action.id == "refresh" and (left := gauge_words(context.snapshot.gauge)):
                    note += f" · {left}"
                if action.id == "accounts":
                    note += "".join(
                        f" · {one.name}: {one.words}" for one in context.snapshot.budgets
                    )
                run = partial(self._console.action_do, action.id)
                yield action.title, _plain(note), run

    def _spaces(self) -> Iterator[Entry]:
        sidebar = self._console.main.sidebar
        for space in self._console.main.snapshot.spaces:
            yield clean_line(space.id), None, partial(self._go, sidebar.select, space.id)

    def _themes(self) -> Iterator[Entry]:
        for name in sorted(self._console.available_themes):
            yield f"Theme {name}", None, partial(self._set_theme, name)

    def _go(self, select: Callable[[str], None], space: str) -> None:
        self._console.main.sidebar.filter("")
        select(space)

    def _set_theme(self, name: str) -> None:
        self._console.theme = name


def _plain(note: str) -> str:
    """Return a note that Textual, which reads it as markup, shows as it is."""
    return note.replace("[", "(").replace("]", ")")
