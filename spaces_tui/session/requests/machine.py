"""Requests about what a Space runs on: hardware and sleep time."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.session.requests.base import Change


@dataclass(frozen=True, slots=True)
class SetHardware(Change):
    """Ask for other hardware; with `sleep_time`, set that in the same request.

    `sleep_time` is seconds without visitors, `NEVER`, or None to leave it as it is.
    """

    space: str
    flavor: str
    sleep_time: int | None = None


@dataclass(frozen=True, slots=True)
class SetSleepTime(Change):
    """Set after how many seconds without visitors it sleeps, or `NEVER`."""

    space: str
    seconds: int
