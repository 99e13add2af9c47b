"""From a commit to what visitors see: pure bookkeeping over the runtimes that were read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from spaces_tui.model.space import Runtime
from spaces_tui.model.stage import Kind, Stage
from spaces_tui.model.sync import Batch
from spaces_tui.model.sync_events import StageChanged, SyncEvent, WentLive

UNSEEN: Final = 30.0
"""Seconds after which a running Space whose Runtime names no commit is believed to run ours."""

_NOTES: Final = {
    Kind.BROKEN: "The Space does not run: {word}.",
    Kind.ASLEEP: "The Space is asleep; it builds this commit when it wakes.",
    Kind.PAUSED: "The Space is paused; resume it to see this commit.",
    Kind.EMPTY: "The Space has no app file.",
    Kind.LEAVING: "The Space is being deleted.",
}


@dataclass(slots=True)
class _Wait:
    oid: str
    written: float
    committed: float
    transitional: bool = False


class LiveTracker:
    """Follows the newest commit until it is live or it is clear why it is not."""

    def __init__(self) -> None:
        self._wait: _Wait | None = None
        self._stage: Stage | None = None
        self._sha: str | None = None

    @property
    def waiting(self) -> bool:
        """Whether a commit is on its way."""
        return self._wait is not None

    def committed(self, oid: str, *, written: float, now: float) -> None:
        """Start following a commit; an older one is overtaken."""
        self._wait = _Wait(oid, written, now)
        self._stage = None

    def seen(
        self, runtime: Runtime, batches: tuple[Batch, ...], now: float
    ) -> tuple[tuple[Batch, ...], list[SyncEvent]]:
        """Take a newer runtime; return the batches as they stand now and what happened."""
        wait = self._wait
        if wait is None:
            return batches, []
        events: list[SyncEvent] = []
        stage = runtime.stage
        if stage != self._stage:
            self._stage, self._sha = stage, runtime.sha
            events.append(StageChanged(stage, runtime.sha))
        batch = next((batch for batch in batches if batch.oid == wait.oid), None)
        if batch is None:
            self._wait = None
            return batches, events
        changed = replace(batch, stage=stage)
        seconds = now - wait.written
        if stage.transitional:
            wait.transitional = True
            if changed.building is None:
                changed = replace(changed, building=seconds)
        elif self._live(wait, runtime, now):
            changed = replace(changed, live=seconds, note="")
            events.append(WentLive(wait.oid, seconds))
            self._wait = None
        elif self._over(wait, stage, now):
            note = _NOTES[stage.kind].format(word=stage.word)
            changed = replace(changed, note=runtime.error_message or note)
            self._wait = None
        return tuple(changed if each is batch else each for each in batches), events

    @staticmethod
    def _live(wait: _Wait, runtime: Runtime, now: float) -> bool:
        if not runtime.is_live(wait.oid):
            return False
        return runtime.sha == wait.oid or wait.transitional or now - wait.committed >= UNSEEN

    @staticmethod
    def _over(wait: _Wait, stage: Stage, now: float) -> bool:
        """Whether a settled stage is the outcome.

        A stage from before the commit may still be reported for a moment, so one that a build
        follows is believed only after a build was seen, or after a while.
        """
        if stage.kind not in _NOTES:
            return False
        if stage.kind in {Kind.PAUSED, Kind.LEAVING}:
            return True
        return wait.transitional or now - wait.committed >= UNSEEN
