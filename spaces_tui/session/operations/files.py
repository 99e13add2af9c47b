"""Looking at the files of a Space: folders, who touched them last, texts."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import aclosing, asynccontextmanager
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import HubError, RevisionNotFound, TooLarge
from spaces_tui.model.files import FileContent, FolderListing
from spaces_tui.model.repo import EntryType, LastCommit, TreeEntry
from spaces_tui.model.sizes import size_of
from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Request
from spaces_tui.session.requests.files import TEXT_LIMIT, ListFolder, LoadTouched, ReadFile
from spaces_tui.session.trouble import about, sentence
from spaces_tui.sync.secrets import is_text

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.session.operations.tools import Tools

_MOST: Final = 100_000
"""Entries of a tree that are listed; a repository of the Hub should have fewer."""


@asynccontextmanager
async def asking(space: str) -> AsyncIterator[None]:
    """Raise what the Hub refuses as a sentence that names the Space."""
    try:
        yield
    except HubError as error:
        raise CommandError(about(space, error), request_id=error.request_id) from error


def unsent(error: HubError) -> CommandError:
    """Return the error for a commit that was given up before it was sent."""
    return CommandError(f"{sentence(error)} Nothing was sent.", request_id=error.request_id)


async def head_of(space: SpaceResource) -> str:
    """Return the newest commit of `main`.

    Raises:
        CommandError: there is none yet.
    """
    sha = (await space.info()).sha
    if not sha:
        raise CommandError(f"{space.id} has no commit yet.")
    return sha


async def tree_of(
    space: SpaceResource, revision: str, path: str = "", *, recursive: bool = True
) -> list[TreeEntry]:
    """Return what is below a path.

    Raises:
        CommandError: there is more than a repository should hold.
        HubError: it cannot be read.
    """
    entries: list[TreeEntry] = []
    async with aclosing(space.tree(revision, path, recursive=recursive)) as found:
        async for entry in found:
            entries.append(entry)
            if len(entries) > _MOST:
                raise CommandError(f"{space.id} has more than {_MOST:,} files.")
    return entries


async def list_folder(tools: Tools, request: ListFolder) -> FolderListing:
    """List one folder; a repository without a commit is an empty one."""
    space = tools.space(request.space)
    async with asking(request.space):
        try:
            revision = request.revision or (await space.info()).sha
            if not revision:
                return FolderListing(request.path, "")
            found = await tree_of(space, revision, request.path, recursive=False)
        except RevisionNotFound:
            if request.revision is not None:
                raise
            return FolderListing(request.path, "")
    found.sort(key=lambda entry: (entry.type is not EntryType.DIRECTORY, entry.path))
    return FolderListing(request.path, revision, tuple(found))


async def touched(tools: Tools, request: LoadTouched) -> Mapping[str, LastCommit]:
    """Ask who touched these paths last."""
    space = tools.space(request.space)
    async with asking(request.space):
        entries = await space.paths_info(request.paths, request.revision, expand=True)
    return {entry.path: entry.last for entry in entries if entry.last}


async def read_file(tools: Tools, request: ReadFile) -> FileContent:
    """Read a text; what is none, or too large, is only described."""
    space = tools.space(request.space)
    async with asking(request.space):
        revision = request.revision or await head_of(space)
        entry = request.entry or await entry_at(space, request.path, revision)
        if entry is None:
            raise CommandError(f"{clean_name(request.path)} is not on the Space any more.")
        if entry.type is not EntryType.FILE:
            return _described(entry, revision, "not a file: perhaps a submodule")
        if entry.size > TEXT_LIMIT:
            return _described(entry, revision, f"too large to show, {size_of(entry.size)}")
        try:
            content = await space.download(request.path, revision, limit=TEXT_LIMIT)
        except TooLarge:
            return _described(entry, revision, "too large to show")
    if not is_text(content):
        return _described(entry, revision, f"binary, {size_of(len(content))}")
    try:
        text = content.decode()
    except UnicodeDecodeError:
        return _described(entry, revision, f"not UTF-8, {size_of(len(content))}")
    return FileContent(request.path, revision, entry.content_id, len(content), text)


async def entry_at(space: SpaceResource, path: str, revision: str) -> TreeEntry | None:
    """Return what is at a path; None when nothing is."""
    found = await space.paths_info([path], revision)
    return next((entry for entry in found if entry.path == path), None)


def _described(entry: TreeEntry, revision: str, note: str) -> FileContent:
    return FileContent(entry.path, revision, entry.content_id, entry.size, note=note)


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    ListFolder: list_folder,
    LoadTouched: touched,
    ReadFile: read_file,
}
