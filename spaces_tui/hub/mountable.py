"""What can be mounted into a Space: buckets and repositories of one owner. Only reads."""

from __future__ import annotations

from collections.abc import AsyncGenerator

from spaces_tui.hub.calls import Call
from spaces_tui.hub.endpoint import quoted
from spaces_tui.hub.fields import fields, flag, text
from spaces_tui.hub.wire import Wire
from spaces_tui.model.volume import BUCKET, KINDS, Source


class MountableResource:
    """Everything an owner has that a volume can come from."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    async def list(
        self, kind: str, owner: str, *, limit: int = 100
    ) -> AsyncGenerator[Source, None]:
        """Yield what one owner has of a kind, page by page, as far as this identity sees it.

        Args:
            kind: `bucket`, `model`, `dataset` or `space`.
            owner: a person or an organization.
            limit: how many a request brings; buckets come as the Hub likes.

        Raises:
            ValueError: there is no such kind.
        """
        async for page in self._wire.pages(_call(kind, owner, limit)):
            for item in page:
                data = fields(item)
                if name := text(data.get("id")):
                    yield Source(kind, name, flag(data.get("private")))


def _call(kind: str, owner: str, limit: int) -> Call:
    if kind not in KINDS:
        raise ValueError(f"{kind} cannot be mounted")
    if kind == BUCKET:
        return Call("GET", f"/api/buckets/{quoted(owner)}")
    return Call("GET", f"/api/{kind}s", (("author", owner), ("limit", str(limit))))
