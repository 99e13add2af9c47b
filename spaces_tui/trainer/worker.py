"""The worker of a Space: takes one task after the other, whatever state it finds it in.

    python -m trainer.worker

Asking for hardware restarts the container, so nothing is remembered but what is in the queue: each
look decides from the task's state alone what comes next.
"""

from __future__ import annotations

import os
import sys
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

from huggingface_hub import HfApi

from . import tasks
from .config import Config, ConfigError, from_environment
from .job import Job
from .keeper import Keeper
from .machine import Machine, RefusedError
from .pulse import Pulse
from .scopes import judged, scopes_needed
from .taskqueue import Look, TaskGoneError, TaskQueue
from .tasks import Hardware, Outcome, Task, TaskState, TransitionError
from .trouble import LOCAL_TOO, TROUBLE, passing

REFUSED: Final = 4
"""Exit code: a person has to give the Space another token."""
PAUSED: Final = 5
"""Exit code: the Space is paused."""
NET: Final = 1800
"""Seconds after a task's own time when the Hub may put the Space to sleep by itself."""


class Worker:
    """One process that works through the queue of its Space."""

    def __init__(self, config: Config) -> None:
        api = HfApi(token=config.token)
        dataset = tasks.dataset_of(config.space)
        self._config, self._api, self._dataset = config, api, dataset
        self._queue = TaskQueue(api, dataset, pause=min(1.0, config.poll))
        self._machine = Machine(api, config.space)
        self._keeper = Keeper(api, dataset, config.token)
        self._asked: dict[str, float] = {}
        """When this process asked for a task's hardware: the next container is not this one."""
        self._begun: set[tuple[str, int]] = set()
        self._over: dict[tuple[str, int], tuple[Outcome, int | None]] = {}
        """How a command ended, until the queue has it."""
        self._broken: tuple[str, ...] = ()
        self.paused = False

    def step(self) -> bool:
        """Look once and do what follows; return whether something was done."""
        look = self._queue.look()
        if look.broken != self._broken:
            self._broken = look.broken
            _say(*look.broken)
        task = _next(look)
        if task is None:
            return False
        try:
            return self._advance(task)
        except (TransitionError, TaskGoneError) as error:
            _say(f"somebody else was faster: {error}")
            return False

    def _advance(self, task: Task) -> bool:
        held = task.lease is not None and task.lease.holder == self._config.holder
        if task.lease and not held:
            if not task.lease.over(_now()):
                return False
            self._change(task, lambda it: tasks.taken_over(it, self._me, _now(), self._until()))
            return True
        match task.state:
            case TaskState.QUEUED:
                return self._claim(task)
            case TaskState.CLAIMED:
                return self._upgrade(task)
            case TaskState.UPGRADING:
                return self._await_hardware(task)
            case TaskState.RUNNING:
                return self._run(task)
            case TaskState.RETURNING:
                return self._return(task)
        return False

    def _claim(self, task: Task) -> bool:
        seen = self._machine.seen()
        if not seen.settled or seen.current is None:
            return False
        before = Hardware(seen.current, seen.sleep_time)
        self._change(task, lambda it: tasks.claim(it, self._me, _now(), self._until(), before))
        return True

    def _upgrade(self, task: Task) -> bool:
        if task.cancel:
            return self._finish(task, Outcome.CANCELLED)
        if task.budget is not None and task.price > task.budget:
            return self._finish(
                task, Outcome.REFUSED, note="its budget pays for less than a minute"
            )
        self._change(task, lambda it: tasks.upgrading(it, self._me, _now()))
        return True

    def _await_hardware(self, task: Task) -> bool:
        if task.cancel:
            return self._finish(task, Outcome.CANCELLED)
        seen = self._machine.seen()
        if seen.on(task.flavor) and not self._is_replaced(task):
            self._change(task, lambda it: tasks.upgraded(it, self._me, _now(), self._until()))
            return True
        if task.heartbeat and (_now() - task.heartbeat).total_seconds() > self._config.arrival:
            return self._finish(task, Outcome.REFUSED, note=f"no {task.flavor} came")
        if seen.requested != task.flavor:
            self._asked.setdefault(task.id, time.monotonic())
            try:
                self._machine.ask(Hardware(task.flavor, task.seconds + NET))
            except RefusedError as error:
                return self._finish(task, Outcome.REFUSED, note=f"no {task.flavor}: {error}")
        return False

    def _is_replaced(self, task: Task) -> bool:
        """Whether this container is the one from before, which is about to end."""
        asked = self._asked.get(task.id)
        return asked is not None and time.monotonic() < asked + self._config.patience

    def _run(self, task: Task) -> bool:
        this = (task.id, task.attempts)
        if this in self._over:
            return self._finish(task, self._over[this][0], exit_code=self._over[this][1])
        if this in self._begun:
            # Its heartbeats were not taken, so it was ended: after the lease it is begun anew.
            self._change(task, lambda it: tasks.taken_over(it, self._me, _now(), self._until()))
            return True
        job = self._job(task)
        if why := _ending(task, _now()):
            return self._finish(task, why)
        _say(f"{task.id}: {' '.join(task.command)}", task.begun_twice)
        self._begun.add(this)
        try:
            self._keeper.bring_back(job, task.id)
            job.begin(task.command, task.id)
        except LOCAL_TOO as error:
            return self._finish(task, Outcome.FAILED, note=f"it could not be begun: {error}")
        try:
            task, why = self._watch(task, job)
        finally:
            code = job.end() if job.exit_code() is None else job.exit_code()
        outcome = why or (Outcome.FAILED if code else Outcome.DONE)
        self._over[this] = (outcome, code)
        return self._finish(task, outcome, exit_code=code)

    def _watch(self, task: Task, job: Job) -> tuple[Task, Outcome | None]:
        """Watch the command until it is over (None) or has to end; tell the queue meanwhile."""
        own = TaskQueue(self._api, self._dataset)
        pulse = Pulse(
            task,
            lambda: own.change(task.id, self._beaten),
            lambda: _say(self._keeper.keep(job, task.id)),
            every=self._config.beat,
            keep_every=self._config.keep,
        )
        try:
            while job.exit_code() is None:
                task = pulse.task
                if pulse.error is not None:
                    raise pulse.error
                if why := _ending(task, _now()):
                    return task, why
                if task.lease is None or task.lease.over(_now()):
                    raise TransitionError(f"the lease of {task.id} ran out unheard")
                time.sleep(self._config.tick)
        finally:
            pulse.stop()
        return pulse.task, None

    def _beaten(self, task: Task) -> Task:
        return tasks.beat(task, self._me, _now(), self._until())

    def _while_beating(self, task: Task, action: Callable[[], None]) -> None:
        """Do something long without losing the lease."""
        doing = threading.Thread(target=action)
        doing.start()
        while doing.is_alive():
            doing.join(self._config.beat)
            if doing.is_alive():
                self._change(task, self._beaten)

    def _return(self, task: Task) -> bool:
        job = self._job(task)
        if task.lease is not None:
            job.end_leftover()
            self._while_beating(task, lambda: _say(self._keeper.keep(job, task.id)))
            self._change(task, lambda it: tasks.released(it, self._me, _now()))
            return True
        before, seen = task.before, self._machine.seen()
        assert before is not None
        if seen.on(before.flavor):
            self._change(task, lambda it: tasks.closed(it, _now()))
            _say(f"{task.id}: closed, the Space is on {before.flavor}")
            return True
        if seen.requested != before.flavor:
            try:
                self._machine.ask(before)
            except RefusedError as error:
                self._pause(task, f"{before.flavor} was refused: {error}")
        return False

    def _pause(self, task: Task, why: str) -> None:
        note = f"{why}; the Space was asked to pause"
        self._change(task, lambda it: tasks.noted(it, note))
        _say(f"{task.id}: {note}")
        try:
            self._machine.pause()
        except RefusedError as error:
            failed = f"pausing was refused: {error}: a person has to look"
            self._change(task, lambda it: tasks.noted(it, failed))
            return
        self.paused = self._machine.seen().stage == "PAUSED"

    def _finish(
        self, task: Task, outcome: Outcome, *, exit_code: int | None = None, note: str = ""
    ) -> bool:
        self._change(
            task, lambda it: tasks.finish(it, outcome, _now(), exit_code=exit_code, note=note)
        )
        _say(f"{task.id}: {outcome.value}", note)
        return True

    def _change(self, task: Task, decide: Callable[[Task], Task]) -> Task:
        return self._queue.change(task.id, decide)

    def _job(self, task: Task) -> Job:
        return Job(self._config.folder / task.id)

    @property
    def _me(self) -> str:
        return self._config.holder

    def _until(self) -> datetime:
        return _now() + timedelta(seconds=self._config.lease)


