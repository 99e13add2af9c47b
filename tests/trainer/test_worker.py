"""The worker as the Space runs it: its process, its queue, its calls."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from spaces_tui.trainer import tasks
from spaces_tui.trainer.tasks import Hardware, Outcome, Task, TaskState
from tests.patience import PATIENCE
from tests.trainer.conftest import QUEUE, RIGHTS, SPACE, Workshop, new_task

COMMITS = f"/api/datasets/{QUEUE}/commit"
FOREVER = ("python", "train.py", "--steps", "100000", "--pause", "0.05")


def _closed(task: Task) -> bool:
    return not task.open


def _running(task: Task) -> bool:
    return task.state is TaskState.RUNNING


def test_a_task_gets_its_hardware_and_the_space_goes_back(workshop: Workshop) -> None:
    workshop.start(TRAINER_BEAT="0.05", TRAINER_KEEP="0.05")
    workshop.submit(new_task("one", "python", "train.py", "--steps", "20", "--pause", "0.02"))
    task = workshop.wait("one", _closed)
    assert (task.outcome, task.exit_code, task.attempts) == (Outcome.DONE, 0, 1), workshop.said()
    assert (task.proven, task.before) == (True, Hardware("cpu-basic", 172_800))
    assert task.cost == 6667
    asked = [one for one in workshop.hub.requests() if one.path.endswith("/hardware")]
    assert len(asked) == 2
    assert workshop.hardware() == "cpu-basic"
    kept = workshop.files()
    assert b"step 20" in kept["logs/one.txt"]
    assert json.loads(kept["checkpoints/one/state.json"])["step"] == 20
    assert workshop.token not in workshop.said()


def test_a_command_that_fails_or_is_not_there_is_closed_too(workshop: Workshop) -> None:
    workshop.submit(
        new_task("a", "python", "-c", "print('x'); raise SystemExit(3)", flavor="cpu-basic"),
        new_task("b", "no-such-program", flavor="cpu-basic"),
        new_task("c", flavor="no-such-flavor"),
        replace(new_task("d"), budget=5),
    )
    workshop.start()
    a, b, c, d = (workshop.wait(name, _closed) for name in "abcd")
    assert (a.outcome, a.exit_code) == (Outcome.FAILED, 3)
    assert (b.outcome, "could not be begun" in b.note) == (Outcome.FAILED, True)
    assert (c.outcome, "no no-such-flavor" in c.note) == (Outcome.REFUSED, True)
    assert (d.outcome, d.attempts) == (Outcome.REFUSED, 0)


KILLED = (
    TaskState.CLAIMED,
    TaskState.UPGRADING,
    TaskState.RUNNING,
    TaskState.RETURNING,  # nothing is kept yet
    TaskState.RETURNING,  # log and checkpoints are kept
    TaskState.RETURNING,  # nobody holds it any more
)
"""The state after each commit of a task's life."""


@pytest.mark.parametrize("commits", range(1, 7))
def test_killed_in_any_state_a_task_is_neither_lost_nor_begun_twice_in_silence(
    workshop: Workshop, commits: int
) -> None:
    workshop.submit(new_task("one"))
    workshop.hub.clear_requests()
    # Whatever is sent next is lost, again and again: the worker stays where it is.
    workshop.hub.fault(f"{COMMITS}/", method="POST", skip=commits, count=None, drop="before")
    first = workshop.start(TRAINER_BEAT="600", TRAINER_LEASE="600")
    workshop.hub.wait_requests(f"{COMMITS}/", method="POST", count=commits + 1)
    workshop.kill(first)
    workshop.hub.clear_faults()
    left = workshop.task("one")
    assert left.state is KILLED[commits - 1]
    if left.lease is not None:
        long_ago = datetime.now(UTC) - timedelta(seconds=1)
        workshop.submit(replace(left, lease=replace(left.lease, until=long_ago)))
    workshop.start()
    task = workshop.wait("one", _closed)
    assert (task.outcome, workshop.hardware()) == (Outcome.DONE, "cpu-basic"), workshop.said()
    again = left.state is TaskState.RUNNING
    assert (task.attempts, bool(task.begun_twice)) == ((2, True) if again else (1, False))
    assert ("took over" in task.note) == (left.lease is not None)
    assert b"step 3" in workshop.files()["logs/one.txt"]


