"""Branches, tags and history of one Space. Every change here is sent once.

What the Hub answers to a change of branches and tags is empty; success is the status.
"""

from __future__ import annotations

from typing import Final

from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.contents import Contents
from spaces_tui.hub.endpoint import quoted
from spaces_tui.hub.fields import fields, text

_MESSAGE_LIMIT: Final = 500


class Branches(Contents):
    """Names for commits, and one way to lose history, as calls."""

    async def create_branch(
        self,
        name: str,
        *,
        start: str | None = None,
        empty: bool = False,
        overwrite: bool = False,
    ) -> None:
        """Make a branch at revision `start` (None: the head of `main`), or one without files.

        Raises:
            Conflict: it exists, and `overwrite` is not set.
        """
        body: dict[str, object] = {}
        if start is not None:
            body["startingPoint"] = start
        if empty:
            body["emptyBranch"] = True
        if overwrite:
            body["overwrite"] = True
        call = self._place.call("POST", f"/branch/{quoted(name)}")
        await self._place.answer(call.with_json(body))

    async def delete_branch(self, name: str) -> None:
        """Delete a branch."""
        await self._place.answer(self._place.call("DELETE", f"/branch/{quoted(name)}"))

    async def create_tag(
        self, name: str, *, revision: str = "main", message: str | None = None
    ) -> None:
        """Name a revision.

        Raises:
            Conflict: the tag exists.
        """
        body = {"tag": name} if message is None else {"tag": name, "message": message}
        call = self._place.call("POST", f"/tag/{quoted(revision)}")
        await self._place.answer(call.with_json(body))

    async def delete_tag(self, name: str) -> None:
        """Delete a tag."""
        await self._place.answer(self._place.call("DELETE", f"/tag/{quoted(name)}"))

    async def super_squash(self, branch: str = "main", *, message: str | None = None) -> str:
        """Replace a branch's whole history by one commit and return its id. There is no way back.

        Raises:
            ValueError: the message has more than 500 characters.
        """
        if message is not None and len(message) > _MESSAGE_LIMIT:
            raise ValueError(f"a message has at most {_MESSAGE_LIMIT} characters")
        call = self._place.call("POST", f"/super-squash/{quoted(branch)}")
        body = {} if message is None else {"message": message}
        oid = text(fields(await self._place.json(call.with_json(body))).get("commitId"))
        if not oid:
            raise unexpected(call.name)
        return oid
