"""The stage machine: what commits, restarts and pauses do to a Space, over time.

    commit while running   RUNNING (old sha, for a short lag) → RUNNING_BUILDING
                           → RUNNING_APP_STARTING → RUNNING (new sha)
    commit, nothing runs   → BUILDING → APP_STARTING → RUNNING
    commit while paused    PAUSED
    commit at the quota    a Space that slept ends in PAUSED with the quota text
    restart                BUILDING at once, then as above; the image is reused unless `factory`
    secret, variable, volume, hardware changed
                           RUNNING_APP_STARTING → RUNNING, or what a restart does if it slept
    nobody visits          RUNNING → SLEEPING after the sleep time
    visit                  a Space that sleeps starts
    failing build, start   BUILD_ERROR, RUNTIME_ERROR
    a name twice           CONFIG_ERROR while a secret and a variable have the same name

Every new event replaces the deployment under way, as a new push does on the Hub.
"""

from __future__ import annotations

import asyncio
import logging
import random
from collections.abc import Callable, Coroutine, Sequence

from spaces_tui.localhub import buildlog, stages
from spaces_tui.localhub.chatter import speak
from spaces_tui.localhub.clock import Clock
from spaces_tui.localhub.environment import COLLISION
from spaces_tui.localhub.idle import Idlers
from spaces_tui.localhub.logs import LogBuffer
from spaces_tui.localhub.repository import Commit
from spaces_tui.localhub.space import Space, new_replica, runtime_json
from spaces_tui.localhub.timing import Timing

_LOG = logging.getLogger(__name__)


