"""A Hub that keeps everything on disk: restarts, kills, refusals."""

from __future__ import annotations

import json
import signal
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import httpx
import pytest

from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.tree import lfs_blob
from tests.conftest import FAST
from tests.localhub.conftest import connect
from tests.localhub.test_commit import HEADER, commit, line
from tests.patience import PATIENCE

PROGRAM = """
from pathlib import Path
from spaces_tui.localhub.serve import run
raise SystemExit(run(seed="empty", data=Path({folder!r}), quit_with_parent=True))
"""


def kept(folder: Path, **options: Any) -> LocalHub:
    """Start a Hub on a folder."""
    return LocalHub(data=folder, speed=FAST, **options)


def overview(hub: LocalHub) -> dict[str, Any]:
    """Return what ada can read about everything."""
    with connect(hub, hub.token("ada")) as ada:
        found: dict[str, Any] = {"me": ada.get("/api/whoami-v2").json()}
        for space in ada.get("/api/spaces?sort=id").json():
            address = f"/api/spaces/{space['id']}"
            found[space["id"]] = {
                "info": ada.get(address).json(),
                "history": ada.get(f"{address}/commits/main").json(),
                "refs": ada.get(f"{address}/refs?include_prs=1").json(),
                "tree": ada.get(f"{address}/tree/main?recursive=true").json(),
                "variables": ada.get(f"{address}/variables").json(),
            }
    return found


def furnish(hub: LocalHub) -> None:
    """Make one of everything."""
    hub.create("ada/demo", files={"src/app.py": "1\n", "app.py": "2\n"}, stage="SLEEPING")
    hub.create("ada/hidden", private=True, sdk="static")
    hub.rename("bob/quiet-pond", "bob/pond")

    def store(state: LocalHubState) -> None:
        blob = lfs_blob(state.lfs.put(b"\0" * 1000), 1000)
        state.commit(state.spaces["bob/pond"], {"big.bin": blob}, author="ada", title="Big\nness")

    hub.call(store)
    with connect(hub, hub.token("ada")) as ada:
        ada.post("/api/spaces/ada/demo/pause")
        ada.post("/api/spaces/ada/demo/tag/main", json={"tag": "v1"})
        ada.post("/api/spaces/ada/demo/secrets", json={"key": "S", "value": "hush"})
        ada.post("/api/spaces/ada/demo/variables", json={"key": "V", "value": "1"})
        ada.put("/api/spaces/ada/demo/settings", json={"visibility": "protected"})
    hub.advance(60)


def test_everything_is_there_again(tmp_path: Path) -> None:
    with kept(tmp_path / "data") as hub:
        furnish(hub)
        tokens, before = hub.accounts, overview(hub)
        files = hub.files("bob/pond")
        log = hub.call(lambda state: state.spaces["bob/pond"].run_log.dump())
    with kept(tmp_path / "data") as hub:
        assert hub.accounts == tokens
        assert overview(hub) == before
        assert hub.files("bob/pond") == files
        assert hub.secret_values("ada/demo") == {"S": "hush"}
        assert hub.call(lambda state: state.spaces["bob/pond"].run_log.dump()) == log
        with connect(hub, None) as nobody:
            assert nobody.get("/api/spaces/bob/quiet-pond").status_code == 307
            assert nobody.get("/api/spaces/ada/hidden").status_code == 401
        commits = hub.call(lambda state: dict(state.spaces["bob/pond"].repo.commits))
        assert all(name == commit.oid for name, commit in commits.items())


def test_what_is_deleted_stays_deleted(tmp_path: Path) -> None:
    with kept(tmp_path) as hub:
        hub.create("ada/demo")
        hub.advance(1_000_000)
        now = hub.advance(0)
        hub.delete("ada/demo")
        hub.revoke("bob", "write")
    with kept(tmp_path) as hub:
        with connect(hub, hub.token("ada")) as ada:
            assert ada.get("/api/spaces/ada/demo").status_code == 404
        assert ("bob", "write") not in [(item["name"], item["role"]) for item in hub.accounts]
        assert hub.advance(0) >= now


def test_a_deployment_is_begun_again(tmp_path: Path) -> None:
    with kept(tmp_path) as hub:
        hub.timing(build=100_000)
        with connect(hub, hub.token("bob")) as bob:
            commit(bob, "bob/quiet-pond", HEADER, line("file", path="x", content="y"))
        hub.wait_stage("bob/quiet-pond", "RUNNING_BUILDING")
        head = hub.head("bob/quiet-pond")
    with kept(tmp_path) as hub:
        hub.wait_stage("bob/quiet-pond", "RUNNING")
        runtime = hub.call(lambda state: state.spaces["bob/quiet-pond"].runtime)
        assert runtime.sha == head


def test_a_token_given_at_start(tmp_path: Path) -> None:
    with kept(tmp_path, token="hf_given"):
        pass
    with kept(tmp_path) as hub:
        assert hub.token("ada") == "hf_given"
    with kept(tmp_path, token="hf_other") as hub:
        assert hub.token("ada") == "hf_other"


def test_two_hubs_do_not_share_a_folder(tmp_path: Path) -> None:
    with kept(tmp_path), pytest.raises(OSError, match="cannot be used: database is locked"):
        kept(tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(OSError, match="file"):
        kept(tmp_path / "file")


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    with kept(tmp_path / "data"):
        assert stat.S_IMODE((tmp_path / "data").stat().st_mode) == 0o700
        for path in (tmp_path / "data").iterdir():
            assert stat.S_IMODE(path.stat().st_mode) == 0o600


def start(folder: Path) -> tuple[subprocess.Popen[str], dict[str, Any]]:
    """Start the program on a folder; return it and the line it prints."""
    process = subprocess.Popen(
        [sys.executable, "-c", PROGRAM.format(folder=str(folder))],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    said: dict[str, Any] = json.loads(process.stdout.readline())
    return process, said


def end(process: subprocess.Popen[str]) -> None:
    """Kill it without warning."""
    process.send_signal(signal.SIGKILL)
    process.wait()
    assert process.stdin is not None
    assert process.stdout is not None
    process.stdin.close()
    process.stdout.close()


def test_killed_while_commits_come_in(tmp_path: Path) -> None:
    token = None
    acknowledged: list[str] = []
    for _round in range(3):
        process, said = start(tmp_path)
        token = token or said["accounts"][3]["token"]
        assert said["accounts"][3]["token"] == token
        client = httpx.Client(
            base_url=said["url"], headers={"Authorization": f"Bearer {token}"}, verify=False
        )
        enough = threading.Event()

        def send(client: httpx.Client = client, enough: threading.Event = enough) -> None:
            number = len(acknowledged)
            while True:
                content = str(len(acknowledged))
                file = line("file", path=f"n/{len(acknowledged)}.txt", content=content)
                try:
                    done = commit(client, "bob/quiet-pond", HEADER, file)
                except httpx.TransportError:
                    return
                acknowledged.append(done.json()["commitOid"])
                if len(acknowledged) - number >= 5:
                    enough.set()

        sender = threading.Thread(target=send)
        sender.start()
        assert enough.wait(PATIENCE)
        end(process)
        sender.join()
        client.close()
    with kept(tmp_path) as hub, connect(hub, token) as bob:
        history = bob.get("/api/spaces/bob/quiet-pond/commits/main?limit=1000").json()
        found = [entry["id"] for entry in history]
        assert set(acknowledged) <= set(found)
        assert len(found) <= len(acknowledged) + 2 + 3
        files = hub.files("bob/quiet-pond")
        assert all(files[f"n/{number}.txt"] for number in range(len(acknowledged)))
