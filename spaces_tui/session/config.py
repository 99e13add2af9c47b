"""What a session is started with."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from spaces_tui.accounts.keeper import Keeper
    from spaces_tui.model.budget import Budget
    from spaces_tui.model.identity import Secret
    from spaces_tui.store.paths import Paths


@dataclass(frozen=True, slots=True)
class Candidate:
    """An account to act for, and its token or the way to it."""

    endpoint: str
    source: str
    """Where the token comes from, such as `HF_TOKEN`; for messages."""
    token: Secret | None = None
    name: str = ""
    """As it is kept; empty for a token nobody asked about yet."""
    read: Callable[[], Secret | str] | None = None
    """Reads the token where it is not at hand; may take as long as a keyring takes. Returns one
    sentence where it cannot be had: why, and what to do."""
    slow: bool = False
    """Whether reading it may take its time: the others are read before."""


@dataclass(frozen=True, slots=True)
class Origin:
    """The Hub that comes first, and the accounts to act for, the preferred one first."""

    endpoint: str
    accounts: tuple[Candidate, ...] = ()
    why: str = ""
    """Without accounts: one sentence that says why, and what to do."""
    anybody: bool = True
    """Whether somebody who signs in while there is no account is acted for."""

    @classmethod
    def of_token(cls, endpoint: str, token: Secret, source: str) -> Origin:
        """Return an origin with one token alone."""
        return cls(endpoint, (Candidate(endpoint, source, token),))


def utc_now() -> datetime:
    """Return the time of this machine's clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class SessionConfig:
    """Everything a session has to be told."""

    connect: Callable[[], Origin]
    """Finds the Hub and the accounts. Called once, off the session's loop, so it may take its time
    (the demo's Hub has to start first); tokens that are kept are read later, one by one.

    Raises `OSError` with one sentence when there is none to be had.
    """
    paths: Paths
    fleet: bool = True
    """Whether to list Spaces and keep the list live; a headless watch does not need it."""
    read_only: bool = False
    demo: bool = False
    last_words: bool = True
    """Whether the ends of logs are kept on the disk; where not, what was kept is removed."""
    ignore: tuple[str, ...] = ()
    """Ignore rules for every watched folder, besides its own."""
    settle: float | None = None
    """Quiet seconds before a batch is sent, where a watch does not say it itself."""
    budgets: tuple[Budget, ...] = ()
    """What identities may spend."""
    keeper: Keeper | None = None
    """What keeps tokens; None: the keyring of this machine, and a file among what must survive."""
    clock: Callable[[], datetime] = utc_now
    """What time it is, for what is counted by days and hours."""
    environment: Mapping[str, str] = field(default_factory=lambda: os.environ, repr=False)
    """Where tokens may be found."""
