"""The official `huggingface_hub` client accepts the local Hub as the real thing."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest
from huggingface_hub import CommitOperationAdd, CommitOperationDelete, HfApi
from huggingface_hub.errors import (
    BadRequestError,
    EntryNotFoundError,
    HfHubHTTPError,
    RepositoryNotFoundError,
    RevisionNotFoundError,
)
from huggingface_hub.hf_api import RepoFile, RepoFolder

from spaces_tui.localhub.thread import LocalHub
from tests.patience import PATIENCE

pytestmark = [
    pytest.mark.oracle,
    # The official client's own way of sending large files to storage.
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]

POND = "bob/quiet-pond"


def test_identity(api: HfApi, local_hub: LocalHub) -> None:
    me = api.whoami()
    assert me["name"] == "ada"
    assert [org["name"] for org in me["orgs"]] == ["acme", "northwind"]
    stranger = HfApi(endpoint=local_hub.url, token="hf_wrong")
    with pytest.raises(HfHubHTTPError) as caught:
        stranger.whoami()
    assert caught.value.response.status_code == 401


def test_lists(api: HfApi, local_hub: LocalHub) -> None:
    for number in range(5):
        local_hub.create(f"acme/space-{number}")
    found = list(api.list_spaces(author="acme", expand=["runtime", "sha", "sdk"]))
    assert sorted(space.id for space in found) == [f"acme/space-{number}" for number in range(5)]
    assert all(space.runtime and space.runtime.stage == "RUNNING" for space in found)
    assert [space.id for space in api.list_spaces(search="quiet", full=True)] == [POND]
    assert len(list(api.list_spaces(author="acme", limit=3))) == 3
    with pytest.raises(BadRequestError):
        list(api.list_spaces(expand=["nonsense"]))  # type: ignore[list-item] # the point


def test_info(api: HfApi, space: str, local_hub: LocalHub) -> None:
    info = api.space_info(space, files_metadata=True)
    assert info.sha == local_hub.head(space)
    assert info.sdk == "gradio"
    assert info.card_data is not None
    assert info.card_data["sdk_version"] == "6.2.0"
    assert info.siblings is not None
    assert {file.rfilename: file.size for file in info.siblings}["app.py"] == 15
    assert api.repo_exists(space, repo_type="space")
    assert not api.repo_exists("ada/none", repo_type="space")
    assert api.file_exists(space, "app.py", repo_type="space")
    with pytest.raises(RepositoryNotFoundError):
        api.space_info("ada/none")
    with pytest.raises(RevisionNotFoundError):
        api.space_info(space, revision="none")


def test_life(bob: HfApi, local_hub: LocalHub) -> None:
    assert bob.get_space_runtime(POND).stage == "RUNNING"
    paused = bob.pause_space(POND)
    assert (paused.stage, paused.hardware, paused.requested_hardware) == (
        "PAUSED",
        None,
        "cpu-basic",
    )
    assert bob.restart_space(POND).stage == "BUILDING"
    assert bob.restart_space(POND, factory_reboot=True).stage == "BUILDING"
    assert bob.wait_for_space(POND, poll_interval=0.01, timeout=PATIENCE).stage == "RUNNING"


def test_others_may_not(api: HfApi, local_hub: LocalHub) -> None:
    with pytest.raises(HfHubHTTPError) as caught:
        api.pause_space(POND)
    assert caught.value.response.status_code == 403
    local_hub.create("ada/page", sdk="static")
    with pytest.raises(BadRequestError):
        api.pause_space("ada/page")


def test_a_folder_with_a_large_file(
    api: HfApi, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    folder = tmp_path / "folder"
    (folder / "src").mkdir(parents=True)
    large = bytes(range(256)) * 45_000
    (folder / "weights.bin").write_bytes(large)
    (folder / "photo.raw").write_bytes(b"\xff\xd8\xff\0" * 100)
    (folder / "src" / "main.py").write_text("print('main')\n")
    (folder / "empty.txt").write_text("")
    done = api.upload_folder(
        folder_path=folder, repo_id=space, repo_type="space", commit_message="A folder"
    )
    assert done.oid == local_hub.head(space)
    assert done.commit_url == f"{local_hub.url}/spaces/{space}/commit/{done.oid}"
    stored = local_hub.files(space)
    assert stored["weights.bin"] == large
    assert stored["src/main.py"] == b"print('main')\n"
    assert stored["empty.txt"] == b""
    entries = {
        entry.path: entry
        for entry in api.list_repo_tree(space, repo_type="space", recursive=True, expand=True)
    }
    weights, src = entries["weights.bin"], entries["src"]
    assert isinstance(weights, RepoFile)
    assert weights.lfs is not None
    assert weights.size == weights.lfs.size == len(large)
    assert isinstance(src, RepoFolder)
    assert src.last_commit is not None
    assert src.last_commit.title == "A folder"
    with pytest.raises(EntryNotFoundError):
        api.hf_hub_download(space, "none.bin", repo_type="space", cache_dir=tmp_path / "cache")
    uploads = [item for item in local_hub.requests() if item.origin == "storage"]
    assert len(uploads) == 2
    assert not any("authorization" in item.headers for item in uploads)
    for name, content in (("weights.bin", large), ("src/main.py", b"print('main')\n")):
        path = api.hf_hub_download(space, name, repo_type="space", cache_dir=tmp_path / "cache")
        assert Path(path).read_bytes() == content


def test_unchanged_files_make_no_commit(
    api: HfApi, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    head = local_hub.head(space)
    (tmp_path / "app.py").write_text("print('hello')\n")
    done = api.upload_folder(
        folder_path=tmp_path, repo_id=space, repo_type="space", allow_patterns="app.py"
    )
    assert done.oid == head == local_hub.head(space)


def test_history_and_references(api: HfApi, space: str, local_hub: LocalHub) -> None:
    for number in range(60):
        local_hub.commit(space, {"n.txt": str(number)}, title=f"Number {number}")
    titles = [commit.title for commit in api.list_repo_commits(space, repo_type="space")]
    assert len(titles) == 62
    assert titles[0] == "Number 59"
    assert titles[-1] == "initial commit"
    (branch,) = api.list_repo_refs(space, repo_type="space").branches
    assert (branch.name, branch.target_commit) == ("main", local_hub.head(space))
    (found,) = api.get_paths_info(space, ["n.txt", "none"], repo_type="space", expand=True)
    assert isinstance(found, RepoFile)
    assert found.last_commit is not None
    assert found.last_commit.title == "Number 59"


def test_a_commit_on_a_stale_parent(api: HfApi, space: str, local_hub: LocalHub) -> None:
    parent = local_hub.head(space)
    theirs = local_hub.commit(space, {"theirs.txt": "x"})
    operations = [CommitOperationAdd("mine.txt", b"mine")]
    with pytest.raises(HfHubHTTPError) as caught:
        api.create_commit(
            space, operations, commit_message="Mine", repo_type="space", parent_commit=parent
        )
    assert caught.value.response.status_code == 412
    assert local_hub.head(space) == theirs


def test_deletions(api: HfApi, space: str, local_hub: LocalHub) -> None:
    local_hub.commit(space, {"d/x": "1", "d/y": "2", "z": "3"})
    operations = [CommitOperationDelete("d/"), CommitOperationDelete("z")]
    api.create_commit(space, operations, commit_message="Less", repo_type="space")
    assert sorted(local_hub.files(space)) == [".gitattributes", "README.md", "app.py"]
    with pytest.raises(EntryNotFoundError):
        api.delete_file("z", space, repo_type="space")


def test_a_bad_card_is_refused(api: HfApi, space: str, local_hub: LocalHub) -> None:
    head = local_hub.head(space)
    with pytest.raises(ValueError, match="colorFrom"):
        api.upload_file(
            path_or_fileobj=b"---\nsdk: gradio\ncolorFrom: mauve\n---\n",
            path_in_repo="README.md",
            repo_id=space,
            repo_type="space",
        )
    assert local_hub.head(space) == head


def test_logs_without_following(bob: HfApi, local_hub: LocalHub) -> None:
    bob.restart_space(POND, factory_reboot=True)
    local_hub.wait_stage(POND, "RUNNING")
    # Such a reader takes five seconds of silence, or an event from the future, for the end.
    local_hub.call(lambda hub: hub.spaces[POND].build_log.write("later", 4_000_000_000))
    build = list(bob.fetch_space_logs(POND, build=True))
    assert build[0].startswith("===== Build Queued at ")
    assert any("Exporting cache" in line for line in build)
    assert "later" not in build


def test_logs_while_following(bob: HfApi, local_hub: LocalHub) -> None:
    lines = iter(bob.fetch_space_logs(POND, follow=True))
    assert next(lines).startswith("===== Application Startup at ")
    for line in lines:
        if "create a public link" in line:
            break
    writer = threading.Thread(target=local_hub.write_log, args=(POND, "fresh line"))
    writer.start()
    assert next(lines) == "fresh line"
    writer.join()
    local_hub.reset_log(POND)
    assert list(lines) == []


def test_create_and_delete(api: HfApi, local_hub: LocalHub, bob: HfApi) -> None:
    url = api.create_repo("acme/new", repo_type="space", space_sdk="static", private=True)
    assert url == f"{local_hub.url}/spaces/acme/new"
    assert api.create_repo("acme/new", repo_type="space", space_sdk="static", exist_ok=True) == url
    api.delete_repo("acme/new", repo_type="space")
    with pytest.raises(RepositoryNotFoundError):
        api.delete_repo("acme/new", repo_type="space")
    api.delete_repo("acme/new", repo_type="space", missing_ok=True)
    with pytest.raises(HfHubHTTPError) as caught:
        bob.create_repo("bob/new", repo_type="space", space_sdk="gradio")
    assert caught.value.response.status_code == 402


def test_renamed_spaces_are_followed(api: HfApi, space: str, local_hub: LocalHub) -> None:
    local_hub.rename(space, "acme/moved")
    assert api.space_info(space).id == "acme/moved"
    assert api.pause_space(space).stage == "PAUSED"
    assert local_hub.stage("acme/moved") == "PAUSED"


def test_access_is_probed(api: HfApi, bob: HfApi) -> None:
    api.auth_check(POND, repo_type="space")
    bob.auth_check(POND, repo_type="space", write=True)
    with pytest.raises(HfHubHTTPError):
        api.auth_check(POND, repo_type="space", write=True)
