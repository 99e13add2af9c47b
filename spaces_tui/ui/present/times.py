"""Moments and durations in the few words a line has room for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.sleep import sleep_words

if TYPE_CHECKING:
    from datetime import datetime

_MINUTE: Final = 60
_HOUR: Final = 3600
_DAY: Final = 86400


def ago(moment: datetime | None, now: datetime) -> str:
    """Return how long ago, in whole minutes, hours or days; empty when the moment is unknown.

    Seconds are left out on purpose: a text that changes each second repaints each second.
    """
    if moment is None:
        return ""
    seconds = (now - moment).total_seconds()
    if seconds < _MINUTE:
        return "just now"
    if seconds < _HOUR:
        return f"{int(seconds // _MINUTE)} min ago"
    if seconds < _DAY:
        return f"{int(seconds // _HOUR)} h ago"
    days = int(seconds // _DAY)
    return "1 day ago" if days == 1 else f"{days} days ago"


def clock(moment: datetime) -> str:
    """Return the local time of day, `09:12:04`."""
    return moment.astimezone().strftime("%H:%M:%S")


def as_of(moment: datetime, now: datetime) -> str:
    """Return since when something is stale: `09:12` today, with its date before."""
    local = moment.astimezone()
    if local.date() == now.astimezone().date():
        return local.strftime("%H:%M")
    return local.strftime("%b %d %H:%M")


def day_and_time(moment: datetime, now: datetime) -> str:
    """Return when something was: `today 18:03`, `yesterday 18:03`, `May 03 18:03`."""
    local = moment.astimezone()
    days = (now.astimezone().date() - local.date()).days
    stamp = local.strftime("%H:%M")
    if days == 0:
        return f"today {stamp}"
    return f"yesterday {stamp}" if days == 1 else local.strftime("%b %d %H:%M")


def span(seconds: float) -> str:
    """Return a duration in its one or two largest units: `45m`, `1h`, `1h 30m`, `2 days`."""
    whole = int(seconds)
    if whole < _MINUTE:
        return f"{whole}s"
    if whole < _HOUR:
        return f"{whole // _MINUTE}m"
    if whole < _DAY:
        hours, minutes = divmod(whole // _MINUTE, 60)
        return f"{hours}h {minutes}m" if minutes else f"{hours}h"
    days, rest = divmod(whole, _DAY)
    words = "1 day" if days == 1 else f"{days} days"
    return f"{words} {rest // _HOUR}h" if rest >= _HOUR else words


def sleeps(seconds: int | None) -> str:
    """Return what a sleep time means: `sleeps after 1h`, `never sleeps`."""
    return f"sleeps after {sleep_words(seconds)}" if seconds and seconds > 0 else "never sleeps"


def minutes_and_seconds(seconds: float) -> str:
    """Return a duration to the second: `0:42`, `12:05`, `1:02:03`."""
    minutes, rest = divmod(int(seconds), _MINUTE)
    hours, minutes = divmod(minutes, _MINUTE)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
