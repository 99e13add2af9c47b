"""Signing in through a browser elsewhere: the device flow of OAuth (RFC 8628), and refreshing.

The client id belongs to the program that signs in; it is given by the caller. No token of ours
goes along, and what comes back is secret from the start.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import Final

from spaces_tui.hub.calls import Bearer, Call, unexpected
from spaces_tui.hub.errors import (
    AnswerLost,
    BadRequest,
    Forbidden,
    HubError,
    LoginPending,
    LoginRefused,
    RateLimited,
    ServerError,
    Unauthorized,
    Unreachable,
)
from spaces_tui.hub.fields import Fields, fields, number, text
from spaces_tui.hub.wire import Wire
from spaces_tui.model.access import DeviceCode, OAuthTokens
from spaces_tui.model.identity import Secret

_GRANT: Final = "urn:ietf:params:oauth:grant-type:device_code"
_INTERVAL: Final = 5.0
_LIFETIME: Final = 900.0
"""Seconds, where the Hub does not say."""
_SLOWER: Final = 5.0
_PENDING: Final = ("authorization_pending", "slow_down")
_REASONS: Final = (
    *_PENDING,
    "expired_token",
    "access_denied",
    "invalid_grant",
    "invalid_client",
    "unauthorized_client",
    "unsupported_grant_type",
    "invalid_scope",
    "invalid_request",
)
_PASSING: Final = (AnswerLost, RateLimited, ServerError, Unreachable)


class OAuthResource:
    """Signing somebody in without a token typed or pasted."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def begin(self, client_id: str, scopes: Sequence[str] = ()) -> DeviceCode:
        """Begin a sign-in: show the code and the address, then `wait`. Sent once.

        Args:
            client_id: of a public OAuth app of the caller's own.
            scopes: what to ask for, such as `write-repos`; none leaves it to the app.

        Raises:
            LoginRefused: the Hub does not know the app, or not these scopes.
        """
        form = [("client_id", client_id)]
        if scopes:
            form.append(("scope", " ".join(scopes)))
        call, data = await self._ask("/oauth/device", form)
        code, shown = text(data.get("device_code")), text(data.get("user_code"))
        address = text(data.get("verification_uri"))
        if not code or not shown or not address:
            raise unexpected(call.name)
        interval = number(data.get("interval"))
        lifetime = number(data.get("expires_in"))
        return DeviceCode(
            device_code=Secret(code),
            user_code=shown,
            verification_uri=address,
            verification_uri_complete=text(data.get("verification_uri_complete")),
            interval=interval if interval is not None and interval > 0 else _INTERVAL,
            expires_in=lifetime if lifetime is not None and lifetime > 0 else _LIFETIME,
        )

    async def poll(self, client_id: str, code: DeviceCode) -> OAuthTokens:
        """Ask once whether the person is done.

        Raises:
            LoginPending: not yet; its `slow_down` asks for five seconds more between questions.
            LoginRefused: never: the code expired, or the person said no.
        """
        form = [
            ("grant_type", _GRANT),
            ("device_code", code.device_code.reveal()),
            ("client_id", client_id),
        ]
        return await self._tokens(form)

    async def wait(
        self, client_id: str, code: DeviceCode, *, clock: Callable[[], float] = time.monotonic
    ) -> OAuthTokens:
        """Ask at the Hub's pace until the person is done; trouble on the way is waited out.

        Raises:
            LoginRefused: the code expired, or the person said no.
        """
        interval = code.interval
        ends = clock() + code.expires_in
        while True:
            await self._wire.nap(interval)
            try:
                return await self.poll(client_id, code)
            except LoginPending as pending:
                interval += _SLOWER if pending.slow_down else 0
            except _PASSING as error:
                interval = max(interval, min(error.retry_after or 0.0, _LIFETIME))
            if clock() + interval >= ends:
                raise LoginRefused("The code has expired.", reason="expired_token")

    async def refresh(self, client_id: str, refresh_token: Secret) -> OAuthTokens:
        """Exchange a refresh token for a new access token. Sent once.

        The answer may hold a new refresh token; the old one is then worth nothing.

        Raises:
            LoginRefused: the refresh token is not good any more: sign in again.
        """
        form = [
            ("grant_type", "refresh_token"),
            ("refresh_token", refresh_token.reveal()),
            ("client_id", client_id),
        ]
        return await self._tokens(form)

    async def _tokens(self, form: Sequence[tuple[str, str]]) -> OAuthTokens:
        call, data = await self._ask("/oauth/token", form)
        access, refresh = text(data.get("access_token")), text(data.get("refresh_token"))
        if not access:
            raise unexpected(call.name)
        return OAuthTokens(
            access_token=Secret(access),
            refresh_token=Secret(refresh) if refresh else None,
            expires_in=number(data.get("expires_in")),
            scope=tuple((text(data.get("scope")) or "").split()),
        )

    async def _ask(self, path: str, form: Sequence[tuple[str, str]]) -> tuple[Call, Fields]:
        call = Call("POST", path, changes=True, bearer=Bearer.NEVER).with_form(form)
        try:
            value = await self._wire.json(call)
        except (BadRequest, Forbidden, Unauthorized) as error:
            raise _login_error(error) from error
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return call, fields(value)


def _login_error(error: HubError) -> HubError:
    words = error.message.lower().split()
    reason = next((known for known in _REASONS if known in words), "")
    if reason in _PENDING:
        return LoginPending(error.message, slow_down=reason == "slow_down", like=error)
    return LoginRefused(error.message, reason=reason, like=error)
