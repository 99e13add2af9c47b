"""Passes: tokens that live for a while, and what signing in with a code gives."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from spaces_tui.model.cleaned import clean_lines_of

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.identity import Secret


@dataclass(frozen=True, slots=True)
class SpacePass:
    """A short-lived token for one Space."""

    token: Secret
    expires: datetime | None


@dataclass(frozen=True, slots=True)
class DeviceCode:
    """A sign-in that a person completes in a browser, by typing `user_code` there."""

    device_code: Secret
    user_code: str
    verification_uri: str
    verification_uri_complete: str | None
    """The same page with the code already filled in."""
    interval: float
    """Seconds between two questions whether it is done."""
    expires_in: float
    """Seconds until the code is worth nothing."""

    def __post_init__(self) -> None:
        clean_lines_of(self, "user_code", "verification_uri", "verification_uri_complete")


@dataclass(frozen=True, slots=True)
class OAuthTokens:
    """What a completed sign-in, or a refresh, gives."""

    access_token: Secret
    refresh_token: Secret | None
    """Replaces the old one where there is one, and must be stored."""
    expires_in: float | None
    """Seconds."""
    scope: tuple[str, ...] = ()
