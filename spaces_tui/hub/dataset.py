"""One dataset: a repository in which nothing runs."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.changes import Changes
from spaces_tui.hub.endpoint import quoted
from spaces_tui.hub.fields import fields, flag, text
from spaces_tui.hub.place import DATASETS, Place
from spaces_tui.hub.wire import Wire


@dataclass(frozen=True, slots=True)
class DatasetInfo:
    """What the Hub tells about a dataset."""

    id: str
    sha: str
    """Head of the revision that was asked for."""
    private: bool


class DatasetResource(Changes):
    """One dataset on the Hub. Every call may raise `HubError`."""

    def __init__(self, wire: Wire, dataset: str) -> None:
        super().__init__(Place(wire, dataset, DATASETS))

    async def info(self, revision: str | None = None) -> DatasetInfo:
        """Return what it is, and its head.

        Raises:
            NotFoundOrPrivate: there is none, or this identity may not see it.
        """
        suffix = "" if revision is None else f"/revision/{quoted(revision)}"
        call = self._place.call("GET", suffix)
        data = fields(await self._place.json(call))
        name, sha = text(data.get("id")), text(data.get("sha"))
        if not name or not sha:
            raise unexpected(call.name)
        self._place.called(name)
        return DatasetInfo(name, sha, flag(data.get("private")) or False)
