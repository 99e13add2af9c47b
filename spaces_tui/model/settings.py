"""A Space's settings outside of its card."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class SpaceSettings:
    """Settings of a repository. None: not to be changed, or not said by the Hub."""

    visibility: str | None = None
    """`public`, `private`, or `protected`: a public app of private code."""
    discussions_disabled: bool | None = None
    discussions_sorting: str | None = None
    """`recently-created`, `trending`, `reactions`."""
    gated: bool | str | None = None
    """False, `auto` or `manual`."""
    org_members_gated: bool | None = None
    gated_notifications_email: str | None = None
    gated_notifications_mode: str | None = None
    """`bulk`, `real-time`."""
