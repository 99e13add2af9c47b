"""Hot reload: the patched runtime, the report on the other port, and when there is none."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect
from tests.localhub.test_commit import HEADER, NDJSON, line

API = "/api/spaces/ada/demo"
BEFORE = "import gradio as gr\n\n\ndef greet():\n    return 1\n\n\ndef old():\n    pass\n"
AFTER = "import gradio as gr\n\nx = 1\n\n\ndef greet():\n    return 2\n\n\nclass New:\n    pass\n"


@pytest.fixture
def app(local_hub: LocalHub) -> str:
    """A running Gradio Space new enough to be patched."""
    local_hub.create("ada/demo", files={"app.py": BEFORE})
    return "ada/demo"


def patch(client: httpx.Client, *lines: dict[str, Any]) -> str:
    """Commit with hot reload and return the commit."""
    body = "\n".join(json.dumps(item) for item in (HEADER, *lines))
    done = client.post(f"{API}/commit/main?hot_reload=1", content=body, headers=NDJSON)
    oid: str = done.json()["commitOid"]
    return oid


def ask(client: httpx.Client, hub: LocalHub, replica: str, reload: str) -> httpx.Response:
    """Ask the application's other port for a report."""
    return client.post(
        f"{hub.url}/--replicas/+{replica}/get-reload",
        json={"reloadId": reload},
        headers={"Host": "ada-demo--7887.hf.space"},
    )


def test_a_running_application_is_patched(
    ada: httpx.Client, bob: httpx.Client, app: str, local_hub: LocalHub
) -> None:
    seen, old = local_hub.stages_seen(app), local_hub.head(app)
    oid = patch(ada, line("file", path="app.py", content=AFTER))
    info = ada.get(API).json()
    assert info["sha"] == oid
    runtime = info["runtime"]
    assert runtime["sha"] == old
    assert local_hub.stages_seen(app) == seen
    assert runtime["hotReloading"]["status"] == "created"
    ((replica, status),) = runtime["hotReloading"]["replicaStatuses"]
    assert status == "created"
    assert ask(ada, local_hub, replica, oid).status_code == 204
    report = ask(ada, local_hub, replica, oid)
    assert report.status_code == 200
    assert report.headers["content-type"].startswith("text/event-stream")
    events = [json.loads(row[6:]) for row in report.text.splitlines() if row.startswith("data: ")]
    found = [(event["data"]["kind"], event["data"].get("objectName")) for event in events]
    assert found == [
        ("update", "greet"),
        ("delete", "old"),
        ("add", "New"),
        ("run", None),
        ("ui", None),
    ]
    assert events[0]["data"]["region"] == {
        "startLine": 6,
        "startCol": 0,
        "endLine": 7,
        "endCol": 12,
    }
    assert ask(ada, local_hub, replica, "0" * 40).status_code == 204
    assert ask(ada, local_hub, "zzzzz", oid).status_code == 404
    assert ask(bob, local_hub, replica, oid).status_code == 403
    ada.post(f"{API}/restart")
    local_hub.wait_stage(app, "RUNNING")
    restarted = ada.get(f"{API}/runtime").json()
    assert restarted["sha"] == oid
    assert "hotReloading" not in restarted


def test_a_file_that_fails_or_is_canceled(ada: httpx.Client, app: str, local_hub: LocalHub) -> None:
    oid = patch(ada, line("file", path="app.py", content="def broken(:\n"))
    hot = ada.get(f"{API}/runtime").json()["hotReloading"]
    replica = hot["replicaStatuses"][0][0]
    ask(ada, local_hub, replica, oid)
    assert '"kind":"error"' in ask(ada, local_hub, replica, oid).text
    patch(ada, line("file", path="app.py", content="# local-hub: cancel-reload\n"))
    hot = ada.get(f"{API}/runtime").json()["hotReloading"]
    assert hot["status"] == "canceled"
    assert hot["replicaStatuses"] == [[replica, "alreadyReloading"]]


@pytest.mark.parametrize(
    "lines",
    [
        [line("file", path="a.txt", content="x")],
        [line("file", path="a.py", content="x"), line("file", path="b.py", content="y")],
    ],
)
def test_otherwise_it_is_built(
    ada: httpx.Client, app: str, local_hub: LocalHub, lines: list[dict[str, Any]]
) -> None:
    oid = patch(ada, *lines)
    local_hub.advance(60)
    assert "RUNNING_BUILDING" in local_hub.stages_seen(app)
    runtime = ada.get(f"{API}/runtime").json()
    assert runtime["sha"] == oid
    assert "hotReloading" not in runtime


def test_old_versions_are_built(ada: httpx.Client, local_hub: LocalHub) -> None:
    card = "---\nsdk: gradio\nsdk_version: 5.1\napp_file: app.py\n---\n"
    local_hub.create("ada/demo", files={"app.py": BEFORE, "README.md": card})
    patch(ada, line("file", path="app.py", content=AFTER))
    local_hub.advance(60)
    assert "RUNNING_BUILDING" in local_hub.stages_seen("ada/demo")


def test_applications_mapped_here(ada: httpx.Client, app: str, local_hub: LocalHub) -> None:
    assert ada.get(API).json()["host"] == "https://ada-demo.hf.space"
    base = local_hub.map_apps()
    assert ada.get(API).json()["host"] == f"{base}/ada-demo"
    oid = patch(ada, line("file", path="app.py", content=AFTER))
    ((replica, _),) = ada.get(f"{API}/runtime").json()["hotReloading"]["replicaStatuses"]
    address = f"{base}/ada-demo--7887/--replicas/+{replica}/get-reload"
    assert ada.post(address, json={"reloadId": oid}).status_code == 204
    assert ada.post(address, json={"reloadId": oid}).status_code == 200
    local_hub.map_apps(here=False)
    assert ada.get(API).json()["host"] == "https://ada-demo.hf.space"


def test_visitors_wake_an_application(nobody: httpx.Client, app: str, local_hub: LocalHub) -> None:
    page = {"Host": "ada-demo.hf.space"}
    assert nobody.get("/", headers=page).text == "<h1>ada/demo</h1>"
    local_hub.set_stage(app, "SLEEPING")
    assert nobody.get("/", headers=page).status_code == 503
    assert local_hub.wait_stage(app, "RUNNING") == "RUNNING"
    local_hub.set_stage(app, "PAUSED")
    assert nobody.get("/", headers=page).status_code == 503
    assert local_hub.stage(app) == "PAUSED"
    local_hub.create("ada/page", sdk="static")
    assert "<h1>Page</h1>" in nobody.get("/x", headers={"Host": "ada-page.static.hf.space"}).text
    assert nobody.get("/", headers={"Host": "none.hf.space"}).status_code == 404
    local_hub.set_private(app, private=True)
    assert nobody.get("/", headers=page).status_code == 404
    with connect(local_hub, local_hub.token("ada", "read")) as reader:
        assert reader.get("/", headers=page).status_code == 503
