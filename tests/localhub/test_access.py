"""Who may do what, what strangers are told, and the headers on every answer."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect

PAUSE = "/api/spaces/{}/pause"


def test_tokens_differ_between_servers(local_hub: LocalHub) -> None:
    with LocalHub() as other:
        assert not {item["token"] for item in local_hub.accounts} & {
            item["token"] for item in other.accounts
        }
    first = local_hub.accounts[0]
    assert (first["name"], first["role"]) == ("ada", "write")
    assert first["token"].startswith("hf_")
    assert first["token"][3:].isalpha()


def test_whoami(ada: httpx.Client, bob: httpx.Client, local_hub: LocalHub) -> None:
    me = ada.get("/api/whoami-v2").json()
    assert (me["type"], me["name"], me["isPro"]) == ("user", "ada", True)
    assert [(org["name"], org["roleInOrg"]) for org in me["orgs"]] == [
        ("acme", "admin"),
        ("northwind", "write"),
    ]
    assert me["auth"]["accessToken"]["role"] == "write"
    assert bob.get("/api/whoami-v2").json()["isPro"] is False
    with connect(local_hub, local_hub.token("ada", "fineGrained")) as client:
        access = client.get("/api/whoami-v2").json()["auth"]["accessToken"]
    assert access["role"] == "fineGrained"
    assert access["fineGrained"]["scoped"][0]["entity"]["name"] == "ada"


def test_a_bad_token_is_refused_everywhere(local_hub: LocalHub) -> None:
    with connect(local_hub, "hf_wrong") as client:
        for address in ("/api/whoami-v2", "/api/spaces", "/api/spaces/bob/quiet-pond"):
            response = client.get(address)
            assert response.status_code == 401
            message = "Invalid credentials in Authorization header"
            assert response.headers["x-error-message"] == message
            assert response.json() == {"error": message}


def test_a_revoked_token_is_a_bad_token(local_hub: LocalHub, ada: httpx.Client) -> None:
    assert ada.get("/api/whoami-v2").is_success
    local_hub.revoke("ada", "write")
    assert ada.get("/api/whoami-v2").status_code == 401


@pytest.mark.parametrize("address", ["ada/secret", "ada/missing"])
def test_missing_and_invisible_look_the_same(
    local_hub: LocalHub,
    nobody: httpx.Client,
    bob: httpx.Client,
    ada: httpx.Client,
    address: str,
) -> None:
    local_hub.create("ada/secret", private=True)
    for client, status in ((nobody, 401), (bob, 404)):
        response = client.get(f"/api/spaces/{address}/runtime")
        assert response.status_code == status
        assert response.headers["x-error-code"] == "RepoNotFound"
    assert ada.get("/api/spaces/ada/secret/runtime").is_success


def test_changing_needs_an_account_and_a_token_that_may(
    local_hub: LocalHub,
    space: str,
    nobody: httpx.Client,
    bob: httpx.Client,
    ada_reading: httpx.Client,
    ada: httpx.Client,
) -> None:
    address = PAUSE.format(space)
    assert nobody.post(address).status_code == 401
    assert bob.post(address).status_code == 403
    assert ada_reading.post(address).status_code == 403
    assert ada.post(address).status_code == 200


def test_a_fine_grained_token_writes_where_it_may(local_hub: LocalHub, space: str) -> None:
    local_hub.create("acme/lab", private=True)
    with connect(local_hub, local_hub.token("ada", "fineGrained")) as client:
        assert client.post(PAUSE.format(space)).is_success
        assert client.get("/api/spaces/acme/lab").is_success
        assert client.post(PAUSE.format("acme/lab")).status_code == 403


def test_the_permission_probe(space: str, ada: httpx.Client, bob: httpx.Client) -> None:
    assert bob.get(f"/api/spaces/{space}/auth-check").is_success
    assert bob.get(f"/api/spaces/{space}/auth-check/write").status_code == 403
    assert ada.get(f"/api/spaces/{space}/auth-check/write").is_success


def test_headers_on_every_answer(nobody: httpx.Client) -> None:
    for address in ("/api/spaces", "/api/spaces/no/body", "/nowhere"):
        response = nobody.get(address, headers={"X-Amzn-Trace-Id": "my-trace"})
        assert response.headers["x-request-id"].startswith("Root=1-")
        assert response.headers["x-request-id"].endswith(";my-trace")
        assert response.headers["content-type"] == "application/json; charset=utf-8"
        assert response.headers["etag"].startswith('W/"')
        kind = "api" if address.startswith("/api") else "pages"
        assert response.headers["ratelimit"].startswith(f'"{kind}";r=')
        assert f'"{kind}";q=' in response.headers["ratelimit-policy"]
        assert response.headers["date"].endswith("GMT")


def left(response: httpx.Response) -> int:
    """Return how many requests are left."""
    return int(response.headers["ratelimit"].split(";")[1].removeprefix("r="))


def test_windows_are_counted_for_each_token(ada: httpx.Client, bob: httpx.Client) -> None:
    first = left(ada.get("/api/spaces"))
    assert left(bob.get("/api/spaces")) == 999
    assert left(ada.get("/api/spaces")) == first - 1 == 2498


def test_an_exhausted_window(local_hub: LocalHub, ada: httpx.Client, bob: httpx.Client) -> None:
    local_hub.exhaust_rate("ada", seconds=40)
    response = ada.get("/api/spaces")
    assert response.status_code == 429
    assert response.headers["ratelimit"] in {'"api";r=0;t=40', '"api";r=0;t=39'}
    assert bob.get("/api/spaces").is_success
    local_hub.reset_rate()
    assert ada.get("/api/spaces").is_success


def test_a_small_quota_runs_out(local_hub: LocalHub, ada: httpx.Client) -> None:
    local_hub.rate_quota(2)
    assert [ada.get("/api/spaces").status_code for _ in range(3)] == [200, 200, 429]


def test_a_renamed_space_redirects_every_method(
    local_hub: LocalHub, space: str, ada: httpx.Client
) -> None:
    local_hub.rename(space, "acme/renamed")
    got = ada.get(f"/api/spaces/{space}/tree/main?recursive=true")
    assert got.status_code == 307
    new = f"{local_hub.url}/api/spaces/acme/renamed"
    assert got.headers["location"] == f"{new}/tree/main?recursive=true"
    posted = ada.post(PAUSE.format(space))
    assert (posted.status_code, posted.headers["location"]) == (307, f"{new}/pause")
    resolved = ada.get(f"/spaces/{space}/resolve/main/app.py", follow_redirects=True)
    assert resolved.content == b"print('hello')\n"
    assert ada.get(new).json()["subdomain"] == "acme-renamed"
    local_hub.create(space)
    assert ada.get(f"/api/spaces/{space}").is_success


def test_the_controls_are_for_this_machine_and_for_programs(nobody: httpx.Client) -> None:
    address = "/__local__/clear_requests"
    assert nobody.post(address, json={}).is_success
    assert nobody.post(address, data={"a": "b"}).status_code == 403
    rebound = nobody.post(address, json={}, headers={"Host": "evil.example:80"})
    assert rebound.status_code == 403


def test_requests_are_listed_without_credentials(local_hub: LocalHub, ada: httpx.Client) -> None:
    local_hub.clear_requests()
    ada.post("/api/spaces/bob/quiet-pond/pause?x=1", content=b"12345")
    (received,) = local_hub.requests()
    assert (received.method, received.path) == ("POST", "/api/spaces/bob/quiet-pond/pause")
    assert (received.query, received.body_size) == ("x=1", 5)
    assert (received.account, received.role) == ("ada", "write")
    listed = ada.post("/__local__/requests", json={}).text
    assert local_hub.token("ada") not in listed + repr(received)


def test_requests_can_be_awaited(local_hub: LocalHub, ada: httpx.Client) -> None:
    with ThreadPoolExecutor() as pool:
        waiting = pool.submit(local_hub.wait_requests, "/runtime$", method="GET", count=2)
        for _ in range(2):
            ada.get("/api/spaces/bob/quiet-pond/runtime")
        assert len(waiting.result(5)) == 2
    with pytest.raises(TimeoutError):
        local_hub.wait_requests("/never", timeout=0.01)
