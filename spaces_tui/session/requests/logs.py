"""Requests about logs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from spaces_tui.model.log_stream import LogStream
from spaces_tui.session.requests.base import Request


@dataclass(frozen=True, slots=True)
class SavedLog:
    """What was written."""

    path: str
    """The whole path."""
    lines: int


@dataclass(frozen=True, slots=True)
class SaveLog(Request[SavedLog]):
    """Write what is kept of a log into a text file, with times in UTC and tokens masked.

    Refused when there is something at that path already, or nothing in the log.
    """

    space: str
    stream: LogStream
    path: str
    """`~` stands for the home folder; else from the working folder."""
    needs_account: ClassVar[bool] = False
