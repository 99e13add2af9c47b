"""Settings of several Spaces at once: those that mean the same for each."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType

from spaces_tui.model.settingsdraft import (
    DEV_MODE,
    OFF,
    ON,
    REPLICAS,
    VISIBILITIES,
    VISIBILITY,
    replicas_problem,
    replicas_refusal,
    replicas_words,
)
from spaces_tui.model.settingsdraft import visibility_words as visibility_of
from spaces_tui.session.requests.settings import ApplySettings
from spaces_tui.ui.present.settings import (
    LABELS,
    VISIBILITY_WORDS,
    dev_mode_lines,
    hint_of,
    replica_lines,
    start_lines,
    visibility_lines,
)
from spaces_tui.ui.present.spans import Line, Role, Span, clip, padded, wrapped
from spaces_tui.ui.screens.editor import Editor, Phase, Summary
from spaces_tui.ui.screens.settingforms import ChoiceForm, TextForm
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from textual.widget import Widget

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome

_ROWS: Final = (VISIBILITY, DEV_MODE, REPLICAS)
"""A name is one Space's own, and so is a card: its keys mean something else in each."""
_LEAVE: Final = "leave it as it is"
_NAMED: Final = 4


class SharedSettingsEditor(Editor[None]):
    """Visibility, Dev Mode and replicas of all marked Spaces."""

    WIDTH = 92
    BINDINGS: ClassVar[list[BindingType]] = [Binding("u", "undo", "Undo")]

    def __init__(
        self, session: SessionPort, spaces: Sequence[Space], prices: Mapping[str, Hardware]
    ) -> None:
        super().__init__(session)
        self._prices = prices
        self._spaces = list(spaces)
        self._wanted: dict[str, str] = {}
        self._list = Choices(self._lines, id="settings")

    def title_text(self) -> str:
        """Return the title."""
        return f"Settings of {len(self._spaces)} Spaces"

    def load(self) -> None:
        """Everything is known from the list."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return the rows."""
        del value
        return [self._list]

    def content_rows(self) -> int:
        """Return a row for each setting."""
        return len(_ROWS)

    def head(self, width: int) -> list[Line]:
        """Return which Spaces they are."""
        lines: list[Line] = [
            clip(
                (Span(f"{one.id}  ", Role.STRONG), Span(visibility_of(one), Role.DIM)),
                width,
            )
            for one in self._spaces[:_NAMED]
        ]
        more = len(self._spaces) - _NAMED
        return [*lines, (Span(f"and {more} more", Role.DIM),)] if more > 0 else lines

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "change"), ("u", "undo"))

    def staged(self) -> int:
        """Return how many Spaces would change."""
        return len(self._affected())

    def problem(self) -> str:
        """Say when nothing would differ."""
        if not self._wanted or self._affected():
            return ""
        refusals = [replicas_refusal(space) for space in self._spaces]
        if set(self._wanted) == {REPLICAS} and all(refusals):
            return refusals[0]
        return "All of them are so already, or cannot be."

    def summary(self, width: int) -> Summary:
        """Return which Spaces change how, and what that causes."""
        affected = self._affected()
        lines: list[Line] = []
        for change in affected:
            parts = [f"becomes {change.visibility}"] if change.visibility else []
            if change.dev_mode is not None:
                parts.append(f"Dev Mode {ON if change.dev_mode else OFF}")
            if change.replicas is not None:
                before = next(replicas_words(o) for o in self._spaces if o.id == change.space)
                parts.append(f"{before} → {_copies(change.replicas)}")
            name = Span(f"{change.space}  ", Role.STRONG)
            lines.append(clip((name, Span(", ".join(parts))), width))
        wanted = self._wanted.get(VISIBILITY)
        static = any(one.static for one in self._spaces)
        if wanted is not None and any(change.visibility for change in affected):
            lines += visibility_lines(wanted, "", width, static=static)
        if any(change.dev_mode is not None for change in affected):
            lines += dev_mode_lines(self._wanted[DEV_MODE] == ON, width)
            restarted = {change.space for change in affected if change.dev_mode is not None}
            spaces = [one for one in self._spaces if one.id in restarted]
            lines += start_lines(spaces, self._prices, width)
        scaled = {change.space for change in affected if change.replicas is not None}
        if scaled:
            spaces = [one for one in self._spaces if one.id in scaled]
            lines += replica_lines(spaces, int(self._wanted[REPLICAS]), self._prices, width)
        left = len(self._spaces) - len(affected)
        if left:
            said = "1 is so already" if left == 1 else f"{left} are so already"
            lines += wrapped(f"{said}, or cannot be.", width, Role.DIM)
        count = sum(change.visibility == "public" for change in affected)
        typed = f"publish {count}" if count else ""
        yes = "make them public" if count else f"apply to {len(affected)}"
        return Summary(tuple(lines), yes, danger=True, typed=typed)

    def changes(self) -> tuple[Change, ...]:
        """Return one request for each Space that differs."""
        return tuple(self._affected())

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Keep the Spaces that were not changed."""
        done = {one.space for one in outcomes if one.ok}
        self._spaces = [space for space in self._spaces if space.id not in done]

    def action_undo(self) -> None:
        """Leave the setting under the cursor as it is."""
        if self.phase is Phase.EDITING:
            self._wanted.pop(_ROWS[self._list.cursor], None)
            self._shown()

    def _affected(self) -> list[ApplySettings]:
        changes = []
        for space in self._spaces:
            visibility = self._wanted.get(VISIBILITY)
            if visibility == visibility_of(space) == "public" or visibility == space.visibility:
                visibility = None  # only `public` is sure without the Hub's own word
            dev_mode = self._dev_mode(space)
            replicas = self._replicas(space)
            if (visibility, dev_mode, replicas) != (None, None, None):
                changes.append(
                    ApplySettings(
                        space.id,
                        space.uid,
                        visibility=visibility,
                        dev_mode=dev_mode,
                        replicas=replicas,
                    )
                )
        return changes

    def _replicas(self, space: Space) -> int | None:
        wanted = self._wanted.get(REPLICAS)
        if wanted is None or replicas_refusal(space) or replicas_words(space) == wanted:
            return None
        return int(wanted)

    def _dev_mode(self, space: Space) -> bool | None:
        wanted = self._wanted.get(DEV_MODE)
        if wanted is None or space.static or space.runtime is None:
            return None
        on = wanted == ON
        return None if space.runtime.dev_mode == on else on

    def _lines(self, width: int) -> list[Line]:
        rows: list[Line] = []
        for key in _ROWS:
            wanted = self._wanted.get(key)
            role = Role.STRONG if wanted else Role.DIM
            label = Span(padded(LABELS[key], 17), Role.DIM)
            rows.append(clip((label, Span(wanted or _LEAVE, role)), width))
        return rows

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        if self.phase is not Phase.EDITING or self.app.screen is not self:
            return
        key = _ROWS[event.row]
        form: ChoiceForm | TextForm
        if key == REPLICAS:
            form = TextForm(LABELS[key], self._wanted.get(key, ""), hint_of(key), replicas_problem)
            self.app.push_screen(form, lambda text: self._take(key, text))
            return
        meanings = VISIBILITY_WORDS if key == VISIBILITY else {}
        words = VISIBILITIES if key == VISIBILITY else (ON, OFF)
        form = ChoiceForm(
            LABELS[key],
            self._wanted.get(key, ""),
            [(word, meanings.get(word, "")) for word in words],
        )
        self.app.push_screen(form, lambda word: self._take(key, word))

    def _take(self, key: str, wanted: str | None) -> None:
        """Stage what a form gave; None leaves everything as it was."""
        if wanted is not None:
            self._wanted[key] = str(int(wanted)) if key == REPLICAS else wanted
            self._shown()

    def _shown(self) -> None:
        self._list.changed()
        self.edited()


def _copies(count: int) -> str:
    return "1 replica" if count == 1 else f"{count} replicas"
