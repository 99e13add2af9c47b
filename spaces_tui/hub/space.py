"""One Space: what it is, what it does, what is in it, and how to change that."""

from __future__ import annotations

import asyncio
import base64
import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.commits import Committed, commit_body, read_commit_result
from spaces_tui.hub.control import Controls
from spaces_tui.hub.downloads import download
from spaces_tui.hub.endpoint import quoted, quoted_path
from spaces_tui.hub.environment import SecretsResource, VariablesResource
from spaces_tui.hub.fields import fields, objects, text
from spaces_tui.hub.follow import LogGap, LogReset, Patience, follow
from spaces_tui.hub.place import Place
from spaces_tui.hub.read_repo import read_commit, read_entry, read_mode
from spaces_tui.hub.read_space import read_space
from spaces_tui.hub.settings import SettingsResource
from spaces_tui.hub.streams import SpaceEvent, log_chunks, metrics, space_events
from spaces_tui.hub.volumes import VolumesResource
from spaces_tui.hub.wire import Wire
from spaces_tui.model.logs import LogChunk, LogStream, Metric
from spaces_tui.model.repo import (
    AddFile,
    CommitInfo,
    FileMode,
    FileOperation,
    FileSample,
    Preupload,
    TreeEntry,
)
from spaces_tui.model.space import Space

_BATCH: Final = 256
"""Files in one `preupload` request."""
_COMMIT_SECONDS: Final = 90.0
"""The Hub's front end gives up at about 60 s."""
_SLOWEST: Final = 32 * 1024
"""Bytes per second an upload is granted time for."""
_THREAD_FROM: Final = 1024 * 1024
"""Bytes from which the body is built beside the loop."""


