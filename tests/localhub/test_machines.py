"""Hardware, sleep time, replicas, dev mode, volumes, storage, and who may have them."""

from __future__ import annotations

from typing import Any

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect

POND = "bob/quiet-pond"


def post(client: httpx.Client, space: str, call: str, **body: object) -> httpx.Response:
    """Send one control call."""
    return client.post(f"/api/spaces/{space}/{call}", json=body)


def runtime(client: httpx.Client, space: str) -> dict[str, Any]:
    """Return the runtime."""
    found: dict[str, Any] = client.get(f"/api/spaces/{space}/runtime").json()
    return found


def test_hardware_is_requested_at_once(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.timing(start=1000)
    answer = post(ada, space, "hardware", flavor="t4-small", sleepTimeSeconds=3600).json()
    assert answer["hardware"] == {"current": "cpu-basic", "requested": "t4-small"}
    assert answer["stage"] == "RUNNING_APP_STARTING"
    assert answer["gcTimeout"] == 3600
    local_hub.advance(1000)
    after = runtime(ada, space)
    assert after["stage"] == "RUNNING"
    assert after["hardware"] == {"current": "t4-small", "requested": "t4-small"}
    # Without a sleep time, the one that was set holds; cpu-basic has its own.
    assert post(ada, space, "hardware", flavor="a10g-small").json()["gcTimeout"] == 3600
    assert post(ada, space, "hardware", flavor="cpu-basic").json()["gcTimeout"] == 172_800
    assert post(ada, space, "hardware", flavor="t4-small").json()["gcTimeout"] is None


def test_hardware_of_a_paused_space(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.set_stage(space, "PAUSED")
    answer = post(ada, space, "hardware", flavor="zerogpu").json()
    assert answer["stage"] == "PAUSED"
    assert answer["hardware"] == {"current": None, "requested": "zero-a10g"}


def test_who_may_have_which_hardware(
    ada: httpx.Client, bob: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    assert post(ada, space, "hardware", flavor="abacus").status_code == 400
    assert post(ada, space, "hardware").status_code == 400
    local_hub.create("ada/page", sdk="static")
    assert post(ada, "ada/page", "hardware", flavor="t4-small").status_code == 400
    local_hub.create("ada/box", sdk="docker")
    assert post(ada, "ada/box", "hardware", flavor="zero-a10g").status_code == 400
    refused = post(bob, POND, "hardware", flavor="t4-small")
    assert refused.status_code == 403
    assert "add a payment method" in refused.json()["error"]
    assert post(bob, POND, "hardware", flavor="cpu-basic").status_code == 200
    token = local_hub.add_person("kim", can_pay=True)
    local_hub.create("kim/app")
    with connect(local_hub, token) as kim:
        assert post(kim, "kim/app", "hardware", flavor="t4-small").status_code == 200
        assert post(kim, "kim/app", "hardware", flavor="cpu-basic").status_code == 402
    assert post(ada, POND, "hardware", flavor="t4-small").status_code == 403


def test_sleep_time(ada: httpx.Client, space: str) -> None:
    assert post(ada, space, "sleeptime", seconds=300).json()["gcTimeout"] == 172_800
    post(ada, space, "hardware", flavor="t4-small")
    assert post(ada, space, "sleeptime", seconds=300).json()["gcTimeout"] == 300
    assert post(ada, space, "sleeptime", seconds=-1).json()["gcTimeout"] is None
    for seconds in (0, -2, "60", None, True):
        assert post(ada, space, "sleeptime", seconds=seconds).status_code == 400


def test_falling_asleep_and_waking(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    post(ada, space, "hardware", flavor="t4-small", sleepTimeSeconds=600)
    local_hub.wait_stage(space, "RUNNING")
    local_hub.advance(500)
    local_hub.visit(space)
    local_hub.advance(500)
    assert local_hub.stage(space) == "RUNNING"
    local_hub.advance(150)
    asleep = runtime(ada, space)
    assert asleep["stage"] == "SLEEPING"
    assert asleep["hardware"] == {"current": None, "requested": "t4-small"}
    assert "sha" not in asleep
    assert local_hub.visit(space)["stage"] == "BUILDING"
    local_hub.advance(60)
    assert local_hub.stage(space) == "RUNNING"
    # A shorter time holds from the last visit on.
    local_hub.advance(400)
    post(ada, space, "sleeptime", seconds=300)
    assert local_hub.wait_stage(space, "SLEEPING") == "SLEEPING"


def test_cpu_basic_sleeps_after_two_days(local_hub: LocalHub) -> None:
    local_hub.advance(172_000)
    assert local_hub.stage(POND) == "RUNNING"
    local_hub.advance(1000)
    assert local_hub.stage(POND) == "SLEEPING"
    local_hub.cpu_quota("bob", 0)
    assert local_hub.visit(POND)["stage"] == "PAUSED"


def test_replicas(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    assert post(ada, space, "replicas", replicas=2).status_code == 400
    post(ada, space, "hardware", flavor="t4-small")
    local_hub.wait_stage(space, "RUNNING")
    local_hub.timing(start=1000)
    assert post(ada, space, "replicas", replicas=3).status_code == 200
    assert runtime(ada, space)["replicas"] == {"requested": 3, "current": 1}
    local_hub.advance(1000)
    assert runtime(ada, space)["replicas"] == {"requested": 3, "current": 3}
    assert post(ada, space, "replicas", replicas="auto").status_code == 400


def test_dev_mode(ada: httpx.Client, bob: httpx.Client, space: str, local_hub: LocalHub) -> None:
    assert post(ada, space, "dev-mode", enabled=True).json()["devMode"] is True
    local_hub.wait_stage(space, "RUNNING")
    seen = local_hub.stages_seen(space)
    local_hub.commit(space, {"app.py": "print('dev')\n"})
    local_hub.advance(60)
    assert local_hub.stages_seen(space) == seen
    assert post(ada, space, "dev-mode", enabled=False).json()["devMode"] is False
    assert post(bob, POND, "dev-mode", enabled=True).status_code == 402
    assert post(bob, POND, "dev-mode", enabled=False).status_code == 200
    assert post(ada, space, "dev-mode").status_code == 400


def test_volumes_replace_each_other(
    ada: httpx.Client, bob: httpx.Client, space: str, local_hub: LocalHub
) -> None:
    address = f"/api/spaces/{space}/volumes"
    assert ada.delete(address).status_code == 400
    bucket = {"type": "bucket", "source": "ada/app-data", "mountPath": "/data"}
    corpus = {"type": "dataset", "source": "elsewhere/corpus", "mountPath": "/c", "path": "train"}
    assert ada.put(address, json={"volumes": [bucket, corpus]}).is_success
    local_hub.wait_stage(space, "RUNNING")
    assert local_hub.stages_seen(space)[-2:] == ["RUNNING_APP_STARTING", "RUNNING"]
    mounted = runtime(ada, space)["volumes"]
    assert mounted == [
        bucket | {"readOnly": False},
        corpus | {"revision": "main", "readOnly": True},
    ]
    for seen in (runtime(bob, space), bob.get(f"/api/spaces/{space}").json()["runtime"]):
        assert [volume["source"] for volume in seen["volumes"]] == [
            "****/******",
            "elsewhere/corpus",
        ]
    assert ada.put(address, json={"volumes": runtime(bob, space)["volumes"]}).status_code == 400
    assert ada.put(address, json={"volumes": []}).status_code == 400
    assert ada.put(address, json={"volumes": [corpus]}).is_success
    assert len(runtime(ada, space)["volumes"]) == 1
    assert ada.delete(address).is_success
    assert "volumes" not in runtime(ada, space)


@pytest.mark.parametrize(
    "change", [{"type": "disk"}, {"source": "plain"}, {"mountPath": "data"}, {"revision": "x"}]
)
def test_bad_volumes(ada: httpx.Client, space: str, change: dict[str, str]) -> None:
    volume = {"type": "bucket", "source": "ada/app-data", "mountPath": "/data"} | change
    answer = ada.put(f"/api/spaces/{space}/volumes", json={"volumes": [volume]})
    assert answer.status_code == 400


def test_storage_only_grows(ada: httpx.Client, space: str) -> None:
    address = f"/api/spaces/{space}/storage"
    assert ada.delete(address).status_code == 400
    assert post(ada, space, "storage", tier="medium").json()["storage"] == "medium"
    assert post(ada, space, "storage", tier="small").status_code == 400
    assert post(ada, space, "storage", tier="large").json()["storage"] == "large"
    assert ada.delete(address).json()["storage"] is None


def test_zero_gpu_quota(
    ada: httpx.Client, nobody: httpx.Client, bob: httpx.Client, local_hub: LocalHub
) -> None:
    address = "/api/spaces/zero-gpu/quota"
    fresh = ada.get(address).json()
    assert (fresh["base"], fresh["current"], fresh["resetsAt"]) == (2400, 2400, None)
    assert bob.get(address).json()["base"] == 300
    local_hub.use_gpu("ada", 570)
    used = ada.get(address).json()
    assert used["current"] == 1830
    assert used["runs"]["remaining"] == 7
    assert used["resetsAt"].endswith("Z")
    local_hub.advance(86_400)
    assert ada.get(address).json()["current"] == 2400
    assert nobody.get(address).status_code == 401
    poor = local_hub.issue_token("ada", "oauth", grants=["read-repos"])
    with connect(local_hub, poor) as client:
        assert client.get(address).status_code == 401


def test_a_token_for_one_space(ada: httpx.Client, bob: httpx.Client, space: str) -> None:
    answer = ada.get(f"/api/spaces/{space}/jwt", params={"write": "true", "expires_in": "60"})
    body = answer.json()
    assert body["accessToken"] == f"Bearer {body['token']}"
    assert body["token"].startswith("eyJ")
    assert bob.get(f"/api/spaces/{space}/jwt", params={"write": "true"}).status_code == 403
    assert ada.get(f"/api/spaces/{space}/jwt?expires_in=86401").status_code == 400
