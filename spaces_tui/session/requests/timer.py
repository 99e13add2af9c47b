"""Requests about what runs the guard while no console does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spaces_tui.session.requests.base import Request


@dataclass(frozen=True, slots=True)
class TimerStep:
    """One thing that installing or removing does."""

    what: str
    """Such as `write PATH` or `run COMMAND`."""
    text: str = ""
    """What is written there; empty for nothing."""


@dataclass(frozen=True, slots=True)
class TimerWay:
    """One way to run the guard, and how it stands on this machine."""

    name: str
    """`systemd` or `cron`."""
    installed: bool
    why_not: str
    """Why it cannot be used here; empty where it can."""
    install: tuple[TimerStep, ...]
    remove: tuple[TimerStep, ...]


@dataclass(frozen=True, slots=True)
class SeeTimers(Request[tuple[TimerWay, ...]]):
    """Look which ways there are."""

    needs_account: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class InstallTimer(Request[None]):
    """Install one, in place of what was installed before."""

    way: str
    needs_account: ClassVar[bool] = False


@dataclass(frozen=True, slots=True)
class RemoveTimer(Request[None]):
    """Remove one."""

    way: str
    needs_account: ClassVar[bool] = False
