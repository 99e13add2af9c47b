"""Variables and secrets of several Spaces: staged once, compared with each before it is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType
from textual.content import Content

from spaces_tui.model.envfile import EnvFile
from spaces_tui.model.environment import Edit, EntryKind
from spaces_tui.model.incoming import Incoming, from_file, taken
from spaces_tui.model.sharedenvironment import Fate, SharedStaging, SpaceNow, SpacePlan, planned
from spaces_tui.model.text import clean_line
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.environment import ApplyEnvironment, LoadEnvironments
from spaces_tui.ui.present.environment import does
from spaces_tui.ui.present.sharedenvironment import (
    left_out,
    plan_lines,
    sends_secret,
    wanted_line,
)
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.screens.editor import Editor, Phase, Summary
from spaces_tui.ui.screens.entry import Entry, SecretForm, VariableForm
from spaces_tui.ui.screens.importing import ImportForm, IncomingForm
from spaces_tui.ui.screens.removal import RemovalForm
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change
    from spaces_tui.session.snapshot import Snapshot

_NAMED: Final = 3
_UNDER_WAY: Final = 6
_EMPTY: Final = "Nothing yet: n variable, N secret, d removes a name."


class SharedEnvironmentEditor(Editor[None]):
    """Sets and removes names on all marked Spaces; what is secret is forgotten when it closes."""

    WIDTH = 100
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("n", "new('variable')", "New variable"),
        Binding("N", "new('secret')", "New secret"),
        Binding("d,delete", "remove", "Remove a name"),
        Binding("u", "undo", "Undo"),
        Binding("i", "import_file", "Import"),
        Binding("t", "static", "Static Spaces too"),
    ]

    def __init__(self, session: SessionPort, spaces: Sequence[Space]) -> None:
        super().__init__(session)
        self._spaces = list(spaces)
        self._staging = SharedStaging()
        self._publish = False
        """Whether secrets go to static Spaces too."""
        self._found: tuple[SpaceNow, ...] = ()
        self._set: dict[str, set[Edit]] = {}
        """Secrets that were set, by Space: nobody can read whether they are there."""
        self._list = Choices(self._lines, id="environment", empty=_EMPTY)

    def title_text(self) -> str:
        """Return the title."""
        count = len(self._spaces)
        return f"Variables and secrets of {'1 Space' if count == 1 else f'{count} Spaces'}"

    def load(self) -> None:
        """Nothing is read before it is known what is wanted."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return the list of what is wanted."""
        del value
        return [self._list]

    def content_rows(self) -> int:
        """Return a row for each name."""
        return max(1, len(self._staging.edits))

    def lines(self, width: int) -> list[Line]:
        """Return what stands above the list; while something goes on, how far it is."""
        if self.phase is Phase.LOADING and self._content:
            return [(Span(f"Reading what {len(self._spaces)} Spaces have …", Role.BUSY),)]
        if self.phase is Phase.SENDING:
            return [*super().lines(width), *self._under_way(width)]
        return super().lines(width)

    def head(self, width: int) -> list[Line]:
        """Return which Spaces they are, and what becomes of secrets on static ones."""
        names = [one.id for one in self._spaces[:_NAMED]]
        more = len(self._spaces) - _NAMED
        said = ", ".join(names) + (f" and {more} more" if more > 0 else "")
        lines = wrapped(said, width, Role.DIM)
        if sends_secret(self._staging.edits) and self._static():
            words = (
                "Secrets go to static Spaces too, where every visitor can read them."
                if self._publish
                else "Static Spaces get no secrets: every visitor could read them."
            )
            lines += wrapped(words, width, Role.BAD if self._publish else Role.BUSY)
        return lines

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        row: tuple[tuple[str, str], ...] = ()
        if self._staging.edits:
            row = (("enter", "edit"), ("u", "undo"))
        static: tuple[tuple[str, str], ...] = ()
        if sends_secret(self._staging.edits) and self._static():
            static = (("t", "static not" if self._publish else "static too"),)
        adding = (("n", "variable"), ("N", "secret"), ("d", "remove"), ("i", "import"))
        return (*row, *adding, *static)

    def staged(self) -> int:
        """Return how many names would be changed."""
        return len(self._staging.edits)

    def problem(self) -> str:
        """Say what holds everything back."""
        return self._staging.problem()

    def summary(self, width: int) -> Summary:
        """Return what each Space would get, and what that causes."""
        plans = self._plans()
        published = sum(plan.publishes for plan in plans)
        lost = any(one.delete for plan in plans for one in plan.edits)
        return Summary(
            tuple(plan_lines(self._staging.edits, plans, width)),
            f"apply to {sum(bool(plan.edits) for plan in plans)}",
            danger=lost or published > 0,
            typed=f"publish {published}" if published else "",
        )

    def changes(self) -> tuple[Change, ...]:
        """Return one request for each Space that needs something."""
        return tuple(ApplyEnvironment(one.id, one.edits) for one in self._plans() if one.edits)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Keep what is wanted for the Spaces that have not all of it."""
        for outcome in outcomes:
            secrets = {one for one in self._staging.edits if one.kind is EntryKind.SECRET}
            done = {one for one in secrets if one.step in outcome.done and not one.delete}
            self._set.setdefault(outcome.space, set()).update(done)
        left = {one.space for one in outcomes if not one.ok}
        self._spaces = [one for one in self._spaces if one.id in left]
        self.query_one("#box").border_title = Content(self.title_text())
        self._list.changed()

    def show(self, snapshot: Snapshot) -> None:
        """Follow what the Spaces do."""
        newer = {one.id: one for one in snapshot.spaces}
        self._spaces = [newer.get(one.id, one) for one in self._spaces]
        if self.phase is Phase.SENDING:
            self.lay_out()

    def edited(self) -> None:
        """Show the rows anew."""
        self._list.changed()
        super().edited()

    def on_unmount(self) -> None:
        """Forget values of secrets."""
        self._staging.clear()
        self._set.clear()

    def action_apply(self) -> None:
        """Read what each Space has, then show what would be sent."""
        if self.phase is not Phase.EDITING:
            return
        reason = self.problem() or ("" if self.staged() else "Nothing was changed.")
        if reason:
            self.console.say(reason, "warning")
            return
        self._enter(Phase.LOADING)
        self.run_worker(self._look(), group="read", exclusive=True)

    def action_back(self) -> None:
        """Go one step back; from reading, to what is staged."""
        if self.phase is Phase.LOADING and self._content:
            self.workers.cancel_group(self, "read")
            self._enter(Phase.EDITING)
        else:
            super().action_back()

    def action_new(self, kind: str) -> None:
        """Add a variable or a secret."""
        if self.phase is Phase.EDITING and self.app.screen is self:
            self._open(EntryKind(kind), None)

    def action_remove(self) -> None:
        """Ask for a name that is to go."""
        if self.phase is not Phase.EDITING or self.app.screen is not self:
            return

        def named(name: str | None) -> None:
            if name is not None:
                self._staging.remove(name)
                self._show_last()

        self.app.push_screen(RemovalForm(), named)

    def action_undo(self) -> None:
        """Forget the row under the cursor."""
        if self.phase is Phase.EDITING and (edit := self._row()):
            self._staging.undo(edit.kind, edit.key)
            self.edited()

    def action_static(self) -> None:
        """Send secrets to static Spaces too, or not."""
        if self.phase in (Phase.EDITING, Phase.SUMMARY):
            self._publish = not self._publish
            self._enter(self.phase if self.changes() else Phase.EDITING)

    def action_import_file(self) -> None:
        """Take names and values from a file."""
        if self.phase is not Phase.EDITING or self.app.screen is not self:
            return

        def read(found: EnvFile | None) -> None:
            if found is not None:
                title = "Import from a .env file"
                form = IncomingForm(title, from_file(found), self._staging, found.problems)
                self.app.push_screen(form, decided)

        def decided(chosen: list[Incoming] | None) -> None:
            if chosen is not None:
                count = taken(chosen, self._staging)
                self.console.say("1 name staged." if count == 1 else f"{count} names staged.")
                self._show_last()

        self.app.push_screen(ImportForm(), read)

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        edit = self._row()
        if self.app.screen is self and edit is not None and not edit.delete:
            self._open(edit.kind, edit)

    def _open(self, kind: EntryKind, edit: Edit | None) -> None:
        key = edit.key if edit else ""
        described = edit.description if edit else ""

        def naming(name: str) -> str:
            if edit is None and name in self._staging.names(kind):
                return f"{name} is staged already: edit that one."
            return self._staging.problem_of_name(kind, name)

        def filled(entry: Entry | None) -> None:
            if entry is not None:
                self._staging.put(kind, entry.key, entry.value, entry.description)
                self._show_last()

        fixed = edit is not None
        if kind is EntryKind.SECRET:
            self.app.push_screen(SecretForm(key, described, fixed=fixed, naming=naming), filled)
            return
        text = edit.value if edit and isinstance(edit.value, str) else ""
        self.app.push_screen(VariableForm(key, text, described, fixed=fixed, naming=naming), filled)

    async def _look(self) -> None:
        request = LoadEnvironments(tuple(one.id for one in self._spaces))
        try:
            self._found = await asyncio.wrap_future(self.session.ask(request))
        except CommandError as error:
            self.console.say(error.message, "error")
            self._enter(Phase.EDITING)
            return
        plans = self._plans()
        if any(plan.edits for plan in plans):
            self._enter(Phase.SUMMARY)
            return
        self._failed = self._left()
        if self._failed:
            self.console.say("Nothing was sent.", "warning")
        elif any(plan.wanted(Fate.WITHHELD) for plan in plans):
            self.console.say("Static Spaces get no secrets unless you say so (t).", "warning")
        else:
            self.console.say("All of them are so already.", "warning")
        self._enter(Phase.EDITING)

    async def _asked(self, changes: tuple[Change, ...]) -> tuple[Outcome, ...]:
        """Send them; what was left out counts as not done."""
        left = {one.space: one for one in self._left()}
        sent = await super()._asked(changes) if changes else ()
        whole = [
            Outcome(one.space, one.steps + left.pop(one.space, Outcome(one.space)).steps)
            for one in sent
        ]
        return (*whole, *left.values())

    def _left(self) -> tuple[Outcome, ...]:
        outcomes = []
        for plan in self._plans():
            steps = tuple(
                Step(
                    edit.step if edit else "all",
                    (does(edit) if edit else "read what is set"),
                    error=why,
                )
                for edit, why in left_out(plan)
            )
            if steps:
                outcomes.append(Outcome(plan.id, steps))
        return tuple(outcomes)

    def _plans(self) -> list[SpacePlan]:
        edits = self._staging.edits
        return [
            planned(edits, now, publish=self._publish, done=self._set.get(now.id, ()))
            for now in self._found
        ]

    def _static(self) -> bool:
        return any(one.static for one in self._spaces) or any(one.static for one in self._found)

    def _under_way(self, width: int) -> list[Line]:
        pending = self.console.main.snapshot.pending
        busy = [(one.id, pending[one.id].verb) for one in self._spaces if one.id in pending]
        lines: list[Line] = [
            clip((Span(f"{clean_line(name)}  ", Role.STRONG), Span(verb, Role.DIM)), width)
            for name, verb in busy[:_UNDER_WAY]
        ]
        more = len(busy) - _UNDER_WAY
        return [*lines, (Span(f"and {more} more", Role.DIM),)] if more > 0 else lines

    def _row(self) -> Edit | None:
        edits = self._staging.edits
        return edits[max(0, min(self._list.cursor, len(edits) - 1))] if edits else None

    def _show_last(self) -> None:
        self.edited()
        self._list.select(len(self._staging.edits) - 1)

    def _lines(self, width: int) -> list[Line]:
        return [wanted_line(edit, width) for edit in self._staging.edits]
