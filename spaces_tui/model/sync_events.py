"""What happens to a watched folder, event by event.

Apart from the states and records, so that a screen that shows only these need not load them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spaces_tui.model.stage import Stage
    from spaces_tui.model.sync import SyncPlan
    from spaces_tui.model.sync_state import SyncState


@dataclass(frozen=True, slots=True)
class StateChanged:
    """The state, its reason or the number of pending paths changed."""

    state: SyncState
    reason: str
    pending: int


@dataclass(frozen=True, slots=True)
class Degraded:
    """File events cannot be trusted; the folder is scanned on a timer instead."""

    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """The first plan, or one that needs a yes."""

    plan: SyncPlan


@dataclass(frozen=True, slots=True)
class Changed:
    """Paths that settled with a change."""

    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Committed:
    """A batch is on the Space."""

    oid: str
    parent: str
    uploaded: tuple[str, ...]
    deleted: tuple[str, ...]
    bytes: int
    requests: int
    seconds: float
    """From the last write in the batch to the Hub's answer."""
    hot: bool = False
    """The Hub was asked to patch the running app instead of building it anew."""
    note: str = ""
    """Why it was not asked, where one would have expected it."""


@dataclass(frozen=True, slots=True)
class StageChanged:
    """The Space's stage changed while a batch is on its way to being live."""

    stage: Stage
    sha: str | None


@dataclass(frozen=True, slots=True)
class WentLive:
    """A commit is what visitors see."""

    oid: str
    seconds: float
    """From the last write in the batch."""
    hot: bool = False
    """By a hot reload, of which `Reloaded` told already."""


@dataclass(frozen=True, slots=True)
class Stranded:
    """A commit is on the Space, and it is clear that visitors will not see it by itself."""

    oid: str
    stage: Stage
    reason: str
    """Why, and what would change that."""


@dataclass(frozen=True, slots=True)
class LogTail:
    """The end of the log of a build or of an app that failed."""

    oid: str
    """The commit that was being built or started."""
    stream: str
    """`build` or `run`."""
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Retrying:
    """A request failed in a way that passes; it is sent again."""

    reason: str
    in_seconds: float


@dataclass(frozen=True, slots=True)
class HeldBack:
    """A batch waits for a yes."""

    reason: str
    paths: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Conflicted:
    """The same paths changed here and on the Space."""

    paths: tuple[str, ...]
    remote_oid: str
    notes: tuple[str, ...] = ()
    """Sentences about names that are a file on one side and a folder on the other."""


@dataclass(frozen=True, slots=True)
class Refused:
    """A file is never sent as it is."""

    path: str
    reason: str
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """A request failed for good; the change stays pending."""

    message: str
    request_id: str | None = None


@dataclass(frozen=True, slots=True)
class Progressed:
    """A large file is on its way; told at most about once a second, and once at the end."""

    path: str
    """Empty when many files are counted together."""
    sent: int
    size: int
    """Bytes, like `sent`."""
    rate: float
    """Bytes per second, lately; 0 until that is known."""
    fetching: bool = False
    """It comes from the Space into the folder, not the other way."""


@dataclass(frozen=True, slots=True)
class Reloaded:
    """A commit was patched into the running app."""

    oid: str
    seconds: float
    """From the last write in the batch."""
    replaced: tuple[str, ...]
    """What was replaced, in words, such as `function greet`."""


@dataclass(frozen=True, slots=True)
class Warned:
    """Something a person should know that stops nothing."""

    message: str
    path: str | None = None
    line: int | None = None
    """Counted from 1."""


@dataclass(frozen=True, slots=True)
class Slowed:
    """A file is written so often that it is sent only now and then."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True)
class Fetched:
    """Files in the folder were made what the Space has, because a person asked for that."""

    paths: tuple[str, ...]
    """What was written."""
    deleted: tuple[str, ...]
    """What was deleted in the folder, as it was on the Space."""
    oid: str
    """The commit they are from."""
    bytes: int
    replaced: tuple[tuple[str, str], ...] = ()
    """For each file that was there before: its path, and where it was kept on this machine."""


SyncEvent = (
    StateChanged
    | Degraded
    | Planned
    | Changed
    | Committed
    | StageChanged
    | WentLive
    | Stranded
    | LogTail
    | Retrying
    | HeldBack
    | Conflicted
    | Refused
    | Failed
    | Progressed
    | Reloaded
    | Warned
    | Slowed
    | Fetched
)
