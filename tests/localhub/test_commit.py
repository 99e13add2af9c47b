"""Uploads: preupload, the forms of a commit, and what is refused as a whole."""

from __future__ import annotations

import base64
import json
from typing import Any

import httpx
import pytest

from spaces_tui.localhub.gitobjects import object_id
from spaces_tui.localhub.thread import LocalHub

HEADER = {"key": "header", "value": {"summary": "Change", "description": "why"}}
NDJSON = {"Content-Type": "application/x-ndjson"}
RECORDED = (
    "CmltcG9ydCBncmFkaW8gYXMgZ3IKCgpkZWYgZ3JlZXQobmFtZSk6CiAgICByZXR1cm4gIkhlbGxvICIgKyBuYW1l"
    "ICsgIiEhIgoKaWZhY2UgPSBnci5JbnRlcmZhY2UoZm49Z3JlZXQsIGlucHV0cz0idGV4dCIsIG91dHB1dHM9InRl"
    "eHQiKQppZmFjZS5sYXVuY2goKQo="
)


def line(key: str, **value: object) -> dict[str, Any]:
    """Return one line of a commit."""
    return {"key": key, "value": value}


def commit(client: httpx.Client, space: str, *lines: dict[str, Any]) -> httpx.Response:
    """Send a commit."""
    body = "\n".join(json.dumps(item) for item in lines)
    return client.post(f"/api/spaces/{space}/commit/main", content=body, headers=NDJSON)


