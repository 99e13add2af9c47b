"""Uploading: what to do with each file, and the commit itself."""

from __future__ import annotations

import base64
import binascii
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.attributes import (
    REGULAR_LIMIT,
    LfsRules,
    ignore_rules,
    is_binary,
    lfs_rules,
)
from spaces_tui.localhub.card import parse_card
from spaces_tui.localhub.dataset import Holder, kind_of
from spaces_tui.localhub.edits import Edit, checked_path, parse_json, parse_ndjson
from spaces_tui.localhub.errors import STALE_PARENT, RefusedError, bad_request, invalid, no_revision
from spaces_tui.localhub.replies import (
    caller_of,
    flag,
    hub_of,
    json_body,
    part,
    reply,
    writable_repo,
)
from spaces_tui.localhub.repository import HEADS, PULLS, TAGS
from spaces_tui.localhub.routes.contents import commit_at
from spaces_tui.localhub.space import Space
from spaces_tui.localhub.tree import Blob

MOST_FILES = 1000


async def preupload(request: Request) -> Response:
    """Say for each file how it is to be sent, whether it is ignored, and what is there now."""
    space = writable_repo(request)
    commit = commit_at(space, part(request, "rev"))
    data = await json_body(request)
    files = data.get("files")
    if not isinstance(files, list) or len(files) > MOST_FILES:
        raise invalid(f'"files" must be an array of at most {MOST_FILES} files')
    ignored = ignore_rules(commit.tree, data.get("gitIgnore"))
    large = lfs_rules(commit.tree, data.get("gitAttributes"))
    answers = []
    for file in files:
        path, mode = _mode(file, large)
        answer: dict[str, Any] = {
            "path": path,
            "uploadMode": mode,
            "shouldIgnore": ignored.match_file(path),
        }
        if (blob := commit.tree.file(path)) is not None:
            answer["oid"] = blob.content_id
        answers.append(answer)
    return reply({"files": answers, "commitOid": commit.oid})


def _mode(file: object, large: LfsRules) -> tuple[str, str]:
    if not isinstance(file, dict) or not isinstance(file.get("size"), int):
        raise invalid('"path", "sample" and "size" are required')
    path = checked_path(file.get("path"))
    try:
        sample = base64.b64decode(str(file.get("sample", "")), validate=True)
    except binascii.Error as error:
        raise invalid(f"Invalid sample of {path}") from error
    size: int = file["size"]
    as_large = size > REGULAR_LIMIT or is_binary(sample) or large.match(path)
    return path, "lfs" if as_large else "regular"


async def commit(request: Request) -> Response:
    """Apply a commit to the branch, all of it or nothing."""
    space = writable_repo(request)
    hub, token = hub_of(request), caller_of(request)
    assert token is not None
    base = commit_at(space, part(request, "rev"))
    if "ndjson" in request.headers.get("content-type", ""):
        draft = parse_ndjson(await request.body())
    else:
        draft = parse_json(await json_body(request))
    if (as_pull := flag(request, "create_pr")) and draft.parent is not None:
        base = commit_at(space, draft.parent)
    elif draft.parent is not None and draft.parent != base.oid:
        raise RefusedError(412, STALE_PARENT)
    ref = _next_pull(space) if as_pull else _branch(space, part(request, "rev"))
    changes = Edit(base.tree, hub.lfs).apply(draft)
    if isinstance(space, Space):
        _check_card(changes)
    hub.commit_quota.check(token.person.name, space.id)
    done = hub.commit(
        space,
        changes,
        author=token.person.name,
        title=draft.summary,
        message=draft.description,
        ref=ref,
        base=base,
        hot=flag(request, "hot_reload"),
    )
    hub.commit_quota.count(token.person.name, space.id)
    answer: dict[str, Any] = {
        "success": True,
        "commitOid": done.oid,
        "commitUrl": f"{hub.spoken_origin}/{kind_of(space)}s/{space.id}/commit/{done.oid}",
        "hookOutput": "",
    }
    if as_pull:
        number = ref.removeprefix(PULLS)
        answer["pullRequestUrl"] = (
            f"{hub.spoken_origin}/{kind_of(space)}s/{space.id}/discussions/{number}"
        )
    return reply(answer)


def _branch(space: Holder, revision: str) -> str:
    """Return the reference a commit goes to. Raises 404 for what is not a branch."""
    for ref in (HEADS + revision, revision):
        if ref in space.repo.refs and not ref.startswith(TAGS):
            return ref
    raise no_revision(revision)


def _next_pull(space: Holder) -> str:
    numbers = [int(name) for name in space.repo.named(PULLS)]
    return f"{PULLS}{max(numbers, default=0) + 1}"


def _check_card(changes: dict[str, Blob | None]) -> None:
    readme = changes.get("README.md")
    if readme is None:
        return
    card = parse_card(readme.text)
    if card.errors:
        raise bad_request(f"Invalid metadata in README.md: {'; '.join(card.errors)}")


_PLACES = ("/api/spaces/{namespace}/{name}", "/api/datasets/{namespace}/{name}")
ROUTES = [
    route
    for place in _PLACES
    for route in (
        Route(f"{place}/preupload/{{rev}}", preupload, methods=["POST"]),
        Route(f"{place}/commit/{{rev}}", commit, methods=["POST"]),
    )
]