class SpaceResource(Controls):
    """One Space on the Hub. Every call may raise `HubError`.

    A renamed Space keeps answering to its old name. When an answer shows that, `id` becomes the
    new one and later calls use it.
    """

    def __init__(self, wire: Wire, space: str) -> None:
        place = Place(wire, space)
        super().__init__(place)
        self._wire = wire
        self.secrets = SecretsResource(place)
        self.variables = VariablesResource(place)
        self.volumes = VolumesResource(place)
        self.settings = SettingsResource(place)

    @property
    def id(self) -> str:
        """`owner/name`: as asked for, or what the Hub calls it now."""
        return self._place.id

    async def info(self, revision: str | None = None) -> Space:
        """Return everything the Hub tells about it; `sha` is the head of `revision`."""
        suffix = "" if revision is None else f"/revision/{quoted(revision)}"
        call = self._place.call("GET", suffix)
        space = read_space(await self._wire.json(call))
        if space is None:
            raise unexpected(call.name)
        self._place.called(space.id)
        return space

    def logs(self, stream: LogStream, tail: int | None = None) -> AsyncGenerator[LogChunk, None]:
        """Yield one log from its buffered start (or its last `tail` lines) over one connection.

        Close the iterator (`contextlib.aclosing`) to close the connection.

        Raises:
            AnswerLost: it broke, or was silent for too long.
        """
        return log_chunks(self._wire, f"{self._place.path}/logs/{stream}", tail=tail)

    def follow(
        self, stream: LogStream, *, tail: int | None = None, patience: Patience | None = None
    ) -> AsyncGenerator[LogChunk | LogGap | LogReset, None]:
        """Yield one log for as long as it lives, over as many connections as that takes.

        See `follow.follow` for what is promised. Close it with `contextlib.aclosing`.
        """
        path = f"{self._place.path}/logs/{stream}"
        return follow(self._wire, path, tail=tail, patience=patience or Patience())

    def metrics(self) -> AsyncGenerator[Metric, None]:
        """Yield measurements, about one a second and replica.

        Raises:
            NotMeasurable: nothing runs.
        """
        return metrics(self._wire, f"{self._place.path}/metrics")

    def events(self) -> AsyncGenerator[SpaceEvent, None]:
        """Yield hints that something changed. Of no use for static Spaces."""
        return space_events(self._wire, f"{self._place.path}/events")

    async def tree(
        self, revision: str = "main", path: str = "", *, recursive: bool = True
    ) -> AsyncGenerator[TreeEntry, None]:
        """Yield the entries below `path`, folders too, all pages."""
        suffix = f"/tree/{quoted(revision)}" + (f"/{quoted(path)}" if path else "")
        call = self._place.call("GET", suffix)
        if recursive:
            call = replace(call, query=(("recursive", "true"),))
        async for page in self._wire.pages(call):
            for item in page:
                if entry := read_entry(item):
                    yield entry

    async def commits(self, revision: str = "main", limit: int = 20) -> list[CommitInfo]:
        """Return the newest commits, at most `limit`, newest first."""
        call = self._place.call("GET", f"/commits/{quoted(revision)}")
        items = await self._wire.json(replace(call, query=(("limit", str(limit)),)))
        if not isinstance(items, list):
            raise unexpected(call.name)
        return list(islice((found for item in items if (found := read_commit(item))), limit))

    async def download(self, path: str, revision: str = "main", *, limit: int) -> bytes:
        """Return a file's content, wherever it is stored.

        Raises:
            TooLarge: it has more than `limit` bytes.
            EntryNotFound: there is no such file.
        """
        place = f"/spaces/{self.id}/resolve/{quoted(revision)}/{quoted_path(path)}"
        return await download(self._wire, place, limit=limit)

    async def preupload(self, files: Sequence[FileSample], revision: str = "main") -> Preupload:
        """Ask how files want to be sent; 256 a request. Reads only.

        Files the Hub says nothing usable about are missing in the answer. `head` is what the
        first answer named: if the branch moves meanwhile, a commit on it is refused.
        """
        modes: list[FileMode] = []
        head: str | None = None
        for start in range(0, len(files), _BATCH):
            batch = files[start : start + _BATCH]
            found, batch_head = await self._preupload(batch, revision)
            modes += found
            head = head or batch_head
        return Preupload(tuple(modes), head)

    async def _preupload(
        self, files: Sequence[FileSample], revision: str
    ) -> tuple[list[FileMode], str | None]:
        samples = [
            {
                "path": file.path,
                "sample": base64.b64encode(file.sample).decode("ascii"),
                "size": file.size,
            }
            for file in files
        ]
        call = replace(
            self._place.call("POST", f"/preupload/{quoted(revision)}"),
            body=json.dumps({"files": samples}).encode("ascii"),
            content_type="application/json",
            changes=False,
        )
        answer = fields(await self._place.json(call))
        if not isinstance(answer.get("files"), list):
            raise unexpected(call.name)
        empty = {file.path for file in files if file.size == 0}
        modes = (read_mode(item, empty=item.get("path") in empty) for item in _plain(answer))
        return [mode for mode in modes if mode], text(answer.get("commitOid"))

    async def commit(
        self,
        operations: Sequence[FileOperation],
        *,
        summary: str,
        description: str = "",
        parent: str | None,
        revision: str = "main",
        hot_reload: bool = False,
        total_timeout: float | None = None,
    ) -> Committed:
        """Send one commit, once. `parent` is the head it was planned on.

        `total_timeout` is for the whole request, in seconds; None: 90 and what a slow line needs.

        Raises:
            Moved: the branch is not at `parent` any more; nothing was done.
            EntryNotFound: a deletion names a path that is not there; nothing was done.
            AnswerLost, ServerError: it may have been done or not.
            ValueError: no operations, or no summary.
        """
        body = await _built(operations, summary, description, parent)
        total = _COMMIT_SECONDS + len(body) / _SLOWEST if total_timeout is None else total_timeout
        call = replace(
            self._place.call("POST", f"/commit/{quoted(revision)}"),
            query=(("hot_reload", "1"),) if hot_reload else (),
            body=body,
            content_type="application/x-ndjson",
            read_seconds=total,
            total_seconds=total,
        )
        result = read_commit_result(await self._place.json(call))
        if result is None:
            raise unexpected(call.name)
        return Committed(result, len(body))


def _plain(answer: object) -> list[dict[str, object]]:
    return [dict(item) for item in objects(fields(answer).get("files"))]


async def _built(
    operations: Sequence[FileOperation], summary: str, description: str, parent: str | None
) -> bytes:
    def build() -> bytes:
        return commit_body(operations, summary=summary, description=description, parent=parent)

    size = sum(len(item.content) for item in operations if isinstance(item, AddFile))
    return build() if size < _THREAD_FROM else await asyncio.to_thread(build)
