"""Building answers: JSON in the Hub's dress, paging links, and who is asking."""

from __future__ import annotations

import base64
import binascii
import hashlib
import json
from collections.abc import Mapping
from typing import Any, TypeVar
from urllib.parse import unquote, urlencode

from starlette.requests import Request
from starlette.responses import Response

from spaces_tui.localhub.accounts import Token
from spaces_tui.localhub.dataset import Holder
from spaces_tui.localhub.errors import RefusedError, bad_request, no_repository
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.space import Space, runtime_json
from spaces_tui.localhub.volumes import Sees, Volume

JSON_TYPE = "application/json; charset=utf-8"
T = TypeVar("T")


def reply(data: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """Return compact JSON with a weak ETag."""
    body = json.dumps(data, ensure_ascii=False, separators=(",", ":")).encode()
    digest = base64.b64encode(hashlib.sha1(body).digest()).decode().rstrip("=")
    etag = f'W/"{len(body):x}-{digest}"'
    return Response(body, status, {"ETag": etag, **(headers or {})}, JSON_TYPE)


def refusal_reply(refusal: RefusedError) -> Response:
    """Return an error with its two headers and its JSON body."""
    # A header holds one line of Latin-1; the body has the message as it is.
    line = " ".join(refusal.message.split()).encode("latin-1", "replace").decode("latin-1")
    headers = {"X-Error-Message": line}
    if refusal.code:
        headers["X-Error-Code"] = refusal.code
    body = {"error": refusal.message}
    if refusal.url:
        body["url"] = refusal.url
    return reply(body, refusal.status, headers)


def hub_of(request: Request) -> LocalHubState:
    """Return the state of the server that handles the request."""
    hub: LocalHubState = request.scope["hub"]
    return hub


def caller_of(request: Request) -> Token | None:
    """Return the valid token the request came with; bad tokens never get this far."""
    token: Token | None = request.scope["token"]
    return token


def part(request: Request, name: str) -> str:
    """Return a part of the path, unquoted; parts are matched while still quoted."""
    return unquote(request.path_params[name])


def space_id_of(request: Request) -> str:
    """Return the `namespace/name` in the path."""
    return f"{part(request, 'namespace')}/{part(request, 'name')}"


def readable_space(request: Request) -> Space:
    """Return the Space in the path, if the caller may see it."""
    return hub_of(request).readable(space_id_of(request), caller_of(request))


def writable_space(request: Request) -> Space:
    """Return the Space in the path, if the caller may change it. Raises 401, 403 or 404."""
    space = readable_space(request)
    token = caller_of(request)
    if token is None:
        raise no_repository(anonymous=True)
    hub_of(request).check_writable(space, token)
    return space


def readable_repo(request: Request) -> Holder:
    """Return the Space or dataset in the path, if the caller may see it."""
    if request.url.path.startswith(("/api/datasets/", "/datasets/")):
        return hub_of(request).readable_dataset(space_id_of(request), caller_of(request))
    return readable_space(request)


def writable_repo(request: Request) -> Holder:
    """Return the Space or dataset in the path, if the caller may change it."""
    repo = readable_repo(request)
    token = caller_of(request)
    if token is None:
        raise no_repository(anonymous=True)
    hub_of(request).check_writable(repo, token)
    return repo


def signed_in(request: Request) -> Token:
    """Return the caller's token. Raises 401 for calls that name no repository."""
    token = caller_of(request)
    if token is None:
        raise RefusedError(401, "Invalid username or password.")
    return token


def sees_volumes(request: Request) -> Sees:
    """Return which sources of volumes the caller may know.

    Repositories of namespaces this Hub does not know count as public, buckets as private.
    """
    hub, token = hub_of(request), caller_of(request)

    def sees(volume: Volume) -> bool:
        source = str(volume["source"])
        if token is not None and token.may_read(source):
            return True
        if volume["type"] == "space":
            space = hub.spaces.get(source)
            return space is not None and hub.visible(space, token)
        return volume["type"] != "bucket" and not hub.accounts.knows(source.partition("/")[0])

    return sees


def runtime_for(request: Request, space: Space) -> Response:
    """Return the runtime as the caller may see it."""
    return reply(runtime_json(space, sees_volumes(request)))


async def json_body(request: Request) -> dict[str, Any]:
    """Return the JSON object in the body. Raises 400."""
    try:
        data = json.loads(await request.body() or b"{}")
    except ValueError as error:
        raise bad_request("Invalid JSON body") from error
    if not isinstance(data, dict):
        raise bad_request("The body must be a JSON object")
    return data


def expand_of(request: Request) -> list[str]:
    """Return the `expand` values, in either spelling of the key."""
    query = request.query_params
    return [*query.getlist("expand"), *query.getlist("expand[]")]


def flag(request: Request, name: str) -> bool:
    """Whether a query flag is `true` or `1`."""
    return request.query_params.get(name, "").lower() in {"true", "1"}


def number(request: Request, name: str, default: int, low: int, high: int) -> int:
    """Return a numeric query parameter within bounds. Raises 400."""
    text = request.query_params.get(name)
    if text is None:
        return default
    if not text.isdecimal() or not low <= int(text) <= high:
        raise bad_request(f'"{name}" must be a number between {low} and {high}')
    return int(text)


def seal(cursor: object) -> str:
    """Return an opaque cursor."""
    return base64.urlsafe_b64encode(json.dumps(cursor).encode()).decode().rstrip("=")


def unseal(text: str) -> object:
    """Return what `seal` was given. Raises 400."""
    try:
        return json.loads(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
    except (ValueError, binascii.Error) as error:
        raise bad_request("Invalid cursor") from error


def next_link(request: Request, **changes: str) -> str:
    """Return a `Link` header for the next page: this request with some parameters replaced."""
    query = [(key, value) for key, value in request.query_params.multi_items()]
    kept = [(key, value) for key, value in query if key not in changes]
    target = f"{request.scope['path']}?{urlencode([*kept, *changes.items()])}"
    return f'<{hub_of(request).spoken_origin}{target}>; rel="next"'


def page_of(request: Request, items: list[T], size: int) -> tuple[list[T], dict[str, str]]:
    """Return one page of a list that is cheap to make, and its `Link` header if it needs one."""
    cursor = request.query_params.get("cursor")
    offset = unseal(cursor) if cursor else 0
    if not isinstance(offset, int):
        raise bad_request("Invalid cursor")
    page = items[offset : offset + size]
    if offset + size >= len(items):
        return page, {}
    return page, {"Link": next_link(request, cursor=seal(offset + size))}
