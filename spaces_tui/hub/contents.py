"""Reading one repository, of a Space or a dataset.

Every call here only reads, and is repeated if trouble may pass.

A revision is a branch, a tag, a full commit id or a ref such as `refs/pr/3`.
"""

from __future__ import annotations

import json
from collections.abc import AsyncGenerator, Sequence
from dataclasses import replace
from itertools import islice
from typing import Final

from spaces_tui.hub.calls import Arrived, Call, parsed, unexpected
from spaces_tui.hub.downloads import Write, check_path, download, download_to
from spaces_tui.hub.endpoint import quoted, quoted_path
from spaces_tui.hub.fields import fields, integer
from spaces_tui.hub.links import next_link
from spaces_tui.hub.place import Placed
from spaces_tui.hub.read_refs import read_refs
from spaces_tui.hub.read_repo import read_commit, read_entry
from spaces_tui.model.refs import FileHead, Refs
from spaces_tui.model.repo import CommitInfo, TreeEntry
from spaces_tui.model.text import clean

_PATHS_BATCH: Final = 500
"""Paths in one `paths-info` request; the Hub takes 2000, older ones fewer."""
_EXPANDED_BATCH: Final = 50


class Contents(Placed):
    """What is in a repository, as calls."""

    async def tree(
        self, revision: str = "main", path: str = "", *, recursive: bool = True
    ) -> AsyncGenerator[TreeEntry, None]:
        """Yield the entries below `path`, folders too, all pages."""
        suffix = f"/tree/{quoted(revision)}" + (f"/{quoted(path)}" if path else "")
        query = (("recursive", "true"),) if recursive else ()
        async for page in self._place.wire.pages(self._place.call("GET", suffix, query)):
            for item in page:
                if entry := read_entry(item):
                    yield entry

    async def paths_info(
        self, paths: Sequence[str], revision: str = "main", *, expand: bool = False
    ) -> list[TreeEntry]:
        """Return the entries at these paths, 500 a request; paths that are not there are left out.

        `expand` tells of each which commit touched it last; that is costly for the Hub, so it is
        asked for 50 a request.

        Raises:
            RevisionNotFound: there is no such revision.
        """
        entries: list[TreeEntry] = []
        batch = _EXPANDED_BATCH if expand else _PATHS_BATCH
        for start in range(0, len(paths), batch):
            call = replace(
                self._place.call("POST", f"/paths-info/{quoted(revision)}"), changes=False
            )
            form = [("paths", path) for path in paths[start : start + batch]]
            expanded = ("expand", "true" if expand else "false")
            items = await self._place.json(call.with_form([*form, expanded]))
            if not isinstance(items, list):
                raise unexpected(call.name)
            entries += [entry for item in items if (entry := read_entry(item))]
        return entries

    async def commits(self, revision: str = "main", limit: int = 20) -> list[CommitInfo]:
        """Return the newest commits, at most `limit`, newest first."""
        call = self._place.call("GET", f"/commits/{quoted(revision)}", (("limit", str(limit)),))
        items = await self._place.json(call)
        if not isinstance(items, list):
            raise unexpected(call.name)
        return list(islice((found for item in items if (found := read_commit(item))), limit))

    async def history(
        self, revision: str = "main", *, page: int = 0, limit: int = 50
    ) -> tuple[list[CommitInfo], bool]:
        """Return one page of the history, newest first, and whether there are older ones.

        Pages count from 0. Name a commit as `revision`: a branch may move between two pages.

        Raises:
            RevisionNotFound: there is no such revision.
        """
        query = (("p", str(page)), ("limit", str(limit)))
        call = self._place.call("GET", f"/commits/{quoted(revision)}", query)
        answer = await self._place.answer(call)
        items = parsed(call.name, answer)
        if not isinstance(items, list):
            raise unexpected(call.name, answer.request_id)
        found = [commit for item in items if (commit := read_commit(item))]
        return found, next_link(answer.headers.get("link", "")) is not None

    async def refs(self, *, pull_requests: bool = False) -> Refs:
        """Return all branches and tags, and pull requests where they are asked for."""
        query = (("include_prs", "1"),) if pull_requests else ()
        call = self._place.call("GET", "/refs", query)
        value = await self._place.json(call)
        if not isinstance(value, dict):
            raise unexpected(call.name)
        return read_refs(value)

    async def compare(self, base: str, head: str) -> str:
        """Return the changes from revision `base` to `head` as a unified diff, cleaned.

        Raises:
            RevisionNotFound: one of them is not there.
        """
        suffix = f"/compare/{quoted(base)}..{quoted(head)}"
        call = replace(self._place.call("GET", suffix, (("raw", "true"),)), accept="*/*")
        answer = await self._place.answer(call)
        body = answer.body.decode("utf-8", "replace")
        try:  # the Hub may send the text itself, or as a JSON string
            value = json.loads(body)
        except (ValueError, RecursionError):
            return clean(body)
        return clean(value if isinstance(value, str) else body)

    async def tree_size(self, revision: str = "main", path: str = "") -> int:
        """Return the size of a folder and everything in it, in bytes."""
        suffix = f"/treesize/{quoted(revision)}" + (f"/{quoted(path)}" if path else "")
        call = self._place.call("GET", suffix)
        size = integer(fields(await self._place.json(call)).get("size"))
        if size is None:
            raise unexpected(call.name)
        return size

    async def download(self, path: str, revision: str = "main", *, limit: int) -> bytes:
        """Return a file's content, wherever it is stored.

        Raises:
            TooLarge: it has more than `limit` bytes.
            EntryNotFound: there is no such file.
        """
        return await download(self._place.wire, self._resolve(path, revision), limit=limit)

    async def fetch(self, path: str, revision: str = "main", *, size: int, write: Write) -> None:
        """Hand over a file of `size` bytes piece by piece, wherever it is stored.

        `write` is told where each piece begins; 0 again means that it starts anew.

        Raises:
            TooLarge: it has more than `size` bytes.
            EntryNotFound: there is no such file.
        """
        place = self._resolve(path, revision)
        await download_to(self._place.wire, place, size=size, write=write)

    async def head(self, path: str, revision: str = "main") -> FileHead:
        """Return what is known of a file without fetching it.

        The Hub tells it on its first answer, be that a redirect to storage; the storage is not
        asked.

        Raises:
            EntryNotFound: there is no such file.
        """
        call = Call("HEAD", self._resolve(path, revision), accept="*/*")
        check_path(call)
        passed = await self._place.wire.heads(call)
        linked = _first(passed, "x-linked-size")
        final = passed[-1] if passed[-1].status < 300 else None
        plain = final.headers.get("content-length") if final else None
        return FileHead(
            commit=_first(passed, "x-repo-commit"),
            etag=_bare(_first(passed, "x-linked-etag") or _first(passed, "etag")),
            size=integer(linked if linked is not None else plain),
            large=linked is not None,
        )

    def _resolve(self, path: str, revision: str) -> str:
        return f"/{self._place.page}/resolve/{quoted(revision)}/{quoted_path(path)}"


def _first(passed: Sequence[Arrived], header: str) -> str | None:
    return next((each.headers[header] for each in passed if header in each.headers), None)


def _bare(etag: str | None) -> str | None:
    """Return an entity tag without its quotes and the mark of a weak one."""
    return None if etag is None else etag.removeprefix("W/").strip('"')
