"""An edited text before it becomes a commit: what differs, a message, what it causes."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widgets import Input

from spaces_tui.model.sync import Comparison
from spaces_tui.model.text import clean_name
from spaces_tui.session.requests.files import EditFile, ReadFile
from spaces_tui.ui.external import ExternalEditorError, edit_externally
from spaces_tui.ui.present.difference import Difference, Row, difference, layout
from spaces_tui.ui.present.fileedits import caused_lines
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip
from spaces_tui.ui.screens.editor import Editor, Phase, Summary
from spaces_tui.ui.screens.file import editor_suffix, watched_folders
from spaces_tui.ui.widgets.fields import Field
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from textual.widget import Widget

    from spaces_tui.model.files import FileContent
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change, Outcome, Request

_WHOLE_SCREEN = 1000
_LONGEST_TITLE = 200


class FileEdit(Editor["FileContent"]):
    """Ends with True once the text is on the Space. The text stays until then, or is thrown away
    by a key of its own."""

    WIDTH = _WHOLE_SCREEN
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("ctrl+e", "again", "Edit again", priority=True),
    ]

    def __init__(self, session: SessionPort, space: str, content: FileContent, text: str) -> None:
        super().__init__(session)
        self._space = space
        self._theirs = content
        self._text = text
        self._found: Difference | None = None
        self._laid_out: tuple[int, list[Line]] = (0, [])
        self._first = True
        self._label = FixedLines()
        self._label.styles.height = 1
        self._label.show([(Span("Commit message", Role.DIM),)])
        name = content.path.rpartition("/")[2]
        self._message = Field(f"Edit {clean_name(name)}", placeholder="commit message", id="title")

    def title_text(self) -> str:
        """Return what is edited."""
        return f"Edited: {clean_name(self._theirs.path)}"

    def load(self) -> Request[FileContent] | None:
        """Return nothing at first; a re-read asks for the newest version of the file."""
        if self._first:
            self._first = False
            return None
        return ReadFile(self._space, self._theirs.path)

    def loaded(self, value: FileContent | None) -> list[Widget]:
        """Compare with what is on the Space, now."""
        if value is not None:
            self._theirs = value
        self._compare()
        return [self._label, self._message]

    def content_rows(self) -> int:
        """Return a row for the message, and one for its name."""
        return 2

    def head(self, width: int) -> list[Line]:
        """Return what differs."""
        if self._found is None:
            return [(Span("Comparing …", Role.BUSY),)]
        if self._laid_out[0] != width:
            self._laid_out = (width, layout(self._found, width).lines)
        added, removed = self._counts()
        legend = clip(
            (
                Span(f"- on the Space @ {self._theirs.revision[:7]}  ", Role.BAD),
                Span("+ your text", Role.GOOD),
                Span(f"   +{added} -{removed}", Role.DIM),
            ),
            width,
        )
        return [legend, BLANK, *self._laid_out[1]]

    def keys(self) -> tuple[tuple[str, str], ...]:
        """Return the keys."""
        return (("ctrl+e", "edit again"), ("↑ ↓", "scroll"), ("ctrl+r", "compare anew"))

    def staged(self) -> int:
        """Return whether the text differs."""
        return int(self._text != self._theirs.text)

    def problem(self) -> str:
        """Say what is wrong with the message."""
        title = self._message.value.strip()
        if not title:
            return "A commit needs a message."
        return "The message is too long for a title." if len(title) > _LONGEST_TITLE else ""

    def summary(self, width: int) -> Summary:
        """Return what the commit would cause."""
        added, removed = self._counts()
        head: list[Line] = [
            clip((Span(self._message.value.strip(), Role.STRONG),), width),
            clip(
                (
                    Span(f"{clean_name(self._theirs.path)}  "),
                    Span(f"+{added} ", Role.GOOD),
                    Span(f"-{removed}", Role.BAD),
                ),
                width,
            ),
            BLANK,
        ]
        snapshot = self.console.main.snapshot
        return Summary((*head, *caused_lines(self._space, snapshot, width)), "commit it")

    def changes(self) -> tuple[Change, ...]:
        """Return the commit."""
        content = self._theirs
        title = self._message.value.strip()
        return (EditFile(self._space, content.path, content.content_id, self._text, title),)

    def settled(self, outcomes: tuple[Outcome, ...]) -> None:
        """Nothing is forgotten before it is on the Space."""
        del outcomes

    def action_back(self) -> None:
        """Go one step back; a re-read that is called off takes no text with it."""
        if self.phase is Phase.LOADING:
            self.workers.cancel_group(self, "read")
            self._enter(Phase.EDITING)
        else:
            super().action_back()

    def action_again(self) -> None:
        """Edit the text again."""
        if self.phase is Phase.EDITING:
            self.run_worker(self._edit(), group="edit", exclusive=True)

    @on(Input.Changed, "#title")
    def _titled(self, event: Input.Changed) -> None:
        event.stop()
        self.edited()

    @on(Input.Submitted, "#title")
    def _entered(self, event: Input.Submitted) -> None:
        event.stop()
        self.action_apply()

    def _counts(self) -> tuple[int, int]:
        rows = [row for row in self._found.rows if isinstance(row, Row)] if self._found else []
        added = sum(1 for row in rows if row.theirs is None)
        return added, sum(1 for row in rows if row.mine is None)

    def _compare(self) -> None:
        self._found = None
        self._laid_out = (0, [])
        self.run_worker(self._compared(), group="compare", exclusive=True)

    async def _compared(self) -> None:
        content = self._theirs
        sides = Comparison(
            content.path, self._text, content.text, content.revision, there_note=content.note
        )
        self._found = await asyncio.to_thread(difference, sides)
        self.lay_out()

    async def _edit(self) -> None:
        suffix = editor_suffix(self._theirs.path)
        try:
            self._text = await edit_externally(
                self.console, self._text, suffix=suffix, away_from=watched_folders(self.console)
            )
        except ExternalEditorError as error:
            self.console.say(str(error), "error")
            return
        self._compare()
        self.lay_out()
