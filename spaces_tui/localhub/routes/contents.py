"""Reading a repository: trees, paths, history, references."""

from __future__ import annotations

import json
from html import escape
from typing import Any
from urllib.parse import parse_qs, unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.dataset import Holder
from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.errors import RefusedError, bad_request, no_entry, no_revision
from spaces_tui.localhub.replies import (
    flag,
    next_link,
    number,
    page_of,
    part,
    readable_repo,
    reply,
)
from spaces_tui.localhub.repository import Commit, last_touched
from spaces_tui.localhub.tree import Blob, Folder

PAGE = 1000
EXPANDED_PAGE = 50
MOST_PATHS = 2000


def commit_at(space: Holder, revision: str) -> Commit:
    """Return the commit a revision names. Raises 404 RevisionNotFound."""
    commit = space.repo.resolve(revision)
    if commit is None:
        raise no_revision(revision)
    return commit


async def tree(request: Request) -> Response:
    """Answer one page of a folder, or of everything beneath it."""
    commit = commit_at(readable_repo(request), part(request, "rev"))
    path = unquote(request.path_params.get("path", "")).strip("/")
    folder = commit.tree.get(path)
    if not isinstance(folder, Folder):
        raise no_entry(path)
    prefix = f"{path}/" if path else ""
    expand = flag(request, "expand")
    items = list(folder.walk(prefix) if flag(request, "recursive") else folder.children(prefix))
    most = EXPANDED_PAGE if expand else PAGE
    page, link = page_of(request, items, number(request, "limit", most, 1, most))
    return reply(_entries(page, commit if expand else None), headers=link)


async def paths_info(request: Request) -> Response:
    """Answer the entries of the paths that exist; the body is a form or JSON."""
    commit = commit_at(readable_repo(request), part(request, "rev"))
    paths, expand = await _asked_paths(request)
    if len(paths) > MOST_PATHS:
        raise RefusedError(413, f"Too many paths, the maximum is {MOST_PATHS}")
    items = [(path, item) for path in paths if (item := commit.tree.get(path)) and path]
    return reply(_entries(items, commit if expand else None))


async def _asked_paths(request: Request) -> tuple[list[str], bool]:
    body = (await request.body()).decode(errors="replace")
    if "json" not in request.headers.get("content-type", ""):
        form = parse_qs(body, keep_blank_values=True)
        return form.get("paths", []), form.get("expand", [""])[0].lower() == "true"
    try:
        data = json.loads(body)
        return [str(path) for path in data["paths"]], bool(data.get("expand"))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise bad_request('"paths" is required') from error


def _entries(
    items: list[tuple[str, Blob | Folder]], expanded: Commit | None
) -> list[dict[str, Any]]:
    touched = last_touched(expanded, [path for path, _ in items]) if expanded else {}
    entries = []
    for path, item in items:
        is_file = isinstance(item, Blob)
        entry: dict[str, Any] = {"type": "file" if is_file else "directory", "oid": item.oid}
        entry |= {"size": item.size if isinstance(item, Blob) else 0, "path": path}
        if isinstance(item, Blob) and item.lfs:
            pointer = item.lfs
            entry["lfs"] = {
                "oid": pointer.sha256,
                "size": pointer.size,
                "pointerSize": len(pointer.text),
            }
            entry["xetHash"] = pointer.xet_hash
        if (commit := touched.get(path)) is not None:
            entry["lastCommit"] = {
                "id": commit.oid,
                "title": commit.title,
                "date": iso(commit.seconds),
            }
        if expanded and is_file:
            entry["securityFileStatus"] = {
                "status": "safe",
                "avScan": None,
                "pickleImportScan": None,
            }
        entries.append(entry)
    return entries


async def commits(request: Request) -> Response:
    """Answer one page of the history, newest first; pages are numbered from 0."""
    start = commit_at(readable_repo(request), part(request, "rev"))
    history = list(start.history())
    size = number(request, "limit", 50, 1, 1000)
    page = number(request, "p", 0, 0, 1_000_000)
    headers = {"X-Total-Count": str(len(history))}
    if (page + 1) * size < len(history):
        headers["Link"] = next_link(request, p=str(page + 1))
    formatted = request.query_params.get("expand") == "formatted"
    shown = history[page * size : (page + 1) * size]
    return reply([_commit_entry(commit, formatted=formatted) for commit in shown], headers=headers)


def _commit_entry(commit: Commit, *, formatted: bool) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "id": commit.oid,
        "title": commit.title,
        "message": commit.message,
        "authors": [{"user": commit.author, "avatar": f"/avatars/{commit.author}.svg"}],
        "date": iso(commit.seconds),
    }
    if formatted:
        entry["formatted"] = {"title": escape(commit.title), "message": escape(commit.message)}
    return entry


_PLACES = ("/api/spaces/{namespace}/{name}", "/api/datasets/{namespace}/{name}")
ROUTES = [
    route
    for place in _PLACES
    for route in (
        Route(f"{place}/tree/{{rev}}", tree),
        Route(f"{place}/tree/{{rev}}/{{path:path}}", tree),
        Route(f"{place}/paths-info/{{rev}}", paths_info, methods=["POST"]),
        Route(f"{place}/commits/{{rev}}", commits),
    )
]
