"""A Space's loan: how it stands, for longer, no longer."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual import on
from textual.binding import Binding, BindingType

from spaces_tui.model.loanwords import MICRO, dollars, loan_words
from spaces_tui.model.sleep import sleep_words
from spaces_tui.session.requests.loans import EndLoan, ExtendLoan, SeeAlarm
from spaces_tui.ui.present.lent import open_loan
from spaces_tui.ui.present.loans import extension_lines
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, wrapped
from spaces_tui.ui.screens.editor import Editor, Phase, Summary
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.model.loan import Loan
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome
    from spaces_tui.session.snapshot import Snapshot


class _Row(NamedTuple):
    """One thing that may be done; all zero gives it back."""

    words: str
    seconds: int = 0
    budget: int = 0
    seen: bool = False


class LoanEditor(Editor[None]):
    """Extends a loan, or ends it."""

    WIDTH = 76
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus", "pick(0)", "Extend"),
        Binding("e", "pick(-1)", "Give back"),
    ]

    def __init__(self, session: SessionPort, loan: Loan) -> None:
        super().__init__(session)
        self._loan = loan
        self._wanted: _Row | None = None
        self._choices = Choices(self._lines, id="loan")

    def title_text(self) -> str:
        """Return the title."""
        return f"Borrowed hardware of {self._loan.space}"

    def load(self) -> None:
        """Everything is known from the journal."""
        return

    def loaded(self, value: None) -> list[Widget]:
        """Return what may be done."""
        del value
        return [self._choices]

    def content_rows(self) -> int:
        """Return a row for each thing that may be done."""
        return len(self._rows())

    def head(self, width: int) -> list[Line]:
        """Return how the loan stands."""
        role = Role.BAD if self._loan.rings else Role.TEXT
        return [*wrapped(loan_words(self._loan, datetime.now(UTC)), width, role), BLANK]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        if self._loan.ending:
            return (("enter", "choose"),)
        return (("+", "longer"), ("e", "give it back"))

    def staged(self) -> int:
        """Return 1 once something is chosen."""
        return 1 if self._wanted else 0

    def summary(self, width: int) -> Summary:
        """Return what it costs, or that it restarts."""
        assert self._wanted is not None
        loan, row = self._loan, self._wanted
        if row.seen:
            said = f"It is still tried to take {loan.flavor} back; the header is quiet about it."
            return Summary(tuple(wrapped(said, width)), "seen")
        if row.seconds or row.budget:
            now = datetime.now(UTC)
            lines = extension_lines(loan, row.seconds, row.budget, now, width)
            return Summary(tuple(lines), row.words, danger=True)
        said = f"{loan.space} goes back to {loan.before.flavor} now and restarts; disk content "
        lines = wrapped(f"{said}outside volumes is wiped.", width)
        return Summary(tuple(lines), "give it back", danger=True)

    def changes(self) -> tuple[Change, ...]:
        """Return the one request."""
        assert self._wanted is not None
        loan, row = self._loan, self._wanted
        if row.seen:
            return (SeeAlarm(loan.space, loan.id),)
        if row.seconds or row.budget:
            return (ExtendLoan(loan.space, loan.id, row.seconds, row.budget),)
        return (EndLoan(loan.space, loan.id),)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Forget the choice once it was done."""
        if all(one.ok for one in outcomes):
            self._wanted = None

    def show(self, snapshot: Snapshot) -> None:
        """Follow the loan; what has ended says so."""
        found = next((loan for loan in snapshot.loans if loan.id == self._loan.id), None)
        current = found or open_loan(snapshot, self._loan.space)
        if current is None or current == self._loan:
            return
        before, self._loan = self._loan, current
        if before.state is not current.state and self.phase is Phase.EDITING:
            self._wanted = None
        if not current.open and self.phase is Phase.SUMMARY:
            self.action_back()
        self._choices.changed()
        self.lay_out()

    def action_pick(self, row: int) -> None:
        """Choose what is done most, and show what it means."""
        if self.phase is Phase.EDITING and not self._loan.ending and self._loan.open:
            self._wanted = self._rows()[row]
            self._choices.changed()
            self.sum_up()

    def _rows(self) -> list[_Row]:
        loan = self._loan
        if not loan.open:
            return []
        if loan.ending or loan.cause:
            return [_Row("I have seen it", seen=True)] if loan.rings else []
        back = _Row("give it back now")
        if loan.budget is not None:
            sums = (MICRO, 5 * MICRO, 10 * MICRO)
            return [*(_Row(f"{dollars(one)} more", budget=one) for one in sums), back]
        times = (3600, 1800, 2 * 3600, 4 * 3600)
        return [*(_Row(f"{sleep_words(one)} longer", seconds=one) for one in times), back]

    def _lines(self, width: int) -> list[Line]:
        lines: list[Line] = []
        for row in self._rows():
            chosen = row == self._wanted
            mark = Span("● " if chosen else "○ ", Role.MARK if chosen else Role.DIM)
            lines.append(clip((mark, Span(row.words)), width))
        return lines

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        row = self._rows()[event.row]
        self._wanted = None if row == self._wanted else row
        self._choices.changed()
        self.edited()
