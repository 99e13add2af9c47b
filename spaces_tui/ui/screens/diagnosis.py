"""Why a Space is down: cause, evidence, fixes and facts, and the file for whoever helps."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.binding import Binding, BindingType

from spaces_tui.model.diagnosis import Diagnosis, Fix, Trace
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.diagnosis import Diagnose, WriteBundle
from spaces_tui.ui.present.diagnosis import CauseRow, cause_lines, cause_rows
from spaces_tui.ui.present.filenames import file_name
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.screens.newfile import NewFileForm
from spaces_tui.ui.screens.reader import Reader, again_line
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.session.facade import SessionPort

_IN_BUNDLE: Final = (
    "One text file for whoever helps: this diagnosis, stages, what was done from here with the "
    "Hub's request ids, the ends of both logs, versions. Tokens, keys and values of variables are "
    "masked; nothing is sent anywhere."
)
_READING: Final = "Reading logs, card, files and names …"


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

        name = file_name(self._space, datetime.now(UTC), ".txt")
        request = partial(WriteBundle, self._found)
        form = NewFileForm(self.session, "Support bundle", _IN_BUNDLE, name, request)
        self.app.push_screen(form, written)

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
