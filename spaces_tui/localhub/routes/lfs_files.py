"""The large files of a repository over its whole history: list, delete for good, duplicate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import RefusedError, bad_request
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.replies import (
    flag,
    hub_of,
    json_body,
    number,
    page_of,
    part,
    readable_space,
    reply,
    signed_in,
    writable_space,
)
from spaces_tui.localhub.repository import Commit
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.tree import Blob

MOST_DELETIONS: Final = 1000


@dataclass(frozen=True)
class _Pushed:
    path: str
    blob: Blob
    commit: Commit
    ref: str


def _pushed(space: Space) -> dict[str, _Pushed]:
    """Return the first appearance of each large file in any history, by SHA-256."""
    found: dict[str, _Pushed] = {}
    for ref, start in space.repo.refs.items():
        for commit in reversed(list(start.history())):
            for path, blob in commit.tree.files():
                if blob.lfs and blob.lfs.sha256 not in found:
                    found[blob.lfs.sha256] = _Pushed(path, blob, commit, ref)
    return found


async def list_files(request: Request) -> Response:
    """Answer one page of large files, whether or not the head still has them."""
    found = list(_pushed(writable_space(request)).items())
    page, link = page_of(request, found, number(request, "limit", 100, 1, 1000))
    return reply([_entry(sha, pushed) for sha, pushed in page], headers=link)


def _entry(sha: str, pushed: _Pushed) -> dict[str, Any]:
    return {
        "fileOid": sha,
        "oid": pushed.blob.oid,
        "size": pushed.blob.size,
        "filename": pushed.path,
        "pushedAt": iso(pushed.commit.seconds),
        "ref": pushed.ref,
        "xetHash": pushed.blob.lfs.xet_hash if pushed.blob.lfs else None,
        "pusher": {"type": "user", "name": pushed.commit.author},
    }


async def delete_file(request: Request) -> Response:
    """Delete one large file for good."""
    space, sha = writable_space(request), part(request, "sha")
    _delete(hub_of(request), space, [sha], rewrite=flag(request, "rewriteHistory"))
    return Response()


async def delete_files(request: Request) -> Response:
    """Delete many; with `rewriteHistory` all commits lose them, and get other ids."""
    space = writable_space(request)
    deletions = (await json_body(request)).get("deletions")
    shas = deletions.get("sha") if isinstance(deletions, dict) else None
    if not isinstance(shas, list) or not 1 <= len(shas) <= MOST_DELETIONS:
        raise bad_request(f'"deletions.sha" must have between 1 and {MOST_DELETIONS} items')
    rewrite = bool(deletions and deletions.get("rewriteHistory"))
    _delete(hub_of(request), space, [str(sha) for sha in shas], rewrite=rewrite)
    return Response()


def _delete(hub: LocalHubState, space: Space, shas: list[str], *, rewrite: bool) -> None:
    present = _pushed(space)
    if missing := [sha for sha in shas if sha not in present]:
        raise RefusedError(404, f"LFS file not found: {missing[0]}")
    if rewrite:
        gone = set(shas)
        space.repo.rewrite(lambda blob: blob.lfs is None or blob.lfs.sha256 not in gone)
    elsewhere = {
        sha for other in hub.spaces.values() if other is not space for sha in _pushed(other)
    }
    for sha in set(shas) - elsewhere:
        hub.lfs.objects.pop(sha, None)


async def duplicate(request: Request) -> Response:
    """Make large files of one repository available to another, without sending them."""
    hub, token, source = hub_of(request), signed_in(request), readable_space(request)
    data = await json_body(request)
    _check_target(hub, token, data.get("target"))
    files = data.get("files")
    if not isinstance(files, list) or not all(isinstance(file, dict) for file in files):
        raise bad_request('"files" must be a list of objects')
    present = _pushed(source)
    failed = [
        {"sha256": file.get("sha256"), "error": "File not found in the source repository"}
        for file in files
        if file.get("sha256") not in present
    ]
    answer = {
        "success": not failed,
        "processed": len(files),
        "succeeded": len(files) - len(failed),
        "failed": failed,
    }
    return reply(answer, 207 if failed else 200)


def _check_target(hub: LocalHubState, token: Token, target: object) -> None:
    if not isinstance(target, dict) or target.get("type") != "space":
        raise bad_request('"target" must be a Space')
    hub.check_writable(hub.readable(str(target.get("name")), token), token)


_FILES = "/api/spaces/{namespace}/{name}/lfs-files"
ROUTES = [
    Route(_FILES, list_files),
    Route(f"{_FILES}/batch", delete_files, methods=["POST"]),
    Route(f"{_FILES}/duplicate", duplicate, methods=["POST"]),
    Route(f"{_FILES}/{{sha}}", delete_file, methods=["DELETE"]),
]
