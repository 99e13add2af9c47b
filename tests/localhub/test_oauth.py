"""Signing in by device code."""

from __future__ import annotations

import httpx

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect

GRANT = "urn:ietf:params:oauth:grant-type:device_code"


def ask(client: httpx.Client, **fields: str) -> httpx.Response:
    """Ask for tokens."""
    return client.post("/oauth/token", data={"client_id": "x"} | fields)


def begin(client: httpx.Client, scope: str = "") -> dict[str, str]:
    """Begin a login."""
    answer = client.post("/oauth/device", data={"client_id": "x", "scope": scope})
    codes: dict[str, str] = answer.json()
    return codes


def test_a_login(nobody: httpx.Client, local_hub: LocalHub) -> None:
    codes = begin(nobody, "read-repos write-repos")
    assert set(codes) == {
        "device_code",
        "user_code",
        "verification_uri",
        "verification_uri_complete",
        "expires_in",
        "interval",
    }
    assert nobody.get(codes["verification_uri_complete"]).is_success
    code = {"grant_type": GRANT, "device_code": codes["device_code"]}
    pending = ask(nobody, **code)
    assert (pending.status_code, pending.json()["error"]) == (400, "authorization_pending")
    assert ask(nobody, **code).json()["error"] == "slow_down"
    local_hub.advance(5)
    assert ask(nobody, **code).json()["error"] == "authorization_pending"
    local_hub.approve_login(codes["user_code"])
    tokens = ask(nobody, **code).json()
    assert tokens["access_token"].startswith("hf_oauth_")
    assert tokens["scope"] == "read-repos write-repos"
    assert ask(nobody, **code).json()["error"] == "invalid_grant"
    with connect(local_hub, tokens["access_token"]) as login:
        assert login.get("/api/whoami-v2").json()["name"] == "ada"
        local_hub.advance(tokens["expires_in"])
        assert login.get("/api/whoami-v2").status_code == 401
    refresh = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    renewed = ask(nobody, **refresh).json()
    assert renewed["refresh_token"] != tokens["refresh_token"]
    assert ask(nobody, **refresh).json()["error"] == "invalid_grant"
    with connect(local_hub, renewed["access_token"]) as login:
        assert login.get("/api/whoami-v2").json()["name"] == "ada"


def test_logins_that_end_otherwise(nobody: httpx.Client, local_hub: LocalHub) -> None:
    denied, late = begin(nobody), begin(nobody)
    local_hub.deny_login(denied["user_code"])
    refused = ask(nobody, grant_type=GRANT, device_code=denied["device_code"])
    assert refused.json()["error"] == "access_denied"
    local_hub.advance(901)
    expired = ask(nobody, grant_type=GRANT, device_code=late["device_code"])
    assert expired.json()["error"] == "expired_token"
    assert ask(nobody, grant_type="password").json()["error"] == "unsupported_grant_type"
    assert nobody.post("/oauth/device").json()["error"] == "invalid_request"
