"""A new task: what is run, on which hardware, for how long at most, up to what sum."""

from __future__ import annotations

import shlex
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.loanwords import Limit, parse_limit
from spaces_tui.session.requests.training import AddTask
from spaces_tui.ui.present.machines import machine_row, table_head
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.present.tasks import cost_lines
from spaces_tui.ui.screens.editor import Editor, Summary
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome
    from spaces_tui.session.snapshot import Snapshot


class NewTaskEditor(Editor[None]):
    """Sends one task; the price comes before the key that sends it."""

    WIDTH = 100
    DEFAULT_CSS = "NewTaskEditor Input { padding: 0 1; }"
    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "app.focus_next", "Other field")]

    def __init__(self, session: SessionPort, space: str, snapshot: Snapshot) -> None:
        super().__init__(session)
        self._space = space
        listed = snapshot.hardware.values()
        self._machines = sorted(listed, key=lambda one: (one.usd_per_hour, one.name))
        self._wanted: str | None = None
        self._title = Field(placeholder="title, such as Fine-tune on reviews", id="title")
        self._command = Field(placeholder="command, such as python train.py --steps 10", id="cmd")
        self._limit = Field(
            placeholder="how long at most, and up to what sum: 2h, or 2h $5", id="limit"
        )
        self._table = Choices(
            self._rows, id="machines", empty="The Hub's price list is not known yet."
        )

    def title_text(self) -> str:
        """Return the title."""
        return f"New task for {self._space}"

    def load(self) -> None:
        """Everything is known from the list."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return the fields, and the table of hardware."""
        del value
        return [self._title, self._command, self._limit, self._table]

    def content_rows(self) -> int:
        """Return a row for each field and each flavour."""
        return 3 + max(1, len(self._machines))

    def head(self, width: int) -> list[Line]:
        """Say what happens, and name the columns."""
        said = (
            "The Space asks for the hardware by itself, runs the command without a shell, and "
            "goes back."
        )
        return [*wrapped(said, width, Role.DIM), table_head(width)]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("tab", "next field"), ("enter", "choose hardware"))

    def staged(self) -> int:
        """Return 1 once something is filled in."""
        fields = (self._title, self._command, self._limit)
        return 1 if self._wanted or any(one.value.strip() for one in fields) else 0

    def problem(self) -> str:
        """Say what is missing or wrong."""
        if not self.staged():
            return ""
        try:
            words = shlex.split(self._command.value)
            limit = parse_limit(self._limit.value)
        except ValueError as error:
            open_quote = "A quotation mark in the command is not closed."
            return open_quote if "quotation" in str(error).lower() else str(error)
        if not words:
            return "Write what is to be run, such as python train.py."
        if limit.seconds is None:
            return "Write for how long it may run, such as 2h; a sum may follow."
        if self._wanted is None:
            return "Choose the hardware: enter on a flavour."
        price = self._price()
        if limit.budget is not None and limit.budget < price:
            return "The sum does not pay for a single minute."
        return ""

    def summary(self, width: int) -> Summary:
        """Return what the longest run costs, and what stands behind it."""
        assert self._wanted is not None
        limit = self._parsed()
        assert limit.seconds is not None
        lines = cost_lines(self._wanted, limit.seconds, limit.budget, self._price(), width)
        guard = (
            "A guard is written down first: should the Space not go back in time, this console "
            "or spaces-tui guard takes the hardware back."
        )
        shown = wrapped(shlex.join(shlex.split(self._command.value)), width)
        said = (*shown, BLANK, *lines, *wrapped(guard, width, Role.DIM))
        return Summary(said, "add the task", danger=bool(self._price()))

    def changes(self) -> tuple[Change, ...]:
        """Return the one request."""
        assert self._wanted is not None
        limit = self._parsed()
        assert limit.seconds is not None
        words = tuple(shlex.split(self._command.value))
        title = self._title.value.strip() or " ".join(words)
        task = AddTask(self._space, title, words, self._wanted, limit.seconds, limit.budget)
        return (task,)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Forget what was filled in once it was added."""
        if all(one.ok for one in outcomes):
            self._wanted = None
            for field in (self._title, self._command, self._limit):
                field.value = ""

    def _parsed(self) -> Limit:
        return parse_limit(self._limit.value)

    def _price(self) -> int:
        found = (one for one in self._machines if one.name == self._wanted)
        return next(found).micro_usd_per_minute

    def _rows(self, width: int) -> list[Line]:
        chosen, other = Span("● ", Role.MARK), Span("  ")
        return [
            machine_row(one, chosen if one.name == self._wanted else other, width)
            for one in self._machines
        ]

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        name = self._machines[event.row].name
        self._wanted = None if name == self._wanted else name
        self._table.changed()
        self.edited()

    @on(Input.Changed)
    def _typed_in(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.focus_next()
