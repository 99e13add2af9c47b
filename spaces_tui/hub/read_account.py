"""From the Hub's JSON to profiles, repositories, bills and quotas."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

from spaces_tui.hub.fields import Fields, fields, flag, integer, moment, number, objects, text
from spaces_tui.model.account import OwnedRepository, RunQuota, Usage, UsageLine, ZeroGpuQuota
from spaces_tui.model.people import Member, Profile


def read_profile(value: object, kind: str) -> Profile | None:
    """Read an overview; None without a name. People are called `user` there."""
    data = fields(value)
    name = text(data.get("user")) or text(data.get("name"))
    if not name:
        return None
    return Profile(
        name=name,
        fullname=text(data.get("fullname")) or "",
        kind=text(data.get("type")) or kind,
        pro=flag(data.get("isPro")) or False,
        plan=text(data.get("plan")),
        spaces=integer(data.get("numSpaces")),
        followers=integer(data.get("numFollowers")),
        members=integer(data.get("numUsers")),
        details=text(data.get("details")) or "",
    )


def read_member(value: object) -> Member | None:
    """Read a member of an organization; None without a name."""
    data = fields(value)
    name = text(data.get("user")) or text(data.get("name"))
    if not name:
        return None
    return Member(name, text(data.get("fullname")) or "", text(data.get("role")))


def read_owned(value: object) -> OwnedRepository | None:
    """Read a repository of an account; None without an id."""
    data = fields(value)
    name = text(data.get("id"))
    if not name:
        return None
    return OwnedRepository(
        id=name,
        type=text(data.get("type")) or "",
        updated=moment(data.get("updatedAt")),
        visibility=text(data.get("visibility")),
        storage=integer(data.get("storage")) or 0,
        storage_percent=number(data.get("storagePercent")),
    )


def read_usage(data: Fields) -> Usage:
    """Read a bill; groups and lines of another shape are left out."""
    period = fields(data.get("period"))
    return Usage(
        lines=tuple(_lines(fields(data.get("usage")))),
        period_id=text(period.get("_id")),
        begins=_time(period.get("periodStart")),
        ends=_time(period.get("periodEnd")),
    )


def _lines(groups: Fields) -> Iterator[UsageLine]:
    for group, lines in groups.items():
        for line in objects(lines):
            yield UsageLine(
                group=group,
                label=text(line.get("label")) or "",
                product=text(line.get("productPrettyName")) or text(line.get("product")) or "",
                quantity=number(line.get("quantity")) or 0.0,
                unit=text(line.get("unitLabel")) or "",
                unit_micro_usd=integer(line.get("unitCostMicroUSD")) or 0,
                total_micro_usd=integer(line.get("totalCostMicroUSD")) or 0,
                started=_time(line.get("startedAt")),
                stopped=_time(line.get("stoppedAt")),
                active=flag(line.get("active")) or False,
                free=flag(line.get("freeGrant")) or False,
                entity=text(line.get("entityId")) or "",
            )


def read_zero_gpu(data: Fields) -> ZeroGpuQuota:
    """Read the quota of shared GPUs."""
    runs = fields(data.get("runs"))
    return ZeroGpuQuota(
        base=number(data.get("base")),
        remaining=number(data.get("current")),
        resets=moment(data.get("resetsAt")),
        over_quota_used=number(data.get("overquotaUsed")),
        runs=RunQuota(
            integer(runs.get("used")),
            integer(runs.get("limit")),
            integer(runs.get("remaining")),
            moment(runs.get("resetsAt")),
        )
        if runs
        else None,
    )


def _time(value: object) -> datetime | None:
    """Bills have dates as text, and as seconds since 1970 elsewhere in the API."""
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        try:
            return datetime.fromtimestamp(value, UTC)
        except (ValueError, OverflowError, OSError):
            return None
    return moment(value)
