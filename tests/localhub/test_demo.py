"""The demonstration: something true for every screen."""

from __future__ import annotations

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect
from tests.localhub.test_streams import opened


@pytest.fixture
def spaces(demo_hub: LocalHub) -> dict[str, dict[str, object]]:
    """Runtime blocks by id, as ada sees them."""
    with connect(demo_hub, demo_hub.token()) as ada:
        entries = ada.get("/api/spaces?expand=runtime&expand=sha").json()
    return {entry["id"]: entry["runtime"] | {"head": entry["sha"]} for entry in entries}


def test_every_stage_is_there(spaces: dict[str, dict[str, object]]) -> None:
    stages = {space["stage"] for space in spaces.values()}
    assert stages >= {
        "RUNNING",
        "BUILDING",
        "BUILD_ERROR",
        "RUNTIME_ERROR",
        "CONFIG_ERROR",
        "SLEEPING",
        "PAUSED",
        "NO_APP_FILE",
        "RUNNING_BUILDING",
        "APP_STARTING",
        "RELOCATING",
    }
    assert {name.partition("/")[0] for name in spaces} == {"ada", "acme", "northwind", "bob"}


def test_the_old_version_serves_while_the_new_one_is_built(
    spaces: dict[str, dict[str, object]],
) -> None:
    building = spaces["acme/doc-search"]
    assert building["sha"] != building["head"]
    assert spaces["ada/whisper-live"]["sha"] == spaces["ada/whisper-live"]["head"]
    assert "CUDA out of memory" in str(spaces["ada/video-captioner"]["errorMessage"])


def test_logs_have_a_past_and_go_on(demo_hub: LocalHub) -> None:
    demo_hub.timing(chatter=0.001)
    with (
        connect(demo_hub, demo_hub.token()) as ada,
        opened(ada, "/api/spaces/ada/whisper-live/logs/run") as events,
    ):
        assert events.text().startswith("===== Application Startup")
        texts = [events.text() for _ in range(400)]
    assert any("transcribe:" in text for text in texts)
    with (
        connect(demo_hub, demo_hub.token()) as ada,
        opened(ada, "/api/spaces/ada/rag-demo/logs/build") as events,
    ):
        while "ResolutionImpossible" not in events.text():
            pass


def test_files_and_history_are_real(demo_hub: LocalHub) -> None:
    with connect(demo_hub, None) as nobody:
        history = nobody.get("/api/spaces/ada/whisper-live/commits/main").json()
        assert [entry["title"] for entry in history][-1] == "initial commit"
        dates = [entry["date"] for entry in history]
        assert dates == sorted(dates, reverse=True)
        card = nobody.get("/api/spaces/ada/whisper-live").json()["cardData"]
        assert card["short_description"] == "Transcribe while you speak"
        app = nobody.get("/spaces/ada/whisper-live/resolve/main/app.py").text
    compile(app, "app.py", "exec")


def test_every_card_is_valid(demo_hub: LocalHub) -> None:
    cards = demo_hub.call(lambda hub: {name: space.card for name, space in hub.spaces.items()})
    assert all(card.data and not card.errors for card in cards.values())


def test_a_commit_to_a_lingering_space_proceeds_at_the_usual_speed(demo_hub: LocalHub) -> None:
    demo_hub.commit("ada/sd-playground", {"app.py": "print(1)"})
    assert demo_hub.wait_stage("ada/sd-playground", "RUNNING") == "RUNNING"


def test_unknown_seeds_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown seed"):
        LocalHub(seed="nonsense")


def test_a_taken_port_is_reported(local_hub: LocalHub) -> None:
    port = httpx.URL(local_hub.url).port
    with pytest.raises(OSError, match="in use"):
        LocalHub(port=port or 0)


def test_secrets_variables_and_volumes_are_there(demo_hub: LocalHub) -> None:
    with connect(demo_hub, demo_hub.token()) as ada:
        secrets = ada.get("/api/spaces/ada/rag-demo/secrets").json()
        variables = ada.get("/api/spaces/ada/whisper-live/variables").json()
        runtime = ada.get("/api/spaces/acme/doc-search/runtime").json()
        hidden = ada.get("/api/spaces/northwind/forecast/runtime").json()
        stored = ada.get("/api/spaces/ada/old-chat/runtime").json()
    assert list(secrets) == ["OPENAI_API_KEY", "INDEX_KEY"]
    assert variables["MAX_SECONDS"]["value"] == "90"
    assert runtime["volumes"][0]["source"] == "acme/handbook"
    assert hidden["volumes"][0]["source"] == "****/******"
    assert stored["storage"] == "small"


def test_the_collision_ends_when_one_of_the_two_is_deleted(demo_hub: LocalHub) -> None:
    with connect(demo_hub, demo_hub.token()) as ada:
        address = "/api/spaces/acme/config-lab/secrets"
        assert ada.request("DELETE", address, json={"key": "API_KEY"}).is_success
    assert demo_hub.wait_stage("acme/config-lab", "RUNNING") == "RUNNING"
