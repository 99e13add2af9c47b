"""A console that adds a task, and the Space's own worker that does it, on one Hub."""

from __future__ import annotations

from spaces_tui.guard.journal import Journal
from spaces_tui.model.loan import Ended
from spaces_tui.session.requests.training import AddTask, AttendTasks, CancelTask
from spaces_tui.store.paths import Paths
from spaces_tui.trainer.tasks import Outcome, Task, TaskState
from tests.patience import PATIENCE
from tests.session.conftest import Running, StartSession, paths, start
from tests.session.test_loans import priced
from tests.trainer.conftest import SPACE, Workshop

__all__ = ["paths", "start"]


def added(workshop: Workshop, start: StartSession, *command: str) -> tuple[Running, Task]:
    """Add a task from a console; return both."""
    running = start(workshop.hub.url, workshop.hub.token())
    running.until(priced)
    request = AddTask(SPACE, "Tune", command, "t4-small", 600)
    outcome = running.session.ask(request).result(PATIENCE)
    assert outcome.ok, outcome.errors
    running.session.ask(AttendTasks(SPACE)).result(PATIENCE)
    running.until(lambda s: SPACE in s.queues and s.queues[SPACE].tasks)
    (task,) = running.session.snapshot.queues[SPACE].tasks
    return running, task


def settled(running: Running) -> Task:
    """Look at the queue anew, and return the task once console and guard know its end."""
    running.session.ask(AttendTasks(None)).result(PATIENCE)
    running.session.ask(AttendTasks(SPACE)).result(PATIENCE)
    running.until(lambda s: not any(one.open for one in s.queues[SPACE].tasks))
    running.until(lambda s: not any(one.open for one in s.loans))
    (task,) = running.session.snapshot.queues[SPACE].tasks
    return task


def test_a_task_goes_from_the_console_through_the_space_and_back(
    workshop: Workshop, start: StartSession, paths: Paths
) -> None:
    running, task = added(workshop, start, "python", "train.py", "--steps", "3")
    assert task.state is TaskState.QUEUED
    assert [one.open for one in Journal(paths.guard).loans()] == [True]
    workshop.start()
    workshop.wait(task.id, lambda one: not one.open)
    task = settled(running)
    assert (task.outcome, task.proven, task.attempts) == (Outcome.DONE, True, 1)
    assert workshop.hardware() == "cpu-basic"
    assert [one.ended for one in Journal(paths.guard).loans()] == [Ended.QUIET]


def test_a_cancel_from_the_console_ends_the_command_and_the_hardware_goes_back(
    workshop: Workshop, start: StartSession, paths: Paths
) -> None:
    running, task = added(
        workshop, start, "python", "train.py", "--steps", "100000", "--pause", "0.05"
    )
    workshop.start()
    workshop.wait(task.id, lambda one: one.state is TaskState.RUNNING)
    assert running.session.ask(CancelTask(SPACE, task.id)).result(PATIENCE).ok
    workshop.wait(task.id, lambda one: not one.open)
    task = settled(running)
    assert (task.outcome, task.proven) == (Outcome.CANCELLED, True)
    assert workshop.hardware() == "cpu-basic"
    assert not Journal(paths.guard).open_loans()
