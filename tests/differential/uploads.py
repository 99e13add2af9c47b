"""Operations that change files of a Space."""

from __future__ import annotations

import gc
import warnings
from collections.abc import Callable, Mapping
from typing import Any, Final

from huggingface_hub import (
    CommitOperationAdd,
    CommitOperationCopy,
    CommitOperationDelete,
    HfApi,
)
from huggingface_hub._commit_api import CommitOperation as TheirOperation
from huggingface_hub._hot_reload.client import multi_replica_reload_events

from spaces_tui.hub.client import Hub
from spaces_tui.hub.sources import LargeFile
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.changes import CommitOperation, DeleteFolder, LfsFile
from spaces_tui.model.repo import AddFile, DeleteFile, FileSample, UploadMode
from tests.differential.compare import Known
from tests.differential.contents import LARGE, large_file
from tests.differential.operation import ACCEPT, SPACE, VERIFY, Operation, drained

README = "---\ntitle: Demo\nsdk: gradio\n---\n"
OLD = "1" * 40
SAMPLE = 512
PATCHED = b"def greet():\n    return 2\n"
RELOAD = (
    ACCEPT,
    Known(
        "request: - | sent",
        "one request fewer: one Python file is never a large one, as hot reload has to know",
        on=f"POST /api/spaces/{SPACE}/preupload/main",
    ),
    Known("accept: text/event-stream | */*", "what the app sends there", on="POST …/get-reload"),
)


async def put(
    hub: Hub, files: Mapping[str, bytes], *others: CommitOperation, **options: Any
) -> None:
    """Commit files the way a watched folder does: ask how, bring large ones, commit."""
    space = hub.space(SPACE)
    operations: list[CommitOperation] = []
    if files:
        samples = [FileSample(path, len(data), data[:SAMPLE]) for path, data in files.items()]
        create_pr: bool = options.get("create_pr", False)
        plan = await space.preupload(samples, create_pr=create_pr)
        modes = {mode.path: mode.mode for mode in plan.files}
        large = [
            LargeFile(path, data) for path, data in files.items() if modes[path] is UploadMode.LFS
        ]
        stored = await space.lfs.upload(large, create_pr=create_pr) if large else []
        operations += [
            AddFile(path, data) for path, data in files.items() if modes[path] is UploadMode.REGULAR
        ]
        operations += stored
    options.setdefault("parent", None)
    await space.commit([*operations, *others], summary="A change", **options)


def their_put(
    api: HfApi, files: Mapping[str, bytes], *others: TheirOperation, **options: Any
) -> None:
    """Commit the same with the official client."""
    additions = [CommitOperationAdd(path, data) for path, data in files.items()]
    api.create_commit(
        SPACE, [*additions, *others], commit_message="A change", repo_type="space", **options
    )


async def copy_large(hub: Hub) -> None:
    """Copy a large file: look up its content, and name it again."""
    (entry,) = await hub.space(SPACE).paths_info(["model.bin"])
    assert entry.lfs is not None
    await put(hub, {}, LfsFile("copy.bin", entry.lfs.sha256, None))


async def put_card(hub: Hub) -> None:
    """Commit a README, after the Hub looked at its card."""
    await hub.validate_yaml(README)
    await put(hub, {"README.md": README.encode()})


async def reload(hub: Hub) -> None:
    """Reload the running app, and read what its replica tells of that."""
    space = hub.space(SPACE)
    done = await space.commit(
        [AddFile("app.py", PATCHED)], summary="A change", parent=None, hot_reload=True
    )
    info = await space.info()
    assert info.runtime is not None
    assert info.runtime.hot_reloading is not None
    (replica,) = info.runtime.hot_reloading.replicas
    assert await drained(space.reload_report(info, replica.replica, done.result.oid))


def their_reload(api: HfApi) -> list[Any]:
    """Do the same with the official client; return the report."""
    operations = [CommitOperationAdd("app.py", PATCHED)]
    done = api.create_commit(
        SPACE, operations, commit_message="A change", repo_type="space", _hot_reload=True
    )
    info = api.space_info(SPACE)
    assert info.host is not None
    assert info.subdomain is not None
    assert info.runtime is not None
    assert info.runtime.hot_reloading is not None
    replicas = [name for name, _ in info.runtime.hot_reloading.replica_statuses]
    token = api.token if isinstance(api.token, str) else None
    with warnings.catch_warnings():
        # Theirs leaves its connection to the app to the garbage collector.
        warnings.simplefilter("ignore", ResourceWarning)
        events = list(
            multi_replica_reload_events(done.oid, info.host, info.subdomain, replicas, token)
        )
        gc.collect()
    return events


