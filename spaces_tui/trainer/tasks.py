"""A task, and what may happen to it: pure functions, each of which returns the next version.

A task is one file, `tasks/<id>.json`, in the private dataset of its Space. Console and Space both
change it, always by a commit that names the version it was decided on.
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Any, Final

MINUTE: Final = 60
"""Seconds the Hub bills at once."""
NOTE_ROOM: Final = 500
"""Characters a note may have."""
_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,63}")


class TaskFileError(ValueError):
    """The file is no task."""


class TransitionError(ValueError):
    """What was to happen to a task may not happen to it now."""


class TaskState(StrEnum):
    """How far a task is. Each is written down before what it names is done."""

    QUEUED = "queued"
    CLAIMED = "claimed"
    """A worker has it; nothing was asked of the Hub yet."""
    UPGRADING = "upgrading"
    """The hardware is asked for. The container restarts: nobody holds the lease meanwhile."""
    RUNNING = "running"
    """The hardware is there, and the command was begun or is about to be."""
    RETURNING = "returning"
    """The command is over; the old hardware is asked for, until a read shows it."""
    CLOSED = "closed"
    """A read showed the old hardware."""


class Outcome(StrEnum):
    """How a task ended."""

    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """The time was used up."""
    OVER_BUDGET = "over-budget"
    REFUSED = "refused"
    """It was never begun."""


@dataclass(frozen=True, slots=True)
class Lease:
    """Which worker has a task, and until when nobody else may take it."""

    holder: str
    until: datetime

    def over(self, now: datetime) -> bool:
        """Whether another worker may take the task."""
        return now >= self.until


@dataclass(frozen=True, slots=True)
class Hardware:
    """What the Space ran on before. `sleep_time` is in seconds, None: never."""

    flavor: str
    sleep_time: int | None = None


@dataclass(frozen=True, slots=True)
class Task:
    """One task. All moments are UTC, all money is in micro-dollars."""

    id: str
    title: str
    command: tuple[str, ...]
    """What is run in the Space's folder, without a shell."""
    flavor: str
    seconds: int
    """How long it may run, from its first beginning."""
    submitted_by: str
    submitted_at: datetime
    price: int = 0
    """For a minute of the hardware."""
    budget: int | None = None
    """What it may cost, None for any sum."""
    state: TaskState = TaskState.QUEUED
    lease: Lease | None = None
    heartbeat: datetime | None = None
    """When its worker was last heard of."""
    attempts: int = 0
    """How often the command was begun."""
    before: Hardware | None = None
    """What has to be proven back before it is closed."""
    upgraded_at: datetime | None = None
    """Since when its hardware is paid for."""
    began: datetime | None = None
    ended: datetime | None = None
    exit_code: int | None = None
    outcome: Outcome | None = None
    note: str = ""
    """What a person should know."""
    cost: int = 0
    """So far, in whole minutes begun."""
    cancel: bool = False
    """Whether a person wants it to end."""
    proven: bool = False
    """Whether a read showed the old hardware."""
    unknown: Mapping[str, Any] = field(default_factory=dict)
    """Fields of a newer version, kept as they are."""

    def __post_init__(self) -> None:
        if not _ID.fullmatch(self.id):
            raise TaskFileError(f"{self.id!r} is no name of a task")
        if not self.command or not all(self.command[:1]):
            raise TaskFileError("a task needs a command")
        if self.seconds <= 0:
            raise TaskFileError("a task needs some seconds to run")

    @property
    def open(self) -> bool:
        """Whether something has still to be done for it."""
        return self.state is not TaskState.CLOSED

    @property
    def begun_twice(self) -> str:
        """What a person has to be told when the command was begun more than once, or nothing."""
        if self.attempts < 2:
            return ""
        times = "twice" if self.attempts == 2 else f"{self.attempts} times"
        return f"begun {times}: resumed from its checkpoint"

    @property
    def deadline(self) -> datetime | None:
        """When the command has to be over; None before it began."""
        return None if self.began is None else self.began + timedelta(seconds=self.seconds)

    def cost_at(self, now: datetime) -> int:
        """Return what it costs until a moment: each minute that began counts."""
        if self.upgraded_at is None:
            return 0
        elapsed = max(0.0, ((self.ended or now) - self.upgraded_at).total_seconds())
        return self.price * -int(-elapsed // MINUTE)

    def over_budget(self, now: datetime) -> bool:
        """Whether one more minute, which the way back takes, would cost more than it may."""
        return self.budget is not None and (
            self.cost_at(now + timedelta(seconds=MINUTE)) > self.budget
        )


def new_id(now: datetime) -> str:
    """Return a name for a task; later ones sort behind earlier ones."""
    return f"{now.astimezone(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"


def dataset_of(space: str) -> str:
    """Return the private dataset that is the queue of a Space."""
    return f"{space}-tasks"


def path_of(task_id: str) -> str:
    """Return where a task's file is in the dataset."""
    return f"tasks/{task_id}.json"


def log_path_of(task_id: str) -> str:
    """Return where the end of a task's output is in the dataset."""
    return f"logs/{task_id}.txt"


def checkpoints_of(task_id: str) -> str:
    """Return the folder of a task's checkpoints in the dataset."""
    return f"checkpoints/{task_id}"


def claim(task: Task, holder: str, now: datetime, until: datetime, before: Hardware) -> Task:
    """Let a worker have a queued task, and keep what the Space runs on."""
    _only(task, "claimed", TaskState.QUEUED)
    return replace(
        task,
        state=TaskState.CLAIMED,
        lease=Lease(holder, until),
        heartbeat=now,
        before=before,
    )


def upgrading(task: Task, holder: str, now: datetime) -> Task:
    """Say that the hardware is about to be asked for; whoever runs on it goes on."""
    _only(task, "upgraded", TaskState.CLAIMED)
    _held(task, holder)
    return replace(task, state=TaskState.UPGRADING, lease=None, heartbeat=now)


def upgraded(task: Task, holder: str, now: datetime, until: datetime) -> Task:
    """Say that the hardware is there and the command is about to be begun."""
    _only(task, "begun", TaskState.UPGRADING)
    return replace(
        task,
        state=TaskState.RUNNING,
        lease=Lease(holder, until),
        heartbeat=now,
        upgraded_at=now,
        began=now,
        attempts=task.attempts + 1,
    )


def beat(task: Task, holder: str, now: datetime, until: datetime) -> Task:
    """Say that its worker lives, and what it costs so far."""
    _only(task, "kept", TaskState.CLAIMED, TaskState.RUNNING, TaskState.RETURNING)
    _held(task, holder)
    return replace(task, lease=Lease(holder, until), heartbeat=now, cost=task.cost_at(now))


def taken_over(task: Task, holder: str, now: datetime, until: datetime) -> Task:
    """Let another worker have a task whose lease ran out; what was running is begun anew."""
    _only(task, "taken over", TaskState.CLAIMED, TaskState.RUNNING, TaskState.RETURNING)
    if task.lease is not None and not task.lease.over(now):
        raise TransitionError(
            f"{task.lease.holder} holds {task.id} until {_text(task.lease.until)}"
        )
    former = task.lease.holder if task.lease else "a worker that let go"
    taken = replace(
        task,
        lease=Lease(holder, until),
        heartbeat=now,
        attempts=task.attempts + (task.state is TaskState.RUNNING),
        cost=task.cost_at(now),
    )
    what = f"{holder} took over from {former} while {task.state.value}"
    return noted(taken, f"{what}, {taken.begun_twice}" if taken.begun_twice else what)


def finish(
    task: Task, outcome: Outcome, now: datetime, *, exit_code: int | None = None, note: str = ""
) -> Task:
    """Say how it ended; the old hardware has still to come back."""
    _only(task, "ended", TaskState.CLAIMED, TaskState.UPGRADING, TaskState.RUNNING)
    over = replace(
        task,
        state=TaskState.RETURNING,
        outcome=outcome,
        exit_code=exit_code,
        ended=now,
        heartbeat=now,
        cost=task.cost_at(now),
    )
    return noted(over, note)


def released(task: Task, holder: str, now: datetime) -> Task:
    """Let go before the old hardware is asked for: the restart ends this worker, any may go on."""
    _only(task, "released", TaskState.RETURNING)
    _held(task, holder)
    return replace(task, lease=None, heartbeat=now)


def closed(task: Task, now: datetime) -> Task:
    """Close it: a read has shown the old hardware."""
    _only(task, "closed", TaskState.RETURNING)
    return replace(task, state=TaskState.CLOSED, lease=None, heartbeat=now, proven=True)


def cancelled(task: Task, now: datetime) -> Task:
    """Let a person end it: at once while it is queued, else by its worker."""
    _only(task, "cancelled", *(state for state in TaskState if state is not TaskState.CLOSED))
    if task.state is not TaskState.QUEUED:
        return replace(task, cancel=True)
    return replace(
        task,
        state=TaskState.CLOSED,
        outcome=Outcome.CANCELLED,
        ended=now,
        cancel=True,
        proven=True,
    )


def retried(task: Task, now: datetime) -> Task:
    """Queue a closed task again; it goes on from its checkpoint, with its time and budget anew."""
    _only(task, "queued again", TaskState.CLOSED)
    if task.outcome is Outcome.DONE:
        raise TransitionError(f"{task.id} is done")
    again = replace(
        task,
        state=TaskState.QUEUED,
        before=None,
        upgraded_at=None,
        began=None,
        ended=None,
        exit_code=None,
        outcome=None,
        cost=0,
        cancel=False,
        proven=False,
        heartbeat=None,
    )
    how = task.outcome.value if task.outcome else "closed"
    return noted(again, f"queued again at {_text(now)} after it was {how}")


def noted(task: Task, note: str) -> Task:
    """Add a sentence to the note; the oldest are forgotten when there are too many."""
    if not note or note in task.note:
        return task
    return replace(task, note="; ".join(filter(None, (task.note, note)))[-NOTE_ROOM:])


def _only(task: Task, what: str, *states: TaskState) -> None:
    if task.state not in states:
        raise TransitionError(f"{task.id} is {task.state.value} and cannot be {what}")


def _held(task: Task, holder: str) -> None:
    if task.lease is None or task.lease.holder != holder:
        other = task.lease.holder if task.lease else "nobody"
        raise TransitionError(f"{task.id} is held by {other}, not by {holder}")


def _text(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