def test_a_commit_answers_as_recorded(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    file = line("file", content=RECORDED, path="app.py", encoding="base64")
    response = commit(ada, space, HEADER, file)
    assert response.status_code == 200
    oid = local_hub.head(space)
    assert response.text == (
        f'{{"success":true,"commitOid":"{oid}",'
        f'"commitUrl":"{local_hub.url}/spaces/{space}/commit/{oid}","hookOutput":""}}'
    )
    newest = ada.get(f"/api/spaces/{space}/commits/main").json()[0]
    assert (newest["title"], newest["message"]) == ("Change", "why")
    assert newest["authors"][0]["user"] == "ada"


def test_preupload_answers_as_recorded(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    asked = {"files": [{"path": "new.py", "sample": RECORDED, "size": 152}]}
    answer = ada.post(f"/api/spaces/{space}/preupload/main", json=asked)
    head = local_hub.head(space)
    assert answer.text == (
        '{"files":[{"path":"new.py","uploadMode":"regular","shouldIgnore":false}],'
        f'"commitOid":"{head}"}}'
    )
    commit(ada, space, HEADER, line("file", content=RECORDED, path="new.py", encoding="base64"))
    again = ada.post(f"/api/spaces/{space}/preupload/main", json=asked).json()["files"][0]
    assert again["oid"] == "1a42034850e2f5213e1a89a887747b667dc9d125"


@pytest.mark.parametrize(
    ("path", "size", "content", "mode"),
    [
        ("a.py", 3, b"a=1", "regular"),
        ("a.py", 0, b"", "regular"),
        ("cut.txt", 10**6, ("x" * 511 + "ü").encode()[:512], "regular"),
        ("big.csv", 11 * 10**6, b"a,b", "lfs"),
        ("a.dat", 3, b"\0\1\2", "lfs"),
        ("latin.txt", 4, b"na\xefve", "lfs"),
        ("sub/model.safetensors", 3, b"abc", "lfs"),
    ],
)
def test_the_mode_depends_on_size_content_and_attributes(
    ada: httpx.Client, space: str, path: str, size: int, content: bytes, mode: str
) -> None:
    sample = base64.b64encode(content).decode()
    asked = {"files": [{"path": path, "sample": sample, "size": size}]}
    answer = ada.post(f"/api/spaces/{space}/preupload/main", json=asked).json()
    assert answer["files"][0]["uploadMode"] == mode


def test_ignored_files_are_named_by_the_repository_or_by_the_client(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    local_hub.commit(space, {".gitignore": "*.log\n/build/\n"})
    paths = ["a.log", "build/x", "src/build/x", "keep.txt"]
    files = [{"path": path, "sample": "", "size": 1} for path in paths]

    def ignored(**extra: str) -> list[str]:
        answer = ada.post(f"/api/spaces/{space}/preupload/main", json={"files": files, **extra})
        return [file["path"] for file in answer.json()["files"] if file["shouldIgnore"]]

    assert ignored() == ["a.log", "build/x"]
    assert ignored(gitIgnore="keep.*") == ["keep.txt"]


@pytest.mark.parametrize("path", ["../x", "/x", "a//b", "a\\b", ".git/config", "a/./b", "a\nb", ""])
def test_bad_paths_are_refused_before_and_in_a_commit(
    ada: httpx.Client, space: str, local_hub: LocalHub, path: str
) -> None:
    head = local_hub.head(space)
    asked = {"files": [{"path": path, "sample": "", "size": 0}]}
    assert ada.post(f"/api/spaces/{space}/preupload/main", json=asked).status_code == 422
    file = line("file", path=path, content="x", encoding="utf-8")
    assert commit(ada, space, HEADER, file).status_code == 422
    assert local_hub.head(space) == head


@pytest.mark.parametrize(
    ("lines", "status"),
    [
        ([HEADER], 400),
        ([], 400),
        ([line("file", path="a", content="b")], 400),
        ([line("header", summary=""), line("file", path="a", content="b")], 400),
        ([HEADER, line("file", path="a")], 400),
        ([HEADER, line("file", path="a", content="%%", encoding="base64")], 400),
        ([HEADER, line("nonsense", path="a")], 400),
        ([HEADER, line("file", path="a", content="AAEC", encoding="base64")], 400),
        ([HEADER, line("lfsFile", path="a", algo="sha256", oid="ab" * 32, size=1)], 400),
        ([HEADER, line("file", path="README.md", content="---\nsdk: fortran\n---\n")], 400),
        ([HEADER, line("deletedFile", path="missing")], 404),
        ([HEADER, line("deletedFolder", path="app.py")], 404),
    ],
)
def test_a_refused_commit_changes_nothing(
    ada: httpx.Client,
    space: str,
    local_hub: LocalHub,
    lines: list[dict[str, Any]],
    status: int,
) -> None:
    head = local_hub.head(space)
    response = commit(ada, space, *lines)
    assert response.status_code == status
    assert response.json()["error"]
    assert local_hub.head(space) == head


def test_one_missing_deletion_fails_the_whole_commit(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    file = line("file", path="new.txt", content="x")
    response = commit(ada, space, HEADER, file, line("deletedFile", path="gone.txt"))
    assert response.status_code == 404
    assert response.headers["x-error-code"] == "EntryNotFound"
    assert "A file with this name doesn't exist" in response.json()["error"]
    assert "new.txt" not in local_hub.files(space)


def test_a_stale_parent_is_refused(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    parent = local_hub.head(space)
    theirs = local_hub.commit(space, {"other.txt": "theirs"})
    header = line("header", summary="Mine", parentCommit=parent)
    response = commit(ada, space, header, line("file", path="a", content="b"))
    assert response.status_code == 412
    assert response.json()["error"].startswith("The branch was updated since you opened this page")
    assert local_hub.head(space) == theirs
    header["value"]["parentCommit"] = theirs
    assert commit(ada, space, header, line("file", path="a", content="b")).status_code == 200


def test_all_ways_to_delete(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.commit(space, {"a": "1", "d/x": "2", "d/y/z": "3", "e/x": "4", "f": "5"})
    response = commit(
        ada,
        space,
        HEADER,
        line("deletedFile", path="a"),
        line("deletedFolder", path="d/"),
        line("deletedEntry", path="e"),
        line("deletedEntry", path="f"),
    )
    assert response.status_code == 200
    assert sorted(local_hub.files(space)) == [".gitattributes", "README.md", "app.py"]


def test_a_path_that_is_deleted_and_written_is_written(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    written = line("file", path="app.py", content="new")
    assert commit(ada, space, HEADER, written, line("deletedFile", path="app.py")).is_success
    assert local_hub.files(space)["app.py"] == b"new"


def test_a_file_can_be_moved_without_its_content(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    before = local_hub.files(space)["app.py"]
    assert commit(ada, space, HEADER, line("file", path="src/main.py", oldPath="app.py")).is_success
    files = local_hub.files(space)
    assert files["src/main.py"] == before
    assert "app.py" not in files


def test_texts_may_contain_unicode_line_ends(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    text = "one\u2028two\u0085three"
    rows = [HEADER, line("file", path="t.txt", content=text)]
    body = "\n".join(json.dumps(row, ensure_ascii=False) for row in rows)
    response = ada.post(f"/api/spaces/{space}/commit/main", content=body.encode(), headers=NDJSON)
    assert response.is_success
    assert local_hub.files(space)["t.txt"].decode() == text


def test_the_single_object_form(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    body = {
        "summary": "All at once",
        "files": [{"path": "a.txt", "content": "eA==", "encoding": "base64"}],
        "deletedEntries": [{"path": "app.py"}],
    }
    assert ada.post(f"/api/spaces/{space}/commit/main", json=body).is_success
    files = local_hub.files(space)
    assert files["a.txt"] == b"x"
    assert "app.py" not in files


def test_a_commit_without_effect_is_still_a_commit(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    head = local_hub.head(space)
    same = line("file", path="app.py", content=local_hub.files(space)["app.py"].decode())
    assert commit(ada, space, HEADER, same).json()["commitOid"] != head


def test_a_missing_branch_is_named(ada: httpx.Client, space: str) -> None:
    response = ada.post(f"/api/spaces/{space}/commit/dev", content="", headers=NDJSON)
    assert response.status_code == 404
    assert response.headers["x-error-code"] == "RevisionNotFound"


def test_the_card_can_be_checked_before(ada: httpx.Client) -> None:
    good = {"content": "---\nsdk: gradio\nemoji: 🐢\n---\n", "repoType": "space"}
    assert ada.post("/api/validate-yaml", json=good).json() == {"errors": [], "warnings": []}
    bad = good | {"content": f"---\nsdk: gradio\nshort_description: {'x' * 61}\n---\n"}
    response = ada.post("/api/validate-yaml", json=bad)
    assert response.status_code == 400
    assert "less than or equal to 60" in response.json()["errors"][0]["message"]


def test_a_folder_of_a_thousand_files(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    files = [line("file", path=f"f/{number:04}.txt", content=str(number)) for number in range(1000)]
    assert commit(ada, space, HEADER, *files).is_success
    assert commit(ada, space, HEADER, line("file", path="f/0500.txt", content="x")).is_success
    tree = ada.get(f"/api/spaces/{space}/tree/main/f").json()
    assert len(tree) == 1000
    assert tree[500]["oid"] == object_id("blob", b"x")
