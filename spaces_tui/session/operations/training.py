"""Adds tasks, cancels and repeats them, and reads what they wrote."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import AnswerLost, HubError, ServerError
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.training import (
    AddTask,
    AttendTasks,
    CancelTask,
    ReadTaskLog,
    RetryTask,
)
from spaces_tui.trainer.tasks import (
    Task,
    TaskFileError,
    TransitionError,
    cancelled,
    new_id,
    retried,
)

if TYPE_CHECKING:
    from spaces_tui.session.operations.tools import Tools

KEY: Final = "task"
"""Key of the one step."""


async def attend(tools: Tools, request: AttendTasks) -> None:
    """Keep a queue live, or no longer."""
    tools.training.attend(request.space)


async def add(tools: Tools, request: AddTask) -> Outcome:
    """Submit a task."""

    async def submit() -> None:
        task = _task(tools, request)
        await tools.training.stand_behind(request.space, task)

        def decide(there: Task | None) -> Task:
            return there or task

        await _sent(tools, request.space, task, decide, lambda there: True, f"Add {task.id}")

    return await _done(tools, request.space, f"add the task {request.title}", submit)


async def cancel(tools: Tools, request: CancelTask) -> Outcome:
    """Wish that a task ends."""

    async def wish() -> None:
        def decide(there: Task | None) -> Task:
            return cancelled(_there(there), datetime.now(UTC))

        await tools.training.queue(request.space).change(
            request.task, decide, lambda there: there.cancel, f"Cancel {request.task}"
        )

    return await _done(tools, request.space, f"cancel the task {request.task}", wish)


async def retry(tools: Tools, request: RetryTask) -> Outcome:
    """Queue a task again, at the price of now."""

    async def again() -> None:
        now = datetime.now(UTC)
        queue = tools.board.snapshot.queues.get(request.space)
        known = (
            next((one for one in queue.tasks if one.id == request.task), None) if queue else None
        )
        task = _retried(tools, _there(known), now)
        await tools.training.stand_behind(request.space, task)

        def decide(there: Task | None) -> Task:
            return _retried(tools, _there(there), now)

        def is_done(there: Task) -> bool:
            return task.note[-60:] in there.note

        await _sent(tools, request.space, task, decide, is_done, f"Retry {task.id}")

    return await _done(tools, request.space, f"retry the task {request.task}", again)


async def read_log(tools: Tools, request: ReadTaskLog) -> str:
    """Read the end of a task's output."""
    return await tools.training.queue(request.space).log(request.task)


async def _sent(
    tools: Tools,
    space: str,
    task: Task,
    decide: Callable[[Task | None], Task],
    is_done: Callable[[Task], bool],
    summary: str,
) -> None:
    """Commit a task that the guard stands behind; let go of it where it surely is not there."""
    try:
        await tools.training.queue(space).change(task.id, decide, is_done, summary)
    except (AnswerLost, ServerError):
        raise  # it may be there: the next look at the queue tells
    except HubError:
        await tools.training.let_go(space, task.id)
        raise


async def _done(
    tools: Tools, space: str, what: str, call: Callable[[], Awaitable[None]]
) -> Outcome:
    async def tried() -> None:
        try:
            await call()
        except (TransitionError, TaskFileError) as error:
            raise CommandError(f"{str(error).rstrip('.')}.") from error

    steps = Steps(space)
    await steps.do(KEY, what, tried)
    await tools.training.look(space)
    tools.training.ring()
    return steps.outcome


def _task(tools: Tools, request: AddTask) -> Task:
    acting = tools.identities.of(request.space.partition("/")[0])
    now = datetime.now(UTC)
    return Task(
        new_id(now),
        request.title.strip() or " ".join(request.command),
        request.command,
        request.flavor,
        request.seconds,
        acting.name if acting else "",
        now,
        _price(tools, request.flavor),
        request.budget,
    )


def _retried(tools: Tools, task: Task, now: datetime) -> Task:
    return replace(retried(task, now), price=_price(tools, task.flavor))


def _price(tools: Tools, flavor: str) -> int:
    hardware = tools.board.snapshot.hardware.get(flavor)
    if hardware is None:
        raise CommandError(f"The price of {flavor} is not known: no task is begun on it.")
    return hardware.micro_usd_per_minute


def _there(task: Task | None) -> Task:
    if task is None:
        raise TransitionError("There is no such task")
    return task


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    AddTask: add,
    AttendTasks: attend,
    CancelTask: cancel,
    ReadTaskLog: read_log,
    RetryTask: retry,
}
