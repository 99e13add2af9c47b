"""The stage machine: what follows commits, restarts and pauses."""

from __future__ import annotations

import httpx

from spaces_tui.localhub.thread import LocalHub

POND = "bob/quiet-pond"
ADDRESS = f"/api/spaces/{POND}"


def seen_since(hub: LocalHub, mark: int) -> list[str]:
    """Return the stages entered after the first `mark`."""
    return hub.stages_seen(POND)[mark:]


def test_the_runtime_block_as_recorded(bob: httpx.Client, local_hub: LocalHub) -> None:
    running = bob.get(f"{ADDRESS}/runtime").text
    assert running == (
        '{"stage":"RUNNING","hardware":{"current":"cpu-basic","requested":"cpu-basic"},'
        '"storage":null,"gcTimeout":172800,"replicas":{"requested":1,"current":1},'
        f'"devMode":false,"sha":"{local_hub.head(POND)}",'
        '"domains":[{"domain":"bob-quiet-pond.hf.space","stage":"READY"}]}'
    )
    paused = bob.post(f"{ADDRESS}/pause").text
    assert paused == (
        '{"stage":"PAUSED","hardware":{"current":null,"requested":"cpu-basic"},"storage":null,'
        '"gcTimeout":172800,"replicas":{"requested":1},"devMode":false,'
        '"domains":[{"domain":"bob-quiet-pond.hf.space","stage":"READY"}]}'
    )


def test_a_static_space_has_fewer_keys_and_no_controls(
    ada: httpx.Client, local_hub: LocalHub
) -> None:
    local_hub.create("ada/page", sdk="static")
    assert ada.get("/api/spaces/ada/page/runtime").text == (
        '{"stage":"RUNNING","hardware":{"current":null,"requested":null},"storage":null,'
        '"replicas":{"requested":1,"current":1}}'
    )
    assert ada.post("/api/spaces/ada/page/pause").status_code == 400
    assert ada.post("/api/spaces/ada/page/restart").status_code == 400
    local_hub.commit("ada/page", {"index.html": "new"})
    assert ada.get("/api/spaces/ada/page/runtime").json()["stage"] == "RUNNING"


def test_a_commit_while_running(bob: httpx.Client, local_hub: LocalHub) -> None:
    old = local_hub.head(POND)
    mark = len(local_hub.stages_seen(POND))
    # Long enough to be seen for certain; the wait is cut short by the next commit.
    local_hub.timing(lag=10_000)
    local_hub.commit(POND, {"app.py": "print(2)"})
    lagging = bob.get(f"{ADDRESS}/runtime").json()
    assert (lagging["stage"], lagging["sha"]) == ("RUNNING", old)
    local_hub.timing(lag=1, build=10_000)
    local_hub.commit(POND, {"app.py": "print(3)"})
    assert local_hub.wait_stage(POND, "RUNNING_BUILDING")
    building = bob.get(f"{ADDRESS}/runtime").json()
    assert (building["stage"], building["sha"]) == ("RUNNING_BUILDING", old)
    assert building["replicas"]["current"] == 1
    local_hub.timing(build=6)
    new = local_hub.commit(POND, {"app.py": "print(4)"})
    local_hub.wait_stage(POND, "RUNNING_APP_STARTING")
    local_hub.wait_stage(POND, "RUNNING")
    assert bob.get(f"{ADDRESS}/runtime").json()["sha"] == new
    assert seen_since(local_hub, mark)[-3:] == [
        "RUNNING_BUILDING",
        "RUNNING_APP_STARTING",
        "RUNNING",
    ]


