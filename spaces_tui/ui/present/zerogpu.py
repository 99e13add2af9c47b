"""What is left of an account's time on shared GPUs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.ui.present.spans import Line, Role, Span, joined
from spaces_tui.ui.present.times import as_of, span

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.account import ZeroGpuQuota

_SCARCE: Final = 0.1


def quota_line(quota: ZeroGpuQuota | None, now: datetime) -> Line:
    """Return what is left and when it starts over; empty when nothing is known.

    Runs come first where there are some: they are the tighter limit in practice.
    """
    if quota is None:
        return ()
    return joined([_runs(quota, now), _time(quota, now), _over(quota)])


def _runs(quota: ZeroGpuQuota, now: datetime) -> Line:
    runs = quota.runs
    if runs is None or runs.remaining is None:
        return ()
    of = f" of {runs.limit}" if runs.limit is not None else ""
    noun = "run" if (runs.remaining if runs.limit is None else runs.limit) == 1 else "runs"
    text = f"{runs.remaining}{of} {noun} left{_again(runs.resets, now)}"
    return (Span(text, Role.TEXT if runs.remaining > 0 else Role.BAD),)


def _time(quota: ZeroGpuQuota, now: datetime) -> Line:
    left = quota.remaining
    if left is None:
        return ()
    of = f" of {span(quota.base)}" if quota.base is not None else ""
    role = Role.BAD if left <= 0 else Role.TEXT
    if left > 0 and quota.base and left < quota.base * _SCARCE:
        role = Role.BUSY
    text = f"{span(max(0.0, left))}{of} of GPU time left{_again(quota.resets, now)}"
    return (Span(text, role),)


def _again(resets: datetime | None, now: datetime) -> str:
    """Return when it starts over; nothing was used yet where there is no such moment."""
    return f", again {as_of(resets, now)}" if resets is not None and resets > now else ""


def _over(quota: ZeroGpuQuota) -> Line:
    used = quota.over_quota_used
    return (Span(f"{span(used)} used beyond it", Role.MONEY),) if used else ()
