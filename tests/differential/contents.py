"""Operations on what is in a Space's repository, without changing files."""

from __future__ import annotations

import tempfile
from typing import Any, Final

from huggingface_hub import HfApi

from spaces_tui.hub.client import Hub
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.localhub.tree import lfs_blob
from tests.differential.compare import Known
from tests.differential.operation import ACCEPT, DOWNLOAD, SPACE, Operation, drained

LARGE = bytes(range(256)) * 100


def large_file(server: LocalHub) -> None:
    """Have a large file in the Space."""

    def store(state: LocalHubState) -> None:
        blob = lfs_blob(state.lfs.put(LARGE), len(LARGE))
        state.commit(state.spaces[SPACE], {"model.bin": blob}, author="ada", title="Model")

    server.call(store)


def long_history(server: LocalHub) -> None:
    """Have more commits than fit on a page."""
    for number in range(60):
        server.commit(SPACE, {"n.txt": str(number)})


def fetched(api: HfApi, path: str) -> Any:
    """Download a file into an empty cache."""
    with tempfile.TemporaryDirectory() as cache:
        return api.hf_hub_download(SPACE, path, repo_type="space", cache_dir=cache)


async def delete_stored(hub: Hub) -> None:
    """Delete all large files, and the history that names them."""
    files = hub.space(SPACE).lfs_files
    await files.delete_many([each.sha256 for each in await drained(files.list())])


CONTENTS: Final = (
    Operation(
        "tree",
        lambda hub: drained(hub.space(SPACE).tree()),
        lambda api: list(api.list_repo_tree(SPACE, repo_type="space", recursive=True)),
        differs=(ACCEPT, Known("query.expand: - | false", "false is the Hub's default")),
    ),
    Operation(
        "one folder of a branch",
        lambda hub: drained(hub.space(SPACE).tree("refs/pr/1", "d", recursive=False)),
        lambda api: list(api.list_repo_tree(SPACE, "d", repo_type="space", revision="refs/pr/1")),
        differs=(
            ACCEPT,
            Known("query.expand: - | false", "false is the Hub's default"),
            Known("query.recursive: - | false", "false is the Hub's default"),
        ),
        refused=True,
    ),
    Operation(
        "paths",
        lambda hub: hub.space(SPACE).paths_info(["app.py", "d", "ä b.txt", "none"]),
        lambda api: api.get_paths_info(
            SPACE, ["app.py", "d", "ä b.txt", "none"], repo_type="space"
        ),
    ),
    Operation(
        "history",
        lambda hub: hub.space(SPACE).commits(),
        lambda api: api.list_repo_commits(SPACE, repo_type="space"),
        differs=(
            ACCEPT,
            Known("request: - | sent", "we ask for the newest commits, not for all pages of them"),
            Known("query.limit: 20 | -", "the number of commits that are shown"),
        ),
        before=long_history,
    ),
    Operation(
        "branches and tags",
        lambda hub: hub.space(SPACE).refs(),
        lambda api: api.list_repo_refs(SPACE, repo_type="space"),
    ),
    Operation(
        "branches, tags and pull requests",
        lambda hub: hub.space(SPACE).refs(pull_requests=True),
        lambda api: api.list_repo_refs(SPACE, repo_type="space", include_pull_requests=True),
    ),
    Operation(
        "create a branch",
        lambda hub: hub.space(SPACE).create_branch("feature/x"),
        lambda api: api.create_branch(SPACE, branch="feature/x", repo_type="space"),
    ),
    Operation(
        "create a branch at a revision",
        lambda hub: hub.space(SPACE).create_branch("dev", start="main"),
        lambda api: api.create_branch(SPACE, branch="dev", revision="main", repo_type="space"),
    ),
    Operation(
        "delete a branch",
        lambda hub: hub.space(SPACE).delete_branch("none"),
        lambda api: api.delete_branch(SPACE, branch="none", repo_type="space"),
        refused=True,
    ),
    Operation(
        "create a tag",
        lambda hub: hub.space(SPACE).create_tag("v1"),
        lambda api: api.create_tag(SPACE, tag="v1", repo_type="space"),
    ),
    Operation(
        "create a tag with a message",
        lambda hub: hub.space(SPACE).create_tag("v1", message="one", revision="main"),
        lambda api: api.create_tag(
            SPACE, tag="v1", tag_message="one", revision="main", repo_type="space"
        ),
    ),
    Operation(
        "delete a tag",
        lambda hub: hub.space(SPACE).delete_tag("none"),
        lambda api: api.delete_tag(SPACE, tag="none", repo_type="space"),
        refused=True,
    ),
    Operation(
        "squash",
        lambda hub: hub.space(SPACE).super_squash(),
        lambda api: api.super_squash_history(SPACE, repo_type="space"),
        differs=(
            ACCEPT,
            Known("body: {} | -", "a body that says nothing"),
            Known("body.message: - | …huggingface_hub…", "the Hub words it; we advertise nobody"),
        ),
    ),
    Operation(
        "squash with a message",
        lambda hub: hub.space(SPACE).super_squash(message="One"),
        lambda api: api.super_squash_history(SPACE, repo_type="space", commit_message="One"),
    ),
    Operation(
        "download",
        lambda hub: hub.space(SPACE).download("d/x.txt", limit=100),
        lambda api: fetched(api, "d/x.txt"),
        differs=DOWNLOAD,
    ),
    Operation(
        "download a large file",
        lambda hub: hub.space(SPACE).download("model.bin", limit=len(LARGE)),
        lambda api: fetched(api, "model.bin"),
        differs=(
            *DOWNLOAD,
            Known(
                "request: sent | -",
                "where the storage is, is what their HEAD told; we ask with the GET itself",
                on="GET /spaces/ada/demo/resolve/main/model.bin",
            ),
        ),
        before=large_file,
    ),
    Operation(
        "what is known of a large file",
        lambda hub: hub.space(SPACE).head("model.bin"),
        lambda api: api.get_hf_file_metadata(
            url=f"{api.endpoint}/spaces/{SPACE}/resolve/main/model.bin"
        ),
        differs=(),
        before=large_file,
    ),
    Operation(
        "stored large files",
        lambda hub: drained(hub.space(SPACE).lfs_files.list()),
        lambda api: list(api.list_lfs_files(SPACE, repo_type="space")),
        before=large_file,
    ),
    Operation(
        "delete stored large files",
        delete_stored,
        lambda api: api.permanently_delete_lfs_files(
            SPACE, api.list_lfs_files(SPACE, repo_type="space"), repo_type="space"
        ),
        before=large_file,
    ),
)
