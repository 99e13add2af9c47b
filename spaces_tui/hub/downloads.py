"""Fetching one file, from the Hub or from the storage the Hub points to."""

from __future__ import annotations

from typing import Final

from spaces_tui.hub.calls import Call
from spaces_tui.hub.errors import BadRequest, TooLarge
from spaces_tui.hub.fields import integer
from spaces_tui.hub.wire import Wire

_NOT_IN_PATHS: Final = frozenset({"", ".", ".."})


async def download(wire: Wire, path: str, *, limit: int) -> bytes:
    """Return what `/resolve/` gives for a quoted path, at most `limit` bytes.

    Raises:
        TooLarge: there is more; as little as possible of it was read.
        HubError: everything else.
    """
    call = Call("GET", path, accept="*/*")
    check_path(call)
    return await wire.again(lambda: _fetch(wire, call, limit))


def check_path(call: Call) -> None:
    """Make sure that a call's path cannot leave the repository.

    Raises:
        BadRequest: it could; nothing was sent.
    """
    if _NOT_IN_PATHS.intersection(call.path[1:].split("/")):
        raise BadRequest("This is not a path in a repository.", call=call.name)


async def _fetch(wire: Wire, call: Call, limit: int) -> bytes:
    plain = {"Accept-Encoding": "identity"}  # so that the length is the file's own
    async with wire.stream(call, foreign=True, headers=plain) as arrived:
        size = integer(arrived.headers.get("content-length"))
        if size is not None and size > limit:
            raise _too_large(call, limit)
        content = bytearray()
        async for chunk in arrived.chunks:
            content += chunk
            if len(content) > limit:
                raise _too_large(call, limit)
        return bytes(content)


def _too_large(call: Call, limit: int) -> TooLarge:
    return TooLarge(f"The file is larger than {limit:,} bytes.", call=call.name)
