"""Requests about a Space's settings: those of its repository, and those in its card."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.settings import CardEdit, SettingsNow
from spaces_tui.session.requests.base import Change, Request


@dataclass(frozen=True, slots=True)
class LoadSettings(Request[SettingsNow]):
    """The settings and the README of a Space, as they are now."""

    space: str


@dataclass(frozen=True, slots=True)
class CheckCard(Request[CardCheck]):
    """What the Hub thinks of a whole README. Nothing is changed."""

    readme: str


@dataclass(frozen=True, slots=True)
class ApplySettings(Change):
    """Change what is not None, one step each, named `visibility`, `card`, `replicas`, `dev_mode`
    and `name`, in that order.

    The card is one commit on the head as it is then: a key that somebody else changed since it
    was read is left alone, with the whole card.
    """

    space: str
    uid: str = ""
    """The Hub's own id: another Space that has the name by now is left alone."""
    visibility: str | None = None
    card: tuple[CardEdit, ...] = ()
    replicas: int | None = None
    dev_mode: bool | None = None
    new_id: str | None = None
    """`owner/name`: rename it, or hand it over."""
