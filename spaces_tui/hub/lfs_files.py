"""The storage for large files behind one Space, with what no revision uses any more."""

from __future__ import annotations

from collections.abc import AsyncGenerator, Sequence
from typing import Final

from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.endpoint import check_space_id, quoted
from spaces_tui.hub.place import Place
from spaces_tui.hub.read_refs import read_shared, read_stored
from spaces_tui.model.refs import SharedFile, SharedFiles, StoredLfsFile

_DELETIONS: Final = 1000
"""Files in one request to delete them."""


class LfsFilesResource:
    """The large files of one Space, as storage."""

    def __init__(self, place: Place) -> None:
        self._place = place

    async def list(self) -> AsyncGenerator[StoredLfsFile, None]:
        """Yield all of them, page by page."""
        async for page in self._place.wire.pages(self._place.call("GET", "/lfs-files")):
            for item in page:
                if found := read_stored(item):
                    yield found

    async def delete(self, sha256: str) -> None:
        """Delete one for good; revisions that use it are left with a pointer to nothing.

        Sent once.
        """
        await self._place.answer(self._place.call("DELETE", f"/lfs-files/{quoted(sha256)}"))

    async def delete_many(self, sha256s: Sequence[str], *, rewrite_history: bool = True) -> None:
        """Delete many for good, 1000 a request, each sent once.

        With `rewrite_history` commits are rewritten, so that none points to what is gone.
        """
        for start in range(0, len(sha256s), _DELETIONS):
            batch = list(sha256s[start : start + _DELETIONS])
            body = {"deletions": {"sha": batch, "rewriteHistory": rewrite_history}}
            call = self._place.call("POST", "/lfs-files/batch").with_json(body)
            await self._place.answer(call)

    async def share(self, target: str, files: Sequence[SharedFile]) -> SharedFiles:
        """Make large files known to another Space, so that a commit there can name them.

        Sent once. Some may fail while others succeed: see the result.

        Raises:
            InvalidSpaceId: the target is no `owner/name`.
        """
        entries = [
            {"xetHash": each.xet_hash, "sha256": each.sha256}
            | ({} if each.filename is None else {"filename": each.filename})
            for each in files
        ]
        body = {"target": {"type": "space", "name": check_space_id(target)}, "files": entries}
        call = self._place.call("POST", "/lfs-files/duplicate").with_json(body)
        value = await self._place.json(call)
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return read_shared(value)
