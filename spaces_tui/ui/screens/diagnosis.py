"""Why a Space is down: cause, evidence, fixes and facts, and the file for whoever helps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.diagnosis import Diagnosis, Fix, Trace
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.diagnosis import Diagnose, WriteBundle
from spaces_tui.ui.present.diagnosis import CauseRow, bundle_name, cause_lines, cause_rows
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.screens.reader import Reader, again_line
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widget import Widget

    from spaces_tui.session.facade import SessionPort

_READING = "Reading logs, card, files and names …"


class DiagnosisScreen(Reader):
    """Reads what can be read; a fix or a line of a log that is chosen closes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("b", "bundle", "Support bundle"),
        Binding("enter", "choose", "Do it, or go there", show=False),
        *(Binding(str(digit), f"fix({digit})", "Fix", show=False) for digit in range(1, 10)),
    ]

    def __init__(
        self,
        session: SessionPort,
        space: str,
        known: Diagnosis | None,
        chosen: Callable[[Fix | Trace], str],
    ) -> None:
        """`known` is shown until more was read.

        `chosen` does a fix or goes to a line; it returns why it cannot, else closes this screen
        first.
        """
        self._rows_view = Choices(self._lines, id="view", empty="")
        super().__init__(session, self._rows_view)
        self._space = space
        self._found = known
        self._reading = False
        self._chosen = chosen

    def title_text(self) -> str:
        """Return the title."""
        return f"Diagnosis · {self._space}"

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        verdict = self._found.verdict if self._found else None
        fixes = len(verdict.fixes) if verdict else 0
        numbers = ("1", "does it") if fixes == 1 else (f"1…{fixes}", "do it")
        return (
            *((numbers,) if fixes else ()),
            ("enter", "go there"),
            ("b", "support bundle"),
            ("ctrl+r", "look again"),
            ("esc", "back"),
        )

    def lines(self, width: int) -> list[Line]:
        """Return the cause, and what goes on."""
        lines: list[Line] = []
        if self._found is not None:
            lines += cause_lines(self._found, width)
        if self.failure:
            lines += [*wrapped(self.failure, width, Role.BAD), again_line()]
        elif self._reading:
            lines.append((Span(_READING, Role.DIM),))
        return [*lines, BLANK]

    def read(self) -> None:
        """Look again at everything."""
        self._reading = True
        self.run_worker(self._read(), group="diagnose", exclusive=True)

    def action_choose(self) -> None:
        """Do the fix, or go to the line, under the cursor."""
        rows = self._rows(self.head_width())
        if rows:
            self._take(rows[min(self._rows_view.cursor, len(rows) - 1)])

    def action_fix(self, digit: int) -> None:
        """Do the fix of this number."""
        for row in self._rows(self.head_width()):
            if row.number == digit:
                self._take(row)

    def action_bundle(self) -> None:
        """Ask where the file is to go."""
        if self._found is None:
            self.console.say("Nothing is known yet.", "warning")
            return

        def written(path: str | None) -> None:
            if path:
                self.console.say(f"Written to {path}. Read it before you send it to anybody.")

        self.app.push_screen(BundleForm(self.session, self._found), written)

    @on(Choices.Chosen)
    def _row_chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        self.action_choose()

    def _take(self, row: CauseRow) -> None:
        what = row.fix or row.trace
        if what is None:
            return
        if why := self._chosen(what):
            self.console.say(why, "warning")

    async def _read(self) -> None:
        try:
            self._found = await asyncio.wrap_future(self.session.ask(Diagnose(self._space)))
        except CommandError as error:
            self._reading = False
            self.failed(error.message)
            return
        self._reading = False
        self._rows_view.changed()
        self._rows_view.select(self._first())
        self.lay_out()

    def _first(self) -> int:
        """Return the row of the first fix: what one most likely wants."""
        rows = self._rows(self.head_width())
        return next((at for at, row in enumerate(rows) if row.number == 1), 0)

    def _lines(self, width: int) -> list[Line]:
        return [row.line for row in self._rows(width)]

    def _rows(self, width: int) -> list[CauseRow]:
        return cause_rows(self._found, width) if self._found else []


class BundleForm(Form[str]):
    """Asks for a path, and ends with that of the file that was written."""

    def __init__(self, session: SessionPort, diagnosis: Diagnosis) -> None:
        super().__init__()
        self._session = session
        self._diagnosis = diagnosis
        name = bundle_name(diagnosis.space, datetime.now(UTC))
        self._path = Field(name, placeholder="path of the file to write", id="path")
        self._writing = False

    def title_text(self) -> str:
        """Return the title."""
        return "Support bundle"

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the path."""
        return [("", self._path)]

    def lines(self, width: int) -> list[Line]:
        """Say what is in the file."""
        said = (
            "One text file for whoever helps: this diagnosis, stages, what was done from here "
            "with the Hub's request ids, the ends of both logs, versions. Tokens, keys and values "
            "of variables are masked; nothing is sent anywhere."
        )
        doing = [(Span("Reading and writing …", Role.DIM),)] if self._writing else []
        return [*wrapped(said, width, Role.DIM), *doing]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("enter", "writes"), ("esc", "back"))

    def problem(self) -> str:
        """Nothing is wrong before one tries."""
        return ""

    def action_done(self) -> None:
        """Write the file, unless something is there."""
        path = self._path.value.strip()
        if not path:
            self.failed("Name the file to write.")
        elif not self._writing:
            self._writing = True
            self.trouble = ""
            self.lay_out()
            self.run_worker(self._write(path), group="bundle", exclusive=True)

    async def _write(self, path: str) -> None:
        try:
            request = WriteBundle(self._diagnosis, path)
            written = await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._writing = False
            self.failed(error.message)
        else:
            self.dismiss(written)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()
