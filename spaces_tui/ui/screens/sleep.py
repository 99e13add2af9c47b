"""Sleep time: presets and free input, for one Space or all marked ones."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.sleep import NEVER, PRESETS, parse_sleep, sleep_words
from spaces_tui.session.requests.machine import SetSleepTime
from spaces_tui.ui.present.sleeping import effect_lines, now_words
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip
from spaces_tui.ui.screens.editor import Editor, Summary
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.widget import Widget

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome

_NAMED = 4


class SleepEditor(Editor[None]):
    """Chooses a sleep time."""

    WIDTH = 72
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "app.focus_next", "Other field")]

    def __init__(
        self, session: SessionPort, spaces: Sequence[Space], prices: Mapping[str, Hardware]
    ) -> None:
        super().__init__(session)
        self._spaces = list(spaces)
        self._prices = prices
        self._choices = Choices(self._rows, id="presets")
        self._field = Field(placeholder="or 45m, 2h, 3 days, never", id="free")
        self._wanted: int | None = None

    def title_text(self) -> str:
        """Return the title."""
        return "Sleep time"

    def load(self) -> None:
        """Everything is known from the list."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return the presets and the free field."""
        del value
        return [self._choices, self._field]

    def content_rows(self) -> int:
        """Return a row for each preset and one for the field."""
        return len(PRESETS) + 1

    def head(self, width: int) -> list[Line]:
        """Return what it is now."""
        lines: list[Line] = [
            clip((Span(f"{space.id}  ", Role.STRONG), Span(now_words(space), Role.DIM)), width)
            for space in self._spaces[:_NAMED]
        ]
        more = len(self._spaces) - _NAMED
        if more > 0:
            lines.append((Span(f"and {more} more", Role.DIM),))
        return [*lines, (Span("Without visitors it sleeps after"),), BLANK]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "choose"), ("tab", "free input"))

    def staged(self) -> int:
        """Return how many Spaces would get another sleep time."""
        return len(self._changed())

    def problem(self) -> str:
        """Say what is wrong with the free input, or that nothing would differ."""
        try:
            if self._field.value.strip():
                parse_sleep(self._field.value)
        except ValueError as error:
            return str(error)
        if self._wanted is not None and not self._changed():
            return "It is so already." if len(self._spaces) == 1 else "All of them are so already."
        return ""

    def summary(self, width: int) -> Summary:
        """Return the new sleep time and what it saves or costs."""
        assert self._wanted is not None
        lines = effect_lines(self._changed(), self._wanted, self._prices, width)
        never = self._wanted == NEVER
        return Summary(tuple(lines), "never sleep" if never else "set it", danger=never)

    def changes(self) -> tuple[Change, ...]:
        """Return one change for each Space that differs."""
        assert self._wanted is not None
        return tuple(SetSleepTime(space.id, self._wanted) for space in self._changed())

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Keep the Spaces that were not changed."""
        done = {one.space for one in outcomes if one.ok}
        self._spaces = [space for space in self._spaces if space.id not in done]

    def _changed(self) -> list[Space]:
        if self._wanted is None:
            return []
        wanted = None if self._wanted == NEVER else self._wanted
        return [
            space
            for space in self._spaces
            if space.runtime is None or space.runtime.sleep_time != wanted
        ]

    def _rows(self, width: int) -> list[Line]:
        rows: list[Line] = []
        for preset in PRESETS:
            chosen = preset == self._wanted
            mark = Span("● " if chosen else "○ ", Role.MARK if chosen else Role.DIM)
            rows.append(clip((mark, Span(sleep_words(preset))), width))
        return rows

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self._wanted = PRESETS[event.row]
        self._field.value = ""
        self._choices.changed()
        self.edited()

    @on(Input.Changed, "#free")
    def _free_changed(self, event: Input.Changed) -> None:
        event.stop()
        if event.value.strip():
            try:
                self._wanted = parse_sleep(event.value)
            except ValueError:
                self._wanted = None
        self._choices.changed()
        self.edited()

    @on(Input.Submitted, "#free")
    def _free_entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_apply()
