"""Tasks of a Space in a session: two submitters, lost answers, and the guard behind each task."""

from __future__ import annotations

import asyncio
import json
from datetime import UTC, datetime

import pytest

from spaces_tui.guard.journal import Journal
from spaces_tui.hub.client import Hub
from spaces_tui.localhub.faults import FaultOptions
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.model.loan import Ended, LoanState
from spaces_tui.model.repo import AddFile
from spaces_tui.session.requests.base import Outcome
from spaces_tui.session.requests.training import (
    AddTask,
    AttendTasks,
    CancelTask,
    ReadTaskLog,
    RetryTask,
)
from spaces_tui.store.paths import Paths
from spaces_tui.trainer import tasks
from spaces_tui.trainer.taskfile import parsed, written
from spaces_tui.trainer.tasks import Hardware, Task, TaskState, dataset_of
from tests.patience import PATIENCE
from tests.session.conftest import Running, StartSession
from tests.session.test_loans import priced

SPACE = "acme/leaderboard"
COMMIT = r"/api/datasets/.*/commit/"


def with_queue(hub: LocalHub, *there: Task, log: str = "") -> None:
    """Make the Space's dataset, with tasks."""

    async def make() -> None:
        async with Hub(hub.url, Secret(hub.token()), version="test") as client:
            await client.repos.create_dataset(dataset_of(SPACE))
            files = [AddFile(tasks.path_of(one.id), written(one)) for one in there]
            files += [AddFile(tasks.log_path_of(one.id), log.encode()) for one in there if log]
            if files:
                dataset = client.dataset(dataset_of(SPACE))
                await dataset.commit(files, summary="Put", parent=None)

    asyncio.run(make())


def stored(hub: LocalHub) -> list[Task]:
    """Return the tasks as the Hub has them."""

    async def read() -> list[Task]:
        async with Hub(hub.url, Secret(hub.token()), version="test") as client:
            dataset = client.dataset(dataset_of(SPACE))
            paths = [one.path async for one in dataset.tree(path="tasks")]
            return [parsed(await dataset.download(path, limit=100_000)) for path in paths]

    return asyncio.run(read())


def task(key: str = "t1") -> Task:
    now = datetime.now(UTC)
    return Task(key, "Tune", ("python", "train.py"), "t4-small", 600, "ada", now, 10_000)


def over(key: str = "t1") -> Task:
    """Return a task that failed and is closed."""
    now = datetime.now(UTC)
    held = tasks.upgrading(tasks.claim(task(key), "w", now, now, Hardware("cpu-basic")), "w", now)
    failed = tasks.finish(held, tasks.Outcome.FAILED, now, note="no luck")
    return tasks.closed(failed, now)


def add(running: Running, title: str = "Tune") -> Outcome:
    asked = AddTask(SPACE, title, ("python", "train.py"), "t4-small", 600)
    return running.session.ask(asked).result(PATIENCE)


def test_a_task_is_guarded_before_it_is_there_and_the_guard_leaves_with_it(
    demo_hub: LocalHub, demo: Running, paths: Paths
) -> None:
    with_queue(demo_hub)
    demo.until(priced)
    outcome = add(demo)
    assert outcome.ok, outcome.errors
    (there,) = demo.snapshot.queues[SPACE].tasks
    assert (there.title, there.state, there.price > 0) == ("Tune", TaskState.QUEUED, True)
    (loan,) = Journal(paths.guard).open_loans()
    assert (loan.state, loan.tasks, loan.flavor) == (LoanState.EXPECTED, (there.id,), "t4-small")
    assert demo.session.ask(CancelTask(SPACE, there.id)).result(PATIENCE).ok
    demo.until(lambda s: not any(one.open for one in s.loans))
    assert [one.ended for one in Journal(paths.guard).loans()] == [Ended.QUIET]
    assert stored(demo_hub)[0].state is TaskState.CLOSED


