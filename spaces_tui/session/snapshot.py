"""What is known now, as one immutable value. Screens read it; only the session writes it."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:  # loading these takes time that the first frame need not pay
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spaces_tui.model.account import ZeroGpuQuota
    from spaces_tui.model.budget import BudgetState, Crossing
    from spaces_tui.model.diagnosis import Diagnosis
    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.identity import Identity
    from spaces_tui.model.idling import Idle
    from spaces_tui.model.loan import Loan
    from spaces_tui.model.logs import Metric
    from spaces_tui.model.repo import CommitInfo
    from spaces_tui.model.space import Space
    from spaces_tui.model.spending import Record
    from spaces_tui.model.stage import Stage
    from spaces_tui.model.stagehistory import History
    from spaces_tui.model.sync import SyncStatus
    from spaces_tui.model.unsent import Unsent
    from spaces_tui.trainer.tasks import Task

NOTHING: Final[Mapping[str, Any]] = MappingProxyType({})


class Link(StrEnum):
    """How we stand with the Hub."""

    CONNECTING = "connecting"
    LIVE = "live"
    OFFLINE = "offline"
    """The Hub does not answer; what is shown is the last that was known."""
    SIGNED_OUT = "signed-out"
    """There is no token."""
    REFUSED = "refused"
    """The Hub does not accept the token."""


@dataclass(frozen=True, slots=True)
class Connection:
    """How we stand with the Hub, in one sentence."""

    link: Link = Link.CONNECTING
    sentence: str = ""
    """What is wrong and what to do; empty when nothing is."""
    since: datetime | None = None
    retry_in: float | None = None
    """Seconds until the next attempt, while offline."""


class Standing(StrEnum):
    """How one account stands with its Hub."""

    CONNECTING = "connecting"
    LIVE = "live"
    OFFLINE = "offline"
    """Its Hub does not answer; what is shown of its Spaces is the last that was known."""
    REFUSED = "refused"
    """The Hub does not accept its token (any more): nothing is asked with it until there is
    another one."""
    UNREACHABLE = "unreachable"
    """Its token is kept, but the keyring is locked, does not answer, or has lost it."""


@dataclass(frozen=True, slots=True)
class Account:
    """One identity that the session acts for, or would if it could."""

    name: str
    """As the Hub calls it; as it is kept, until the Hub said so; empty for a token nobody asked
    about yet."""
    endpoint: str
    source: str
    """Where its token comes from, for a person: `HF_TOKEN`, `ada in the keyring`."""
    standing: Standing = Standing.CONNECTING
    sentence: str = ""
    """What is wrong and what to do; empty when nothing is."""
    identity: Identity | None = None
    owners: tuple[str, ...] = ()
    """The owners whose Spaces are read through it, as they appear in `Space.owner`."""


@dataclass(frozen=True, slots=True)
class Pending:
    """A command on its way: what the row shows until the Hub's own word comes."""

    verb: str
    """`pausing`, `restarting`, `rebuilding`."""
    stage: Stage
    """The stage the person should see meanwhile."""


@dataclass(frozen=True, slots=True)
class Gauge:
    """The Hub's rate limit: requests left in this window."""

    left: int
    quota: int | None
    resets_in: int | None
    """Seconds, when the header was read."""


@dataclass(frozen=True, slots=True)
class Notice:
    """Something a person should know; shown once. `id` grows by one with each notice."""

    id: int
    text: str
    severity: str = "information"
    """`information`, `warning` or `error`."""
    space: str | None = None


@dataclass(frozen=True, slots=True)
class Detail:
    """What is known of the Space in view beyond its row."""

    space: str
    metrics: tuple[Metric, ...] = ()
    """The newest last, at most a minute of them."""
    load_note: str = ""
    """Why nothing is measured, in one sentence; empty while it is, or where nothing runs."""
    commits: tuple[CommitInfo, ...] = ()
    stages: History = ()
    """The stages it was in, as far as they were seen from here, the newest last."""
    diagnosis: Diagnosis | None = None
    """Why it is down, from what was read anyway; None where nothing is wrong or was looked at."""
    error: str = ""
    """Why details cannot be had, in one sentence."""
    logs_note: Mapping[str, str] = field(default_factory=lambda: NOTHING)
    """For `build` and `run`: `following`, or why not, in a few words."""


