"""What accounts have besides Spaces, as the official client lists it."""

from __future__ import annotations

import httpx
from huggingface_hub import HfApi

from spaces_tui.localhub.shelf import Shelved
from spaces_tui.localhub.thread import LocalHub


def test_the_official_client_lists_all_of_it(local_hub: LocalHub) -> None:
    api = HfApi(local_hub.url, local_hub.token())
    assert {one.id for one in api.list_buckets()} == {"ada/recordings", "ada/scratch"}
    assert {one.id for one in api.list_buckets("acme")} == {"acme/checkpoints", "acme/exports"}
    assert {one.id for one in api.list_models(author="ada")} == {
        "ada/whisper-tuned",
        "ada/tiny-llm",
    }
    assert "acme/handbook" in {one.id for one in api.list_datasets(author="acme")}


def test_strangers_see_what_is_public(
    bob: httpx.Client, nobody: httpx.Client, local_hub: LocalHub
) -> None:
    assert [one["id"] for one in bob.get("/api/buckets/acme").json()] == ["acme/exports"]
    assert [one["id"] for one in nobody.get("/api/models?author=ada").json()] == [
        "ada/whisper-tuned"
    ]
    assert nobody.get("/api/buckets/ada").status_code == 401
    assert bob.get("/api/buckets/nobody").status_code == 404


def test_long_lists_come_in_pages(ada: httpx.Client, local_hub: LocalHub) -> None:
    more = [Shelved("model", f"ada/m{number}") for number in range(5)]
    local_hub.call(lambda state: state.shelf.extend(more))
    first = ada.get("/api/models?author=ada&limit=4")
    assert len(first.json()) == 4
    rest = ada.get(first.links["next"]["url"])
    assert len(rest.json()) == 3
    assert "next" not in rest.links
