"""Branches, tags, squashed histories, and what two revisions differ by."""

from __future__ import annotations

import re
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from spaces_tui.localhub.differences import unified
from spaces_tui.localhub.errors import RefusedError, bad_request, no_entry, no_revision
from spaces_tui.localhub.replies import (
    caller_of,
    flag,
    hub_of,
    json_body,
    part,
    readable_space,
    reply,
    writable_space,
)
from spaces_tui.localhub.repository import HEADS, MAIN_REF, PULLS, TAGS, Commit
from spaces_tui.localhub.routes.contents import commit_at
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.tree import Blob, Folder

LONGEST_MESSAGE: Final = 500
_NAME: Final = re.compile(r"(?![/.-])(?!.*(\.\.|//|@\{))[^\s~^:?*\[\\\x00-\x1f]{1,200}(?<![/.])")


async def refs(request: Request) -> Response:
    """Answer branches and tags, and pull requests if asked."""
    space = readable_space(request)
    answer: dict[str, Any] = {
        "tags": _listed(space, TAGS),
        "branches": _listed(space, HEADS),
        "converts": [],
    }
    if flag(request, "include_prs"):
        answer["pullRequests"] = _listed(space, PULLS)
    return reply(answer)


def _listed(space: Space, prefix: str) -> list[dict[str, str]]:
    return [
        {
            "name": prefix + name if prefix == PULLS else name,
            "ref": prefix + name,
            "targetCommit": commit.oid,
        }
        for name, commit in space.repo.named(prefix).items()
    ]


async def create_branch(request: Request) -> Response:
    """Create a branch at a revision, or an empty one."""
    space, name = writable_space(request), _checked(part(request, "branch"))
    data, ref = await json_body(request), HEADS + name
    if ref in space.repo.refs and not data.get("overwrite"):
        raise RefusedError(409, f"Reference {ref} already exists", url=None)
    start = commit_at(space, str(data.get("startingPoint") or "main"))
    if data.get("emptyBranch"):
        seconds = int(hub_of(request).clock.now())
        start = Commit(Folder(), None, "system", seconds, "initial commit")
        space.repo.commits[start.oid] = start
    space.repo.refs[ref] = start
    return Response()


async def delete_branch(request: Request) -> Response:
    """Delete a branch; not the main one."""
    space, ref = writable_space(request), HEADS + part(request, "branch")
    if ref == MAIN_REF:
        raise RefusedError(403, "The main branch cannot be deleted")
    _drop(space, ref)
    return Response()


async def create_tag(request: Request) -> Response:
    """Name a revision."""
    space = writable_space(request)
    commit = commit_at(space, part(request, "rev"))
    ref = TAGS + _checked((await json_body(request)).get("tag"))
    if ref in space.repo.refs:
        raise RefusedError(409, f"Tag reference {ref} already exists")
    space.repo.refs[ref] = commit
    return Response()


async def delete_tag(request: Request) -> Response:
    """Delete a tag."""
    _drop(writable_space(request), TAGS + part(request, "rev"))
    return Response()


def _checked(name: object) -> str:
    if not isinstance(name, str) or not _NAME.fullmatch(name):
        raise bad_request(f"Invalid reference name: {name}")
    return name


def _drop(space: Space, ref: str) -> None:
    if space.repo.refs.pop(ref, None) is None:
        raise no_revision(ref)
    space.repo.prune()


async def super_squash(request: Request) -> Response:
    """Replace the history of a branch by one commit, for good."""
    space, token = writable_space(request), caller_of(request)
    assert token is not None
    branch = part(request, "branch")
    ref = branch if branch.startswith("refs/") else HEADS + branch
    if ref not in space.repo.refs:
        raise no_revision(branch)
    message = str((await json_body(request)).get("message") or f"Super-squash branch {branch!r}")
    if len(message) > LONGEST_MESSAGE:
        raise bad_request(f'"message" must have at most {LONGEST_MESSAGE} characters')
    seconds = int(hub_of(request).clock.now())
    commit = space.repo.squash(ref, seconds=seconds, author=token.person.name, message=message)
    return reply({"commitId": commit.oid})


async def compare(request: Request) -> Response:
    """Answer a unified diff: text with `raw=true`, else a JSON string."""
    space = readable_space(request)
    base, dots, head = part(request, "range").partition("..")
    if not dots:
        raise bad_request("Expected base..head")
    old, new = commit_at(space, base), commit_at(space, head.removeprefix("."))
    text = unified(old.tree, new.tree)
    return PlainTextResponse(text) if flag(request, "raw") else reply(text)


async def treesize(request: Request) -> Response:
    """Answer the size of everything below a path."""
    commit = commit_at(readable_space(request), part(request, "rev"))
    path = part(request, "path").strip("/") if "path" in request.path_params else ""
    item = commit.tree.get(path)
    if item is None:
        raise no_entry(path)
    blobs = [item] if isinstance(item, Blob) else [blob for _path, blob in item.files()]
    return reply({"path": f"/{path}", "size": sum(blob.size for blob in blobs)})


_SPACE = "/api/spaces/{namespace}/{name}"
ROUTES = [
    Route(f"{_SPACE}/refs", refs),
    Route(f"{_SPACE}/branch/{{branch:path}}", create_branch, methods=["POST"]),
    Route(f"{_SPACE}/branch/{{branch:path}}", delete_branch, methods=["DELETE"]),
    Route(f"{_SPACE}/tag/{{rev:path}}", create_tag, methods=["POST"]),
    Route(f"{_SPACE}/tag/{{rev:path}}", delete_tag, methods=["DELETE"]),
    Route(f"{_SPACE}/super-squash/{{branch}}", super_squash, methods=["POST"]),
    Route(f"{_SPACE}/compare/{{range:path}}", compare),
    Route(f"{_SPACE}/treesize/{{rev}}", treesize),
    Route(f"{_SPACE}/treesize/{{rev}}/{{path:path}}", treesize),
]
