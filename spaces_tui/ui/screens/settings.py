"""Settings of one Space: its repository's, and those of its card, staged and sent together."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType

from spaces_tui.model.card import CardError
from spaces_tui.model.cardfields import BY_KEY, FieldKind
from spaces_tui.model.devmode import ssh_target
from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.settings import SettingsNow
from spaces_tui.model.settingsdraft import (
    DEV_MODE,
    NAME,
    OFF,
    ON,
    REPLICAS,
    VISIBILITIES,
    VISIBILITY,
    SettingsDraft,
)
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.settings import ApplySettings, CheckCard, LoadSettings
from spaces_tui.ui.present.settings import (
    LABELS,
    VISIBILITY_WORDS,
    SettingKind,
    SettingRow,
    hint_line,
    hint_of,
    is_danger,
    publishes,
    setting_line,
    setting_rows,
    summary_lines,
)
from spaces_tui.ui.present.spans import Line, Role, wrapped
from spaces_tui.ui.rules import shell_problem, watched_folder
from spaces_tui.ui.screens.editor import Editor, Phase, Summary
from spaces_tui.ui.screens.settingforms import ChoiceForm, TextForm
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome
    from spaces_tui.session.snapshot import Snapshot


class SettingsEditor(Editor[SettingsNow]):
    """Edits what one Space is, other than its files, hardware and environment."""

    WIDTH = 110
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("u", "undo", "Undo"),
        Binding("S", "shell", "Shell"),
    ]

    def __init__(
        self, session: SessionPort, space: Space, snapshot: Snapshot, *, at: str = ""
    ) -> None:
        """`at` is the setting the cursor begins on; empty for the first one."""
        super().__init__(session)
        self._at = at
        self._space = space
        self._snapshot = snapshot
        owners = [name for one in snapshot.identities for name in one.namespaces]
        taken = [one.id for one in snapshot.spaces]
        self._draft = SettingsDraft(SettingsNow(space, ""), owners=owners, taken=taken)
        self._check = CardCheck()
        self._list = Choices(self._lines, id="settings")
        self._list.cursor = 1

    def title_text(self) -> str:
        """Return the title."""
        return f"Settings · {self._space.id}"

    def load(self) -> LoadSettings:
        """Read the Space and its README."""
        return LoadSettings(self._space.id)

    def loaded(self, value: SettingsNow | None) -> list[Widget]:
        """Take what is there; what is staged stays."""
        assert value is not None
        self._draft.rebase(value)
        self._begin_at()
        self._list.changed()
        return [self._list]

    def content_rows(self) -> int:
        """Return a row for each setting."""
        return len(setting_rows(self._draft))

    def head(self, width: int) -> list[Line]:
        """Return what the Hub says of the card, and what the row under the cursor takes."""
        lines = [line for said in self._check.warnings for line in wrapped(said, width, Role.BUSY)]
        if self._draft.card_problem:
            said = f"The card cannot be edited here. {self._draft.card_problem}"
            lines += wrapped(said, width, Role.BAD)
        return [*lines, hint_line(self._row(), self._draft, width)]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; those of the row under the cursor first."""
        row = self._row()
        if row.kind is SettingKind.SHELL:
            return (("enter", "copy"), ("S", "open it"))
        if row.kind is SettingKind.HEADING:
            return ()
        undo = (("u", "undo"),) if row.key in self._draft.wanted else ()
        return (("enter", "change"), *undo)

    def staged(self) -> int:
        """Return how many settings would change."""
        return len(self._draft.wanted)

    def problem(self) -> str:
        """Say what holds everything back: a value, or what the Hub says of the card."""
        errors = self._check.errors if self._draft.edits() else ()
        said = f"The Hub would not take this card: {' '.join(errors)}" if errors else ""
        if not said and NAME in self._draft.wanted and self._folder() is not None:
            said = "A folder is watched for it: stop that before you rename it."
        return self._draft.problem() or said

    def summary(self, width: int) -> Summary:
        """Return every change, and what it causes."""
        lines = summary_lines(self._draft, self._snapshot.hardware, self._folder(), width)
        typed = self._space.id if publishes(self._draft) else ""
        yes = "make it public" if typed else "apply"
        if typed and self.staged() > 1:
            yes += " and apply the rest"
        return Summary(tuple(lines), yes, danger=is_danger(self._draft), typed=typed)

    def changes(self) -> tuple[Change, ...]:
        """Return one request with everything."""
        wanted = self._draft.wanted
        name, replicas, dev_mode = (wanted.get(key) for key in (NAME, REPLICAS, DEV_MODE))
        return (
            ApplySettings(
                self._space.id,
                self._draft.space.uid,
                visibility=wanted.get(VISIBILITY),
                card=self._draft.edits(),
                replicas=None if replicas is None else int(replicas),
                dev_mode=None if dev_mode is None else dev_mode == ON,
                new_id=None if name is None else self._draft.full_name(name),
            ),
        )

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Keep what was not done, go where the Space went, and read what is there now."""
        (outcome,) = outcomes
        new = self._draft.wanted.get(NAME) if NAME in outcome.done else None
        if new is not None:
            self.console.go_to(self._draft.full_name(new))
        self._draft.settle(outcome.done)
        self._list.changed()
        if not outcome.ok:
            self.run_worker(self._read_anew(), group="read", exclusive=True)

    def show(self, snapshot: Snapshot) -> None:
        """Follow prices and watched folders."""
        self._snapshot = snapshot

    def edited(self) -> None:
        """Show the rows anew, and ask the Hub about the card."""
        self._list.changed()
        self._check = CardCheck()
        if self._draft.edits():
            self.run_worker(self._ask_about_card(), group="check", exclusive=True)
        super().edited()

    def action_undo(self) -> None:
        """Forget the edit of the row under the cursor."""
        row = self._row()
        if self.phase is Phase.EDITING and row.key in self._draft.wanted:
            self._draft.undo(row.key)
            self.edited()

    def action_shell(self) -> None:
        """Open a shell in the container."""
        if self.phase is not Phase.EDITING:
            return
        if why := shell_problem(self._draft.space, self._snapshot):
            self.console.say(why, "warning")
        else:
            self.console.open_shell(self._draft.space)

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        if self.phase is not Phase.EDITING or self.app.screen is not self:
            return
        row = setting_rows(self._draft)[event.row]  # the cursor may be elsewhere by now
        if row.kind is SettingKind.SHELL:
            target = ssh_target(self._draft.space)
            if target:
                self.console.copy(f"ssh {target}")
        elif row.kind is SettingKind.SETTING:
            self._change(row)

    @on(Choices.Moved)
    def _moved(self, event: Choices.Moved) -> None:
        event.stop()
        self.lay_out()

    def _change(self, row: SettingRow) -> None:
        key = row.key
        if why := self._draft.why_not(key):
            self.console.say(why, "warning")
            return
        if key == DEV_MODE:
            self._put(key, OFF if self._draft.text(key) == ON else ON)
            return
        field = BY_KEY.get(key)
        if field is not None and field.kind is FieldKind.FLAG:
            self._put(key, "false" if self._draft.text(key) == "true" else "true")
            return
        form: ChoiceForm | TextForm
        choices = self._choices(key)
        label = LABELS.get(key) or row.label
        if choices:
            form = ChoiceForm(label, self._draft.text(key), choices)
        else:
            wrong = self._draft.problem_of
            form = TextForm(
                label, self._draft.text(key), hint_of(key), lambda text: wrong(key, text)
            )

        def filled(text: str | None) -> None:
            if text is not None:
                self._put(key, text)

        self.app.push_screen(form, filled)

    def _put(self, key: str, text: str) -> None:
        self._draft.put(key, text)
        self.edited()

    def _choices(self, key: str) -> list[tuple[str, str]]:
        if key == VISIBILITY:
            return [(word, VISIBILITY_WORDS[word]) for word in VISIBILITIES]
        field = BY_KEY.get(key)
        if field is None or not field.choices:
            return []
        none = [] if field.needed else [("", "leave it to the Hub")]
        return [*((word, "") for word in field.choices), *none]

    async def _ask_about_card(self) -> None:
        """Ask the Hub what it thinks of the card; it is asked again before the commit."""
        try:
            readme = self._draft.readme()
        except CardError as error:
            self._check = CardCheck(errors=(str(error),))
        else:
            if readme is None:
                return
            try:
                self._check = await asyncio.wrap_future(self.session.ask(CheckCard(readme)))
            except CommandError:
                return
        self.lay_out()

    async def _read_anew(self) -> None:
        """Read what is there after a failure, without getting in the way."""
        try:
            now = await asyncio.wrap_future(self.session.ask(self.load()))
        except CommandError:
            return  # the failure itself is on the screen; ctrl+r reads again
        self._draft.rebase(now)
        self._list.changed()
        self.lay_out()

    def _begin_at(self) -> None:
        """Put the cursor on the setting that was asked for, once there are rows."""
        keys = [row.key for row in setting_rows(self._draft)]
        if self._at and self._at in keys:
            self._list.cursor = keys.index(self._at)
        self._at = ""

    def _folder(self) -> str | None:
        return watched_folder(self._space, self._snapshot)

    def _row(self) -> SettingRow:
        rows = setting_rows(self._draft)
        return rows[max(0, min(self._list.cursor, len(rows) - 1))]

    def _lines(self, width: int) -> list[Line]:
        return [setting_line(row, self._draft, width) for row in setting_rows(self._draft)]
