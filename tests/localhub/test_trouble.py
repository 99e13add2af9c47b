"""Resets, slow bodies, lists that lag, replies that name the production host."""

from __future__ import annotations

import json
import socket
from urllib.parse import urlsplit

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.test_commit import HEADER, commit, line

POND = "/api/spaces/bob/quiet-pond"


def test_a_reset_is_no_close(local_hub: LocalHub) -> None:
    local_hub.fault("/api/spaces", cut="reset")
    host, port = urlsplit(local_hub.url).netloc.split(":")
    with socket.create_connection((host, int(port))) as sock:
        sock.sendall(f"GET /api/spaces HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        with pytest.raises(ConnectionResetError):
            sock.recv(100)


def test_a_reset_after_landing(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    before = local_hub.head(space)
    local_hub.fault("/commit/", drop="after", cut="reset")
    with pytest.raises(httpx.ReadError):
        commit(ada, space, HEADER, line("file", path="x", content="y"))
    assert local_hub.head(space) != before


def test_a_slow_body(nobody: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.fault("quiet-pond$", bytes_per_second=20_000)
    with nobody.stream("GET", POND) as response:
        pieces = [piece for piece in response.iter_raw() if piece]
    assert json.loads(b"".join(pieces))["id"] == "bob/quiet-pond"
    assert max(map(len, pieces)) <= 1000


def test_lists_lag_behind(nobody: httpx.Client, local_hub: LocalHub) -> None:
    def listed() -> str:
        found = nobody.get("/api/spaces?expand=runtime&search=quiet-pond").json()
        stage: str = found[0]["runtime"]["stage"]
        return stage

    local_hub.advance(60)
    local_hub.list_lag(5)
    local_hub.set_stage("bob/quiet-pond", "PAUSED")
    assert nobody.get(f"{POND}/runtime").json()["stage"] == "PAUSED"
    assert listed() == "RUNNING"
    local_hub.advance(6)
    assert listed() == "PAUSED"


def test_replies_that_name_the_production_host(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    local_hub.create("ada/second")
    local_hub.name_origin()
    production = "https://huggingface.co"
    body = {"name": "third", "type": "space", "sdk": "static"}
    made = ada.post("/api/repos/create", json=body).json()
    assert made["url"] == f"{production}/spaces/ada/third"
    done = commit(ada, space, HEADER, line("file", path="x", content="y")).json()
    assert done["commitUrl"].startswith(f"{production}/spaces/{space}/commit/")
    page = ada.get("/api/spaces?author=ada&limit=1")
    assert page.links["next"]["url"].startswith(f"{production}/api/spaces?")
    objects = {"operation": "upload", "objects": [{"oid": "0" * 64, "size": 5}]}
    batch = ada.post(f"/spaces/{space}.git/info/lfs/objects/batch", json=objects).json()
    actions = batch["objects"][0]["actions"]
    assert actions["verify"]["href"].startswith(production)
    assert actions["upload"]["href"].startswith(local_hub.storage_url)
    local_hub.rename(space, "ada/renamed")
    assert ada.get(f"/api/spaces/{space}").headers["location"].startswith(production)
    local_hub.name_origin(None)
    assert ada.get(f"/api/spaces/{space}").headers["location"].startswith(local_hub.url)


def test_other_redirects(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.rename(space, "ada/renamed")
    for status in (301, 302, 308):
        local_hub.redirect_status(status)
        assert ada.get(f"/api/spaces/{space}").status_code == status
        assert ada.post(f"/api/spaces/{space}/pause").status_code == status
    with pytest.raises(ValueError, match="200"):
        local_hub.redirect_status(200)


def test_notices(nobody: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.warn("Maintenance", "at noon")
    local_hub.warn("Upgrade", "soon")
    answer = nobody.get(POND)
    assert answer.headers.get_list("x-hf-warning") == ["Maintenance; at noon", "Upgrade; soon"]
    local_hub.warn()
    assert "x-hf-warning" not in nobody.get(POND).headers


def test_a_disabled_space(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.disable(space)
    answer = ada.get(f"/api/spaces/{space}/runtime")
    assert answer.status_code == 403
    assert answer.headers["x-error-message"] == "Access to this resource is disabled."
    assert ada.get("/api/spaces?author=ada&expand=disabled").json()[0]["disabled"] is True
    local_hub.disable(space, disabled=False)
    assert ada.get(f"/api/spaces/{space}/runtime").is_success


def test_a_start_that_cannot_be_scheduled(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    local_hub.fail_start(space, "Scheduling failure: unable to schedule")
    ada.post(f"/api/spaces/{space}/restart")
    local_hub.wait_stage(space, "RUNTIME_ERROR")
    runtime = ada.get(f"/api/spaces/{space}/runtime").json()
    assert runtime["errorMessage"] == "Scheduling failure: unable to schedule"
    ada.post(f"/api/spaces/{space}/restart")
    assert local_hub.wait_stage(space, "RUNNING") == "RUNNING"


def test_autoscaling(nobody: httpx.Client, local_hub: LocalHub) -> None:
    assert local_hub.scale("bob/quiet-pond", "auto", current=3)["stage"] == "RUNNING"
    replicas = nobody.get(f"{POND}/runtime").json()["replicas"]
    assert replicas == {"requested": "auto", "current": 3}
