"""A task: what may happen to it, and what its file says."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.trainer import tasks
from spaces_tui.trainer.taskfile import parsed, written
from spaces_tui.trainer.tasks import (
    Hardware,
    Outcome,
    Task,
    TaskFileError,
    TaskState,
    TransitionError,
)

NOW = datetime(2026, 5, 4, 3, 2, 1, tzinfo=UTC)
SOON = NOW + timedelta(seconds=90)
BEFORE = Hardware("cpu-basic", 172_800)


def _task() -> Task:
    return Task(
        id="20260504-030201-abcdef",
        title="small run",
        command=("python", "train.py"),
        flavor="t4-small",
        seconds=600,
        submitted_by="ada",
        submitted_at=NOW,
        price=6667,
        budget=20_001,
    )


def _running() -> Task:
    claimed = tasks.claim(_task(), "w1", NOW, SOON, BEFORE)
    return tasks.upgraded(tasks.upgrading(claimed, "w1", NOW), "w2", NOW, SOON)


def test_a_whole_life_ends_with_the_hardware_proven() -> None:
    done = tasks.finish(_running(), Outcome.DONE, SOON, exit_code=0)
    assert (done.state, done.cost, done.proven) == (TaskState.RETURNING, 2 * 6667, False)
    closed = tasks.closed(done, SOON)
    assert (closed.open, closed.proven, closed.lease, closed.attempts) == (False, True, None, 1)
    assert closed.begun_twice == ""


def test_nobody_takes_over_before_the_lease_is_over_and_it_is_said() -> None:
    with pytest.raises(TransitionError, match="w2 holds"):
        tasks.taken_over(_running(), "w3", NOW, SOON)
    taken = tasks.taken_over(_running(), "w3", SOON, SOON + timedelta(seconds=90))
    assert taken.attempts == 2
    assert taken.note.endswith("begun twice: resumed from its checkpoint")
    with pytest.raises(TransitionError, match="held by w3"):
        tasks.beat(taken, "w2", SOON, SOON)


def test_what_is_noted_again_and_again_stands_there_once() -> None:
    task = _task()
    for note in ("refused", "paused", "refused", "paused"):
        task = tasks.noted(task, note)
    assert task.note == "refused; paused"
    assert tasks.noted(task, "") is task


def test_money_and_time_end_before_they_are_exceeded() -> None:
    running = _running()
    assert running.deadline == NOW + timedelta(seconds=600)
    assert not running.over_budget(NOW + timedelta(seconds=120))
    assert running.over_budget(NOW + timedelta(seconds=121))
    assert not replace(running, budget=None).over_budget(SOON + timedelta(days=9))


def test_a_queued_task_is_cancelled_at_once_and_a_running_one_by_its_worker() -> None:
    at_once = tasks.cancelled(_task(), NOW)
    assert (at_once.state, at_once.outcome) == (TaskState.CLOSED, Outcome.CANCELLED)
    later = tasks.cancelled(_running(), NOW)
    assert (later.state, later.cancel) == (TaskState.RUNNING, True)
    again = tasks.retried(at_once, SOON)
    assert (again.state, again.cancel, again.outcome) == (TaskState.QUEUED, False, None)
    with pytest.raises(TransitionError, match="is done"):
        tasks.retried(replace(at_once, outcome=Outcome.DONE), SOON)


def test_a_file_of_a_newer_version_keeps_what_is_not_known() -> None:
    record = json.loads(written(_running())) | {"colour": ["blue"]}
    task = parsed(json.dumps(record).encode())
    assert task == replace(_running(), unknown={"colour": ["blue"]})
    assert json.loads(written(tasks.finish(task, Outcome.FAILED, NOW)))["colour"] == ["blue"]


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"{", "not JSON"),
        (b"[]", "not a JSON object"),
        (b"{}", "id is missing"),
        (written(_task()).replace(b'"queued"', b'"asleep"'), "asleep"),
        (written(_task()).replace(b"600", b'"long"'), "seconds is 'long'"),
        (written(_task()).replace(b"20260504-030201-abcdef", b"../x"), "no name of a task"),
        (written(_task()).replace(b"+00:00", b""), "no time zone"),
    ],
)
def test_a_bad_file_is_said_in_words(data: bytes, why: str) -> None:
    with pytest.raises(TaskFileError, match=why):
        parsed(data)


def test_later_tasks_sort_behind_earlier_ones() -> None:
    names = [tasks.new_id(NOW + timedelta(seconds=n)) for n in range(3)]
    assert names == sorted(names)
    assert tasks.path_of(names[0]) == f"tasks/{names[0]}.json"


_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["claim", "upgrading", "upgraded", "beat", "over", "finish", "close", "cancel", "retry"]
        ),
        st.sampled_from(["w1", "w2"]),
        st.integers(0, 120),
        st.sampled_from(list(Outcome)),
    ),
    max_size=40,
)


def _step(task: Task, what: str, who: str, now: datetime, outcome: Outcome) -> Task:
    until = now + timedelta(seconds=90)
    match what:
        case "claim":
            return tasks.claim(task, who, now, until, BEFORE)
        case "upgrading":
            return tasks.upgrading(task, who, now)
        case "upgraded":
            return tasks.upgraded(task, who, now, until)
        case "beat":
            return tasks.beat(task, who, now, until)
        case "over":
            return tasks.taken_over(task, who, now, until)
        case "finish":
            return tasks.finish(task, outcome, now)
        case "close":
            return tasks.closed(task, now)
        case "cancel":
            return tasks.cancelled(task, now)
    return tasks.retried(task, now)


@given(_STEPS)
def test_in_any_life_no_second_beginning_is_silent_and_nothing_closes_unproven(
    steps: list[tuple[str, str, int, Outcome]],
) -> None:
    task, now = _task(), NOW
    for what, who, passed, outcome in steps:
        now += timedelta(seconds=passed)
        held = task.lease
        try:
            after = _step(task, what, who, now, outcome)
        except TransitionError:
            continue
        assert parsed(written(after)) == after
        assert after.attempts - task.attempts in {0, 1}
        if after.attempts > 1:
            assert after.begun_twice
        if after.lease and held and after.lease.holder != held.holder:
            assert held.over(now)
        assert after.open != after.proven
        if not after.open:
            assert after.outcome is not None
        if after.state in {TaskState.UPGRADING, TaskState.RUNNING}:
            assert after.before == BEFORE
        task = after
