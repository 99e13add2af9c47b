"""What is in view is kept live: its runtime, its metrics, its logs, its history."""

from __future__ import annotations

import asyncio
from collections import deque
from contextlib import aclosing
from time import time
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import HubError, NotMeasurable
from spaces_tui.session.pace import back_off
from spaces_tui.session.tasks import spawn
from spaces_tui.session.trouble import sentence
from spaces_tui.session.waiting import Nudge

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.model.log_stream import LogStream
    from spaces_tui.model.logs import Metric
    from spaces_tui.session.board import Board
    from spaces_tui.session.doctor import Doctor
    from spaces_tui.session.identities import Identities
    from spaces_tui.session.loads import Loads
    from spaces_tui.session.logfeed import Logs
    from spaces_tui.session.runtimes import RuntimeFeeds
    from spaces_tui.session.sharedgpus import SharedGpus

_WHY: Final = "view"
_LINGER: Final = 0.15
"""Seconds a Space has to stay in view before its streams are opened: moving through the list
must not open four connections for each row it passes."""
_METRICS: Final = 60
_COMMITS: Final = 10
_NO_METRICS_PAUSE: Final = 30.0
_NOT_MEASURED: Final = "The Hub measures nothing of this Space now."


class Attention:
    """Follows the person's eyes."""

    def __init__(
        self,
        identities: Identities,
        board: Board,
        feeds: RuntimeFeeds,
        logs: Logs,
        loads: Loads,
        doctor: Doctor,
        gpus: SharedGpus,
    ) -> None:
        self._identities = identities
        self._board = board
        self._feeds = feeds
        self._logs = logs
        self._loads = loads
        self._doctor = doctor
        self._gpus = gpus
        self._space: str | None = None
        self._listening: dict[LogStream, asyncio.Task[None]] = {}
        self._task: asyncio.Task[None] | None = None
        self._stage = Nudge()
        self._streams: frozenset[LogStream] = frozenset()
        self._resting = False

    def look(self, space: str | None, streams: frozenset[LogStream]) -> None:
        """Bring a Space and some of its logs into view. What stays in view goes on undisturbed."""
        fresh = space != self._space
        self._streams = streams
        if fresh:
            self._leave()
            self._space = space
            self._board.view(space)
        self._go_on(fresh=fresh)

    def rest(self, resting: bool) -> None:
        """Follow what is in view no more, or follow it again; what is known of it stays."""
        if resting is not self._resting:
            self._resting = resting
            if resting:
                self._leave()
            else:
                self._go_on(fresh=True)

    def afresh(self) -> None:
        """Follow what is in view on new connections: the old ones may be dead."""
        if not self._resting:
            self._leave()
            self._go_on(fresh=True)

    def stage_changed(self, space: str) -> None:
        """Note that the Space in view is in another stage: what had ended may go on."""
        if space == self._space:
            self._stage.nudge()
            self._logs.stage_changed(space)

    def resume(self, acts: Callable[[str], bool]) -> None:
        """Go on with what is in view, if it is one of these Spaces: there is a token again."""
        if self._space is not None and acts(self._space):
            self._stage.nudge()
            self._logs.stage_changed(self._space)

    def close(self) -> None:
        """Look away."""
        self.look(None, frozenset())

    def _go_on(self, *, fresh: bool) -> None:
        if self._resting:
            return
        if fresh and self._space is not None:
            self._task = spawn(self._follow(self._space), f"view {self._space}")
        self._tune(self._streams, fresh=fresh)

    def _leave(self) -> None:
        self._tune(frozenset(), fresh=False)
        if self._task is not None:
            self._task.cancel()
            self._task = None
        if self._space is not None:
            self._feeds.drop(self._space, _WHY)

    def _tune(self, streams: frozenset[LogStream], *, fresh: bool) -> None:
        """Follow these logs of the Space in view and no others."""
        for stream in self._listening.keys() - streams:
            self._listening.pop(stream).cancel()
        if self._space is None:
            return
        for stream in streams - self._listening.keys():
            work = self._listen(self._space, stream, linger=fresh)
            self._listening[stream] = spawn(work, f"log {stream} {self._space}")

    async def _listen(self, space: str, stream: LogStream, *, linger: bool) -> None:
        if linger:
            await asyncio.sleep(_LINGER)
        await self._logs.follow(space, stream)

    async def _follow(self, space: str) -> None:
        await asyncio.sleep(_LINGER)
        self._feeds.want(space, _WHY)
        async with asyncio.TaskGroup() as group:
            group.create_task(self._measure(space))
            group.create_task(self._history(space))
            group.create_task(self._doctor.attend(space))
            group.create_task(self._gpus.follow(space))

    async def _history(self, space: str) -> None:
        try:
            commits = await self._identities.space(space).commits(limit=_COMMITS)
        except HubError:
            return  # the history is decoration; what matters says so itself
        self._board.detail(space, commits=tuple(commits))

    async def _measure(self, space: str) -> None:
        window: deque[Metric] = deque(maxlen=_METRICS)
        history = self._loads.of(space)
        failures = 0
        while True:
            known = self._board.space(space)
            if known is not None and known.stage.serving and not known.static:
                try:
                    async with aclosing(self._identities.space(space).metrics()) as metrics:
                        async for metric in metrics:
                            failures = 0
                            window.append(metric)
                            history.add(metric, time())
                            self._board.detail(space, metrics=tuple(window), load_note="")
                except NotMeasurable:
                    failures = 0
                    self._board.detail(space, load_note=_NOT_MEASURED)
                except HubError as error:
                    failures += 1
                    self._board.detail(space, load_note=sentence(error))
            window.clear()
            self._board.detail(space, metrics=())
            await self._stage.wait(back_off(failures) if failures else _NO_METRICS_PAUSE)
