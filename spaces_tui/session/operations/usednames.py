"""Reads a Space's code for names it asks its environment for: some small files, and no more."""

from __future__ import annotations

import asyncio
from contextlib import aclosing
from typing import TYPE_CHECKING, Final

from spaces_tui.hub.errors import EntryNotFound, TooLarge
from spaces_tui.model.environment import UsedName, UsedNames
from spaces_tui.model.repo import EntryType, TreeEntry
from spaces_tui.model.usednames import may_use_names, merged, names_in

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.session.operations.tools import Tools
    from spaces_tui.session.requests.environment import FindUsedNames

_ENTRIES: Final = 3_000
"""Entries of the tree that are looked at."""
_FILES: Final = 30
_LARGEST: Final = 200_000
"""Bytes of a file that is read."""
_ALL: Final = 1_500_000
"""Bytes of all files that are read."""
_AT_ONCE: Final = 4


async def find_used_names(tools: Tools, request: FindUsedNames) -> UsedNames:
    """Read the files nearest to the root first."""
    space = tools.space(request.space)
    entries, whole = await _candidates(space)
    chosen = _within_bounds(entries)
    slots = asyncio.Semaphore(_AT_ONCE)

    async def one(entry: TreeEntry) -> list[UsedName]:
        async with slots:
            try:
                content = await space.download(entry.path, limit=_LARGEST)
            except (EntryNotFound, TooLarge):
                return []  # a commit came between the list and this
        return names_in(entry.path, content.decode("utf-8", "replace"))

    try:
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(one(entry)) for entry in chosen]
    except ExceptionGroup as several:
        raise several.exceptions[0] from several
    names = merged(name for task in tasks for name in task.result())
    return UsedNames(tuple(names), len(chosen), whole and len(chosen) == len(entries))


async def _candidates(space: SpaceResource) -> tuple[list[TreeEntry], bool]:
    found: list[TreeEntry] = []
    seen = 0
    async with aclosing(space.tree()) as entries:
        async for entry in entries:
            seen += 1
            if seen > _ENTRIES:
                break
            file = entry.type is EntryType.FILE and entry.lfs is None
            if file and entry.size and may_use_names(entry.path):
                found.append(entry)
    found.sort(key=lambda entry: (entry.path.count("/"), entry.path))
    return found, seen <= _ENTRIES


def _within_bounds(entries: list[TreeEntry]) -> list[TreeEntry]:
    chosen: list[TreeEntry] = []
    room = _ALL
    for entry in entries:
        if len(chosen) < _FILES and entry.size <= min(room, _LARGEST):
            chosen.append(entry)
            room -= entry.size
    return chosen
