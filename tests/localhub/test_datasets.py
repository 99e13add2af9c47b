"""Datasets: what the official client and plain HTTP do with their repositories."""

from __future__ import annotations

import json
from pathlib import Path

import httpx
import pytest
from huggingface_hub import HfApi
from huggingface_hub.errors import HfHubHTTPError

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect


def _commit(client: httpx.Client, text: str, parent: str | None) -> httpx.Response:
    lines = [
        {"key": "header", "value": {"summary": "x", "parentCommit": parent}},
        {"key": "file", "value": {"path": "tasks/a.json", "content": text}},
    ]
    body = "\n".join(json.dumps(line) for line in lines)
    kind = {"Content-Type": "application/x-ndjson"}
    return client.post("/api/datasets/ada/queue/commit/main", content=body, headers=kind)


@pytest.fixture
def queue(ada: httpx.Client) -> str:
    """A private dataset of ada's: its head."""
    asked = {"type": "dataset", "name": "queue", "private": True}
    assert ada.post("/api/repos/create", json=asked).status_code == 200
    sha: str = ada.get("/api/datasets/ada/queue").json()["sha"]
    return sha


@pytest.mark.filterwarnings("ignore:Use 'content=<:DeprecationWarning")  # the client's own
def test_the_official_client_fills_reads_and_deletes_one(local_hub: LocalHub) -> None:
    api = HfApi(local_hub.url, local_hub.token())
    made = api.create_repo("ada/runs", repo_type="dataset", private=True)
    assert made.repo_id == "ada/runs"
    api.create_repo("ada/runs", repo_type="dataset", exist_ok=True)
    for name, data in (("a.txt", b"small"), ("model.bin", b"\0" * 3000)):
        api.upload_file(
            path_or_fileobj=data, path_in_repo=name, repo_id="ada/runs", repo_type="dataset"
        )
    path = api.snapshot_download("ada/runs", repo_type="dataset")
    assert (Path(path) / "model.bin").read_bytes() == b"\0" * 3000
    info = api.dataset_info("ada/runs")
    assert info.private
    assert {"a.txt", "model.bin"} <= {one.rfilename for one in info.siblings or ()}
    assert "ada/runs" in {one.id for one in api.list_datasets(author="ada")}
    api.delete_repo("ada/runs", repo_type="dataset")
    with pytest.raises(HfHubHTTPError):
        api.dataset_info("ada/runs")


def test_only_the_first_of_two_commits_on_one_parent_is_taken(
    ada: httpx.Client, queue: str
) -> None:
    first = _commit(ada, "1", queue)
    second = _commit(ada, "2", queue)
    assert (first.status_code, second.status_code) == (200, 412)
    assert ada.get("/datasets/ada/queue/resolve/main/tasks/a.json").text == "1"
    assert _commit(ada, "3", first.json()["commitOid"]).status_code == 200


def test_strangers_see_nothing_of_a_private_one(
    bob: httpx.Client, nobody: httpx.Client, queue: str
) -> None:
    assert queue
    assert bob.get("/api/datasets/ada/queue").status_code == 404
    assert nobody.get("/datasets/ada/queue/resolve/main/.gitattributes").status_code == 401
    assert _commit(bob, "1", None).status_code == 404


def test_a_token_for_one_repository_reaches_that_kind_alone(
    local_hub: LocalHub, queue: str
) -> None:
    local_hub.create("ada/queue-space", private=True)
    rights = ["repo.content.read", "repo.write"]
    for_data = local_hub.issue_token("ada", "fineGrained", scoped={"ada/queue": rights})
    for_space = local_hub.issue_token("ada", "fineGrained", scoped={"ada/queue-space": rights})
    with connect(local_hub, for_data) as data, connect(local_hub, for_space) as space:
        assert _commit(data, "1", queue).status_code == 200
        assert data.get("/api/spaces/ada/queue-space").status_code == 404
        assert space.get("/api/spaces/ada/queue-space").status_code == 200
        assert space.get("/api/datasets/ada/queue").status_code == 404


def test_a_dataset_survives_the_server(tmp_path: Path) -> None:
    with (
        LocalHub(data=tmp_path, token="hf_" + "a" * 34) as hub,
        connect(hub, hub.token()) as client,
    ):
        client.post("/api/repos/create", json={"type": "dataset", "name": "queue", "private": True})
        head = _commit(client, "kept", None).json()["commitOid"]
    with LocalHub(data=tmp_path) as again, connect(again, again.token()) as client:
        assert client.get("/api/datasets/ada/queue").json()["sha"] == head
        assert client.get("/datasets/ada/queue/resolve/main/tasks/a.json").text == "kept"
