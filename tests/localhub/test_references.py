"""Branches, tags, pull requests, squashing, differences, sizes."""

from __future__ import annotations

import json
import shutil
import subprocess
from pathlib import Path

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.test_commit import HEADER, NDJSON, line

API = "/api/spaces/ada/demo"


def names(client: httpx.Client, kind: str) -> dict[str, str]:
    """Return references of a kind and their commits."""
    found = client.get(f"{API}/refs", params={"include_prs": "1"}).json()[kind]
    return {item["name"]: item["targetCommit"] for item in found}


def commit(
    client: httpx.Client, rev: str, *lines: dict[str, object], **query: str
) -> httpx.Response:
    """Commit to a revision."""
    body = "\n".join(json.dumps(item) for item in (HEADER, *lines))
    return client.post(f"{API}/commit/{rev}", content=body, headers=NDJSON, params=query)


def test_branches(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    first = local_hub.head(space)
    local_hub.commit(space, {"app.py": "2\n"})
    local_hub.advance(60)
    branch = f"{API}/branch/feat%2Fx"
    assert ada.post(branch, json={"startingPoint": first}).status_code == 200
    assert names(ada, "branches") == {"main": local_hub.head(space), "feat/x": first}
    assert ada.post(branch).status_code == 409
    seen = local_hub.stages_seen(space)
    file = line("file", path="new.txt", content="x")
    oid = commit(ada, "feat%2Fx", file).json()["commitOid"]
    assert names(ada, "branches")["feat/x"] == oid
    assert local_hub.stages_seen(space) == seen
    assert "new.txt" not in local_hub.files(space)
    assert ada.get(f"/spaces/{space}/resolve/feat%2Fx/new.txt").text == "x"
    assert ada.post(branch, json={"overwrite": True}).is_success
    assert names(ada, "branches")["feat/x"] == local_hub.head(space)
    assert ada.post(f"{API}/branch/empty", json={"emptyBranch": True}).is_success
    assert ada.get(f"{API}/tree/empty").json() == []
    assert ada.delete(branch).is_success
    assert ada.delete(branch).status_code == 404
    assert ada.delete(f"{API}/branch/main").status_code == 403
    assert ada.post(f"{API}/branch/a..b").status_code == 400
    assert ada.post(f"{API}/branch/y", json={"startingPoint": "none"}).status_code == 404


def test_tags(ada: httpx.Client, bob: httpx.Client, space: str, local_hub: LocalHub) -> None:
    assert ada.post(f"{API}/tag/main", json={"tag": "v1", "message": "one"}).is_success
    assert ada.post(f"{API}/tag/main", json={"tag": "v1"}).status_code == 409
    assert names(ada, "tags") == {"v1": local_hub.head(space)}
    assert commit(ada, "v1", line("file", path="x", content="")).status_code == 404
    assert bob.delete(f"{API}/tag/v1").status_code == 403
    assert ada.delete(f"{API}/tag/v1").is_success
    assert names(ada, "tags") == {}


def test_pull_requests(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    head, seen = local_hub.head(space), local_hub.stages_seen(space)
    file = line("file", path="new.txt", content="x")
    answer = commit(ada, "main", file, create_pr="1").json()
    assert answer["pullRequestUrl"] == f"{local_hub.url}/spaces/{space}/discussions/1"
    assert names(ada, "pullRequests") == {"refs/pr/1": answer["commitOid"]}
    assert (local_hub.head(space), local_hub.stages_seen(space)) == (head, seen)
    more = commit(ada, "refs%2Fpr%2F1", line("file", path="two.txt", content="y"))
    assert names(ada, "pullRequests")["refs/pr/1"] == more.json()["commitOid"]
    listed = ada.get(f"{API}/tree/refs%2Fpr%2F1").json()
    assert {"new.txt", "two.txt"} <= {entry["path"] for entry in listed}
    assert commit(ada, "main", file, create_pr="1").json()["pullRequestUrl"].endswith("/2")


def test_the_json_form_and_renames(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    body = {
        "summary": "All at once",
        "parentCommit": local_hub.head(space),
        "files": [
            {"path": "b.txt", "content": "b"},
            {"path": "main.py", "oldPath": "app.py"},
        ],
        "deletedEntries": [{"path": "README.md"}],
    }
    assert ada.post(f"{API}/commit/main", json=body).is_success
    files = local_hub.files(space)
    assert sorted(files) == [".gitattributes", "b.txt", "main.py"]
    assert files["main.py"] == b"print('hello')\n"
    assert ada.post(f"{API}/commit/main", json=body).status_code == 412


def test_squashing(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    old, files = local_hub.head(space), local_hub.files(space)
    answer = ada.post(f"{API}/super-squash/main", json={"message": "One"}).json()
    assert answer == {"commitId": local_hub.head(space)}
    assert [item["title"] for item in ada.get(f"{API}/commits/main").json()] == ["One"]
    assert local_hub.files(space) == files
    assert ada.get(f"{API}/revision/{old}").status_code == 404
    assert ada.post(f"{API}/super-squash/none").status_code == 404
    too_long = {"message": "x" * 501}
    assert ada.post(f"{API}/super-squash/main", json=too_long).status_code == 400


@pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed")
def test_differences_can_be_applied(
    ada: httpx.Client, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    local_hub.commit(space, {"a.txt": "1\n2\n3\n", "gone.txt": "x\n", "end.txt": "no newline"})
    base = local_hub.head(space)
    changes = {"a.txt": "1\ntwo\n3\n", "gone.txt": None, "new.txt": "n\n", "end.txt": "still none"}
    local_hub.commit(space, changes)
    text = ada.get(f"{API}/compare/{base}..main", params={"raw": "true"}).text
    assert ada.get(f"{API}/compare/{base}...main").json() == text
    for name, content in (("a.txt", "1\n2\n3\n"), ("gone.txt", "x\n"), ("end.txt", "no newline")):
        (tmp_path / name).write_text(content)
    subprocess.run(["git", "apply", "-"], cwd=tmp_path, input=text, text=True, check=True)
    found = {path.name: path.read_text() for path in tmp_path.glob("*.txt")}
    assert found == {"a.txt": "1\ntwo\n3\n", "new.txt": "n\n", "end.txt": "still none"}
    assert ada.get(f"{API}/compare/main").status_code == 400
    assert ada.get(f"{API}/compare/none..main").status_code == 404


def test_sizes(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.commit(space, {"d/a": "123", "d/e/b": "45"})
    assert ada.get(f"{API}/treesize/main/d").json() == {"path": "/d", "size": 5}
    whole = ada.get(f"{API}/treesize/main/").json()
    assert whole["size"] == sum(map(len, local_hub.files(space).values()))
    assert ada.get(f"{API}/treesize/main").json() == whole
    assert ada.get(f"{API}/treesize/main/none").status_code == 404


def test_the_quota_of_commits(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.commit_quota(2)
    file = line("file", path="n.txt", content="1")
    assert commit(ada, "main", file).is_success
    assert commit(ada, "main", file, create_pr="1").is_success
    refused = commit(ada, "main", file)
    assert refused.status_code == 429
    assert "(2 per hour)" in refused.json()["error"]
    assert ";r=0;" not in refused.headers["ratelimit"]
    local_hub.advance(3601)
    assert commit(ada, "main", file).is_success
    local_hub.commit_quota(None)
    for _ in range(3):
        assert commit(ada, "main", file).is_success
