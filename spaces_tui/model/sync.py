"""Watch-and-upload, as others see it: states, plans and batches.

The engine in `sync` writes these; screens, plain lines and JSON lines are made from them. Paths
are exact (see `model.repo`); show them through `clean_name`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from spaces_tui.model.sync_state import SyncState

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.stage import Stage


@dataclass(frozen=True, slots=True)
class PlannedUpload:
    """A file the plan would send."""

    path: str
    size: int
    reason: str
    """`new` or `changed`."""
    mode: str
    """`regular`, `lfs`, or `unknown` until the Hub was asked."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A file that is not sent, and why."""

    path: str
    reason: str
    line: int | None = None
    """For refused content: the line, counted from 1."""


@dataclass(frozen=True, slots=True)
class PlannedFetch:
    """A file that could be fetched from the Space."""

    path: str
    size: int
    """Bytes."""


@dataclass(frozen=True, slots=True)
class SyncPlan:
    """What one commit would do; or, for an empty folder, what could be fetched into it."""

    upload: tuple[PlannedUpload, ...] = ()
    delete: tuple[str, ...] = ()
    unchanged: int = 0
    skipped: tuple[Skipped, ...] = ()
    remote_only: tuple[str, ...] = ()
    """Files that exist on the Space alone; they stay unless deletion was asked for."""
    fetch: tuple[PlannedFetch, ...] = ()
    """What `theirs` would fetch into the empty folder; `accept` goes on without."""

    @property
    def empty(self) -> bool:
        """Whether there is nothing to do."""
        return not self.upload and not self.delete and not self.fetch


@dataclass(frozen=True, slots=True)
class Transfer:
    """A large file on its way into the Space's storage."""

    path: str
    sent: int
    """Bytes that are there."""
    size: int
    rate: float = 0.0
    """Bytes per second, lately; 0 until that is known."""
    fetching: bool = False
    """It comes from the Space into the folder, not the other way."""

    @property
    def left(self) -> float | None:
        """Seconds until it is there at this rate; None while nobody knows."""
        return (self.size - self.sent) / self.rate if self.rate > 0 else None


@dataclass(frozen=True, slots=True)
class CommitBudget:
    """How many commits the Hub still takes this hour, as far as is known."""

    left: int
    limit: int
    """Commits per hour."""
    next_in: float = 0.0
    """Seconds until the next one goes by itself."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """Both sides of a path that changed here and on the Space."""

    path: str
    here: str | None
    """The text in the folder; None when there is no file, or no text."""
    there: str | None
    """The text on the Space; None when there is no file, or no text."""
    head: str
    """The commit the Space's side was read at."""
    here_note: str = ""
    """Why `here` is None: `deleted`, or what it is instead, such as `binary, 12.0 kB`."""
    there_note: str = ""
    """The same for the Space."""


@dataclass(frozen=True, slots=True)
class Batch:
    """One settled batch of saves and how far it has come. Seconds count from the last save."""

    saved_at: datetime
    """When the last file of the batch was written, by this machine's clock."""
    uploaded: tuple[str, ...]
    deleted: tuple[str, ...]
    bytes: int
    """Size of the request's body."""
    requests: int
    oid: str = ""
    """Empty until the Hub has answered."""
    parent: str = ""
    committed: float | None = None
    building: float | None = None
    live: float | None = None
    stage: Stage | None = None
    """The last stage seen for this batch."""
    note: str = ""
    """Why it is not live, in one sentence, once that is known."""
    hot: bool = False
    """Sent to be patched into the running app, without a build."""
    replaced: tuple[str, ...] = ()
    """What a hot reload replaced, in words, such as `function greet`."""


@dataclass(frozen=True, slots=True)
class SyncStatus:
    """Everything about one watched folder at one moment."""

    space: str
    folder: str
    into: str = ""
    """Folder in the repository; empty for its root."""
    state: SyncState = SyncState.STARTING
    reason: str = ""
    """One sentence: why it is in this state and what leaves it."""
    pending: int = 0
    """Changed paths that are not on the Space yet."""
    degraded: str = ""
    """Why events cannot be trusted and the folder is scanned instead; empty when they can."""
    pending_paths: tuple[str, ...] = ()
    """The first 200 of the pending paths, sorted; what is held or in conflict is among them."""
    plan: SyncPlan | None = None
    """Set in `plan` and `held`: what waits for a yes."""
    held: tuple[Skipped, ...] = ()
    """What waits for a yes, path by path, and why."""
    conflicts: tuple[str, ...] = ()
    clashes: tuple[Skipped, ...] = ()
    """Conflicts about a name that is a file on one side and a folder on the other, and what each
    side has there."""
    refused: tuple[Skipped, ...] = ()
    slowed: tuple[Skipped, ...] = ()
    """Files that are written so often that they are sent only now and then."""
    transfers: tuple[Transfer, ...] = ()
    """Large files that are being sent, or fetched."""
    budget: CommitBudget | None = None
    """None until a commit was sent in this hour."""
    batches: tuple[Batch, ...] = field(default=())
    """The newest first, at most 50."""
    head: str = ""
    """The commit on the Space that this folder was last compared with."""
    good: str = ""
    """The commit that went live last, when batches sent since then could be put back to it by
    `restore`; else empty."""


@dataclass(frozen=True, slots=True)
class WatchOptions:
    """What a person may say about a watched folder."""

    into: str = ""
    once: bool = False
    """Reconcile, then end."""
    dry_run: bool = False
    assume_yes: bool = False
    """Accept the first plan."""
    delete: bool = False
    """The first plan may delete files that exist only on the Space."""
    never_delete: bool = False
    """Nothing is ever deleted on the Space, not even what was deleted while watching."""
    hot_reload: str = "auto"
    """`auto`, `always`, `never`."""
    settle: float | None = None
    """Quiet seconds before a batch is sent; None: learned, from 0.15 s."""
    message: str | None = None
    """Title of the commits; None: made from the paths."""
    allow_secrets: bool = False
    follow: bool = True
    """Follow the build until the commit is live."""
    from_space: bool = False
    """Begin with what the Space holds: the folder is empty or missing, and is filled from there."""
    send_while_building: bool = False
    """Send at once while the Space is being built, although each commit begins a new build."""
    ignore: tuple[str, ...] = ()
    """Lines as in `.gitignore` that hold for every folder; its own ignore files outweigh them."""
