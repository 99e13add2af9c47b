"""In which stages a Space was, as far as it was looked at from here.

Nothing tells of the past: all there is are looks, a list or a read of the runtime each. Between
two looks that are close to each other nothing was missed for long; where they are far apart, as
while the console was closed, what happened meanwhile is not known and is not guessed.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from spaces_tui.model.cleaned import clean_lines_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.model.stage import Stage

LOOKING: Final = timedelta(minutes=4)
"""Looks that are at most so far apart leave no gap: the slowest list comes every three minutes."""
KEPT: Final = 40
"""Stages kept of each Space."""
_ENOUGH: Final = 3
"""Builds from which on something is usual."""
_NEWEST: Final = 15
"""Builds that what is usual is taken from."""
_SHARP: Final = 5.0
"""Seconds by which a short build's length may be off and still count."""
_SHARE: Final = 0.2
"""The same of a long one, as a share of its length."""


@dataclass(frozen=True, slots=True)
class StageSpan:
    """One stage a Space was in, from the look that found it there to the one that did not."""

    stage: Stage
    begin: datetime
    """The first look at it."""
    last: datetime = field(compare=False)
    """The newest look at it. It moves with each look, which makes it no other span."""
    before: datetime | None = None
    """The last look at which the Space was not in it yet; None when it was never seen before."""
    after: datetime | None = None
    """The first look at which it was not in it any more; None for the stage it is in."""
    sha: str | None = None
    """The commit that ran, or was built; the head of the repository where the Hub does not say."""
    hardware: str | None = None
    unseen: timedelta = timedelta()
    """How long nobody looked, between looks at which it was in this stage."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "sha", "hardware")

    @property
    def begin_seen(self) -> bool:
        """Whether it began while somebody looked."""
        return self.before is not None and self.begin - self.before <= LOOKING

    @property
    def end_seen(self) -> bool:
        """Whether it ended while somebody looked."""
        return self.after is not None and self.after - self.last <= LOOKING

    @property
    def building(self) -> bool:
        """Whether an image was being built."""
        return "BUILDING" in self.stage.name

    def seconds(self, now: datetime) -> float:
        """Return how long it has lasted, as far as it was seen."""
        if self.after is None:
            return max(0.0, (now - self.begin).total_seconds())
        end = self.after if self.end_seen else self.last
        return max(0.0, (end - self.begin).total_seconds())

    @property
    def measured(self) -> float | None:
        """Return its length in seconds; None unless both its ends are known well enough."""
        if self.before is None or self.after is None or self.unseen:
            return None
        length = (self.after - self.begin).total_seconds()
        slack = (self.begin - self.before) + (self.after - self.last)
        return length if slack.total_seconds() <= max(_SHARP, _SHARE * length) else None


History = tuple[StageSpan, ...]
"""Of one Space, the newest last. One span ends with the look that begins the next."""


def looked(history: History, space: Space, now: datetime) -> History:
    """Return the history of a Space after one more look at it."""
    runtime = space.runtime
    if runtime is None:
        return history
    sha = _commit(space)
    fresh = StageSpan(runtime.stage, now, now, sha=sha, hardware=runtime.shown_hardware)
    if not history:
        return (fresh,)
    newest = history[-1]
    now = max(now, newest.last)  # a clock that was set back
    if _other(newest, space):
        ended = replace(newest, after=now)
        return (*history[:-1], ended, replace(fresh, begin=now, last=now, before=newest.last))[
            -KEPT:
        ]
    away = now - newest.last
    still = replace(
        newest,
        last=now,
        sha=sha or newest.sha,
        hardware=runtime.shown_hardware or newest.hardware,
        unseen=newest.unseen + (away if away > LOOKING else timedelta()),
    )
    return (*history[:-1], still)


def usual_build(history: Sequence[StageSpan]) -> float | None:
    """Return how many seconds a build of this Space usually takes.

    None unless at least three were seen from their begin to a good end.
    """
    lengths = [
        length
        for span, following in pairwise(history)
        if span.building and _started(following) and (length := span.measured) is not None
    ]
    newest = sorted(lengths[-_NEWEST:])
    return newest[len(newest) // 2] if len(newest) >= _ENOUGH else None


def _started(span: StageSpan) -> bool:
    """Whether it is what follows a build that went well."""
    return span.stage.billed and not span.building


def _commit(space: Space) -> str | None:
    """Return the commit this stage is about: while building the new one, though another runs."""
    running = space.runtime.sha if space.runtime else None
    return space.sha if space.stage.transitional else running or space.sha


def _other(span: StageSpan, space: Space) -> bool:
    """Whether a Space is in another span than this: other stage, commit or hardware."""
    runtime = space.runtime
    assert runtime is not None
    if runtime.stage != span.stage:
        return True
    moved = runtime.stage.running and None not in (span.sha, runtime.sha)
    other_commit = moved and runtime.sha != span.sha
    other_hardware = runtime.stage.running and None not in (span.hardware, runtime.hardware)
    return other_commit or (other_hardware and runtime.hardware != span.hardware)
