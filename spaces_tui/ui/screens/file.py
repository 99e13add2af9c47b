"""One file of a Space: to look at, and from here to edit or download."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, NamedTuple

from textual.binding import Binding, BindingType

from spaces_tui.model.sizes import size_of
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.files import ReadFile
from spaces_tui.ui.external import ExternalEditorError, edit_externally
from spaces_tui.ui.present.highlight import file_lines
from spaces_tui.ui.present.spans import Line, Role, Span, clip, wrapped
from spaces_tui.ui.present.times import ago
from spaces_tui.ui.screens.reader import TextReader, again_line

if TYPE_CHECKING:
    from spaces_tui.model.files import FileContent
    from spaces_tui.model.repo import LastCommit, TreeEntry
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.ui.app import ConsoleApp

_SUFFIX = re.compile(r"\.\w{1,12}", re.ASCII)


class Ways(NamedTuple):
    """Where one can go from a file."""

    why_not: Callable[[], str]
    """Why it cannot be edited; empty when it can."""
    download: Callable[[], None]
    history: Callable[[], None]


class FileScreen(TextReader):
    """Shows a text, or says what the file is instead."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "edit", "Edit"),
        Binding("d", "download", "Download"),
        Binding("H", "history", "History"),
        Binding("n", "next(1)", "Next match"),
        Binding("N", "next(-1)", "Previous match"),
    ]

    def __init__(
        self,
        session: SessionPort,
        space: str,
        revision: str,
        entry: TreeEntry,
        *,
        last: LastCommit | None,
        ways: Ways,
        edit: bool = False,
    ) -> None:
        """`edit` begins to edit once the file was read."""
        super().__init__(session, numbered=True)
        self._space = space
        self._revision: str | None = revision
        self._entry: TreeEntry | None = entry
        self._path = entry.path
        self._last = last
        self._ways = ways
        self._edit_first = edit
        self._content: FileContent | None = None

    def title_text(self) -> str:
        """Return the file."""
        return clean_name(self._path)

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        edit = (("ctrl+e", "edit"),) if self._content and self._content.text is not None else ()
        return (
            *edit,
            ("d", "download"),
            ("H", "history"),
            ("/", "search"),
            ("W", "wrap"),
            ("ctrl+r", "read again"),
            ("esc", "back"),
        )

    def lines(self, width: int) -> list[Line]:
        """Return what is known of the file."""
        if self.failure:
            return [*wrapped(self.failure, width, Role.BAD), again_line()]
        if self._content is None:
            return [(Span("Reading …", Role.BUSY),)]
        size = size_of(self._content.size)
        head = [Span(f"{size} at {self._content.revision[:7]}", Role.DIM)]
        if self._last is not None:
            when = ago(self._last.date, datetime.now(UTC))
            head.append(Span(f" · {self._last.title} · {when}", Role.DIM))
        lines: list[Line] = [clip(tuple(head), width)]
        if self._content.text is None:
            said = f"This is {clean_line(self._content.note)}. d downloads it."
            lines += wrapped(said, width, Role.BUSY)
        elif not self._content.text:
            lines.append((Span("The file is empty.", Role.BUSY),))
        return lines

    def read(self) -> None:
        """Read the file."""
        self.run_worker(self._read(), group="read", exclusive=True)

    def action_again(self) -> None:
        """Read the file as it is at the newest commit."""
        self._revision = self._entry = self._last = None
        super().action_again()

    def action_edit(self) -> None:
        """Open the text in the person's own editor."""
        content = self._content
        if content is None or content.text is None:
            why = "It is still being read." if content is None else f"This is {content.note}."
            self.console.say(why, "warning")
        elif why := self._ways.why_not():
            self.console.say(why, "warning")
        else:
            self.run_worker(self._edit(content, content.text), group="edit", exclusive=True)

    def action_download(self) -> None:
        """Download the file."""
        self._ways.download()

    def action_history(self) -> None:
        """Show the history."""
        self._ways.history()

    async def _read(self) -> None:
        request = ReadFile(self._space, self._path, self._revision, self._entry)
        try:
            content = await asyncio.wrap_future(self.session.ask(request))
        except CommandError as error:
            self.failed(error.message)
            return
        self.failure = ""
        self._content = content
        text = content.text or ""
        self.text.give(await asyncio.to_thread(file_lines, text) if text else [])
        self.lay_out()
        if text:
            self.run_worker(self._colour(text), group="colour", exclusive=True)
        if self._edit_first:
            self._edit_first = False
            self.action_edit()

    async def _colour(self, text: str) -> None:
        self.text.colour(await asyncio.to_thread(file_lines, text, self._path))

    async def _edit(self, content: FileContent, text: str) -> None:
        from spaces_tui.ui.screens.fileedit import FileEdit  # noqa: PLC0415 - rarely needed

        try:
            new = await edit_externally(
                self.console,
                text,
                suffix=editor_suffix(self._path),
                away_from=watched_folders(self.console),
            )
        except ExternalEditorError as error:
            self.console.say(str(error), "error")
            return
        if new == text:
            self.console.say("Nothing was changed.")
            return
        self.app.push_screen(FileEdit(self.session, self._space, content, new), self._edited)

    def _edited(self, done: bool | None) -> None:
        if done:
            self.action_again()
            if self.console.main.detail.files is not None:
                self.console.main.detail.files.reload()


def editor_suffix(path: str) -> str:
    """Return the end of a file's name by which an editor knows its language."""
    name = path.rpartition("/")[2]
    dot = name.rfind(".")
    found = _SUFFIX.fullmatch(name[dot:]) if dot >= 0 else None
    return found[0] if found else ".txt"


def watched_folders(console: ConsoleApp) -> tuple[str, ...]:
    """Return the folders whose saves are sent: no text may lie there while it is edited."""
    return tuple(status.folder for status in console.main.snapshot.watches.values())
