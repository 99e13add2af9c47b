"""The `hf` command drives the local Hub."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.patience import PATIENCE

pytestmark = pytest.mark.oracle

Hf = Callable[..., str]
COMMAND = Path(sys.executable).with_name("hf")
DRIVER = Path(__file__).with_name("hf_driver.py")
SPACE = "ada/demo"


@pytest.fixture
def variables(local_hub: LocalHub) -> dict[str, str]:
    """The environment of ada at this Hub."""
    return os.environ | {
        "HF_ENDPOINT": local_hub.url,
        "HF_TOKEN": local_hub.token("ada"),
        "NO_COLOR": "1",
    }


@pytest.fixture
def hf(variables: dict[str, str], tmp_path: Path) -> Iterator[Hf]:
    """Run `hf` as ada and return what it prints; it must succeed."""
    with subprocess.Popen(
        [sys.executable, "-P", DRIVER],
        env=variables,
        cwd=tmp_path,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as driver:
        assert driver.stdin is not None
        assert driver.stdout is not None
        orders, answers = driver.stdin, driver.stdout

        def run(*arguments: str, given: str | None = None) -> str:
            print(json.dumps({"arguments": arguments, "given": given}), file=orders, flush=True)
            done = json.loads(answers.readline())
            said: str = done["said"]
            assert done["status"] == 0, said + done["complaint"]
            return said

        yield run
        orders.close()


@pytest.fixture
def space(local_hub: LocalHub) -> str:
    """A running Gradio Space."""
    local_hub.create(SPACE, files={"app.py": "print('hello')\n", "d/x.txt": "x"})
    return SPACE


def as_json(text: str) -> Any:
    """Return the JSON a command printed."""
    return json.loads(text)


def test_the_command_itself(variables: dict[str, str]) -> None:
    done = subprocess.run(
        [COMMAND, "auth", "whoami"],
        env=variables,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "ada" in done.stdout


def test_identity_and_lists(hf: Hf, space: str) -> None:
    assert as_json(hf("auth", "whoami", "--json"))["user"] == "ada"
    listed = as_json(hf("spaces", "ls", "--author", "ada", "--json"))
    assert [item["id"] for item in listed] == [space]
    assert "app.py" in hf("spaces", "ls", space, "-R")
    info = as_json(hf("spaces", "info", space, "--expand", "sdk,runtime", "--json"))
    assert info["sdk"] == "gradio"
    assert "sdk: gradio" in hf("spaces", "card", space)
    assert as_json(hf("spaces", "search", "demo", "--json"))[0]["id"] == space
    assert "t4-small" in hf("spaces", "hardware")
    assert "JupyterLab" in hf("spaces", "templates")
    assert "2400" in hf("spaces", "zero-gpu", "quota", "--json")


def test_life(hf: Hf, space: str, local_hub: LocalHub) -> None:
    hf("spaces", "pause", space)
    assert local_hub.stage(space) == "PAUSED"
    hf("spaces", "restart", space)
    hf("spaces", "wait", space, "--timeout", "60s")
    assert local_hub.stage(space) == "RUNNING"
    hf("spaces", "settings", space, "--hardware", "t4-small", "--sleep-time", "300")
    runtime = local_hub.call(lambda hub: hub.spaces[space].runtime)
    assert (runtime.requested, runtime.gc_timeout) == ("t4-small", 300)
    hf("spaces", "dev-mode", space)
    assert local_hub.call(lambda hub: hub.spaces[space].runtime.dev_mode) is True
    assert "ada-demo@ssh.hf.space" in hf("spaces", "ssh", space, "--dry-run")
    hf("spaces", "dev-mode", space, "--stop")
    assert local_hub.call(lambda hub: hub.spaces[space].runtime.dev_mode) is False
    local_hub.wait_stage(space, "RUNNING")
    local_hub.call(lambda hub: hub.spaces[space].run_log.write("later", 4_000_000_000))
    local_hub.call(lambda hub: hub.spaces[space].build_log.write("later", 4_000_000_000))
    assert "Application Startup" in hf("spaces", "logs", space)
    assert "Build Queued" in hf("spaces", "logs", space, "--build", "-n", "100")


def test_secrets_variables_volumes(hf: Hf, space: str, local_hub: LocalHub) -> None:
    hf("spaces", "secrets", "add", space, "-s", "KEY=hush")
    assert local_hub.secret_values(space) == {"KEY": "hush"}
    assert "KEY" in hf("spaces", "secrets", "ls", space)
    hf("spaces", "secrets", "delete", space, "KEY", "--yes")
    assert local_hub.secret_values(space) == {}
    hf("spaces", "variables", "add", space, "-e", "DEBUG=1")
    assert "DEBUG" in hf("spaces", "variables", "ls", space)
    hf("spaces", "variables", "delete", space, "DEBUG", "--yes")
    assert local_hub.call(lambda hub: hub.spaces[space].variables) == {}
    hf("spaces", "volumes", "set", space, "-v", "hf://buckets/ada/data:/data")
    assert "ada/data" in hf("spaces", "volumes", "ls", space)
    hf("spaces", "volumes", "delete", space, "--yes")
    assert local_hub.call(lambda hub: hub.spaces[space].runtime.volumes) == []


def test_hot_reload(hf: Hf, space: str, local_hub: LocalHub, tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text("def greet():\n    return 2\n")
    local_hub.map_apps()
    # The official tool takes the first 204 for an empty report.
    local_hub.reload_pending(0)
    said = hf("spaces", "hot-reload", space, "app.py", "-f", "app.py")
    assert "greet" in said
    assert local_hub.files(space)["app.py"] == b"def greet():\n    return 2\n"
    assert "RUNNING_BUILDING" not in local_hub.stages_seen(space)


def test_uploads(hf: Hf, space: str, local_hub: LocalHub, tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src" / "main.py").write_text("print(1)\n")
    (tmp_path / "src" / "model.bin").write_bytes(b"\0" * 5000)
    hf("upload", space, "src", "src", "--repo-type", "space", "--commit-message", "Sent")
    assert local_hub.files(space)["src/model.bin"] == b"\0" * 5000
    local_hub.commit(space, {"old.txt": "x"})
    hf("repos", "delete-files", space, "old.txt", "--type", "space")
    assert "old.txt" not in local_hub.files(space)
    hf("repos", "cp", f"hf://spaces/{space}/app.py", "copy.py")
    assert (tmp_path / "copy.py").read_text() == "print('hello')\n"
    hf("repos", "cp", "copy.py", f"hf://spaces/{space}/copy.py")
    assert local_hub.files(space)["copy.py"] == b"print('hello')\n"
    hf("download", space, "app.py", "--repo-type", "space", "--local-dir", "got")
    assert (tmp_path / "got" / "app.py").read_text() == "print('hello')\n"


def test_repositories(hf: Hf, space: str, local_hub: LocalHub) -> None:
    hf("repos", "create", "ada/new", "--type", "space", "--sdk", "docker", "--private")
    assert local_hub.call(lambda hub: hub.spaces["ada/new"].visibility) == "private"
    hf("repos", "settings", "ada/new", "--type", "space", "--protected")
    assert local_hub.call(lambda hub: hub.spaces["ada/new"].visibility) == "protected"
    hf("repos", "duplicate", space, "acme/copy", "--type", "space", "--flavor", "t4-small")
    assert local_hub.call(lambda hub: hub.spaces["acme/copy"].origin) == space
    hf("repos", "move", "ada/new", "acme/moved", "--type", "space")
    assert local_hub.call(lambda hub: "acme/moved" in hub.spaces)
    assert space in hf("repos", "ls")
    assert "acme/copy" in hf("repos", "ls", "--namespace", "acme")
    hf("repos", "branch", "create", space, "dev", "--type", "space")
    hf("repos", "tag", "create", space, "v1", "--type", "space")
    assert "v1" in hf("repos", "tag", "ls", space, "--type", "space")
    assert set(local_hub.call(lambda hub: list(hub.spaces[space].repo.refs))) == {
        "refs/heads/main",
        "refs/heads/dev",
        "refs/tags/v1",
    }
    hf("repos", "tag", "delete", space, "v1", "--type", "space", "--yes")
    hf("repos", "branch", "delete", space, "dev", "--type", "space")
    hf("repos", "delete", "acme/moved", "--type", "space", "--yes")
    assert local_hub.call(lambda hub: "acme/moved" not in hub.spaces)
