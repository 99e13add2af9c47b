"""One of several: a list to choose from, and where it makes sense a field for anything else."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from textual.widget import Widget


class Pick(NamedTuple):
    """Something that can be chosen."""

    value: str
    make: Callable[[Span, int], Line]
    """Makes its row behind a mark of two cells, at a width."""
    note: str = ""
    """Said while the cursor is on it."""
    blocked: str = ""
    """Why it cannot be chosen now; empty when it can."""


def plain(text: str) -> Callable[[Span, int], Line]:
    """Return what makes a row of a text."""
    return lambda mark, width: clip((mark, Span(text)), width)


class PickForm(Form[str]):
    """Ends with the value that was chosen or typed."""

    AUTO_FOCUS = "#picks"
    BINDINGS: ClassVar[list[BindingType]] = [
        # In its turn, behind the keys that moved the cursor: they, too, act when they come back
        # from the list.
        Binding("enter", "enter", "Choose"),
    ]

    def __init__(
        self,
        title: str,
        picks: Sequence[Pick],
        chosen: str,
        *,
        head: Callable[[int], list[Line]] | None = None,
        free: str = "",
        fault: Callable[[str], str] = lambda _: "",
    ) -> None:
        """`free` is the placeholder of a field, and `fault` says what is wrong with its text."""
        super().__init__()
        self._title = title
        self._picks = list(picks)
        self._head = head
        self._fault = fault
        self._chosen_before = chosen
        self._list = Choices(self._rows, id="picks", empty="There is nothing to choose from.")
        self._list.cursor = next(
            (index for index, one in enumerate(self._picks) if one.value == chosen), 0
        )
        self._field = Field(placeholder=free, id="free") if free else None

    def title_text(self) -> str:
        """Return the title."""
        return self._title

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the list, and the field."""
        field: list[tuple[str, Widget]] = [("", self._field)] if self._field else []
        return [("", self._list), *field]

    def tall(self) -> tuple[str, int]:
        """Give the list what room there is."""
        return "picks", max(1, len(self._picks))

    def lines(self, width: int) -> list[Line]:
        """Return what stands above the list."""
        return self._head(width) if self._head else [()]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        more = (("tab", "type another"),) if self._field else ()
        return (("enter", "chooses"), *more, ("esc", "back"))

    def problem(self) -> str:
        """Say what is wrong with what is typed."""
        typed = self._typed()
        return self._fault(typed) if typed else ""

    def foot(self, width: int) -> list[Line]:
        """Return what there is to know of the row under the cursor, and the keys."""
        note = self._picks[self._list.cursor].note if self._picks else ""
        said = wrapped(note, width, Role.DIM) if note and not self._typed() else []
        return [*said, *super().foot(width)]

    def action_done(self) -> None:
        """Take what is typed, else what the cursor is on."""
        typed = self._typed()
        if typed and not self._fault(typed):
            self.dismiss(typed)
        elif not typed and self._picks:
            self._take(self._list.cursor)

    def _take(self, row: int) -> None:
        pick = self._picks[row]
        if pick.blocked:
            self.failed(pick.blocked)
        else:
            self.dismiss(pick.value)

    def _typed(self) -> str:
        return self._field.value.strip() if self._field else ""

    def _rows(self, width: int) -> list[Line]:
        rows: list[Line] = []
        for one in self._picks:
            chosen = one.value == self._chosen_before
            mark = Span("● " if chosen else "  ", Role.MARK)
            line = one.make(mark, width)
            dim = tuple(span._replace(role=Role.DIM) for span in line)
            rows.append(dim if one.blocked else line)
        return rows

    @on(Choices.Chosen)
    def _was_chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self._take(event.row)

    @on(Choices.Moved)
    def _moved(self, event: Choices.Moved) -> None:
        event.stop()
        self.edited()

    @on(Input.Submitted)
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_done()

    @on(Input.Changed)
    def _was_typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()
