"""Faults on request."""

from __future__ import annotations

import json
import socket

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.test_commit import HEADER, commit, line
from tests.patience import PATIENCE

RUNTIME = "/api/spaces/bob/quiet-pond/runtime"


def test_a_status_hits_as_often_as_asked(local_hub: LocalHub, bob: httpx.Client) -> None:
    local_hub.fault(
        "/runtime$", method="GET", count=2, skip=1, status=503, headers={"Retry-After": "7"}
    )
    found = [bob.get(RUNTIME) for _ in range(4)]
    assert [response.status_code for response in found] == [200, 503, 503, 200]
    assert found[1].headers["retry-after"] == "7"
    assert "ratelimit" in found[1].headers
    assert local_hub.faults()[0]["hits"] == 2


def test_a_fault_is_for_its_method_and_path(local_hub: LocalHub, bob: httpx.Client) -> None:
    local_hub.fault("/runtime", method="POST", count=None, status=500)
    local_hub.fault(r"/restart\?factory=true", count=None, status=502)
    assert bob.get(RUNTIME).is_success
    restart = "/api/spaces/bob/quiet-pond/restart"
    assert bob.post(restart).is_success
    assert bob.post(f"{restart}?factory=true").status_code == 502
    local_hub.clear_faults()
    assert bob.post(f"{restart}?factory=true").is_success


def test_a_dropped_request_is_not_handled(
    local_hub: LocalHub, ada: httpx.Client, space: str
) -> None:
    head = local_hub.head(space)
    local_hub.fault("/commit/", drop="before")
    with pytest.raises(httpx.RemoteProtocolError):
        commit(ada, space, HEADER, line("file", path="a", content="b"))
    assert local_hub.head(space) == head


def test_a_lost_reply_was_handled(local_hub: LocalHub, ada: httpx.Client, space: str) -> None:
    head = local_hub.head(space)
    local_hub.fault("/commit/", drop="after")
    with pytest.raises(httpx.RemoteProtocolError):
        commit(ada, space, HEADER, line("file", path="a", content="b"))
    assert local_hub.head(space) != head
    assert local_hub.files(space)["a"] == b"b"


def test_a_gateway_can_fail_after_the_fact(
    local_hub: LocalHub, ada: httpx.Client, space: str
) -> None:
    head = local_hub.head(space)
    local_hub.fault("/commit/", status=504, handled=True, body='{"error": "Gateway Time-out"}')
    response = commit(ada, space, HEADER, line("file", path="a", content="b"))
    assert (response.status_code, response.json()) == (504, {"error": "Gateway Time-out"})
    assert local_hub.head(space) != head
    assert local_hub.files(space)["a"] == b"b"


def test_a_slow_body_does_not_hold_up_the_end(ada: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.fault("/whoami", bytes_per_second=0.01)
    with ada.stream("GET", "/api/whoami-v2", timeout=None) as response:
        body = response.iter_raw()
        assert next(body) == b"{"
        local_hub.close()
        assert b"".join(body).endswith(b"}")


def test_open_connections_are_counted(local_hub: LocalHub, ada: httpx.Client) -> None:
    def connections() -> int:
        return local_hub.call(lambda state: state.connections())

    assert connections() == 0
    assert ada.get("/api/whoami-v2").is_success
    assert connections() == 1


def test_a_body_can_be_malformed_or_truncated(local_hub: LocalHub, bob: httpx.Client) -> None:
    local_hub.fault("/runtime", mangle="malformed")
    local_hub.fault("/runtime", mangle="truncated")
    spoiled = bob.get(RUNTIME)
    assert spoiled.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        spoiled.json()
    with pytest.raises(httpx.RemoteProtocolError):
        bob.get(RUNTIME)
    assert bob.get(RUNTIME).json()["stage"] == "RUNNING"


def test_a_delay_makes_a_slow_answer(local_hub: LocalHub, bob: httpx.Client) -> None:
    local_hub.fault("/runtime", delay=30)
    with pytest.raises(httpx.ReadTimeout):
        bob.get(RUNTIME, timeout=httpx.Timeout(PATIENCE, read=0.05))
    local_hub.fault("/runtime", delay=0.01)
    assert bob.get(RUNTIME).is_success


def test_the_quota_of_commits(local_hub: LocalHub, ada: httpx.Client, space: str) -> None:
    local_hub.exhaust_commits()
    response = commit(ada, space, HEADER, line("file", path="a", content="b"))
    assert response.status_code == 429
    assert "128 per hour" in response.json()["error"]
    assert '"api";r=0' not in response.headers["ratelimit"]
    assert commit(ada, space, HEADER, line("file", path="a", content="b")).is_success


def test_storage_can_fail_too(local_hub: LocalHub) -> None:
    local_hub.fault("^/ab/", status=500)
    address = f"{local_hub.storage_url}/ab/abcd"
    assert httpx.get(address, verify=False).status_code == 500
    assert httpx.get(address, verify=False).status_code == 403


def test_the_same_over_http(local_hub: LocalHub, bob: httpx.Client) -> None:
    told = bob.post("/__local__/fault", json={"path": "/runtime", "status": 418, "body": "{}"})
    assert told.status_code == 200
    assert bob.get(RUNTIME).status_code == 418
    assert bob.post("/__local__/faults", json={}).json()[0]["hits"] == 1
    assert bob.post("/__local__/nonsense", json={}).status_code == 400
    assert bob.post("/__local__/fault", json={"path": "(", "status": 1}).status_code == 400
    assert bob.post("/__local__/fault", json={"pathh": "x"}).status_code == 400
    assert bob.post("/__local__/timing", json={"spead": 1}).status_code == 400
    names = bob.get("/__local__/").json()["commands"]
    assert {"commit", "set_stage", "rename", "revoke", "requests"} <= set(names)
    done = bob.post(
        "/__local__/commit",
        json={"space": "bob/quiet-pond", "files": {"b.bin": {"base64": "AAE="}, "app.py": None}},
    )
    assert local_hub.head("bob/quiet-pond") == done.json()["oid"]
    assert local_hub.files("bob/quiet-pond")["b.bin"] == b"\0\1"


def test_half_a_request_is_no_request(local_hub: LocalHub, space: str) -> None:
    head = local_hub.head(space)
    address = httpx.URL(local_hub.url)
    rows = [HEADER, line("file", path="a", content="b")]
    body = "".join(json.dumps(row) + "\n" for row in rows).encode()
    request = (
        f"POST /api/spaces/{space}/commit/main HTTP/1.1\r\nHost: {address.host}\r\n"
        f"Authorization: Bearer {local_hub.token()}\r\nContent-Type: application/x-ndjson\r\n"
        f"Content-Length: {len(body) + 100}\r\n\r\n"
    )
    with socket.create_connection((address.host, address.port or 0)) as half:
        half.sendall(request.encode() + body)
        half.shutdown(socket.SHUT_WR)
        assert half.recv(1) == b""
    assert local_hub.head(space) == head
    assert local_hub.requests() == []
