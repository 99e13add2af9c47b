"""Large files as scripts see them: a process, its lines, and a Hub with a storage that fails."""

from __future__ import annotations

import json
import os
import signal
import urllib.request
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, Watch, environment, run
from tests.patience import PATIENCE

pytestmark = pytest.mark.e2e
BIG = os.urandom(12_000_000)
SMALL = b"\0" + os.urandom(5_000)


def started(folder: Path, hub: HubProcess, home: Path, *options: str) -> Watch:
    """Watch `folder`, in sync to begin with."""
    env = environment(home, **hub.variables())
    assert run(["watch", str(folder), SPACE, "--once", "--yes", "--no-follow"], env).returncode == 0
    hub.ask("clear_requests")
    return Watch([str(folder), SPACE, "--json", "--yes", "--no-follow", *options], env)


def stored(hub: HubProcess) -> list[dict[str, Any]]:
    """Return the requests that brought bytes to the storage."""
    return [
        one for one in hub.ask("requests") if (one["method"], one["origin"]) == ("PUT", "storage")
    ]


def on_the_space(hub: HubProcess, path: str) -> dict[str, Any] | None:
    """Return a path's entry in the Space's tree."""
    request = urllib.request.Request(
        f"{hub.url}/api/spaces/{SPACE}/tree/main",
        headers={"Authorization": f"Bearer {hub.token()}"},
    )
    with urllib.request.urlopen(request, timeout=PATIENCE) as answer:
        return next((one for one in json.load(answer) if one["path"] == path), None)


def test_five_gigabytes_are_held_and_hold_up_nothing(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home) as watch:
        watch.until("state", state="in-sync")
        with (folder / "model.bin").open("wb") as file:
            file.truncate(5 * 1024**3)
        held = watch.until("held", paths=["model.bin"])
        assert held["reason"] == "model.bin, 5.4 GB: more than 10 MB"
        (folder / "app.py").write_text("print('second')\n")
        assert watch.until("commit")["uploaded"] == ["app.py"]
        watch.until("state", state="held", pending=1)
        watch.say("drop")
        (folder / "app.py").write_text("print('third')\n")
        watch.until("commit", parent=watch.until("commit")["oid"])
        watch.say("stop")
        assert watch.wait() == 0
        assert [event["paths"] for event in watch.events if event["event"] == "held"] == [
            ["model.bin"]
        ]
    assert stored(hub) == []
    assert hub.received("POST", "/preupload/") == []


def test_a_large_text_is_asked_about_and_never_in_a_body(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home) as watch:
        watch.until("state", state="in-sync")
        (folder / "data.csv").write_bytes(b"1,2,3\n" * 1_900_000)
        watch.until("held", paths=["data.csv"])
        watch.say("accept")
        commit = watch.until("commit")
        watch.until("progress", path="data.csv", sent=11_400_000, size=11_400_000)
        assert commit["uploaded"] == ["data.csv"]
        assert commit["bytes"] < 1_000
        watch.say("stop")
        assert watch.wait() == 0
    assert len(hub.received("POST", "/preupload/")) == 1
    assert max(one["body_size"] for one in hub.received("POST", "/commit/")) < 1_000


def test_a_text_that_becomes_binary_goes_as_the_hub_wants_it(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    (folder / "a.txt").write_text("text\n")
    with started(folder, hub, home) as watch:
        watch.until("state", state="in-sync")
        (folder / "a.txt").write_bytes(SMALL)
        assert watch.until("commit")["uploaded"] == ["a.txt"]
        watch.say("stop")
        assert watch.wait() == 0
    assert len(hub.received("POST", "/preupload/")) == 1
    assert len(stored(hub)) == 1


def test_what_the_spaces_own_rules_ignore_is_named_once(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    hub.ask("commit", space=SPACE, files={".gitignore": "*.toml\n"})
    with started(folder, hub, home) as watch:
        watch.until("state", state="in-sync")
        (folder / "a.toml").write_text("x = 1\n")
        refused = watch.until("refused", path="a.toml")
        assert "ignores it" in refused["reason"]
        (folder / "app.py").write_text("print('second')\n")
        assert watch.until("commit")["uploaded"] == ["app.py"]
        watch.say("stop")
        assert watch.wait() == 0
    assert len(hub.received("POST", "/preupload/")) == 1


@pytest.mark.parametrize("status", [403, 500])
def test_a_storage_that_fails_is_tried_again_and_no_commit_is_sent(
    hub: HubProcess, home: Path, folder: Path, status: int
) -> None:
    with started(folder, hub, home) as watch:
        watch.until("state", state="in-sync")
        count = 3 if status == 403 else 6  # as often as one try of the client asks
        hub.ask("fault", path="X-Amz-Signature", method="PUT", status=status, count=count)
        (folder / "logo.png").write_bytes(SMALL)
        backoff = watch.until("state", state="backoff")
        assert "logo.png" in backoff["reason"]
        assert hub.received("POST", "/commit/") == []
        assert watch.until("commit")["uploaded"] == ["logo.png"]
        watch.say("stop")
        assert watch.wait() == 0
    assert on_the_space(hub, "logo.png") is not None


def test_a_commit_that_fails_after_the_upload_sends_no_bytes_again(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home) as watch:
        watch.until("state", state="in-sync")
        hub.ask("fault", path="/commit/", method="POST", status=500)
        (folder / "logo.png").write_bytes(SMALL)
        assert watch.until("commit")["uploaded"] == ["logo.png"]
        watch.say("stop")
        assert watch.wait() == 0
    assert len(stored(hub)) == 1
    assert len(hub.received("POST", "/commit/")) == 2


def test_a_kill_between_upload_and_commit_costs_no_bytes(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    with started(folder, hub, home) as watch:
        watch.until("state", state="in-sync")
        hub.ask("fault", path="/commit/", method="POST", delay=20, drop="before")
        (folder / "logo.png").write_bytes(SMALL)
        hub.wait_received("POST", "/commit/")
        watch.signal(signal.SIGKILL)
        assert watch.wait() == -signal.SIGKILL
    assert on_the_space(hub, "logo.png") is None
    env = environment(home, **hub.variables())
    done = run(["watch", str(folder), SPACE, "--once", "--yes", "--no-follow"], env)
    assert done.returncode == 0, done.stdout
    assert on_the_space(hub, "logo.png") is not None
    assert len(stored(hub)) == 1
    assert len(hub.received("POST", "/commit/")) == 2


def test_a_first_upload_shows_how_it_comes_along_and_is_not_repeated(
    hub: HubProcess, home: Path, folder: Path
) -> None:
    (folder / "model.bin").write_bytes(BIG)
    env = environment(home, **hub.variables())
    arguments = ["watch", str(folder), SPACE, "--once", "--yes", "--no-follow"]
    first = run(arguments, env)
    assert first.returncode == 0
    assert "model.bin  100 %  12.0 MB of 12.0 MB" in first.stdout
    hub.ask("clear_requests")
    again = run(arguments, env)
    assert again.returncode == 0
    assert stored(hub) == []
    assert hub.received("POST", "/batch") == []
    assert hub.received("POST", "/commit/") == []
