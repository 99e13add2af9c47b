"""Variables and secrets of several Spaces: staged once, compared with each before it is sent."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual.binding import Binding, BindingType
from textual.content import Content

from spaces_tui.model.environment import Edit, EntryKind
from spaces_tui.model.sharedenvironment import Comparison, Fate, SharedStaging, SpacePlan
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome
from spaces_tui.session.requests.environment import ApplyEnvironment, LoadEnvironments
from spaces_tui.ui.present.marked import names_lines, spaces_words, under_way_lines
from spaces_tui.ui.present.sharedenvironment import (
    left_out,
    plan_lines,
    sends_secret,
    wanted_line,
)
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.screens.editor import Phase, Summary
from spaces_tui.ui.screens.names import NamesEditor
from spaces_tui.ui.screens.removal import RemovalForm

if TYPE_CHECKING:
    from collections.abc import Sequence

    from textual.widget import Widget

    from spaces_tui.model.space import Space
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change
    from spaces_tui.session.snapshot import Snapshot


class SharedEnvironmentEditor(NamesEditor[None, Edit]):
    """Sets and removes names on all marked Spaces."""

    WIDTH = 100
    EMPTY = "Nothing yet: n variable, N secret, d removes a name."
    BINDINGS: ClassVar[list[BindingType]] = [Binding("t", "static", "Static Spaces too")]
    _staging: SharedStaging

    def __init__(self, session: SessionPort, spaces: Sequence[Space]) -> None:
        super().__init__(session)
        self._spaces = list(spaces)
        self._staging = SharedStaging()
        self._compared = Comparison()

    def title_text(self) -> str:
        """Return the title."""
        return f"Variables and secrets of {spaces_words(len(self._spaces))}"

    def load(self) -> None:
        """Nothing is read before it is known what is wanted."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return the list of what is wanted."""
        del value
        return [self._list]

    def rows(self) -> tuple[Edit, ...]:
        """Return what is wanted."""
        return self._staging.edits

    def row_line(self, row: Edit, width: int) -> Line:
        """Return one row."""
        return wanted_line(row, width)

    def named(self, row: Edit) -> tuple[EntryKind, str]:
        """Return the name of a row."""
        return row.kind, row.key

    def opened(self, row: Edit) -> None:
        """Edit what is to be set."""
        if not row.delete:
            text = row.value if isinstance(row.value, str) else ""
            self.open_form(row.kind, row.key, text, row.description, fixed=True)

    def lines(self, width: int) -> list[Line]:
        """Return what stands above the list; while something goes on, how far it is."""
        if self.phase is Phase.LOADING and self._content:
            has = "has" if len(self._spaces) == 1 else "have"
            said = f"Reading what {spaces_words(len(self._spaces))} {has} …"
            return [(Span(said, Role.BUSY),)]
        if self.phase is Phase.SENDING:
            pending = self.console.main.snapshot.pending
            return [*super().lines(width), *under_way_lines(self._spaces, pending, width)]
        return super().lines(width)

    def head(self, width: int) -> list[Line]:
        """Return which Spaces they are, and what becomes of secrets on static ones."""
        lines = names_lines(self._spaces, width)
        if self._static_matter():
            words = (
                "Secrets go to static Spaces too, where every visitor can read them."
                if self._compared.publish
                else "Static Spaces get no secrets: every visitor could read them."
            )
            lines += wrapped(words, width, Role.BAD if self._compared.publish else Role.BUSY)
        return lines

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys; those of the row under the cursor first."""
        keys: list[tuple[str, str]] = []
        if self.rows():
            keys += [] if self.row().delete else [("enter", "edit")]
            keys.append(("u", "undo"))
        keys += [("n", "variable"), ("N", "secret"), ("d", "remove"), ("i", "import")]
        if self._static_matter():
            keys.append(("t", "static not" if self._compared.publish else "static too"))
        return tuple(keys)

    def summary(self, width: int) -> Summary:
        """Return what each Space would get, and what that causes."""
        plans = self._plans()
        published = sum(plan.publishes for plan in plans)
        lost = any(one.delete for plan in plans for one in plan.edits)
        return Summary(
            tuple(plan_lines(self.rows(), plans, width)),
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
            self._compared.settle(outcome.space, self.rows(), outcome.done)
        left = {one.space for one in outcomes if not one.ok}
        self._spaces = [one for one in self._spaces if one.id in left]
        self._compared.keep(left)
        self.query_one("#box").border_title = Content(self.title_text())
        self._list.changed()

    def show(self, snapshot: Snapshot) -> None:
        """Follow what the Spaces do."""
        newer = {one.id: one for one in snapshot.spaces}
        self._spaces = [newer.get(one.id, one) for one in self._spaces]
        if self.phase is Phase.SENDING:
            self.lay_out()

    def forget(self) -> None:
        """Forget what is staged and what was set, values of secrets too."""
        super().forget()
        self._compared.clear()

    def sum_up(self) -> None:
        """Read what each Space has before it is shown what would be sent."""
        self._enter(Phase.LOADING)
        self.run_worker(self._look(), group="read", exclusive=True)

    def action_back(self) -> None:
        """Go one step back; from reading, to what is staged."""
        if self.phase is Phase.LOADING and self._content:
            self.workers.cancel_group(self, "read")
            self._enter(Phase.EDITING)
        else:
            super().action_back()

    def action_delete(self) -> None:
        """Ask for a name that is to go."""
        if not self.ready():
            return

        def named(name: str | None) -> None:
            if name is not None:
                self._staging.remove(name)
                self.edited()
                self.go_to(lambda row: row.key == name)

        staged = {one.key for one in self.rows() if not one.delete}
        self.app.push_screen(RemovalForm(staged), named)

    def action_undo(self) -> None:
        """Forget the row under the cursor."""
        if self.ready() and self.rows():
            self._staging.undo(*self.named(self.row()))
            self.edited()

    def action_static(self) -> None:
        """Send secrets to static Spaces too, or not."""
        if self.phase in (Phase.EDITING, Phase.SUMMARY):
            self._compared.publish = not self._compared.publish
            self._enter(self.phase if self.changes() else Phase.EDITING)

    async def _look(self) -> None:
        request = LoadEnvironments(tuple(one.id for one in self._spaces))
        try:
            self._compared.found = await asyncio.wrap_future(self.session.ask(request))
        except CommandError as error:
            self.console.say(error.message, "error")
            self._enter(Phase.EDITING)
            return
        if self.changes():
            self._enter(Phase.SUMMARY)
            return
        self._failed = self._left()
        if self._failed:
            self.console.say("Nothing was sent.", "warning")
        elif any(plan.wanted(Fate.WITHHELD) for plan in self._plans()):
            self.console.say("Static Spaces get no secrets unless you say so (t).", "warning")
        else:
            self.console.say("All of them are so already.", "warning")
        self._enter(Phase.EDITING)

    async def _asked(self, changes: tuple[Change, ...]) -> tuple[Outcome, ...]:
        """Send them; what was left out counts as not done."""
        left = {one.space: one for one in self._left()}
        sent = await super()._asked(changes)
        whole = [
            Outcome(one.space, one.steps + left.pop(one.space, Outcome(one.space)).steps)
            for one in sent
        ]
        return (*whole, *left.values())

    def _left(self) -> tuple[Outcome, ...]:
        found = (left_out(plan) for plan in self._plans())
        return tuple(one for one in found if one.steps)

    def _plans(self) -> list[SpacePlan]:
        return self._compared.plans(self.rows())

    def _static_matter(self) -> bool:
        """Whether it has to be said what becomes of secrets on static Spaces."""
        static = any(one.static for one in self._spaces)
        found = any(one.static for one in self._compared.found)
        return (static or found) and sends_secret(self.rows())
