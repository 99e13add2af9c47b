"""A repository's name, and how requests about it are sent when the name has changed."""

from __future__ import annotations

import asyncio
import re
from dataclasses import replace
from typing import Final

from spaces_tui.hub.calls import Answer, Call, parsed, unexpected
from spaces_tui.hub.endpoint import Query, check_space_id, is_space_id, space_in
from spaces_tui.hub.errors import SpaceRenamed
from spaces_tui.hub.fields import fields, text
from spaces_tui.hub.read_space import read_runtime
from spaces_tui.hub.wire import Wire
from spaces_tui.model.space import Runtime

SPACES: Final = "spaces"
"""How paths name the kind of repository that a Space is."""
DATASETS: Final = "datasets"
_NAME_IN_PATH: Final = re.compile(r"(/(?:spaces|datasets)/)[^/]+/[^/]+?(?=\.git/|/|$)")


class Place:
    """Where one Space or dataset is. All its parts share one, so that they learn of a rename
    together.

    Reads follow the Hub's redirects. Anything else that is redirected was not done: the new name
    is confirmed with a read and the request repeated there, once.
    """

    def __init__(self, wire: Wire, name: str, kind: str = SPACES) -> None:
        self.wire = wire
        self.kind = kind
        """`SPACES` or `DATASETS`."""
        self._id = check_space_id(name)
        self._confirming = asyncio.Lock()

    @property
    def id(self) -> str:
        """`owner/name`: as asked for, or what the Hub calls it now."""
        return self._id

    @property
    def path(self) -> str:
        """Where the API has it."""
        return f"/api/{self.page}"

    @property
    def page(self) -> str:
        """Where its files are served from, without a leading slash."""
        return f"{self.kind}/{self._id}"

    def called(self, name: str) -> None:
        """Take note of the name an answer gave; what is no name is ignored."""
        if is_space_id(name):
            self._id = name

    def call(self, method: str, suffix: str, query: Query = ()) -> Call:
        """Return a call below its path; other than GET and HEAD, it changes something."""
        return Call(method, self.path + suffix, query, changes=method not in ("GET", "HEAD"))

    async def json(self, call: Call) -> object:
        """Ask and return the parsed JSON answer."""
        return parsed(call.name, await self.answer(call))

    async def runtime(self, call: Call) -> Runtime:
        """Ask something that is answered with a runtime."""
        value = await self.json(call)
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return read_runtime(value)

    async def answer(self, call: Call) -> Answer:
        """Ask and return the answer; of the new name, when the Hub says that there is one."""
        try:
            return await self.wire.answer(call)
        except SpaceRenamed as error:
            if error.new_id is None or error.new_id == space_in(call.path):
                raise
            await self._confirm(error, error.new_id)
        path = _NAME_IN_PATH.sub(lambda found: found[1] + self._id, call.path, count=1)
        return await self.wire.answer(replace(call, path=path))

    async def _confirm(self, error: SpaceRenamed, new_id: str) -> None:
        async with self._confirming:
            if new_id == self._id:
                return
            info = fields(await self.wire.json(Call("GET", f"/api/{self.kind}/{new_id}")))
            if text(info.get("id")) != new_id:
                raise error
            self._id = new_id


class Placed:
    """What acts on one repository."""

    def __init__(self, place: Place) -> None:
        self._place = place

    @property
    def id(self) -> str:
        """`owner/name`: as asked for, or what the Hub calls it now."""
        return self._place.id
