"""Signing in by device code; bodies are forms."""

from __future__ import annotations

from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from spaces_tui.localhub.oauth import DEVICE_GRANT, OAuthError
from spaces_tui.localhub.replies import hub_of, reply


async def device(request: Request) -> Response:
    """Begin a login."""
    form = await _form(request)
    if not form.get("client_id"):
        return _refused(OAuthError("invalid_request", "client_id is required"))
    hub = hub_of(request)
    return reply(hub.logins.begin(form.get("scope", "").split(), hub.spoken_origin))


async def token(request: Request) -> Response:
    """Exchange a device code or a refresh token."""
    form, logins = await _form(request), hub_of(request).logins
    try:
        if not form.get("client_id"):
            raise OAuthError("invalid_client", "client_id is required")
        if form.get("grant_type") == DEVICE_GRANT:
            return reply(logins.exchange(form.get("device_code", "")))
        if form.get("grant_type") == "refresh_token":
            return reply(logins.renew(form.get("refresh_token", "")))
        raise OAuthError("unsupported_grant_type", "Use a device code or a refresh token")
    except OAuthError as error:
        return _refused(error)


async def page(_request: Request) -> Response:
    """Answer the page a browser would open."""
    return HTMLResponse("<p>Confirm with the control <code>approve_login</code>.</p>")


async def _form(request: Request) -> dict[str, str]:
    fields = parse_qs((await request.body()).decode(errors="replace"))
    return {key: values[0] for key, values in fields.items()}


def _refused(error: OAuthError) -> Response:
    return reply({"error": error.error, "error_description": error.description}, 400)


ROUTES = [
    Route("/oauth/device", device, methods=["POST"]),
    Route("/oauth/token", token, methods=["POST"]),
    Route("/device", page),
]
