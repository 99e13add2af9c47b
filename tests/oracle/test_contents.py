"""The official client's other ways into a repository of the local Hub."""

from __future__ import annotations

from pathlib import Path

import pytest
from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationCopy,
    CommitOperationDelete,
    HfApi,
    HfFileSystem,
)
from huggingface_hub._commit_api import CommitOperation
from huggingface_hub.errors import HfHubHTTPError, RevisionNotFoundError

from spaces_tui.localhub.thread import LocalHub

pytestmark = [
    pytest.mark.oracle,
    # The official client's own way of sending large files to storage.
    pytest.mark.filterwarnings("ignore:Use 'content=:DeprecationWarning"),
]

LARGE = bytes(range(256)) * 100


def upload(api: HfApi, space: str, path: str, content: bytes) -> str:
    """Upload one file and return the commit."""
    return api.upload_file(
        path_or_fileobj=content, path_in_repo=path, repo_id=space, repo_type="space"
    ).oid


def test_branches_and_tags(api: HfApi, space: str, local_hub: LocalHub) -> None:
    api.create_branch(space, branch="dev", repo_type="space")
    api.create_branch(space, branch="dev", repo_type="space", exist_ok=True)
    with pytest.raises(HfHubHTTPError):
        api.create_branch(space, branch="dev", repo_type="space")
    done = api.upload_file(
        path_or_fileobj=b"x",
        path_in_repo="x.txt",
        repo_id=space,
        repo_type="space",
        revision="dev",
    )
    api.create_tag(space, tag="v1", tag_message="one", revision="dev", repo_type="space")
    api.create_tag(space, tag="v1", repo_type="space", exist_ok=True)
    refs = api.list_repo_refs(space, repo_type="space")
    assert {ref.name: ref.target_commit for ref in refs.branches}["dev"] == done.oid
    assert [(ref.name, ref.target_commit) for ref in refs.tags] == [("v1", done.oid)]
    assert "x.txt" in api.list_repo_files(space, repo_type="space", revision="v1")
    assert "x.txt" not in api.list_repo_files(space, repo_type="space")
    api.delete_tag(space, tag="v1", repo_type="space")
    api.delete_branch(space, branch="dev", repo_type="space")
    with pytest.raises(RevisionNotFoundError):
        api.list_repo_files(space, repo_type="space", revision="dev")


def test_pull_requests(api: HfApi, space: str, local_hub: LocalHub) -> None:
    head = local_hub.head(space)
    done = api.upload_file(
        path_or_fileobj=LARGE,
        path_in_repo="model.bin",
        repo_id=space,
        repo_type="space",
        create_pr=True,
    )
    assert (done.pr_num, done.pr_revision) == (1, "refs/pr/1")
    refs = api.list_repo_refs(space, repo_type="space", include_pull_requests=True)
    assert refs.pull_requests is not None
    assert [ref.ref for ref in refs.pull_requests] == ["refs/pr/1"]
    assert local_hub.head(space) == head
    assert api.file_exists(space, "model.bin", repo_type="space", revision="refs/pr/1")


def test_large_files_in_parts(api: HfApi, space: str, local_hub: LocalHub) -> None:
    local_hub.multipart(over=1000, chunk=2000)
    upload(api, space, "model.bin", LARGE)
    assert local_hub.files(space)["model.bin"] == LARGE
    parts = [item for item in local_hub.requests() if "partNumber" in item.query]
    assert len(parts) == 13


def test_copies(api: HfApi, space: str, local_hub: LocalHub) -> None:
    upload(api, space, "model.bin", LARGE)
    api.create_repo("acme/other", repo_type="space", space_sdk="gradio")
    operations: list[CommitOperation] = [
        CommitOperationCopy("app.py", "copied.py"),
        CommitOperationCopy("model.bin", "copied.bin"),
        CommitOperationDelete("app.py"),
    ]
    api.create_commit(space, operations, commit_message="Copy", repo_type="space")
    files = local_hub.files(space)
    assert files["copied.bin"] == LARGE
    assert files["copied.py"] == b"print('hello')\n"
    assert "app.py" not in files
    across = [
        CommitOperationCopy("copied.py", "app.py", src_repo_id=space, src_repo_type="space"),
        CommitOperationCopy("model.bin", "m.bin", src_repo_id=space, src_repo_type="space"),
    ]
    api.create_commit("acme/other", across, commit_message="Take", repo_type="space")
    assert local_hub.files("acme/other")["m.bin"] == LARGE


def test_uploads_are_refused_or_mirrored(
    api: HfApi, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    (tmp_path / "kept.txt").write_text("kept")
    (tmp_path / "secret.log").write_text("no")
    (tmp_path / ".gitignore").write_text("*.log\n")
    local_hub.commit(space, {"stale.txt": "old"})
    api.upload_folder(
        folder_path=tmp_path, repo_id=space, repo_type="space", delete_patterns="*.txt"
    )
    files = local_hub.files(space)
    assert "stale.txt" not in files
    assert files["kept.txt"] == b"kept"
    local_hub.commit_quota(0)
    with pytest.raises(HfHubHTTPError) as refused:
        upload(api, space, "late.txt", b"x")
    assert refused.value.response.status_code == 429


def test_history_is_squashed_and_large_files_removed(
    api: HfApi, space: str, local_hub: LocalHub
) -> None:
    upload(api, space, "model.bin", LARGE)
    api.delete_file("model.bin", space, repo_type="space")
    (found,) = api.list_lfs_files(space, repo_type="space")
    assert (found.filename, found.size) == ("model.bin", len(LARGE))
    api.permanently_delete_lfs_files(space, [found], repo_type="space")
    assert list(api.list_lfs_files(space, repo_type="space")) == []
    api.super_squash_history(space, repo_type="space", commit_message="One")
    (commit,) = api.list_repo_commits(space, repo_type="space")
    assert (commit.title, commit.commit_id) == ("One", local_hub.head(space))


def test_preuploaded_large_files(api: HfApi, space: str, local_hub: LocalHub) -> None:
    addition = CommitOperationAdd("model.bin", LARGE)
    api.preupload_lfs_files(space, [addition], repo_type="space")
    api.create_commit(space, [addition], commit_message="Late", repo_type="space")
    assert local_hub.files(space)["model.bin"] == LARGE


def test_snapshots_and_the_file_system(
    api: HfApi, space: str, local_hub: LocalHub, tmp_path: Path
) -> None:
    upload(api, space, "d/model.bin", LARGE)
    folder = Path(api.snapshot_download(space, repo_type="space", cache_dir=tmp_path))
    assert (folder / "d" / "model.bin").read_bytes() == LARGE
    checked = api.verify_repo_checksums(space, repo_type="space", cache_dir=tmp_path)
    assert checked.mismatches == []
    files = HfFileSystem(endpoint=local_hub.url, token=local_hub.token("ada"))
    assert files.read_bytes(f"spaces/{space}/app.py") == b"print('hello')\n"
    with files.open(f"spaces/{space}/new.txt", "w") as file:
        file.write("text")
    assert local_hub.files(space)["new.txt"] == b"text"
    files.mv(f"spaces/{space}/new.txt", f"spaces/{space}/moved.txt")
    assert "new.txt" not in local_hub.files(space)
