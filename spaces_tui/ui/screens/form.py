"""The frame of small forms: what is said above, fields, and the keys below."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, Generic, TypeVar, cast

from textual.binding import Binding, BindingType

from spaces_tui.ui.present.spans import Line, Role, Span, flowed, wrapped
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.style import FORM_CSS
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import LongField
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.ui.app import ConsoleApp

Result = TypeVar("Result")
_FRAME = 4
_LABELLED = 18
"""Rows of the terminal from which every field has its label above it."""


class Form(Dialog[Result], Generic[Result]):
    """Ends with what was filled in, or with None. What is wrong with it is said while typing."""

    WIDTH = 92
    DEFAULT_CSS = FORM_CSS
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "Back", priority=True),
        Binding("ctrl+s", "after_typing('done')", "Done", priority=True),
        # At once, before the letters that follow: those of a secret must not end in another field.
        Binding("tab", "app.focus_next", "Next field", priority=True),
        Binding("shift+tab", "app.focus_previous", "Previous field", priority=True),
        Binding("enter", "enter", "Next field, or done", priority=True),
    ]

    def __init__(self) -> None:
        super().__init__()
        self.trouble = ""
        """Why the last try to finish failed; empty once something is edited."""
        self._said = FixedLines(id="said")
        self._labels: list[FixedLines] = []
        self._given: list[tuple[str, Widget]] = []

    @property
    def console(self) -> ConsoleApp:
        """The application."""
        return cast("ConsoleApp", self.app)

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the fields with their labels, from top to bottom; a label may be empty."""
        raise NotImplementedError

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys and what they do."""
        raise NotImplementedError

    def problem(self) -> str:
        """Say what is wrong with what is filled in; empty when it is complete."""
        raise NotImplementedError

    def tall(self) -> tuple[str, int]:
        """Return the id of the field that takes the height there is, and the rows it wants."""
        return "", 0

    def action_done(self) -> None:
        """Finish; called by its key also when something is wrong."""
        raise NotImplementedError

    def action_enter(self) -> None:
        """Begin a line, go to the next field, or finish with the last one."""
        focused = self.focused
        if isinstance(focused, LongField):
            focused.call_later(focused.insert, "\n")
        elif focused is not None and self.goes_on(focused):
            self.focus_next()
        else:
            self.action_after_typing("done")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Leave enter to a list with the focus: it must come behind the arrows before it."""
        if action == "enter" and isinstance(self.focused, Choices):
            return False
        return super().check_action(action, parameters)

    def goes_on(self, field: Widget) -> bool:
        """Whether enter in this field goes to the next one; else it finishes."""
        del field
        return False

    def action_after_typing(self, name: str) -> None:
        """Do an action once the letters typed before it are in their field."""
        act = getattr(self, f"action_{name}")
        if self.focused is not None:
            self.focused.call_later(act)
        else:
            act()

    def below(self) -> list[Widget]:
        """Return the fields with their labels, and the keys."""
        widgets: list[Widget] = []
        self._given = self.fields()
        for label, field in self._given:
            if label:
                line = FixedLines()
                line.styles.height = 1
                line.show([(Span(label, Role.DIM),)])
                self._labels.append(line)
                widgets.append(line)
            widgets.append(field)
        return [*widgets, self._said]

    def action_leave(self) -> None:
        """Close without a result."""
        self.dismiss(None)

    def edited(self) -> None:
        """Say anew what is wrong."""
        self.trouble = ""
        self.lay_out()

    def failed(self, why: str) -> None:
        """Say why it cannot be finished."""
        self.trouble = why
        self.lay_out()

    def foot(self, width: int) -> list[Line]:
        """Return what is wrong, and the keys."""
        why = self.trouble or self.problem()
        said = wrapped(why, width, Role.BAD) if why else []
        keys = [(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in self.keys()]
        return [*said, *flowed(keys, width)]

    def lay_out(self) -> None:
        """Fit the box to the terminal; the tall field takes what is left."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        width = max(8, outer - _FRAME)
        lines, said = self.lines(width), self.foot(width)
        tall, wanted = self.tall()
        for label in self._labels:
            label.display = rows >= _LABELLED
        hidden = [] if rows >= _LABELLED else self._labels
        apart = {self.body, *hidden}
        small = [one for one in self._said.siblings if one not in apart and one.id != tall]
        room = max(1, rows - 2 - len(small) - len(said))
        height = min(wanted, max(1, room - len(lines))) if tall else 0
        self.query_one("#box").styles.width = outer
        if tall:
            self.query_one(f"#{tall}").styles.height = height
        self.body.styles.height = max(1, min(len(lines), room - height))
        self.body.show(lines)
        self._said.styles.height = len(said)
        self._said.show(said)
