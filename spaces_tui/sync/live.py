"""From a commit to what visitors see: pure bookkeeping over the runtimes that were read."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from spaces_tui.model.space import Runtime
from spaces_tui.model.stage import Kind, Stage
from spaces_tui.model.sync import Batch
from spaces_tui.model.sync_events import StageChanged, Stranded, SyncEvent, WentLive
from spaces_tui.model.text import clean_line

UNSEEN: Final = 30.0
"""Seconds after which a running Space whose Runtime names no commit is believed to run ours."""

_NOTES: Final = {
    Kind.BROKEN: "The Space does not run: {word}.",
    Kind.ASLEEP: "The Space is asleep; it builds this commit when it wakes.",
    Kind.PAUSED: "The Space is paused; restart it to see this commit.",
    Kind.EMPTY: "The Space has no app file.",
    Kind.LEAVING: "The Space is being deleted.",
}
_DEV_MODE: Final = (
    "Dev Mode is on, so the Space is not built anew: run git pull in it and press Refresh, "
    "or turn Dev Mode off."
)
_LONGEST: Final = 300
"""Characters of the Hub's own message that are shown; the log has the rest."""


@dataclass(slots=True)
class _Wait:
    oid: str
    written: float
    committed: float
    served: bool
    before: Stage | None
    transitional: bool = False
    other: float | None = None
    """Since when the Space is in stages that it does not leave by itself."""
    stranded: bool = False


class LiveTracker:
    """Follows the newest commit until it is live or it is clear why it is not."""

    def __init__(self) -> None:
        self._wait: _Wait | None = None
        self._stage: Stage | None = None

    @property
    def waiting(self) -> bool:
        """Whether a commit is on its way."""
        return self._wait is not None and not self._wait.stranded

    def committed(
        self,
        oid: str,
        *,
        written: float,
        now: float,
        served: bool = False,
        before: Stage | None = None,
    ) -> None:
        """Start following a commit; an older one is overtaken.

        Args:
            oid: the commit.
            written: when its last file was written, on the monotonic clock like `now`.
            now: when it was committed.
            served: the Space has no build, its files are what visitors see.
            before: the stage in which the Space was found before.
        """
        self._wait = _Wait(oid, written, now, served, before)

    def forget(self) -> None:
        """Follow nothing: what becomes of the newest commit is found out otherwise."""
        self._wait = None

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
            self._stage = stage
            events.append(StageChanged(stage, runtime.sha))
        batch = next((batch for batch in batches if batch.oid == wait.oid), None)
        if batch is None:
            self._wait = None
            return batches, events
        changed = replace(batch, stage=stage)
        seconds = now - wait.written
        wait.other = None if stage.transitional else now if wait.other is None else wait.other
        if stage.transitional:
            wait.transitional = True
            if wait.stranded:  # somebody restarted it: it may become live after all
                wait.stranded, changed = False, replace(changed, note="")
            if changed.building is None:
                changed = replace(changed, building=seconds)
        elif self._live(wait, runtime, now):
            note = "" if wait.stranded else changed.note
            changed = replace(changed, live=seconds, note=note)
            events.append(WentLive(wait.oid, seconds))
            self._wait = None
        elif not wait.stranded and (note := self._over(wait, runtime, now)):
            changed = replace(changed, note=note)
            events.append(Stranded(wait.oid, stage, note))
            wait.stranded = True
        return tuple(changed if each is batch else each for each in batches), events

    @staticmethod
    def _live(wait: _Wait, runtime: Runtime, now: float) -> bool:
        if not runtime.is_live(wait.oid):
            return False
        if runtime.sha == wait.oid or wait.transitional or wait.served:
            return True
        return not runtime.dev_mode and now - wait.committed >= UNSEEN

    @staticmethod
    def _over(wait: _Wait, runtime: Runtime, now: float) -> str:
        """Return why a settled stage is the outcome; empty when it is not, or not yet.

        A stage from before the commit may still be reported for a moment, so one that a build
        follows is believed only after a build was seen, or after a while. A failure that was not
        there before the commit is one of a build too quick to be seen.
        """
        stage = runtime.stage
        if runtime.dev_mode and stage.serving:
            return _DEV_MODE
        if stage.running and wait.other is not None and now - wait.other >= UNSEEN:
            return f"The Space runs {(runtime.sha or '')[:7]} and does not build this commit."
        if stage.kind not in _NOTES:
            return ""
        sure = stage.kind in {Kind.PAUSED, Kind.LEAVING}
        sure = sure or (stage.kind is Kind.BROKEN and wait.before not in {None, stage})
        if not (sure or wait.transitional or now - wait.committed >= UNSEEN):
            return ""
        said = " ".join(clean_line(runtime.error_message).split())
        said = said if len(said) <= _LONGEST else f"{said[: _LONGEST - 1]}…"
        return f"{stage.word}: {said}" if said else _NOTES[stage.kind].format(word=stage.word)
