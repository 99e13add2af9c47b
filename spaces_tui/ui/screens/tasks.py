"""The tasks of a Space that trains on demand: how they stand, a new one, cancel, retry."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar, Final

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.training import AttendTasks, CancelTask, ReadTaskLog, RetryTask
from spaces_tui.session.snapshot import TaskQueue
from spaces_tui.trainer.tasks import Outcome, TaskState, dataset_of
from spaces_tui.ui.present.questions import Question
from spaces_tui.ui.present.spans import Line, Role, Span, flowed, text_of, wrapped
from spaces_tui.ui.present.tasks import cost_lines, task_line, task_lines
from spaces_tui.ui.screens.box import BoxScreen
from spaces_tui.ui.screens.confirm import ConfirmScreen
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.screens.newtask import NewTaskEditor
from spaces_tui.ui.widgets.choices import Choices
from spaces_tui.ui.widgets.cursorview import CursorView
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.base import Change
    from spaces_tui.session.snapshot import Snapshot
    from spaces_tui.trainer.tasks import Task

_FRAME = 4
_EMPTY: Final = "No tasks yet. Press a to add one."
_ROOMY: Final = 16
"""Rows of a terminal from which on there is room for whole sentences."""
_KEYS: Final = (
    ("a", "add"),
    ("enter", "details, output"),
    ("x", "cancel"),
    ("r", "retry"),
    ("esc", "close"),
)


class TasksScreen(Dialog[None]):
    """Follows the queue of one Space, the newest task first."""

    WIDTH = 132
    AUTO_FOCUS = "#tasks"
    DEFAULT_CSS = "TasksScreen Choices { height: 1; background: $surface; }"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,t", "back", "Back"),
        Binding("a", "add", "Add"),
        Binding("x", "cancel", "Cancel"),
        Binding("r", "retry", "Retry"),
    ]

    def __init__(self, session: SessionPort, space: str, snapshot: Snapshot) -> None:
        super().__init__()
        self._session = session
        self._space = space
        self._snapshot = snapshot
        self._failed = ""
        """Why the last thing that was asked for was not done."""
        self._list = Choices(self._rows, id="tasks", empty="Reading …")
        self._said = FixedLines(id="said")

    def title_text(self) -> str:
        """Return the title."""
        return f"Tasks of {self._space}"

    def compose(self) -> ComposeResult:
        """Lay out the words, the list and the keys."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.title_text())
            yield self.body
            yield self._list
            yield self._said

    def on_mount(self) -> None:
        """Have the queue kept live while it is in view."""
        self._session.ask(AttendTasks(self._space))
        self._follow()

    def on_unmount(self) -> None:
        """Have it left alone again."""
        self._session.ask(AttendTasks(None))

    def show(self, snapshot: Snapshot) -> None:
        """Follow the queue; the cursor stays on its task."""
        if snapshot.queues is self._snapshot.queues:
            return
        under = self._under()
        self._snapshot = snapshot
        for index, task in enumerate(self._tasks()):
            if under is not None and task.id == under.id:
                self._list.cursor = index
        self._follow()

    def lines(self, width: int) -> list[Line]:
        """Return what is wrong, or where the tasks are."""
        queue = self._queue()
        if self._failed:
            return wrapped(self._failed, width, Role.BAD)
        if queue.missing:
            said = (
                f"There is no dataset {dataset_of(self._space)} that this account can see: only "
                "a Space that trains on demand has tasks."
            )
            return wrapped(said, width, Role.BUSY)
        if queue.error:
            return wrapped(queue.error, width, Role.BAD)
        if queue.broken:
            return wrapped(f"No tasks: {', '.join(queue.broken[:3])}.", width, Role.BUSY)
        count = sum(task.open for task in queue.tasks)
        if not queue.tasks:
            return []
        counted: Line = (Span(f"{count} under way, each with a guard behind it", Role.DIM),)
        if not count or self._works():
            return [counted]
        if self.app.size.height < _ROOMY:
            return [(Span("It does not run: r starts it.", Role.BUSY),)]
        said = f"{self._space} does not run, so nothing takes them: r in the list starts it."
        return [counted, *wrapped(said, width, Role.BUSY)]

    def _works(self) -> bool:
        """Whether the Space runs, or is about to."""
        spaces = self._session.snapshot.spaces
        stage = next((one.stage for one in spaces if one.id == self._space), None)
        return stage is None or stage.serving or stage.transitional

    def lay_out(self) -> None:
        """Fit the box to its rows and to the terminal."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        width = max(8, outer - _FRAME)
        lines = self.lines(width)
        keys = _KEYS[-1:] if self._queue().missing else _KEYS
        said = flowed([(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in keys], width)
        room = max(1, rows - 2 - len(said) - len(lines))
        self.query_one("#box").styles.width = outer
        self.body.styles.height = len(lines)
        self._list.styles.height = max(1, min(room, max(1, len(self._tasks()))))
        self._said.styles.height = len(said)
        self.body.show(lines)
        self._said.show(said)

    def action_back(self) -> None:
        """Close."""
        self.dismiss(None)

    def action_add(self) -> None:
        """Fill in a new task."""
        if self._queue().missing:
            return
        self.app.push_screen(NewTaskEditor(self._session, self._space, self._snapshot))

    def action_cancel(self) -> None:
        """Ask whether the task under the cursor is to end."""
        task = self._under()
        if task is None or not task.open or task.cancel:
            self._say("It has ended already." if task and not task.open else "")
            return
        effect = (
            "It ends at once: no worker has it."
            if task.state is TaskState.QUEUED
            else "Its worker ends it, keeps its checkpoints and gives the hardware back."
        )
        question = Question("Cancel this task?", (task.title,), (effect,), "Cancel it")
        self._ask(question, CancelTask(self._space, task.id))

    def action_retry(self) -> None:
        """Show what once more costs, and ask."""
        task = self._under()
        if task is None or task.open or task.outcome is Outcome.DONE:
            self._say("Only a task that ended without being done is queued again." if task else "")
            return
        hardware = self._snapshot.hardware.get(task.flavor)
        if hardware is None:
            self._say(f"The price of {task.flavor} is not known: no task is begun on it.")
            return
        price = cost_lines(
            task.flavor, task.seconds, task.budget, hardware.micro_usd_per_minute, 1000
        )
        effects = (*map(text_of, price), "It goes on from its last checkpoint.")
        question = Question("Queue this task again?", (task.title,), effects, "Queue it")
        self._ask(question, RetryTask(self._space, task.id))

    def _ask(self, question: Question, change: Change) -> None:
        def answered(yes: bool | None) -> None:
            if yes:
                self.run_worker(self._send(change), exit_on_error=False)

        self.app.push_screen(ConfirmScreen(question), answered)

    async def _send(self, change: Change) -> None:
        self._say("")
        try:
            outcome = await asyncio.wrap_future(self._session.ask(change))
        except CommandError as error:
            self._say(error.message)
        else:
            self._say(" ".join(outcome.errors))

    def _say(self, why: str) -> None:
        self._failed = why
        self.lay_out()

    def _follow(self) -> None:
        self._list.empty = _EMPTY if self._queue().read_at and not self._queue().missing else ""
        if not self._queue().read_at and not self._queue().error:
            self._list.empty = "Reading …"
        self._list.changed()
        self.lay_out()

    def _queue(self) -> TaskQueue:
        return self._snapshot.queues.get(self._space, TaskQueue())

    def _tasks(self) -> tuple[Task, ...]:
        return self._queue().tasks[::-1]

    def _under(self) -> Task | None:
        tasks = self._tasks()
        return tasks[self._list.cursor] if self._list.cursor < len(tasks) else None

    def _rows(self, width: int) -> list[Line]:
        now = datetime.now(UTC)
        return [task_line(task, now, width) for task in self._tasks()]

    @on(CursorView.Moved)
    def _moved(self, event: CursorView.Moved) -> None:
        event.stop()
        if self._failed:
            self._say("")

    @on(Choices.Chosen)
    def _opened(self, event: Choices.Chosen) -> None:
        event.stop()
        task = self._under()
        if task is not None:
            self.app.push_screen(TaskScreen(self._session, self._space, task))


class TaskScreen(BoxScreen):
    """One task in full, with the end of its output."""

    WIDTH = 110

    def __init__(self, session: SessionPort, space: str, task: Task) -> None:
        super().__init__()
        self._session = session
        self._space = space
        self._shown = task
        self._log: str | None = None
        self._failure = ""

    def title_text(self) -> str:
        """Return the title."""
        return f"Task {self._shown.id}"

    def on_mount(self) -> None:
        """Begin to read the output."""
        self.lay_out()
        self.run_worker(self._read(), exit_on_error=False)

    def show(self, snapshot: Snapshot) -> None:
        """Follow the task."""
        tasks = snapshot.queues.get(self._space, TaskQueue()).tasks
        newer = next((one for one in tasks if one.id == self._shown.id), self._shown)
        if newer != self._shown:
            self._shown = newer
            self.lay_out()
            self.run_worker(self._read(), exclusive=True, exit_on_error=False)

    def lines(self, width: int) -> list[Line]:
        """Return everything about it."""
        return task_lines(self._shown, datetime.now(UTC), width, self._log, self._failure)

    async def _read(self) -> None:
        try:
            asked = self._session.ask(ReadTaskLog(self._space, self._shown.id))
            self._log, self._failure = await asyncio.wrap_future(asked), ""
        except CommandError as error:
            self._failure = error.message
        self.lay_out()
