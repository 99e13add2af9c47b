"""Requests about the tasks of a Space that trains on demand."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spaces_tui.session.requests.base import Change, Request


@dataclass(frozen=True, slots=True)
class AttendTasks(Request[None]):
    """Keep the queue of a Space live while it is on the screen; None: no longer."""

    needs_account: ClassVar[bool] = False
    space: str | None


@dataclass(frozen=True, slots=True)
class AddTask(Change):
    """Submit a task; the guard stands behind it before the Space can see it."""

    space: str
    title: str
    command: tuple[str, ...]
    flavor: str
    seconds: int
    budget: int | None = None
    """Micro-dollars."""


@dataclass(frozen=True, slots=True)
class CancelTask(Change):
    """Wish that a task ends; one that is queued ends at once."""

    space: str
    task: str


@dataclass(frozen=True, slots=True)
class RetryTask(Change):
    """Queue a closed task again."""

    space: str
    task: str


@dataclass(frozen=True, slots=True)
class ReadTaskLog(Request[str]):
    """The end of a task's output, as the Space sent it last; not cleaned."""

    space: str
    task: str
