"""An older official client, the last before version 1, accepts the local Hub as the real thing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from tests.oracle.older import HOW_TO, INSTALLED, OlderClient, OlderProcess, Refused

pytestmark = [pytest.mark.oracle, pytest.mark.skipif(not INSTALLED, reason=HOW_TO)]

POND = "bob/quiet-pond"
SPACE = "ada/demo"
LARGE = bytes(range(256)) * 45_000


@pytest.fixture
def process(local_hub: LocalHub) -> Iterator[OlderProcess]:
    """The process with the older client."""
    running = OlderProcess(local_hub.url)
    yield running
    running.close()


@pytest.fixture
def older(process: OlderProcess, local_hub: LocalHub) -> OlderClient:
    """The older client as ada."""
    return OlderClient(process, local_hub.token("ada"))


@pytest.fixture
def bob(process: OlderProcess, local_hub: LocalHub) -> OlderClient:
    """The older client as bob."""
    return OlderClient(process, local_hub.token("bob"))


@pytest.fixture
def space(older: OlderClient, tmp_path: Path) -> str:
    """A Space the older client created, with an app."""
    older("create_repo", repo_id=SPACE, repo_type="space", space_sdk="gradio")
    app = tmp_path / "app.py"
    app.write_text("print('hello')\n")
    older(
        "upload_file",
        path_or_fileobj=str(app),
        path_in_repo="app.py",
        repo_id=SPACE,
        repo_type="space",
    )
    return SPACE


def test_it_is_really_an_older_one(process: OlderProcess) -> None:
    assert process.version.startswith("0.")


def test_identity(older: OlderClient, process: OlderProcess, local_hub: LocalHub) -> None:
    me = older("whoami")
    assert me["name"] == "ada"
    assert me["auth"]["accessToken"]["role"] == "write"
    stranger = OlderClient(process, local_hub.token("bob"))
    local_hub.revoke("bob")
    with pytest.raises(Refused) as caught:
        stranger("whoami")
    assert caught.value.status == 401


def test_lists(older: OlderClient, local_hub: LocalHub) -> None:
    for number in range(3):
        local_hub.create(f"acme/space-{number}")
    found = older("list_spaces", author="acme", expand=["runtime", "sha", "sdk"])
    assert sorted(item["id"] for item in found) == [f"acme/space-{number}" for number in range(3)]
    assert [item["id"] for item in older("list_spaces", search="quiet", full=True)] == [POND]
    assert len(older("list_spaces", author="acme", limit=2)) == 2


def test_info(older: OlderClient, space: str, local_hub: LocalHub) -> None:
    info = older("space_info", repo_id=space, files_metadata=True)
    assert (info["id"], info["sha"], info["sdk"]) == (space, local_hub.head(space), "gradio")
    assert {file["rfilename"]: file["size"] for file in info["siblings"]}["app.py"] == 15
    assert older("space_info", repo_id=space, revision="main")["sha"] == info["sha"]
    with pytest.raises(Refused) as missing:
        older("space_info", repo_id="ada/none")
    assert missing.value.kind == "RepositoryNotFoundError"
    with pytest.raises(Refused) as revision:
        older("space_info", repo_id=space, revision="none")
    assert revision.value.kind == "RevisionNotFoundError"


def test_life(older: OlderClient, bob: OlderClient, local_hub: LocalHub) -> None:
    runtime = bob("get_space_runtime", repo_id=POND)
    assert (runtime["stage"], runtime["hardware"]) == ("RUNNING", "cpu-basic")
    paused = bob("pause_space", repo_id=POND)
    assert (paused["stage"], paused["requested_hardware"]) == ("PAUSED", "cpu-basic")
    assert bob("restart_space", repo_id=POND)["stage"] == "BUILDING"
    assert bob("restart_space", repo_id=POND, factory_reboot=True)["stage"] == "BUILDING"
    assert local_hub.wait_stage(POND, "RUNNING") == "RUNNING"
    with pytest.raises(Refused) as refused:
        older("pause_space", repo_id=POND)
    assert refused.value.status == 403
    local_hub.create("ada/page", sdk="static")
    with pytest.raises(Refused) as static:
        older("pause_space", repo_id="ada/page")
    assert static.value.kind == "BadRequestError"


def test_secrets_and_variables(older: OlderClient, space: str, local_hub: LocalHub) -> None:
    older("add_space_secret", repo_id=space, key="KEY", value="1", description="one")
    older("add_space_secret", repo_id=space, key="GONE", value="2")
    older("delete_space_secret", repo_id=space, key="GONE")
    assert local_hub.secret_values(space) == {"KEY": "1"}
    older("add_space_variable", repo_id=space, key="MODE", value="x", description="why")
    both = older("add_space_variable", repo_id=space, key="LEVEL", value="3")
    assert (both["MODE"]["value"], both["MODE"]["description"]) == ("x", "why")
    assert list(older("delete_space_variable", repo_id=space, key="MODE")) == ["LEVEL"]
    assert list(older("get_space_variables", repo_id=space)) == ["LEVEL"]


def test_hardware_and_sleep(older: OlderClient, space: str, local_hub: LocalHub) -> None:
    local_hub.wait_stage(space, "RUNNING")
    asked = older("request_space_hardware", repo_id=space, hardware="t4-small", sleep_time=3600)
    assert (asked["requested_hardware"], asked["sleep_time"]) == ("t4-small", 3600)
    assert older("set_space_sleep_time", repo_id=space, sleep_time=60)["sleep_time"] == 60
    assert older("set_space_sleep_time", repo_id=space, sleep_time=-1)["sleep_time"] is None


def test_create_duplicate_move_and_delete(older: OlderClient, local_hub: LocalHub) -> None:
    wanted = {
        "repo_id": "acme/new",
        "repo_type": "space",
        "space_sdk": "gradio",
        "private": True,
        "space_hardware": "t4-small",
        "space_sleep_time": 600,
        "space_secrets": [{"key": "S", "value": "1"}],
        "space_variables": [{"key": "V", "value": "2"}],
    }
    url = older("create_repo", **wanted)
    assert url == f"{local_hub.url}/spaces/acme/new"
    assert older("create_repo", **wanted, exist_ok=True) == url
    assert older("space_info", repo_id="acme/new")["private"] is True
    runtime = older("get_space_runtime", repo_id="acme/new")
    assert (runtime["requested_hardware"], runtime["sleep_time"]) == ("t4-small", 600)
    assert local_hub.secret_values("acme/new") == {"S": "1"}
    copy = older("duplicate_space", from_id="acme/new", to_id="ada/copy", private=False)
    assert copy == f"{local_hub.url}/spaces/ada/copy"
    assert list(older("get_space_variables", repo_id="ada/copy")) == ["V"]
    older("move_repo", from_id="ada/copy", to_id="ada/moved", repo_type="space")
    assert older("space_info", repo_id="ada/copy")["id"] == "ada/moved"
    older("update_repo_settings", repo_id="ada/moved", private=True, repo_type="space")
    assert older("space_info", repo_id="ada/moved")["private"] is True
    older("delete_repo", repo_id="ada/moved", repo_type="space")
    assert older("repo_exists", repo_id="ada/moved", repo_type="space") is False


def test_a_folder_with_a_large_file(
    older: OlderClient, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "src").mkdir(parents=True)
    (folder / "weights.bin").write_bytes(LARGE)
    (folder / "src" / "main.py").write_text("print('main')\n")
    (folder / "empty.txt").write_text("")
    done = older(
        "upload_folder",
        folder_path=str(folder),
        repo_id=space,
        repo_type="space",
        commit_message="A folder",
        delete_patterns="app.py",
    )
    assert done == f"{local_hub.url}/spaces/{space}/tree/main/"
    stored = local_hub.files(space)
    assert stored["weights.bin"] == LARGE
    assert stored["src/main.py"] == b"print('main')\n"
    assert stored["empty.txt"] == b""
    assert "app.py" not in stored
    cache = str(tmp_path / "cache")
    for name, content in (("weights.bin", LARGE), ("src/main.py", b"print('main')\n")):
        path = older(
            "hf_hub_download", repo_id=space, filename=name, repo_type="space", cache_dir=cache
        )
        assert Path(path).read_bytes() == content
    with pytest.raises(Refused) as missing:
        older("hf_hub_download", repo_id=space, filename="no", repo_type="space", cache_dir=cache)
    assert missing.value.kind == "EntryNotFoundError"


def test_a_large_file_in_parts(
    older: OlderClient, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    local_hub.multipart(over=1000, chunk=5_000_000)
    large = tmp_path / "weights.bin"
    large.write_bytes(LARGE)
    older(
        "upload_file",
        path_or_fileobj=str(large),
        path_in_repo="weights.bin",
        repo_id=space,
        repo_type="space",
    )
    assert local_hub.files(space)["weights.bin"] == LARGE
    assert len([item for item in local_hub.requests() if "partNumber" in item.query]) == 3


def test_history_and_references(
    older: OlderClient, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    older("create_branch", repo_id=space, branch="dev", repo_type="space")
    older("create_tag", repo_id=space, tag="v1", repo_type="space")
    refs = older("list_repo_refs", repo_id=space, repo_type="space")
    assert sorted(branch["name"] for branch in refs["branches"]) == ["dev", "main"]
    assert [tag["target_commit"] for tag in refs["tags"]] == [local_hub.head(space)]
    titles = [
        commit["title"] for commit in older("list_repo_commits", repo_id=space, repo_type="space")
    ]
    assert (len(titles), titles[-1]) == (2, "initial commit")
    (found,) = older("get_paths_info", repo_id=space, paths=["app.py", "no"], repo_type="space")
    assert (found["path"], found["size"]) == ("app.py", 15)
    parent = local_hub.head(space)
    theirs = local_hub.commit(space, {"theirs.txt": "x"})
    with pytest.raises(Refused) as stale:
        older(
            "upload_file",
            path_or_fileobj=str(tmp_path / "app.py"),
            path_in_repo="mine.py",
            repo_id=space,
            repo_type="space",
            parent_commit=parent,
        )
    assert stale.value.status == 412
    assert local_hub.head(space) == theirs
    older("delete_file", path_in_repo="theirs.txt", repo_id=space, repo_type="space")
    assert "theirs.txt" not in local_hub.files(space)
    older("super_squash_history", repo_id=space, repo_type="space")
    assert len(older("list_repo_commits", repo_id=space, repo_type="space")) == 1