def test_a_commit_to_a_sleeping_space_starts_it(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.set_stage(POND, "SLEEPING")
    mark = len(local_hub.stages_seen(POND))
    local_hub.timing(build=10_000)
    local_hub.commit(POND, {"a.txt": "1"})
    local_hub.wait_stage(POND, "BUILDING")
    building = bob.get(f"{ADDRESS}/runtime").json()
    assert "sha" not in building
    assert building["replicas"] == {"requested": 1}
    assert building["hardware"]["current"] is None
    local_hub.timing(build=6)
    local_hub.commit(POND, {"a.txt": "2"})
    local_hub.wait_stage(POND, "RUNNING")
    assert seen_since(local_hub, mark) == ["BUILDING", "BUILDING", "APP_STARTING", "RUNNING"]


def test_a_paused_space_takes_commits_and_stays_paused(
    bob: httpx.Client, local_hub: LocalHub
) -> None:
    bob.post(f"{ADDRESS}/pause")
    mark = len(local_hub.stages_seen(POND))
    local_hub.commit(POND, {"a.txt": "1"})
    assert bob.post(f"{ADDRESS}/pause").json()["stage"] == "PAUSED"
    assert seen_since(local_hub, mark) == ["PAUSED"]
    assert bob.post(f"{ADDRESS}/restart").json()["stage"] == "BUILDING"
    local_hub.wait_stage(POND, "RUNNING")
    assert bob.get(f"{ADDRESS}/runtime").json()["sha"] == local_hub.head(POND)


def test_a_factory_restart_builds_without_caches(bob: httpx.Client, local_hub: LocalHub) -> None:
    def build_log() -> str:
        return local_hub.call(lambda hub: b"".join(hub.spaces[POND].build_log.after(0)).decode())

    bob.post(f"{ADDRESS}/restart")
    local_hub.wait_stage(POND, "RUNNING")
    assert "Collecting" not in build_log()
    bob.post(f"{ADDRESS}/restart?factory=true")
    local_hub.wait_stage(POND, "RUNNING")
    assert "Collecting gradio" in build_log()


def test_a_failing_build(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.commit(POND, {"bad.txt": "fine\n# local-hub: fail-build\n"})
    local_hub.wait_stage(POND, "BUILD_ERROR")
    runtime = bob.get(f"{ADDRESS}/runtime").json()
    assert list(runtime)[:2] == ["stage", "errorMessage"]
    assert "exit code: 1" in runtime["errorMessage"]
    assert "bad.txt, line 2" in runtime["errorMessage"]
    assert "sha" not in runtime
    local_hub.commit(POND, {"bad.txt": None})
    local_hub.wait_stage(POND, "RUNNING")
    assert "errorMessage" not in bob.get(f"{ADDRESS}/runtime").json()


def test_a_failing_start(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.commit(POND, {"app.py": "# local-hub: fail-start\n"})
    local_hub.wait_stage(POND, "RUNTIME_ERROR")
    runtime = bob.get(f"{ADDRESS}/runtime").json()
    assert runtime["errorMessage"].startswith("Exit code: 1. Reason: Traceback")
    assert runtime["hardware"]["current"] is None
    log = local_hub.call(lambda hub: b"".join(hub.spaces[POND].run_log.after(0)).decode())
    assert "===== Application Startup at" in log
    assert "RuntimeError" in log


def test_what_cannot_be_built(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.commit(POND, {"app.py": None})
    local_hub.wait_stage(POND, "NO_APP_FILE")
    local_hub.commit(POND, {"README.md": "# no card\n"})
    local_hub.wait_stage(POND, "CONFIG_ERROR")
    runtime = bob.get(f"{ADDRESS}/runtime").json()
    assert runtime["errorMessage"] == "Missing configuration in README"


def test_the_quota_of_the_free_plan(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.cpu_quota("bob", 0)
    assert bob.post(f"{ADDRESS}/restart").is_success, "a running Space keeps its place"
    local_hub.set_stage(POND, "SLEEPING")
    local_hub.commit(POND, {"a.txt": "1"})
    local_hub.wait_stage(POND, "PAUSED")
    message = bob.get(f"{ADDRESS}/runtime").json()["errorMessage"]
    assert message == "Quota exceeded for flavor cpu-basic (requested=1): current=0, limit=0"
    refused = bob.post(f"{ADDRESS}/restart")
    assert refused.status_code == 403
    assert refused.json()["error"].startswith("You've reached your cpu-basic quota limit")
    local_hub.cpu_quota("bob", 1)
    assert bob.post(f"{ADDRESS}/restart").json()["stage"] == "BUILDING"


def test_any_word_can_be_a_stage(bob: httpx.Client, local_hub: LocalHub) -> None:
    quota = "Quota exceeded for flavor cpu-basic (requested=1): current=0, limit=0"
    local_hub.set_stage(POND, "HIBERNATING", error=quota)
    runtime = bob.get(f"{ADDRESS}/runtime").json()
    assert (runtime["stage"], runtime["errorMessage"]) == ("HIBERNATING", quota)


def test_speed_scales_the_delays(local_hub: LocalHub) -> None:
    assert local_hub.timing()["speed"] > 1
    assert local_hub.timing(speed=50, lag=2.5)["lag"] == 2.5


def test_a_pause_ends_a_build(bob: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.timing(build=10_000)
    bob.post(f"{ADDRESS}/restart?factory=true")
    local_hub.wait_stage(POND, "BUILDING")
    assert bob.post(f"{ADDRESS}/pause").json()["stage"] == "PAUSED"
    assert local_hub.call(lambda hub: len(hub.lifecycle.under_way())) == 0