@dataclass(frozen=True, slots=True)
class TaskQueue:
    """The tasks of a Space that trains on demand, as they were read last."""

    tasks: tuple[Task, ...] = ()
    """The oldest first."""
    revision: str = ""
    """Commit of the dataset they were read at."""
    read_at: datetime | None = None
    """When it was true; None before the first look."""
    missing: bool = False
    """Whether there is no such dataset, or none that this account may see."""
    broken: tuple[str, ...] = ()
    """Files that are no task."""
    error: str = ""
    """Why it cannot be read now, or what is wrong, in a sentence or two."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """Everything the screens show."""

    version: int = 0
    endpoint: str = ""
    connection: Connection = Connection()
    """All accounts in one: as good as the best of them stands."""
    accounts: tuple[Account, ...] = ()
    """The preferred one first."""
    identities: tuple[Identity, ...] = ()
    """Of the accounts whose token is accepted, in the same order."""
    spaces: tuple[Space, ...] = ()
    """Sorted by owner as `identities` name them, then by name."""
    as_of: datetime | None = None
    """When `spaces` was last true; None before the first list came."""
    cached: bool = False
    """Whether `spaces` comes from the last run and nothing newer is known."""
    pending: Mapping[str, Pending] = field(default_factory=lambda: NOTHING)
    hardware: Mapping[str, Hardware] = field(default_factory=lambda: NOTHING)
    """The price list, by flavour."""
    hardware_asked: Mapping[str, datetime] = field(default_factory=lambda: NOTHING)
    """Since when a Space waits for hardware it asked for, where that is known: it was asked for
    from here, now or in an earlier run, or while this console looked."""
    changed: Mapping[str, datetime] = field(default_factory=lambda: NOTHING)
    """When Spaces were last changed from here, in this run."""
    detail: Detail | None = None
    watches: Mapping[str, SyncStatus] = field(default_factory=lambda: NOTHING)
    """Watched folders, by Space."""
    unsent: tuple[Unsent, ...] = ()
    """What earlier runs left behind, until it is sent or forgotten."""
    notices: tuple[Notice, ...] = ()
    """The newest last, at most 50."""
    loans: tuple[Loan, ...] = ()
    """Borrowed hardware that is not given back yet, and what was in this run."""
    spending: Record | None = None
    """What was spent at the first Hub, as far as it was seen: an estimate."""
    budgets: tuple[BudgetState, ...] = ()
    """How identities that have a budget stand with it."""
    budget_alerts: tuple[Crossing, ...] = ()
    """Hard lines that were reached in this run; each is to be shown once."""
    idle: Mapping[str, Idle] = field(default_factory=lambda: NOTHING)
    """Paid Spaces that do nothing, as far as they were looked at, by the Hub's own id."""
    queues: Mapping[str, TaskQueue] = field(default_factory=lambda: NOTHING)
    """Tasks of Spaces that train on demand, by Space, where somebody looked or one is under way."""
    gauge: Gauge | None = None
    zero_gpu: Mapping[str, ZeroGpuQuota] = field(default_factory=lambda: NOTHING)
    """Time left on shared GPUs, by the name of the account, where somebody looked for it."""
    demo: bool = False
    read_only: bool = False


def account_of(snapshot: Snapshot, space: str) -> Account | None:
    """Return the account that acts on a Space; None without an account at its Hub."""
    return account_for(snapshot.accounts, space.partition("/")[0])


def account_for(accounts: Sequence[Account], owner: str) -> Account | None:
    """Return the account that reads an owner's Spaces, else the preferred one."""
    for account in accounts:
        if owner in account.owners:
            return account
    return accounts[0] if accounts else None
