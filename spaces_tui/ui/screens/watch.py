"""Watch a folder, or upload it once: choose it, look at the plan, accept it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.widget import Widget
from textual.widgets import Input

from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.ui.completion import complete
from spaces_tui.ui.present.folders import short_folder
from spaces_tui.ui.present.plan import plan_lines, starts_from_space
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.present.transfers import transfer_line
from spaces_tui.ui.present.watchlook import files
from spaces_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.model.sync import SyncPlan, SyncStatus
    from spaces_tui.session.snapshot import Snapshot

_BEFORE_PLAN = (SyncState.STARTING, SyncState.PLAN)
_CHOICES = 8
"""Folders named when a path can go on in several ways."""


class FolderField(Input):
    """A path; tab completes it."""

    BINDINGS: ClassVar[list[BindingType]] = [Binding("tab", "complete", "Complete")]

    class Incomplete(Message):
        """The person wants the path completed."""

    def __init__(self, folder: str) -> None:
        super().__init__(folder, id="folder", compact=True, select_on_focus=False)
        self.cursor_blink = False

    def action_complete(self) -> None:
        """Ask for the rest of the path."""
        self.post_message(self.Incomplete())


class WatchScreen(Dialog[bool]):
    """Ends with True once the folder is watched, with False when it was called off."""

    WIDTH = 92
    AUTO_FOCUS = "#folder"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("enter", "accept", "Start"),
        Binding("Y", "accept_deletion", "Delete and start"),
        Binding("t", "theirs", "Start from the Space"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown,space", "scroll(10)", "Page down"),
        Binding("pageup", "scroll(-10)", "Page up"),
        Binding("home,g", "scroll(-99999)", "Top"),
        Binding("end,G", "scroll(99999)", "End"),
    ]

    def __init__(
        self,
        space: str,
        folder: str,
        status: SyncStatus | None,
        *,
        begin: Callable[[str], None],
        tell: Callable[[str], None],
        once: bool = False,
    ) -> None:
        super().__init__()
        self._space = space
        self._folder = folder
        self._status = status
        self._begin = begin
        self._tell = tell
        self._once = once
        self._begun = status is not None and not _ended(status)
        self._failure = ""
        self._choices: tuple[str, ...] = ()

    def title_text(self) -> str:
        """Return the title."""
        return "Upload a folder once" if self._once else "Watch a folder"

    def below(self) -> list[Widget]:
        """Return the field for the folder, until one was chosen."""
        return [] if self._begun else [FolderField(self._folder)]

    def lines(self, width: int) -> list[Line]:
        """Return the question, the wait, or the plan."""
        plan = self._plan()
        if plan is not None:
            return [*self._plan_head(plan, width), BLANK, *plan_lines(plan, width)]
        if self._begun:
            return [
                (Span("Comparing the folder with the Space …", Role.BUSY),),
                *self._fetching(width),
                BLANK,
                _keys(("esc", "calls it off", "cancel")),
            ]
        failure = [*wrapped(self._failure, width, Role.BAD), BLANK] if self._failure else []
        return [
            *wrapped(self._question(), width),
            BLANK,
            *failure,
            _keys(("enter", "shows the plan", ""), ("tab", "completes", ""), _CANCEL),
            *self._named_choices(width),
            BLANK,
            (Span("Folder:", Role.DIM),),
        ]

    def show(self, snapshot: Snapshot) -> None:
        """Follow the engine: the plan arrives, or it needs none."""
        before, self._status = self._status, snapshot.watches.get(self._space)
        if not self._begun or self._status is None or self._status is before:
            return  # what an earlier watch left behind is no news
        if self._status.state not in _BEFORE_PLAN:
            self.dismiss(self._once or not _ended(self._status))
        elif self._status != before:
            if before is None or self._status.plan != before.plan:
                self.seen = None
            self.lay_out()

    def failed(self, message: str) -> None:
        """The folder cannot be watched: say why, and ask again."""
        self._begun = False
        self._failure = message
        self.query_one("#box").mount(FolderField(self._folder))
        self.call_after_refresh(self._asked_again)

    def _asked_again(self) -> None:
        self.lay_out()
        self.query_one(FolderField).focus()

    @on(FolderField.Submitted)
    def _chosen(self, event: Input.Submitted) -> None:
        event.stop()
        folder = event.value.strip()
        if not folder:
            return
        self._folder = folder
        self._begun = True
        self._failure = ""
        self._choices = ()
        event.input.remove()
        self.call_after_refresh(self.lay_out)
        self._begin(folder)

    def on_folder_field_incomplete(self, event: FolderField.Incomplete) -> None:
        """Complete the path, beside the screen's own loop: a disk may be slow."""
        event.stop()
        self.run_worker(
            self._complete(),
            group="complete",
            exclusive=True,
            description="complete",
            exit_on_error=False,
        )

    async def _complete(self) -> None:
        field = self.query_one(FolderField)
        typed = field.value
        found = await asyncio.to_thread(complete, typed)
        if field.value == typed and not self._begun:
            if found.text.isprintable():  # the field paints what it holds as it is
                field.value = found.text
                field.cursor_position = len(found.text)
            self._choices = found.choices
            self.lay_out()

    def action_accept(self) -> None:
        """Start, unless the plan deletes something: that takes its own key."""
        plan = self._plan()
        if plan is not None and not plan.delete:
            self._tell("accept")

    def asks(self) -> bool:
        """A plan is accepted with a key."""
        return self._plan() is not None

    def action_accept_deletion(self) -> None:
        """Start with a plan that deletes."""
        if self._plan() is not None:
            self._tell("accept")

    def action_theirs(self) -> None:
        """Fill an empty folder with what is on the Space."""
        plan = self._plan()
        if plan is not None and starts_from_space(plan):
            self._tell("theirs")

    def action_cancel(self) -> None:
        """Call it off."""
        if self._begun:
            self._tell("stop")
        self.dismiss(False)

    def action_scroll(self, rows: int) -> None:
        """Scroll the plan."""
        self.body.scroll_lines(rows)

    def _plan(self) -> SyncPlan | None:
        if self._begun and self._status and self._status.state is SyncState.PLAN:
            return self._status.plan
        return None

    def _fetching(self, width: int) -> list[Line]:
        """Return how far the download into an empty folder is."""
        status = self._status
        if status is None:
            return []
        said = wrapped(clean_line(status.reason), width) if status.reason else []
        return [*said, *(transfer_line(one, width) for one in status.transfers)]

    def _question(self) -> str:
        if self._once:
            return (
                f"What differs in this folder is committed to {self._space}, once. First you see "
                "a plan; files that exist only on the Space stay."
            )
        return (
            f"Every file saved in this folder is committed to {self._space}. First you see a "
            "plan; nothing is sent before you accept it, and files that exist only on the Space "
            "stay."
        )

    def _named_choices(self, width: int) -> list[Line]:
        if not self._choices:
            return []
        names = [f"{clean_name(name)}/" for name in self._choices[:_CHOICES]]
        more = len(self._choices) - _CHOICES
        names += [f"and {more} more"] if more > 0 else []
        return wrapped("  ".join(names), width, Role.DIM)

    def _plan_head(self, plan: SyncPlan, width: int) -> list[Line]:
        assert self._status is not None
        where: Line = (
            Span(short_folder(self._status.folder), Role.STRONG),
            Span(" → ", Role.DIM),
            Span(self._space, Role.STRONG),
        )
        if plan.delete:
            words = f"This plan deletes {files(len(plan.delete))} on the Space."
            warning = wrapped(words, width, Role.BAD)
            return [where, *warning, _keys(("Y", "deletes and starts", "accept_deletion"), _CANCEL)]
        verb = "sends it" if self._once else "starts"
        if starts_from_space(plan):
            words = "This folder is empty, the Space is not. Start from the Space?"
            fill = ("t", f"downloads {files(len(plan.fetch))} into it", "theirs")
            keys = _keys(fill, ("enter", "starts empty", "accept"), _CANCEL)
            return [where, *wrapped(words, width), keys]
        return [where, _keys(("enter", verb, "accept"), _CANCEL)]


_CANCEL = ("esc", "cancels", "cancel")


def _keys(*keys: tuple[str, str, str]) -> Line:
    spans: list[Span] = []
    for key, words, action in keys:
        spans += [Span(key, Role.KEY, action), Span(f" {words}   ", Role.TEXT, action)]
    return tuple(spans)


def _ended(status: SyncStatus) -> bool:
    return status.state is SyncState.STOPPED
