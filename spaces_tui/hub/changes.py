"""Changing one repository, of a Space or a dataset: the upload plan, and the commit."""

from __future__ import annotations

import asyncio
import base64
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from spaces_tui.hub.branches import Branches
from spaces_tui.hub.calls import unexpected
from spaces_tui.hub.commits import Committed, commit_body, read_commit_result, read_pull_request
from spaces_tui.hub.endpoint import Query, quoted
from spaces_tui.hub.fields import fields, objects, text
from spaces_tui.hub.read_repo import read_mode
from spaces_tui.model.changes import CommitOperation
from spaces_tui.model.repo import AddFile, FileMode, FileSample, Preupload

_BATCH: Final = 256
"""Files in one `preupload` request."""
_COMMIT_SECONDS: Final = 90.0
"""The Hub's front end gives up at about 60 s."""
_SLOWEST: Final = 32 * 1024
"""Bytes per second an upload is granted time for."""
_THREAD_FROM: Final = 1024 * 1024
"""Bytes from which the body is built beside the loop."""


class Changes(Branches):
    """What changes a repository, as calls."""

    async def preupload(
        self,
        files: Sequence[FileSample],
        revision: str = "main",
        *,
        create_pr: bool = False,
        git_ignore: str | None = None,
    ) -> Preupload:
        """Ask how files want to be sent; 256 a request. Reads only.

        Files the Hub says nothing usable about are missing in the answer. `head` is what the
        first answer named: if the branch moves meanwhile, a commit on it is refused. The Hub
        applies `git_ignore`, or else the `.gitignore` of the repository.
        """
        modes: list[FileMode] = []
        head: str | None = None
        for start in range(0, len(files), _BATCH):
            batch = files[start : start + _BATCH]
            found, batch_head = await self._preupload(
                batch, revision, git_ignore, _flags(create_pr=create_pr)
            )
            modes += found
            head = head or batch_head
        return Preupload(tuple(modes), head)

    async def _preupload(
        self, files: Sequence[FileSample], revision: str, git_ignore: str | None, query: Query
    ) -> tuple[list[FileMode], str | None]:
        samples = [
            {
                "path": file.path,
                "sample": base64.b64encode(file.sample).decode("ascii"),
                "size": file.size,
            }
            for file in files
        ]
        body: dict[str, object] = {"files": samples}
        if git_ignore is not None:
            body["gitIgnore"] = git_ignore
        call = self._place.call("POST", f"/preupload/{quoted(revision)}", query)
        answer = fields(await self._place.json(replace(call.with_json(body), changes=False)))
        if not isinstance(answer.get("files"), list):
            raise unexpected(call.name)
        empty = {file.path for file in files if file.size == 0}
        found = (dict(item) for item in objects(answer.get("files")))
        modes = (read_mode(item, empty=item.get("path") in empty) for item in found)
        return [mode for mode in modes if mode], text(answer.get("commitOid"))

    async def commit(
        self,
        operations: Sequence[CommitOperation],
        *,
        summary: str,
        description: str = "",
        parent: str | None,
        revision: str = "main",
        hot_reload: bool = False,
        create_pr: bool = False,
        total_timeout: float | None = None,
    ) -> Committed:
        """Send one commit, once. `parent` is the head it was planned on.

        Args:
            hot_reload: patch the running Gradio app instead of building it anew; one `.py` file
                only. See `hot_reloading` of the runtime for what became of it.
            create_pr: leave the branch alone and open a pull request on it instead.
            total_timeout: for the whole request, in seconds; None: 90 and what a slow line needs.

        Raises:
            Moved: the branch is not at `parent` any more; nothing was done.
            EntryNotFound: a deletion names a path that is not there; nothing was done.
            AnswerLost, ServerError: it may have been done or not.
            ValueError: no operations, or no summary.
        """
        body = await _built(operations, summary, description, parent)
        total = _COMMIT_SECONDS + len(body) / _SLOWEST if total_timeout is None else total_timeout
        query = _flags(create_pr=create_pr, hot_reload=hot_reload)
        call = replace(
            self._place.call("POST", f"/commit/{quoted(revision)}", query),
            body=body,
            content_type="application/x-ndjson",
            read_seconds=total,
            total_seconds=total,
        )
        value = await self._place.json(call)
        result = read_commit_result(value)
        if result is None:
            raise unexpected(call.name)
        number, url = read_pull_request(value)
        return Committed(result, len(body), number, url)


def _flags(**flags: bool) -> Query:
    return tuple((name, "1") for name, given in flags.items() if given)


async def _built(
    operations: Sequence[CommitOperation], summary: str, description: str, parent: str | None
) -> bytes:
    def build() -> bytes:
        return commit_body(operations, summary=summary, description=description, parent=parent)

    size = sum(len(item.content) for item in operations if isinstance(item, AddFile))
    return build() if size < _THREAD_FROM else await asyncio.to_thread(build)
