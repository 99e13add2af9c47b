"""The states of a watched folder."""

from __future__ import annotations

from enum import StrEnum


class SyncState(StrEnum):
    """Every state a watched folder can be in. The words are a contract with scripts."""

    STARTING = "starting"
    PLAN = "plan"
    """The first plan waits for a yes."""
    IN_SYNC = "in-sync"
    DIRTY = "dirty"
    SETTLING = "settling"
    SENDING = "sending"
    CONFIRMING = "confirming"
    """The answer to a commit was lost; finding out whether it landed."""
    HELD = "held"
    CONFLICT = "conflict"
    BACKOFF = "backoff"
    BUDGET = "budget"
    """The Hub's commit quota is used up."""
    OFFLINE = "offline"
    AUTH = "auth"
    """The token is missing, wrong or expired."""
    FORBIDDEN = "forbidden"
    GONE = "gone"
    """The Space is not there any more, or not visible."""
    HALTED = "halted"
    """The folder itself is missing, emptied or replaced; or the branch is."""
    PAUSED = "paused"
    STOPPED = "stopped"
