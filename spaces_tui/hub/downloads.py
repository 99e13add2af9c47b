"""Fetching one file, from the Hub or from the storage the Hub points to: whole, or as it comes."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

from spaces_tui.hub.calls import Call
from spaces_tui.hub.errors import AnswerLost, BadRequest, TooLarge
from spaces_tui.hub.fields import integer
from spaces_tui.hub.wire import Wire

Write = Callable[[int, bytes], Awaitable[None]]
"""Told where a piece begins, and the piece. Pieces follow each other; 0 means "from the start",
also when pieces came before."""

_PARTIAL: Final = 206
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


async def download_to(wire: Wire, path: str, *, size: int, write: Write) -> None:
    """Hand over what `/resolve/` gives for a quoted path, piece by piece, never held whole.

    What breaks off goes on where it stopped, if the storage can do that. What `write` raises ends
    the download.

    Args:
        wire: the way to the Hub.
        path: the quoted path.
        size: the bytes the file has, known from the tree.
        write: takes the pieces.

    Raises:
        TooLarge: there is more than `size`.
        AnswerLost: it ended early, again and again.
        HubError: everything else.
    """
    call = Call("GET", path, accept="*/*")
    check_path(call)
    at = 0

    async def attempt() -> None:
        nonlocal at
        if at == size:
            return
        wanted = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={at}-"} if at else {})
        async with wire.stream(call, foreign=True, headers=wanted) as arrived:
            if arrived.status != _PARTIAL:
                at = 0
            length = integer(arrived.headers.get("content-length"))
            if length is not None and at + length > size:
                raise _too_large(call, size)
            async for chunk in arrived.chunks:
                if at + len(chunk) > size:
                    raise _too_large(call, size)
                await write(at, chunk)
                at += len(chunk)
        if at != size:
            raise AnswerLost("The file ended early.", call=call.name)

    await wire.again_and_again(attempt)


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