def test_the_container_that_asked_leaves_the_command_to_the_next_one(workshop: Workshop) -> None:
    workshop.submit(new_task("one"))
    first = workshop.start(TRAINER_PATIENCE="600")
    workshop.wait("one", lambda task: task.state is TaskState.UPGRADING)
    workshop.wait_hardware("t4-small")
    # It has seen the new hardware, and then looked again.
    workshop.hub.clear_requests()
    workshop.hub.wait_requests(f"/api/spaces/{SPACE}/runtime", count=3)
    workshop.kill(first)
    assert workshop.task("one").state is TaskState.UPGRADING, workshop.said()
    workshop.start(TRAINER_PATIENCE="600")
    task = workshop.wait("one", _closed)
    assert (task.outcome, task.attempts, task.note) == (Outcome.DONE, 1, ""), workshop.said()
    assert workshop.hardware() == "cpu-basic"


def test_two_workers_and_lost_answers_begin_each_task_once(workshop: Workshop) -> None:
    line = "import os; print('begun', os.environ['TASK_ID'])"
    names = [f"t{number}" for number in range(4)]
    for _ in range(2):
        workshop.start()
    workshop.submit(
        *(new_task(name, "python", "-c", line, flavor="cpu-basic") for name in names[:2])
    )
    workshop.submit(
        *(new_task(name, "python", "-c", line, flavor="cpu-basic") for name in names[2:])
    )
    workshop.hub.fault(f"{COMMITS}/", method="POST", skip=1, count=2, drop="after")
    workshop.hub.fault(f"{COMMITS}/", method="POST", skip=4, count=2, drop="before")
    workshop.hub.fault(f"{COMMITS}/", method="POST", skip=9, count=2, status=503, handled=True)
    for name in names:
        task = workshop.wait(name, _closed)
        assert (task.outcome, task.attempts) == (Outcome.DONE, 1), workshop.said()
        assert workshop.files()[f"logs/{name}.txt"] == f"begun {name}\n".encode()


def test_a_person_and_the_deadline_end_a_command(workshop: Workshop) -> None:
    workshop.start()
    workshop.submit(
        new_task("a", *FOREVER, flavor="cpu-basic"),
        new_task("b", *FOREVER, flavor="cpu-basic", seconds=1),
    )
    running = workshop.wait("a", _running)
    workshop.submit(tasks.cancelled(running, datetime.now(UTC)))
    a, b = workshop.wait("a", _closed), workshop.wait("b", _closed)
    assert (a.outcome, b.outcome) == (Outcome.CANCELLED, Outcome.EXPIRED)
    assert (a.attempts, b.attempts) == (1, 1)


def test_the_budget_ends_a_command_that_another_worker_left(workshop: Workshop) -> None:
    long_ago = datetime.now(UTC) - timedelta(minutes=3)
    left = replace(
        new_task("a", *FOREVER, flavor="cpu-basic"),
        state=TaskState.RUNNING,
        before=Hardware("cpu-basic"),
        lease=tasks.Lease("gone", long_ago),
        upgraded_at=long_ago,
        began=long_ago,
        attempts=1,
        budget=4 * 6667,
    )
    workshop.submit(left)
    workshop.start()
    task = workshop.wait("a", _closed)
    assert task.outcome is Outcome.OVER_BUDGET
    assert "took over from gone" in task.note


def test_when_the_old_hardware_is_refused_the_space_is_paused(workshop: Workshop) -> None:
    worker = workshop.start()
    workshop.submit(new_task("one"))
    workshop.wait("one", lambda task: task.attempts == 1)
    workshop.hub.fault(f"{SPACE}/hardware", method="POST", count=None, status=403)
    assert worker.wait(PATIENCE) == 5, workshop.said()
    task = workshop.task("one")
    assert (task.state, task.proven) == (TaskState.RETURNING, False)
    assert "asked to pause" in task.note
    assert workshop.hub.stage(SPACE) == "PAUSED"


@pytest.mark.parametrize("who", ["reading", "other"])
def test_a_token_that_can_do_too_little_is_said_and_nothing_is_done(
    workshop: Workshop, who: str
) -> None:
    hub = workshop.hub
    token = (
        hub.token("ada", "read")
        if who == "reading"
        else hub.issue_token("ada", "fineGrained", scoped={SPACE: RIGHTS})
    )
    worker = workshop.start(HF_TOKEN=token)
    assert worker.wait(PATIENCE) == 4
    assert "cannot write" in workshop.said() or f"lacks dataset {QUEUE}" in workshop.said()


def test_a_wide_token_is_warned_of(workshop: Workshop) -> None:
    worker = workshop.start(HF_TOKEN=workshop.hub.token())
    workshop.submit(new_task("one", "python", "-c", "", flavor="cpu-basic"))
    assert workshop.wait("one", _closed).outcome is Outcome.DONE
    assert worker.poll() is None
    assert "may write everywhere" in workshop.said()
