"""Asks where a file is to go, and has it written."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Generic, TypeVar

from textual import on
from textual.widgets import Input

from spaces_tui.session.facade import CommandError
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped
from spaces_tui.ui.screens.form import Form
from spaces_tui.ui.widgets.fields import Field

if TYPE_CHECKING:
    from collections.abc import Callable

    from textual.widget import Widget

    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Request

Written = TypeVar("Written")


class NewFileForm(Form[Written], Generic[Written]):
    """Ends with the session's answer once the file is written; a refused path stays."""

    def __init__(
        self,
        session: SessionPort,
        title: str,
        said: str,
        name: str,
        request: Callable[[str], Request[Written]],
    ) -> None:
        """`name` is the path that is proposed; `request` makes the request for a path."""
        super().__init__()
        self._session = session
        self._title = title
        self._what = said
        self._request = request
        self._path = Field(name, placeholder="path of the file to write", id="path")
        self._writing = False

    def title_text(self) -> str:
        """Return the title."""
        return self._title

    def fields(self) -> list[tuple[str, Widget]]:
        """Return the path."""
        return [("", self._path)]

    def lines(self, width: int) -> list[Line]:
        """Say what is in the file."""
        doing = [(Span("Reading and writing …", Role.DIM),)] if self._writing else []
        return [*wrapped(self._what, width, Role.DIM), *doing]

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
            self.run_worker(self._write(path), group="write", exclusive=True)

    async def _write(self, path: str) -> None:
        try:
            written = await asyncio.wrap_future(self._session.ask(self._request(path)))
        except CommandError as error:
            self._writing = False
            self.failed(error.message)
        else:
            self.dismiss(written)

    @on(Input.Changed)
    def _typed(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()
