"""Creating and deleting."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub

ADDRESS = "/api/repos/create"
NEW = {"name": "tmp_test_space", "organization": "ada", "type": "space", "sdk": "gradio"}


def test_create_answers_as_recorded(ada: httpx.Client, local_hub: LocalHub) -> None:
    response = ada.post(ADDRESS, json=NEW | {"private": True})
    url = f"{local_hub.url}/spaces/ada/tmp_test_space"
    answer = response.json()
    assert list(answer) == ["url", "name", "id"]
    assert (answer["url"], answer["name"], len(answer["id"])) == (url, "ada/tmp_test_space", 24)
    again = ada.post(ADDRESS, json=NEW)
    assert again.status_code == 409
    assert again.text == f'{{"error":"You already created this space repo","url":"{url}"}}'
    info = ada.get("/api/spaces/ada/tmp_test_space").json()
    assert info["subdomain"] == "ada-tmp-test-space"
    assert info["runtime"]["stage"] == "NO_APP_FILE"
    assert [file["rfilename"] for file in info["siblings"]] == [".gitattributes", "README.md"]
    assert info["private"] is True


def test_first_files_start_it(ada: httpx.Client, local_hub: LocalHub) -> None:
    files = [{"path": "app.py", "content": "print(1)"}]
    assert ada.post(ADDRESS, json=NEW | {"files": files, "organization": None}).is_success
    local_hub.wait_stage("ada/tmp_test_space", "RUNNING")
    assert local_hub.stages_seen("ada/tmp_test_space") == ["BUILDING", "APP_STARTING", "RUNNING"]


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"type": "model"}, 400),
        ({"sdk": "streamlit"}, 400),
        ({"name": "a--b"}, 400),
        ({"name": ".a"}, 400),
        ({"name": "a.git"}, 400),
        ({"name": "x" * 97}, 400),
        ({"hardware": "abacus"}, 400),
        ({"organization": "bob"}, 403),
    ],
)
def test_refusals(ada: httpx.Client, changes: dict[str, Any], status: int) -> None:
    assert ada.post(ADDRESS, json=NEW | changes).status_code == status


def test_the_free_plan(bob: httpx.Client) -> None:
    mine = NEW | {"organization": "bob"}
    refused = bob.post(ADDRESS, json=mine)
    assert refused.status_code == 402
    assert refused.json()["error"].startswith("Static Spaces are free for everyone")
    assert bob.post(ADDRESS, json=mine | {"hardware": "t4-small"}).status_code == 403
    assert bob.post(ADDRESS, json=mine | {"sdk": "static"}).is_success


def test_reading_tokens_and_strangers_create_nothing(
    ada_reading: httpx.Client, nobody: httpx.Client
) -> None:
    assert ada_reading.post(ADDRESS, json=NEW).status_code == 403
    assert nobody.post(ADDRESS, json=NEW).status_code == 401


def test_delete_answers_in_text(ada: httpx.Client, bob: httpx.Client, space: str) -> None:
    body = {"name": "demo", "organization": "ada", "type": "space"}
    model = {key: value for key, value in body.items() if key != "type"}
    assert ada.request("DELETE", "/api/repos/delete", json=model).status_code == 404
    assert bob.request("DELETE", "/api/repos/delete", json=body).status_code == 403
    done = ada.request("DELETE", "/api/repos/delete", json=body)
    assert (done.status_code, done.text) == (200, "OK")
    assert done.headers["content-type"].startswith("text/plain")
    assert ada.get(f"/api/spaces/{space}").status_code == 404
    assert ada.request("DELETE", "/api/repos/delete", json=body).status_code == 404
