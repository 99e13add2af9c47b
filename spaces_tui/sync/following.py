"""What becomes of a commit after the Hub took it: patched in, built, or left aside."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.sync import Batch, WatchOptions
from spaces_tui.model.sync_events import Reloaded, Warned, WentLive
from spaces_tui.sync.board import Board
from spaces_tui.sync.building import STALE, Pause, pause_for_build, pause_for_reload
from spaces_tui.sync.hotreload import App, Verdict, decide
from spaces_tui.sync.live import LiveTracker
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Clock, Remote, RemoteError, Trouble
from spaces_tui.sync.reloading import Finding, Result, find_out


@dataclass(slots=True)
class _Reload:
    """A hot reload that is under way."""

    oid: str
    path: str
    written: float
    begun: float
    broken: bool
    """The file does not parse, so that building it could only break the app."""
    settled: bool = False
    """What became of it is known; only a restart may still be on its way."""


class Following:
    """Knows the Space's newest runtime, and follows the newest commit by it."""

    def __init__(
        self,
        remote: Remote,
        board: Board,
        clock: Clock,
        options: WatchOptions,
        wake: Callable[[], None],
    ) -> None:
        """Follow nothing yet. `wake` is called when what a batch waited for is over."""
        self._remote = remote
        self._board = board
        self._clock = clock
        self._options = options
        self._wake = wake
        self._live = LiveTracker()
        self._space: Space | None = None
        self._runtime: Runtime | None = None
        self._seen = float("-inf")
        self._patched = ""
        """The head that the process was brought to by reloads, but for what it lacks."""
        self._lacking: frozenset[str] = frozenset()
        self._distrusted = ""
        self._reload: _Reload | None = None
        self._task: asyncio.Task[None] | None = None
        self._paused = False

    @property
    def reloading(self) -> bool:
        """Whether a hot reload is under way."""
        return self._reload is not None

    @property
    def wants_runtime(self) -> bool:
        """Whether runtimes should be read often: something is on its way."""
        moving = self._runtime is not None and self._runtime.stage.transitional
        return self._options.follow and (self._live.waiting or self.reloading or moving)

    def knows(self, space: Space) -> None:
        """Take what the Hub just said of the Space."""
        self._space = space
        if space.runtime is not None:
            self._take(space.runtime)

    def seen(self, runtime: Runtime) -> None:
        """Take a newer runtime, whoever read it."""
        if not self._options.follow:
            return
        self._take(runtime)
        reload = self._reload
        if reload is not None and not reload.settled and runtime.stage.transitional:
            self._abandon()
            self._built_instead(reload)
        batches, events = self._live.seen(
            runtime, self._board.status.batches, self._clock.monotonic()
        )
        self._board.set(batches=batches)
        for event in events:
            if isinstance(event, WentLive):
                self._lacking = frozenset()
            self._board.emit(event)

    def verdict(self, batch: Diff, head: str, known: Collection[str]) -> Verdict:
        """Say whether to ask for a hot reload of a batch."""
        runtime = self._runtime
        sha = runtime.sha if runtime else None
        patched = self._patched == head or (
            not self._patched and runtime is not None and runtime.hot_reloading is not None
        )
        app = App(
            self._space,
            runtime,
            not self._live.waiting and (patched or sha in (None, head)),
            self._lacking,
            "the reload before is still under way" if self.reloading else self._distrusted,
        )
        mode, follow = self._options.hot_reload, self._options.follow
        return decide(mode, batch, known, app, follow=follow)

    def pause(self, written: float, now: float) -> Pause | None:
        """Say whether a batch last written at `written` should wait for what is under way."""
        pause = None
        if self._options.follow and not self._options.send_while_building:
            if self._reload is not None:
                pause = pause_for_reload(self._reload.begun, now)
            else:
                pause = pause_for_build(self._runtime, self._seen, written=written, now=now)
        self._paused = pause is not None
        return pause

    def committed(self, batch: Batch, *, written: float, broken: bool) -> None:
        """Follow a commit; `broken`: its file is not valid Python."""
        now = self._clock.monotonic()
        self._abandon()
        if not batch.hot:
            served = self._space is not None and self._space.static
            fresh = self._runtime is not None and now - self._seen <= STALE
            before = self._runtime.stage if self._runtime and fresh else None
            self._live.committed(batch.oid, written=written, now=now, served=served, before=before)
            return
        if not self._options.follow:
            self._patched = batch.oid
            return
        self._live.forget()
        self._reload = _Reload(batch.oid, batch.uploaded[0], written, now, broken)
        self._task = asyncio.create_task(self._find_out(self._reload))

    async def close(self) -> None:
        """Follow no more."""
        task = self._abandon()
        if task is not None:
            await asyncio.wait({task})

    def _take(self, runtime: Runtime) -> None:
        before, self._runtime = self._runtime, runtime
        self._seen = self._clock.monotonic()
        if before is not None and before.stage.transitional and not runtime.stage.transitional:
            self._over()

    def _over(self) -> None:
        """What a batch may have waited for is over."""
        if self._paused:
            self._paused = False
            self._wake()

    def _abandon(self) -> asyncio.Task[None] | None:
        self._reload = None
        task, self._task = self._task, None
        if task is not None:
            task.cancel()
        return task

    async def _find_out(self, reload: _Reload) -> None:
        try:
            result = await find_out(self._remote, self._clock, reload.oid)
            reload.settled = True
            if result.space is not None:
                self.knows(result.space)
            await self._settle(reload, result)
        finally:
            if self._reload is reload:
                self._reload = self._task = None
        self._over()

    async def _settle(self, reload: _Reload, result: Result) -> None:
        match result.finding:
            case Finding.DONE:
                self._done(reload, result)
            case Finding.BUILT:
                self._built_instead(reload)
            case Finding.LOST:
                oid = reload.oid[:7]
                self._board.emit(Warned(f"It is not known whether {oid} was hot reloaded."))
                self._track(reload)
            case Finding.UNKNOWN:
                self._distrusted = "the app did not tell of the last hot reload"
                await self._failed(reload, result.why)
            case Finding.FAILED:
                await self._failed(reload, result.why)

    def _done(self, reload: _Reload, result: Result) -> None:
        seconds = self._clock.monotonic() - reload.written
        self._patched, self._lacking = reload.oid, frozenset()
        self._change(reload.oid, live=seconds, replaced=result.replaced)
        self._board.emit(Reloaded(reload.oid, seconds, result.replaced))
        self._board.emit(WentLive(reload.oid, seconds, hot=True))

    def _built_instead(self, reload: _Reload) -> None:
        """The Hub took it for an ordinary commit."""
        self._change(reload.oid, hot=False)
        self._board.emit(Warned(f"{reload.oid[:7]} was not hot reloaded: the Space is built anew."))
        self._track(reload)

    async def _failed(self, reload: _Reload, why: str) -> None:
        """Say so, and let the Space start anew with what is committed already."""
        self._lacking |= {reload.path}
        said = f"The hot reload failed: {why}."
        if reload.broken:
            self._patched = reload.oid
            note = f"{said} The app runs on as it was before; a save that is valid is reloaded."
            self._tell(reload.oid, note)
            return
        self._tell(reload.oid, f"{said} The Space is restarted instead.")
        try:
            runtime = await self._remote.restart()
        except RemoteError as error:
            if error.trouble is not Trouble.UNCLEAR:
                self._tell(reload.oid, f"{said} It cannot be restarted either: {error.message}")
                return
            self._track(reload)
        else:
            self._track(reload)
            self.seen(runtime)

    def _track(self, reload: _Reload) -> None:
        now = self._clock.monotonic()
        self._live.committed(reload.oid, written=reload.written, now=now)

    def _tell(self, oid: str, note: str) -> None:
        self._change(oid, note=note)
        self._board.emit(Warned(note))

    def _change(self, oid: str, **fields: object) -> None:
        self._board.set(
            batches=tuple(
                replace(batch, **fields) if batch.oid == oid else batch  # type: ignore[arg-type]  # any field
                for batch in self._board.status.batches
            )
        )