def test_a_task_that_the_hub_refuses_leaves_no_guard(demo: Running, paths: Paths) -> None:
    demo.until(priced)
    outcome = add(demo)
    assert not outcome.ok
    assert demo.snapshot.queues[SPACE].missing
    demo.until(lambda s: not any(one.open for one in s.loans))
    assert not Journal(paths.guard).open_loans()


def test_two_submitters_lose_nothing(
    demo_hub: LocalHub, demo: Running, start: StartSession
) -> None:
    with_queue(demo_hub)
    other = start(demo_hub.url, demo_hub.token())
    for one in (demo, other):
        one.until(priced)
    asked = [
        running.session.ask(AddTask(SPACE, f"{name}{turn}", ("true",), "t4-small", 60))
        for turn in range(3)
        for name, running in (("a", demo), ("b", other))
    ]
    for future in asked:
        outcome = future.result(PATIENCE)
        assert outcome.ok, outcome.errors
    assert sorted(one.title for one in stored(demo_hub)) == ["a0", "a1", "a2", "b0", "b1", "b2"]


@pytest.mark.parametrize(
    "fault",
    [
        FaultOptions(drop="after"),
        FaultOptions(drop="before"),
        FaultOptions(status=504, handled=True),
    ],
    ids=["done", "not done", "gateway"],
)
def test_a_lost_answer_is_found_out_and_the_task_is_there_once(
    demo_hub: LocalHub, demo: Running, fault: FaultOptions
) -> None:
    with_queue(demo_hub)
    demo.until(priced)
    demo_hub.fault(COMMIT, **fault)
    outcome = add(demo)
    assert outcome.ok, outcome.errors
    assert [one.title for one in stored(demo_hub)] == ["Tune"]


def test_a_retry_whose_answer_is_lost_is_one_retry(demo_hub: LocalHub, demo: Running) -> None:
    with_queue(demo_hub, over())
    demo.until(priced)
    demo.session.ask(AttendTasks(SPACE)).result(PATIENCE)
    demo.until(lambda s: SPACE in s.queues and s.queues[SPACE].tasks)
    demo_hub.fault(COMMIT, drop="after")
    outcome = demo.session.ask(RetryTask(SPACE, "t1")).result(PATIENCE)
    assert outcome.ok, outcome.errors
    (again,) = stored(demo_hub)
    assert (again.state, again.note.count("queued again")) == (TaskState.QUEUED, 1)


def test_a_task_that_moved_on_is_decided_on_anew(demo_hub: LocalHub, demo: Running) -> None:
    with_queue(demo_hub, task())
    demo.until(priced)
    demo_hub.fault(COMMIT, status=412, body=json.dumps({"error": "moved"}))
    assert demo.session.ask(CancelTask(SPACE, "t1")).result(PATIENCE).ok
    assert stored(demo_hub)[0].cancel
    refused = demo.session.ask(RetryTask(SPACE, "nothing")).result(PATIENCE)
    assert refused.errors == ("There is no such task.",)


def test_the_end_of_the_output_is_read(demo_hub: LocalHub, demo: Running) -> None:
    with_queue(demo_hub, over(), log="step 1\nstep 2\n")
    demo.until(priced)
    assert demo.session.ask(ReadTaskLog(SPACE, "t1")).result(PATIENCE) == "step 1\nstep 2\n"
    assert demo.session.ask(ReadTaskLog(SPACE, "t0")).result(PATIENCE) == ""


def test_a_task_somebody_else_submitted_is_guarded(
    demo_hub: LocalHub, demo: Running, paths: Paths
) -> None:
    demo.until(priced)
    with_queue(demo_hub, task())
    demo.session.ask(AttendTasks(SPACE)).result(PATIENCE)
    demo.until(lambda s: any(one.tasks == ("t1",) for one in s.loans))
    assert Journal(paths.guard).open_loans()[0].tasks == ("t1",)