def reports_after(questions: int) -> Callable[[LocalHub], None]:
    """Have the app on the Hub's own host, its reports there after so many questions in vain."""

    def prepare(server: LocalHub) -> None:
        server.map_apps()
        server.reload_pending(questions)

    return prepare


UPLOADS: Final = (
    Operation(
        "upload a text file",
        lambda hub: put(hub, {"new.py": b"print(1)\n"}),
        lambda api: their_put(api, {"new.py": b"print(1)\n"}),
    ),
    Operation(
        "upload several files and delete others",
        lambda hub: put(
            hub,
            {"new.py": b"print(1)\n", "ä b.txt": b"", "long.txt": b"x" * 5000},
            DeleteFile("app.py"),
            DeleteFolder("d"),
            description="Why",
        ),
        lambda api: their_put(
            api,
            {"new.py": b"print(1)\n", "ä b.txt": b"", "long.txt": b"x" * 5000},
            CommitOperationDelete("app.py"),
            CommitOperationDelete("d/"),
            commit_description="Why",
        ),
        differs=(
            ACCEPT,
            Known('body[5].value.path: "d" | "d/"', "the Hub takes a folder's path without slash"),
        ),
    ),
    Operation(
        "delete a file",
        lambda hub: put(hub, {}, DeleteFile("app.py")),
        lambda api: their_put(api, {}, CommitOperationDelete("app.py")),
    ),
    Operation(
        "upload a card",
        put_card,
        lambda api: their_put(api, {"README.md": README.encode()}),
    ),
    Operation(
        "upload a large file",
        lambda hub: put(hub, {"model.bin": LARGE}),
        lambda api: their_put(api, {"model.bin": LARGE}),
        differs=VERIFY,
    ),
    Operation(
        "upload a large file the Hub has",
        lambda hub: put(hub, {"copy.bin": LARGE}),
        lambda api: their_put(api, {"copy.bin": LARGE}),
        before=large_file,
    ),
    Operation(
        "upload a large file in parts",
        lambda hub: put(hub, {"model.bin": LARGE}),
        lambda api: their_put(api, {"model.bin": LARGE}),
        differs=VERIFY,
        before=lambda server: server.multipart(over=1000, chunk=10_000),
    ),
    Operation(
        "copy a large file",
        copy_large,
        lambda api: their_put(api, {}, CommitOperationCopy("model.bin", "copy.bin")),
        differs=(
            ACCEPT,
            Known("request: - | sent", "one request fewer: whoever copies knows what is there"),
            Known("body.paths: model.bin | copy.bin", "theirs looks at the target's place first"),
        ),
        before=large_file,
    ),
    Operation(
        "commit on a parent that is not the head any more",
        lambda hub: put(hub, {"new.py": b"1"}, parent=OLD),
        lambda api: their_put(api, {"new.py": b"1"}, parent_commit=OLD),
        refused=True,
    ),
    Operation(
        "open a pull request",
        lambda hub: put(hub, {"new.py": b"1"}, create_pr=True),
        lambda api: their_put(api, {"new.py": b"1"}, create_pr=True),
    ),
    Operation(
        "open a pull request with a large file",
        lambda hub: put(hub, {"model.bin": LARGE}, create_pr=True),
        lambda api: their_put(api, {"model.bin": LARGE}, create_pr=True),
        differs=VERIFY,
    ),
    Operation(
        "report of a reload",
        reload,
        their_reload,
        differs=RELOAD,
        before=reports_after(0),
    ),
    Operation(
        "report of a reload that comes late",
        reload,
        their_reload,
        differs=(
            *RELOAD,
            Known(
                "request: sent | -",
                "theirs means to ask again as well, but takes the 204 for a report without lines",
                on="POST …/get-reload",
            ),
        ),
        before=reports_after(1),
    ),
    Operation(
        "reload a running app",
        lambda hub: put(hub, {"app.py": b"print(2)\n"}, hot_reload=True),
        lambda api: their_put(api, {"app.py": b"print(2)\n"}, _hot_reload=True),
    ),
)
