"""Lists and info calls."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub


def ids(client: httpx.Client, **query: Any) -> list[str]:
    """Return the ids of one page."""
    return [entry["id"] for entry in client.get("/api/spaces", params=query).json()]


@pytest.fixture
def many(local_hub: LocalHub) -> LocalHub:
    """A Hub with more Spaces."""
    for name in ("acme/one", "acme/two", "ada/one", "ada/three"):
        local_hub.create(name, sdk="docker" if "two" in name else "gradio")
    local_hub.create("acme/hidden", private=True)
    return local_hub


def test_filters(many: LocalHub, nobody: httpx.Client) -> None:
    assert sorted(ids(nobody, author="acme")) == ["acme/one", "acme/two"]
    assert sorted(ids(nobody, search="ONE")) == ["acme/one", "ada/one"]
    assert ids(nobody, filter=["docker", "region:us"]) == ["acme/two"]
    assert ids(nobody, author="nobody") == []


def test_private_spaces_are_listed_for_members_only(
    many: LocalHub, nobody: httpx.Client, ada_reading: httpx.Client, bob: httpx.Client
) -> None:
    assert "acme/hidden" in ids(ada_reading, author="acme")
    assert "acme/hidden" not in ids(nobody, author="acme") + ids(bob, author="acme")


def test_pages_are_linked_until_the_end(many: LocalHub, nobody: httpx.Client) -> None:
    response = nobody.get("/api/spaces", params={"limit": 2, "expand": ["sha", "sdk"]})
    found = [entry["id"] for entry in response.json()]
    while "next" in response.links:
        response = nobody.get(response.links["next"]["url"])
        assert all(set(entry) == {"_id", "id", "sha", "sdk"} for entry in response.json())
        found += [entry["id"] for entry in response.json()]
    assert sorted(found) == sorted(ids(nobody))
    assert len(set(found)) == 5


def test_expand_restricts_the_answer(many: LocalHub, nobody: httpx.Client) -> None:
    entry = nobody.get("/api/spaces?author=bob&expand=runtime&expand[]=sdk").json()[0]
    assert list(entry) == ["_id", "id", "runtime", "sdk"]
    assert entry["runtime"]["stage"] == "RUNNING"


@pytest.mark.parametrize(
    "query",
    ["expand=nonsense", "full=true&expand=sha", "limit=0", "limit=x", "cursor=%25", "sort=x"],
)
def test_bad_queries(many: LocalHub, nobody: httpx.Client, query: str) -> None:
    response = nobody.get(f"/api/spaces?{query}")
    assert response.status_code == 400
    assert response.json()["error"]


def test_full_has_the_files(nobody: httpx.Client, local_hub: LocalHub) -> None:
    entry = nobody.get("/api/spaces", params={"full": "true"}).json()[0]
    assert {"rfilename": "app.py"} in entry["siblings"]
    assert entry["cardData"]["sdk"] == "gradio"


def test_sorting_descends(many: LocalHub, nobody: httpx.Client) -> None:
    assert ids(nobody, sort="id", author="ada") == ["ada/three", "ada/one"]


def test_info_has_the_documented_keys_in_order(nobody: httpx.Client) -> None:
    info = nobody.get("/api/spaces/bob/quiet-pond").json()
    keys = "_id id author sha createdAt lastModified private gated disabled host subdomain sdk"
    assert list(info)[:12] == keys.split()
    assert info["host"] == "https://bob-quiet-pond.hf.space"
    assert info["createdAt"].endswith("Z")


def test_info_of_a_revision_with_blobs(
    nobody: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    old = local_hub.head(space)
    local_hub.commit(space, {"more.txt": "x"})
    address = f"/api/spaces/{space}/revision/{old}"
    info = nobody.get(address, params={"blobs": "true"}).json()
    assert info["sha"] == old
    assert [file["rfilename"] for file in info["siblings"]][-1] == "app.py"
    assert info["siblings"][-1]["size"] == 15
    recorded = nobody.get(address, params={"expand": "xetEnabled"}).json()
    assert list(recorded) == ["_id", "id", "xetEnabled"]
    missing = nobody.get(f"/api/spaces/{space}/revision/nope")
    assert missing.headers["x-error-code"] == "RevisionNotFound"


def test_the_price_list_is_per_minute_in_micro_dollars(nobody: httpx.Client) -> None:
    prices = {entry["name"]: entry for entry in nobody.get("/api/spaces/hardware").json()}
    t4 = prices["t4-small"]
    assert (t4["unitCostMicroUSD"], t4["unitCostUSD"], t4["unitLabel"]) == (
        6667,
        0.006667,
        "minute",
    )
    assert t4["accelerator"]["quantity"] == "1"
    assert prices["cpu-basic"]["accelerator"] is None
    assert "zero-a10g" not in prices
