"""Signing in with a browser: device codes, and the tokens they are exchanged for (RFC 8628)."""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any, Final

from spaces_tui.localhub.accounts import Accounts, Person, Token, new_token_value

LIFETIME: Final = 28_800
"""Seconds an access token is valid."""
CODE_LIFETIME: Final = 900
INTERVAL: Final = 5
DEVICE_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
ALL_SCOPES: Final = frozenset(
    {"openid", "profile", "read-repos", "write-repos", "manage-repos", "read-memberships"}
    | {"read-billing", "gated-repos", "write-discussions"}
)


class OAuthError(Exception):
    """A refusal in the words of the standard."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(error)
        self.error = error
        self.description = description


@dataclass
class _Login:
    device_code: str = field(repr=False)
    user_code: str
    scopes: frozenset[str]
    expires: float
    asked: float = 0.0
    person: Person | None = None
    denied: bool = False


class Logins:
    """Logins under way. `interval` is how many seconds apart a program has to ask."""

    def __init__(self, accounts: Accounts, now: Callable[[], float]) -> None:
        self.interval = INTERVAL
        self._accounts = accounts
        self._now = now
        self._logins: dict[str, _Login] = {}
        self._refresh: dict[str, Token] = {}

    def begin(self, scopes: Iterable[str], origin: str) -> dict[str, Any]:
        """Return the codes for a new login, as the Hub answers them."""
        letters = "BCDFGHJKLMNPQRSTVWXZ"
        halves = ["".join(secrets.choice(letters) for _ in range(4)) for _ in range(2)]
        login = _Login(
            secrets.token_urlsafe(32),
            "-".join(halves),
            frozenset(scopes) or ALL_SCOPES,
            self._now() + CODE_LIFETIME,
        )
        self._logins[login.device_code] = login
        address = f"{origin}/device"
        return {
            "device_code": login.device_code,
            "user_code": login.user_code,
            "verification_uri": address,
            "verification_uri_complete": f"{address}?user_code={login.user_code}",
            "expires_in": CODE_LIFETIME,
            "interval": self.interval,
        }

    def decide(self, user_code: str, person: Person | None) -> None:
        """Approve a login as somebody, or (None) deny it. Raises KeyError."""
        for login in self._logins.values():
            if login.user_code == user_code:
                login.person, login.denied = person, person is None
                return
        raise KeyError(user_code)

    def exchange(self, device_code: str) -> dict[str, Any]:
        """Return tokens for an approved code. Raises OAuthError otherwise."""
        login = self._logins.get(device_code)
        if login is None:
            raise OAuthError("invalid_grant", "The device code is unknown or was used")
        now = self._now()
        if now >= login.expires:
            raise OAuthError("expired_token", "The device code has expired")
        if login.denied:
            raise OAuthError("access_denied", "The login was denied")
        if login.person is None:
            hurried = now - login.asked < self.interval * 0.9
            login.asked = now
            if hurried:
                raise OAuthError("slow_down", "Asked too soon")
            raise OAuthError("authorization_pending", "Waiting for the user")
        del self._logins[device_code]
        return self._grant(login.person, login.scopes)

    def renew(self, refresh_token: str) -> dict[str, Any]:
        """Return fresh tokens for a refresh token, which is used up. Raises OAuthError."""
        token = self._refresh.pop(refresh_token, None)
        if token is None:
            raise OAuthError("invalid_grant", "The refresh token is invalid")
        return self._grant(token.person, token.grants)

    def refresh_record(self) -> dict[str, str]:
        """Return the value of the token each refresh token renews."""
        return {refresh: token.value for refresh, token in self._refresh.items()}

    def restore_refresh(self, record: dict[str, str]) -> None:
        """Accept the refresh tokens of a record."""
        known = {token.value: token for token in self._accounts.tokens}
        self._refresh = {
            refresh: known[value] for refresh, value in record.items() if value in known
        }

    def _grant(self, person: Person, scopes: frozenset[str]) -> dict[str, Any]:
        now = self._now()
        token = self._accounts.remember(
            Token(
                person,
                "oauth",
                "browser",
                new_token_value("hf_oauth_"),
                now,
                grants=scopes,
                expires=now + LIFETIME,
            )
        )
        refresh = new_token_value("hf_refresh_")
        self._refresh[refresh] = token
        return {
            "access_token": token.value,
            "token_type": "bearer",
            "refresh_token": refresh,
            "expires_in": LIFETIME,
            "scope": " ".join(sorted(scopes)),
        }
