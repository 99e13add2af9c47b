"""Downloading files: `resolve` gives the content, `raw` what git stores."""

from __future__ import annotations

from urllib.parse import unquote

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from spaces_tui.localhub.errors import no_entry
from spaces_tui.localhub.ranges import content
from spaces_tui.localhub.replies import hub_of, part, readable_repo
from spaces_tui.localhub.repository import Commit
from spaces_tui.localhub.routes.contents import commit_at
from spaces_tui.localhub.tree import Blob


def _asked(request: Request) -> tuple[Commit, Blob, str]:
    commit = commit_at(readable_repo(request), part(request, "rev"))
    path = unquote(request.path_params["path"])
    blob = commit.tree.file(path)
    if blob is None:
        raise no_entry(path)
    return commit, blob, path


async def resolve(request: Request) -> Response:
    """Answer the bytes of a regular file, or redirect to the storage of a large one."""
    commit, blob, path = _asked(request)
    headers = {"X-Repo-Commit": commit.oid}
    name = path.rpartition("/")[2].encode("ascii", "replace").decode().replace('"', "'")
    kind = "attachment" if request.query_params.get("download") else "inline"
    headers["Content-Disposition"] = f'{kind}; filename="{name}"'
    if blob.lfs is None:
        return content(request, blob.data, f'"{blob.oid}"', headers)
    hub = hub_of(request)
    location = hub.storage_origin + hub.lfs.sign("GET", blob.lfs.sha256, blob.lfs.size)
    headers |= {
        "X-Linked-Size": str(blob.lfs.size),
        "X-Linked-Etag": f'"{blob.lfs.sha256}"',
        "Location": location,
        "Accept-Ranges": "bytes",
    }
    return Response(f"Found. Redirecting to {location}", 302, headers, "text/plain")


async def raw(request: Request) -> Response:
    """Answer the stored text: for a large file its pointer."""
    commit, blob, _path = _asked(request)
    return content(request, blob.data, f'"{blob.oid}"', {"X-Repo-Commit": commit.oid})


ROUTES = [
    Route(f"/{kind}/{{namespace}}/{{name}}/{way}/{{rev}}/{{path:path}}", answer)
    for kind in ("spaces", "datasets")
    for way, answer in (("resolve", resolve), ("raw", raw))
]
