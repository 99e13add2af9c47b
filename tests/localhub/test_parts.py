"""Large files in parts, refused objects, and the large files of a whole history."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from typing import Any

import httpx
import pytest

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.tree import lfs_blob

DATA = bytes(range(256)) * 50
OID = hashlib.sha256(DATA).hexdigest()
API = "/api/spaces/ada/demo"


def upload(client: httpx.Client, *, transfers: tuple[str, ...] = ("basic", "multipart")) -> Any:
    """Ask where to put the object; return the whole answer."""
    body = {
        "operation": "upload",
        "transfers": transfers,
        "objects": [{"oid": OID, "size": len(DATA)}],
    }
    return client.post("/spaces/ada/demo.git/info/lfs/objects/batch", json=body).json()


def addresses(header: Mapping[str, str]) -> dict[int, str]:
    """Return the part addresses by number."""
    return {int(key): value for key, value in header.items() if key.isdigit()}


@pytest.fixture
def action(ada: httpx.Client, space: str, local_hub: LocalHub) -> dict[str, Any]:
    """An upload in thirteen parts."""
    local_hub.multipart(over=1000, chunk=1000)
    answer = upload(ada)
    assert answer["transfer"] == "multipart"
    found: dict[str, Any] = answer["objects"][0]["actions"]
    return found


def send(action: dict[str, Any], numbers: list[int]) -> list[dict[str, Any]]:
    """Send parts and return what completion has to name."""
    parts = []
    for number in numbers:
        piece = DATA[(number - 1) * 1000 : number * 1000]
        stored = httpx.put(
            addresses(action["upload"]["header"])[number], content=piece, verify=False
        )
        assert stored.is_success
        parts.append({"partNumber": number, "etag": stored.headers["etag"]})
    return parts


def test_the_header_of_an_upload_in_parts(action: dict[str, Any]) -> None:
    header = action["upload"]["header"]
    assert header["chunk_size"] == "1000"
    assert sorted(addresses(header)) == list(range(1, 14))
    keys = [key for key in header if key.isdigit()]
    assert keys != sorted(keys)


def test_parts_are_joined(ada: httpx.Client, action: dict[str, Any], local_hub: LocalHub) -> None:
    parts = send(action, list(range(13, 0, -1)))
    joined = httpx.post(action["upload"]["href"], json={"oid": OID, "parts": parts}, verify=False)
    assert joined.is_success
    assert ada.post(action["verify"]["href"], json={"oid": OID, "size": len(DATA)}).is_success
    assert local_hub.call(lambda hub: hub.lfs.objects[OID]) == DATA
    assert upload(ada)["objects"] == [{"oid": OID, "size": len(DATA)}]


def test_what_is_missing_or_wrong(ada: httpx.Client, action: dict[str, Any]) -> None:
    parts = send(action, list(range(1, 13)))
    join = action["upload"]["href"]
    bad = httpx.post(join, json={"oid": OID, "parts": parts}, verify=False)
    assert bad.status_code == 400
    assert httpx.post(join, content=b"{", verify=False).status_code == 400
    last = addresses(action["upload"]["header"])[13]
    assert httpx.put(last, content=b"short", verify=False).status_code == 400
    assert httpx.put(join, content=DATA, verify=False).status_code == 403
    verified = ada.post(action["verify"]["href"], json={"oid": OID, "size": len(DATA)})
    assert verified.status_code == 404


def test_addresses_expire(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.url_lifetime(60)
    href = upload(ada, transfers=("basic",))["objects"][0]["actions"]["upload"]["href"]
    local_hub.advance(61)
    assert httpx.put(href, content=DATA, verify=False).status_code == 403


def test_clients_that_only_know_basic(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.multipart(over=10, chunk=10)
    answer = upload(ada, transfers=("basic",))
    assert answer["transfer"] == "basic"
    assert answer["objects"][0]["actions"]["upload"]["header"] == {}


def test_an_object_that_is_refused(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.refuse_object(OID, code=422, message="too odd")
    (answer,) = upload(ada)["objects"]
    assert answer["error"] == {"code": 422, "message": "too odd"}


def plant(local_hub: LocalHub, *names: str) -> None:
    """Commit one large file under some names, each with other bytes."""

    def store(hub: LocalHubState) -> None:
        for name in names:
            blob = lfs_blob(hub.lfs.put(name.encode() * 100), 100 * len(name))
            hub.commit(hub.spaces["ada/demo"], {name: blob}, author="ada", title=name)

    local_hub.call(store)


def test_the_large_files_of_a_history(
    ada: httpx.Client, bob: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    plant(local_hub, "a.bin", "b.bin")
    local_hub.commit(space, {"a.bin": None})
    answer = ada.get(f"{API}/lfs-files", params={"limit": "1"})
    rest = ada.get(answer.links["next"]["url"]).json()
    first, second = answer.json() + rest
    assert (first["filename"], second["filename"]) == ("a.bin", "b.bin")
    assert first["fileOid"] == hashlib.sha256(b"a.bin" * 100).hexdigest()
    assert (first["size"], first["ref"], first["pusher"]["name"]) == (500, "refs/heads/main", "ada")
    body = {"deletions": {"sha": [first["fileOid"]], "rewriteHistory": True}}
    assert bob.post(f"{API}/lfs-files/batch", json=body).status_code == 403
    before = local_hub.head(space)
    assert ada.post(f"{API}/lfs-files/batch", json=body).is_success
    assert local_hub.head(space) != before
    assert [item["filename"] for item in ada.get(f"{API}/lfs-files").json()] == ["b.bin"]
    assert ada.post(f"{API}/lfs-files/batch", json=body).status_code == 404
    assert ada.delete(f"{API}/lfs-files/{second['fileOid']}").is_success
    address = ada.get(f"/spaces/{space}/resolve/main/b.bin").headers["location"]
    assert httpx.get(address, verify=False).status_code == 404


def test_duplicating_large_files(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    plant(local_hub, "a.bin")
    local_hub.create("acme/other")
    entry = ada.get(f"{API}/tree/main").json()
    (large,) = [item for item in entry if "lfs" in item]
    body = {
        "target": {"type": "space", "name": "acme/other"},
        "files": [{"xetHash": large["xetHash"], "sha256": large["lfs"]["oid"]}],
    }
    done = ada.post(f"{API}/lfs-files/duplicate", json=body)
    assert done.status_code == 200
    assert done.json() == {"success": True, "processed": 1, "succeeded": 1, "failed": []}
    body["files"] = [{"xetHash": "x", "sha256": "0" * 64}]
    partly = ada.post(f"{API}/lfs-files/duplicate", json=body)
    assert partly.status_code == 207
    assert partly.json()["failed"][0]["sha256"] == "0" * 64
