"""Large files: asking, sending to the second origin, committing, reading back."""

from __future__ import annotations

import hashlib
from typing import Any

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.test_commit import HEADER, commit, line

DATA = b"\0large\n" * 1000
OID = hashlib.sha256(DATA).hexdigest()
TYPE = "application/vnd.git-lfs+json"


def batch(client: httpx.Client, space: str, *objects: dict[str, Any]) -> list[dict[str, Any]]:
    """Ask where to put objects."""
    body = {"operation": "upload", "transfers": ["basic"], "objects": list(objects)}
    address = f"/spaces/{space}.git/info/lfs/objects/batch"
    response = client.post(address, json=body, headers={"Accept": TYPE})
    assert response.headers["content-type"].startswith(TYPE)
    answers: list[dict[str, Any]] = response.json()["objects"]
    return answers


@pytest.fixture
def action(ada: httpx.Client, space: str) -> dict[str, Any]:
    """The actions offered for the object."""
    (answer,) = batch(ada, space, {"oid": OID, "size": len(DATA)})
    actions: dict[str, Any] = answer["actions"]
    return actions


def test_the_whole_way(
    ada: httpx.Client, space: str, action: dict[str, Any], local_hub: LocalHub
) -> None:
    assert action["upload"]["href"].startswith(local_hub.storage_url)
    assert local_hub.storage_url != local_hub.url
    stored = httpx.put(action["upload"]["href"], content=DATA, verify=False)
    assert stored.is_success
    assert stored.headers["etag"]
    verified = ada.post(action["verify"]["href"], json={"oid": OID, "size": len(DATA)})
    assert verified.is_success
    file = line("lfsFile", path="odd name.xyz", algo="sha256", oid=OID, size=len(DATA))
    assert commit(ada, space, HEADER, file).is_success
    entry = ada.post(f"/api/spaces/{space}/paths-info/main", json={"paths": ["odd name.xyz"]})
    assert entry.json()[0]["lfs"] == {"oid": OID, "size": len(DATA), "pointerSize": 129}
    assert entry.json()[0]["size"] == len(DATA)
    attributes = local_hub.files(space)[".gitattributes"].decode().splitlines()
    assert attributes[-1] == "odd[[:space:]]name.xyz filter=lfs diff=lfs merge=lfs -text"
    head = ada.head(f"/spaces/{space}/resolve/main/odd%20name.xyz")
    assert head.status_code == 302
    assert head.headers["x-linked-size"] == str(len(DATA))
    assert head.headers["x-linked-etag"] == f'"{OID}"'
    part = httpx.get(head.headers["location"], headers={"Range": "bytes=1-5"}, verify=False)
    assert (part.status_code, part.content) == (206, b"large")
    raw = ada.get(f"/spaces/{space}/raw/main/odd%20name.xyz").text
    assert raw.startswith("version https://git-lfs.github.com/spec/v1\noid sha256:")
    asked = {"files": [{"path": "odd name.xyz", "sample": "", "size": 9}]}
    known = ada.post(f"/api/spaces/{space}/preupload/main", json=asked).json()["files"][0]
    assert (known["uploadMode"], known["oid"]) == ("lfs", OID)
    again = commit(ada, space, HEADER, file)
    assert again.is_success
    assert local_hub.files(space)[".gitattributes"].decode().splitlines() == attributes


def test_covered_paths_leave_the_attributes_alone(
    ada: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    local_hub.call(lambda hub: hub.lfs.put(DATA))
    before = local_hub.files(space)[".gitattributes"]
    file = line("lfsFile", path="a/model.bin", algo="sha256", oid=OID)
    assert commit(ada, space, HEADER, file).is_success
    assert local_hub.files(space)[".gitattributes"] == before
    assert local_hub.files(space)["a/model.bin"] == DATA


def test_what_is_stored_needs_no_action(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.call(lambda hub: hub.lfs.put(DATA))
    known, bad = batch(ada, space, {"oid": OID, "size": len(DATA)}, {"oid": "x", "size": 1})
    assert "actions" not in known
    assert bad["error"]["code"] == 422


def test_storage_refuses_what_object_storage_refuses(
    action: dict[str, Any], local_hub: LocalHub, ada: httpx.Client
) -> None:
    href = action["upload"]["href"]
    bearer = {"Authorization": f"Bearer {local_hub.token()}"}
    assert httpx.put(href, content=DATA, headers=bearer, verify=False).status_code == 400
    chunked = httpx.put(href, content=iter([DATA]), verify=False)
    assert chunked.status_code == 501
    assert httpx.put(href, content=b"other", verify=False).status_code == 400
    assert httpx.put(href.replace("Signature=", "Signature=0"), verify=False).status_code == 403
    assert httpx.get(href, verify=False).status_code == 403
    local_hub.expire_storage()
    assert httpx.put(href, content=DATA, verify=False).status_code == 403
    assert local_hub.requests()[-1].origin == "storage"


def test_only_writers_are_offered_a_place(
    bob: httpx.Client, nobody: httpx.Client, space: str
) -> None:
    address = f"/spaces/{space}.git/info/lfs/objects/batch"
    body = {"operation": "upload", "objects": [{"oid": OID, "size": 1}]}
    assert bob.post(address, json=body).status_code == 403
    assert nobody.post(address, json=body).status_code == 401
    download = body | {"operation": "download"}
    assert nobody.post(address, json=download).json()["objects"][0]["error"]["code"] == 404