class Lifecycle:
    """Moves Spaces through their stages. Runs on the server's loop."""

    def __init__(self, timing: Timing, clock: Clock, rng: random.Random) -> None:
        self.changed: Callable[[Space], None] = _nobody
        """Told whenever a Space entered a stage."""
        self._timing = timing
        self._clock = clock
        self._rng = rng
        self._deployments: dict[str, asyncio.Task[None]] = {}
        self._voices: dict[str, asyncio.Task[None]] = {}
        self._idlers = Idlers(clock, lambda space: self.enter(space, stages.SLEEPING))

    def committed(self, space: Space, denied: str | None = None) -> None:
        """React to a new head commit; `denied` says why it may not run, if it may not."""
        if space.is_static or space.runtime.stage == stages.PAUSED:
            return
        if space.runtime.dev_mode and space.runtime.stage in stages.SERVING:
            return
        space.pace = 1.0
        if denied:
            self._replace(space, self._denial(space, denied))
        else:
            self._deploy(space, lag=self._timing.lag, cached=False)

    def restart(self, space: Space, *, factory: bool) -> None:
        """Restart, wake, resume or rebuild: BUILDING is the stage when this returns."""
        space.pace = 1.0
        retry = space.runtime.stage in {stages.BUILD_ERROR, stages.CONFIG_ERROR}
        self.enter(space, stages.BUILDING)
        self._deploy(space, lag=0, cached=not (factory or retry))

    def reconfigured(self, space: Space, denied: str | None = None) -> None:
        """Start again what runs, after a change of settings; the repository is as it was."""
        stage = space.runtime.stage
        if space.is_static or stage in {stages.PAUSED, stages.NO_APP_FILE}:
            return
        if _collides(space):
            self._cancel(self._deployments, space)
            self.enter(space, stages.CONFIG_ERROR, COLLISION)
        elif stage in stages.SERVING - stages.BUILDS:
            self.enter(space, stages.RUNNING_APP_STARTING)
            running = space.repo.commits.get(space.runtime.sha or "") or space.head
            self._replace(space, self._start(space, running))
        elif stage == stages.APP_STARTING:
            self.begin_start(space)
        elif stage in stages.BUILDS:
            self._deploy(space, lag=0, cached=False)
        elif denied:
            self.enter(space, stages.PAUSED, denied)
        elif stage != stages.BUILD_ERROR:
            self.restart(space, factory=False)

    def visited(self, space: Space, denied: str | None = None) -> None:
        """Somebody opens the application: a Space that sleeps wakes up."""
        space.visited = self._clock.now()
        if space.is_static or space.runtime.stage not in stages.ASLEEP:
            return
        if denied:
            self.enter(space, stages.PAUSED, denied)
        else:
            self.restart(space, factory=False)

    def sleep_time_changed(self, space: Space) -> None:
        """Wait by the present sleep time, from the last visit on."""
        self._idlers.watch(space)

    def scaled(self, space: Space) -> None:
        """Bring the containers of a running Space to the number requested, after a start."""
        if space.runtime.stage == stages.RUNNING:
            self._replace(space, self._scale(space))

    def pause(self, space: Space) -> None:
        """Stop the container; only a restart brings it back."""
        self._cancel(self._deployments, space)
        self.enter(space, stages.PAUSED)

    def force(
        self, space: Space, stage: str, error: str | None = None, sha: str | None = None
    ) -> None:
        """Put a Space into any stage at once, also one the Hub does not have."""
        self._cancel(self._deployments, space)
        if stage in stages.SERVING:
            space.runtime.sha = sha or space.runtime.sha or space.head.oid
        self.enter(space, stage, error)

    def resume(self, space: Space, *, deploying: bool, denied: str | None = None) -> None:
        """Take up a Space as it was when the server ended, or begin its deployment again."""
        runtime = space.runtime
        self.enter(space, runtime.stage, runtime.error)
        if denied:
            self._replace(space, self._denial(space, denied))
        elif deploying and not space.is_static:
            self._deploy(space, lag=0, cached=False)

    def begin(self, space: Space) -> None:
        """Deploy the head as after the very first commit, without the lag."""
        self._deploy(space, lag=0, cached=False)

    def begin_start(self, space: Space) -> None:
        """Start a container of the head as if its image had just been built."""
        self.enter(space, stages.APP_STARTING)
        self._replace(space, self._start(space, space.head))

    def forget(self, space: Space) -> None:
        """Stop everything about a Space that is deleted."""
        self._cancel(self._deployments, space)
        self._cancel(self._voices, space)
        self.enter(space, "DELETING")
        space.run_log.reset()
        space.build_log.reset()

    def under_way(self) -> list[str]:
        """Return the database ids of the Spaces that are being deployed."""
        return [name for name, task in self._deployments.items() if not task.done()]

    async def close(self) -> None:
        """Stop all deployments and voices."""
        self._idlers.close()
        tasks = [*self._deployments.values(), *self._voices.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def enter(self, space: Space, stage: str, error: str | None = None) -> None:
        """Set the stage and tell who listens."""
        runtime = space.runtime
        before = runtime.stage
        runtime.stage, runtime.error = stage, error
        space.past.append(stage)
        if stage == stages.RUNNING or stage not in stages.ALLOCATED:
            runtime.allotted = None
        if stage == stages.RUNNING and before not in stages.SERVING:
            space.visited = self._clock.now()
        if stage not in stages.SERVING:
            runtime.sha = None
            self._cancel(self._voices, space)
        elif space.persona and space.hub_id not in self._voices:
            voice = speak(space, self._timing, self._clock, self._rng)
            self._voices[space.hub_id] = self._spawn(voice)
        self._idlers.watch(space)
        space.seen.append((self._clock.now(), runtime_json(space)))
        self.metered(space)
        space.stage_changed.set()
        self.changed(space)

    def metered(self, space: Space) -> None:
        """Read the meter: what is in use may have changed."""
        runtime = space.runtime
        used = runtime.stage in stages.ALLOCATED and not space.is_static
        flavour = (runtime.allotted or runtime.requested) if used else None
        space.meter.read(flavour, len(runtime.replica_ids), self._clock.now())

    def _deploy(self, space: Space, *, lag: float, cached: bool) -> None:
        self._replace(space, self._deployment(space, space.head, lag=lag, cached=cached))

    def _replace(self, space: Space, steps: Coroutine[object, object, None]) -> None:
        """Carry out `steps` instead of the deployment under way."""
        self._cancel(self._deployments, space)
        self._deployments[space.hub_id] = self._spawn(steps)

    async def _denial(self, space: Space, reason: str) -> None:
        await self._sleep(self._timing.lag)
        self.enter(space, stages.PAUSED, reason)

    async def _deployment(self, space: Space, commit: Commit, *, lag: float, cached: bool) -> None:
        if lag:
            await self._sleep(lag * space.pace)
        if (refused := _refusal(space)) is not None:
            self.enter(space, *refused)
            return
        serving = space.runtime.stage in stages.SERVING
        self.enter(space, stages.RUNNING_BUILDING if serving else stages.BUILDING)
        if not await self._build(space, commit, cached=cached):
            return
        self.enter(space, stages.RUNNING_APP_STARTING if serving else stages.APP_STARTING)
        await self._start(space, commit)

    async def _build(self, space: Space, commit: Commit, *, cached: bool) -> bool:
        seconds = self._timing.cached_build if cached else self._timing.build
        space.build_log.reset()
        space.build_log.write(buildlog.queued(commit.oid, self._clock.now()))
        lines = buildlog.build_lines(space, cached=cached)
        failing = buildlog.find_marker(commit.tree, buildlog.FAIL_BUILD)
        if failing is None:
            await self._write(space.build_log, lines, seconds * space.pace)
            return True
        await self._write(space.build_log, lines[:8], seconds * space.pace / 2)
        last, message = buildlog.build_failure(failing)
        await self._write(space.build_log, last, 0)
        self.enter(space, stages.BUILD_ERROR, message)
        return False

    async def _start(self, space: Space, commit: Commit) -> None:
        self._cancel(self._voices, space)
        space.run_log.reset()
        space.run_log.write(buildlog.startup(self._clock.now()))
        seconds = self._timing.start * space.pace
        if (failure := space.next_failure) is not None:
            space.next_failure = None
            await self._sleep(seconds)
            self.enter(space, stages.RUNTIME_ERROR, failure)
            return
        failing = buildlog.find_marker(commit.tree, buildlog.FAIL_START)
        if failing is not None:
            await self._sleep(seconds)
            last, message = buildlog.start_failure(failing)
            await self._write(space.run_log, last, 0)
            self.enter(space, stages.RUNTIME_ERROR, message)
            return
        await self._write(space.run_log, buildlog.start_lines(space), seconds)
        space.runtime.sha = commit.oid
        space.runtime.hot = None
        space.runtime.replica_ids = [new_replica() for _ in range(_count(space))]
        space.walks.clear()
        self.enter(space, stages.RUNNING)

    async def _scale(self, space: Space) -> None:
        await self._sleep(self._timing.start * space.pace)
        wanted = _count(space)
        kept = space.runtime.replica_ids[:wanted]
        space.runtime.replica_ids = [*kept, *(new_replica() for _ in range(wanted - len(kept)))]
        self.enter(space, stages.RUNNING)

    async def _write(self, log: LogBuffer, lines: Sequence[str], seconds: float) -> None:
        """Write lines spread over some seconds."""
        for line in lines:
            log.write(line)
            if seconds:
                await self._sleep(seconds / len(lines))

    async def _sleep(self, seconds: float) -> None:
        await self._clock.sleep(self._timing.scaled(seconds))

    def _spawn(self, steps: Coroutine[object, object, None]) -> asyncio.Task[None]:
        task = asyncio.get_running_loop().create_task(steps)
        task.add_done_callback(_report)
        return task

    def _cancel(self, tasks: dict[str, asyncio.Task[None]], space: Space) -> None:
        task = tasks.pop(space.hub_id, None)
        if task is not None and task is not asyncio.current_task():
            task.cancel()


def _refusal(space: Space) -> tuple[str, str | None] | None:
    """Return the stage and message of a repository that cannot be built."""
    card = space.card
    if _collides(space):
        return stages.CONFIG_ERROR, COLLISION
    if card.data is None:
        return stages.CONFIG_ERROR, "Missing configuration in README"
    if card.errors:
        return stages.CONFIG_ERROR, card.errors[0]
    if space.head.tree.file(card.app_file) is None:
        return stages.NO_APP_FILE, None
    return None


def _collides(space: Space) -> bool:
    return bool(space.secrets.keys() & space.variables.keys())


def _count(space: Space) -> int:
    return space.runtime.replicas if isinstance(space.runtime.replicas, int) else 1


def _nobody(_space: Space) -> None:
    pass


def _report(task: asyncio.Task[None]) -> None:
    if not task.cancelled() and (error := task.exception()) is not None:
        _LOG.error("A deployment or voice failed", exc_info=error)
