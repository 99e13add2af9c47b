"""The tasks of a Space on the screen: rows, details, a price before what costs, a second key."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaces_tui.session.requests.base import Outcome as Sent
from spaces_tui.session.requests.base import Step
from spaces_tui.session.requests.training import (
    AddTask,
    AttendTasks,
    CancelTask,
    ReadTaskLog,
    RetryTask,
)
from spaces_tui.session.snapshot import TaskQueue
from spaces_tui.trainer.tasks import Hardware, Outcome, Task, TaskState
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, until
from tests.ui.fake_session import FakeSession, live_snapshot

SPACE = "acme/trainer"
NOW = datetime.now(UTC)
DONE = Sent(SPACE, (Step("task", "add", done=True),))


def task(key: str, title: str, state: TaskState) -> Task:
    submitted = NOW - timedelta(hours=3)
    return Task(
        key, title, ("python", "train.py"), "t4-small", 7200, "ada", submitted, 6_667, None, state
    )


RUNNING = replace(
    task("20260301-3", "Fine-tune on reviews", TaskState.RUNNING),
    attempts=2,
    heartbeat=NOW - timedelta(minutes=2),
    began=NOW - timedelta(minutes=30),
    upgraded_at=NOW - timedelta(minutes=30),
    before=Hardware("cpu-basic"),
)
FAILED = replace(
    task("20260301-1", "First try", TaskState.CLOSED),
    outcome=Outcome.FAILED,
    exit_code=1,
    cost=120_000,
    proven=True,
    note="Exit code 1.",
)
QUEUED = task("20260301-4", "Evaluate \x1b[31mit", TaskState.QUEUED)
QUEUE = TaskQueue((FAILED, RUNNING, QUEUED), "a" * 40, NOW)


def training(queue: TaskQueue | None = QUEUE) -> FakeSession:
    queues = {} if queue is None else {SPACE: queue}
    session = FakeSession(replace(live_snapshot(), queues=queues))
    session.answers[AttendTasks] = None
    return session


@pytest.mark.parametrize("size", [USUAL, WIDE, TINY])
async def test_each_task_says_how_it_stands(size: tuple[int, int]) -> None:
    async with console(training(), size, target=SPACE) as (pilot, session, app):
        await pilot.press("t")
        await see(pilot, app, "● running")
        await see(pilot, app, "✖ failed")
        if size != TINY:
            await see(pilot, app, "begun twice")
            await see(pilot, app, "$0.12")
        assert session.asked == [AttendTasks(SPACE)]
        await pilot.press("escape")
        await until(pilot, lambda: session.asked[-1] == AttendTasks(None))


async def test_an_empty_board_and_one_without_a_dataset_say_so() -> None:
    async with console(training(TaskQueue(read_at=NOW)), target=SPACE) as (pilot, session, app):
        await pilot.press("t")
        await see(pilot, app, "No tasks yet. Press a to add one")
        session.update(queues={SPACE: TaskQueue(missing=True, read_at=NOW)})
        await see(pilot, app, "There is no dataset acme/trainer-tasks")
        await pilot.press("escape")
        await gone(pilot, app, "There is no dataset")
        await pilot.press("t")
        await see(pilot, app, "It has no dataset for tasks")


async def test_a_new_task_shows_its_price_before_the_second_key() -> None:
    async with console(training(), USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("t", "a")
        await see(pilot, app, "New task for acme/trainer")
        await pilot.press(*"Tune", "enter", *"python train.py --name 'a b'", "enter", *"90m $5")
        await pilot.press("enter", "j", "j", "enter")
        await pilot.press("ctrl+s")
        await see(pilot, app, "The longest run costs $")
        assert not any(isinstance(one, AddTask) for one in session.asked)
        await pilot.press("y")
        await until(pilot, lambda: any(isinstance(one, AddTask) for one in session.asked))
        (sent,) = (one for one in session.asked if isinstance(one, AddTask))
        assert (sent.title, sent.command) == ("Tune", ("python", "train.py", "--name", "a b"))
        assert (sent.seconds, sent.budget) == (5400, 5_000_000)
        session.reply(DONE)
        await gone(pilot, app, "New task")


async def test_what_is_missing_is_said_and_what_is_typed_stays() -> None:
    async with console(training(), USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("t", "a", "enter", *"python 'x", "enter", *"2h", "ctrl+s", "y")
        await see(pilot, app, "A quotation mark in the command is not closed.")
        assert "python 'x" in screen_text(app)
        assert session.asked == [AttendTasks(SPACE)]


async def test_a_task_is_cancelled_with_a_second_key() -> None:
    async with console(training(), USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("t", "j", "x")
        await see(pilot, app, "Its worker ends it")
        await pilot.press("y")
        await until(pilot, lambda: CancelTask(SPACE, RUNNING.id) in session.asked)
        session.reply(Sent(SPACE, (Step("task", "cancel", error="It is closed already."),)))
        await see(pilot, app, "It is closed already.")


async def test_a_retry_shows_the_price_first() -> None:
    async with console(training(), USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("t", "G", "r")
        await see(pilot, app, "The longest run costs $")
        await pilot.press("y")
        await until(pilot, lambda: RetryTask(SPACE, FAILED.id) in session.asked)


async def test_details_show_the_end_of_the_output_and_no_escapes() -> None:
    session = training()
    session.answers[ReadTaskLog] = "step 1\n\x1b[31mstep 2\n"
    async with console(session, USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("t", "j", "enter")
        await see(pilot, app, "begun twice: resumed from its checkpoint")
        await pilot.press("G")
        await see(pilot, app, "step 2")
        assert "\x1b" not in screen_text(app)
