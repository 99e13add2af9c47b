"""Watch a folder: choose it, look at the plan, accept it."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.widget import Widget
from textual.widgets import Input

from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.present.plan import plan_lines
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped
from spaces_tui.ui.screens.dialog import Dialog

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.model.sync import SyncPlan, SyncStatus
    from spaces_tui.session.snapshot import Snapshot

_BEFORE_PLAN = (SyncState.STARTING, SyncState.PLAN)


class WatchScreen(Dialog[bool]):
    """Ends with True once the folder is watched, with False when it was called off."""

    WIDTH = 92
    AUTO_FOCUS = "#folder"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "cancel", "Cancel"),
        Binding("enter", "accept", "Start"),
        Binding("Y", "accept_deletion", "Delete and start"),
        Binding("down,j", "scroll(1)", "Down"),
        Binding("up,k", "scroll(-1)", "Up"),
        Binding("pagedown,space", "scroll(10)", "Page down"),
        Binding("pageup", "scroll(-10)", "Page up"),
    ]

    def __init__(
        self,
        space: str,
        folder: str,
        status: SyncStatus | None,
        begin: Callable[[str], None],
        tell: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._space = space
        self._folder = folder
        self._status = status
        self._begin = begin
        self._tell = tell
        self._begun = status is not None
        self._failure = ""

    def title_text(self) -> str:
        """Return the title."""
        return "Watch a folder"

    def below(self) -> list[Widget]:
        """Return the field for the folder, until one was chosen."""
        return [] if self._begun else [self._field()]

    def _field(self) -> Input:
        field = Input(self._folder, id="folder", compact=True, select_on_focus=False)
        field.cursor_blink = False
        return field

    def lines(self, width: int) -> list[Line]:
        """Return the question, the wait, or the plan."""
        plan = self._plan()
        if plan is not None:
            return [*self._plan_head(plan, width), BLANK, *plan_lines(plan, width)]
        if self._begun:
            return [
                (Span("Comparing the folder with the Space …", Role.BUSY),),
                BLANK,
                (Span("esc", Role.KEY), Span(" calls it off")),
            ]
        failure = [*wrapped(self._failure, width, Role.BAD), BLANK] if self._failure else []
        text = (
            f"Every file saved in this folder is committed to {self._space}. First you see a "
            "plan; nothing is sent before you accept it, and files that exist only on the Space "
            "stay."
        )
        return [
            *wrapped(text, width),
            BLANK,
            *failure,
            (
                Span("enter", Role.KEY),
                Span(" shows the plan   "),
                Span("esc", Role.KEY),
                Span(" cancels"),
            ),
            BLANK,
            (Span("Folder:", Role.DIM),),
        ]

    def show(self, snapshot: Snapshot) -> None:
        """Follow the engine: the plan arrives, or it needs none."""
        if not self._begun:
            return
        before, self._status = self._status, snapshot.watches.get(self._space)
        if self._status is None or (_ended(self._status) and (before is None or _ended(before))):
            return  # what an earlier watch left behind
        if self._status.state not in _BEFORE_PLAN:
            self.dismiss(not _ended(self._status))
        elif self._status != before:
            self.lay_out()

    def failed(self, message: str) -> None:
        """The folder cannot be watched: say why, and ask again."""
        self._begun = False
        self._failure = message
        self.query_one("#box").mount(self._field())
        self.call_after_refresh(self._asked_again)

    def _asked_again(self) -> None:
        self.lay_out()
        self.query_one("#folder", Input).focus()

    @on(Input.Submitted)
    def _chosen(self, event: Input.Submitted) -> None:
        event.stop()
        folder = event.value.strip()
        if not folder:
            return
        self._folder = folder
        self._begun = True
        self._failure = ""
        event.input.remove()
        self.call_after_refresh(self.lay_out)
        self._begin(folder)

    def action_accept(self) -> None:
        """Start, unless the plan deletes something: that takes its own key."""
        plan = self._plan()
        if plan is not None and not plan.delete:
            self._tell("accept")

    def action_accept_deletion(self) -> None:
        """Start with a plan that deletes."""
        if self._plan() is not None:
            self._tell("accept")

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

    def _plan_head(self, plan: SyncPlan, width: int) -> list[Line]:
        assert self._status is not None
        where: Line = (
            Span(self._status.folder, Role.STRONG),
            Span(" → ", Role.DIM),
            Span(self._space, Role.STRONG),
        )
        if plan.delete:
            start: Line = (
                Span("Y", Role.KEY),
                Span(" deletes and starts   ", Role.BAD),
                Span("esc", Role.KEY),
                Span(" cancels"),
            )
            names = "1 file" if len(plan.delete) == 1 else f"{len(plan.delete)} files"
            warning = wrapped(f"This plan deletes {names} on the Space.", width, Role.BAD)
            return [where, *warning, start]
        return [
            where,
            (Span("enter", Role.KEY), Span(" starts   "), Span("esc", Role.KEY), Span(" cancels")),
        ]


def _ended(status: SyncStatus) -> bool:
    return status.state is SyncState.STOPPED
