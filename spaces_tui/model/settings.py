"""A Space's settings: those of its repository, and those in its card."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from spaces_tui.model.card import CardValue
    from spaces_tui.model.space import Space


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


@dataclass(frozen=True, slots=True)
class CardEdit:
    """One key of the card to set, or to take out."""

    key: str
    before: str | None
    """What the person saw there; None for nothing."""
    value: CardValue | None
    """None takes the key out."""


@dataclass(frozen=True, slots=True)
class SettingsNow:
    """A Space's settings and its README, as they are now."""

    space: Space
    readme: str
    """Empty when there is none."""
    unreadable: str = ""
    """Why the README cannot be edited here, in one sentence."""