def main() -> int:
    """Work until the page or the Space ends; return why a person has to look, 0 if nobody."""
    try:
        config = from_environment()
    except ConfigError as error:
        _say(str(error))
        return REFUSED
    for need in scopes_needed(config.space):
        _say(f"needed: {need.text}")
    worker = Worker(config)
    checked = False
    page = os.getppid()
    while not worker.paused and os.getppid() == page:
        done = False
        try:
            if not checked:
                verdict = judged(HfApi(token=config.token).whoami(), config.space)
                _say(verdict.warning, verdict.refusal)
                if verdict.refusal:
                    return REFUSED
                checked = True
            done = worker.step()
        except TROUBLE as error:
            _say(f"the Hub: {type(error).__name__}: {error}".replace(config.token, "[token]"))
            if not checked and not passing(error):
                return REFUSED
        if not done:
            time.sleep(config.poll)
    return PAUSED if worker.paused else 0


def _next(look: Look) -> Task | None:
    """Return what to see to: a task under way before one that waits, the oldest first."""
    open_ones = [task for task in look.tasks if task.open]
    under_way = [task for task in open_ones if task.state is not TaskState.QUEUED]
    return next(iter(under_way or open_ones), None)


def _ending(task: Task, now: datetime) -> Outcome | None:
    """Return why a command has to end now, if it has to."""
    if task.cancel:
        return Outcome.CANCELLED
    if task.deadline is not None and now >= task.deadline:
        return Outcome.EXPIRED
    return Outcome.OVER_BUDGET if task.over_budget(now) else None


def _now() -> datetime:
    return datetime.now(UTC)


def _say(*sentences: str) -> None:
    for sentence in filter(None, sentences):
        print(sentence, flush=True)


if __name__ == "__main__":
    sys.exit(main())
