"""History of a Space's files, and the way back to an older commit."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final

from spaces_tui.hub.errors import AnswerLost, BadRequest, HubError, Moved, NotFound, ServerError
from spaces_tui.hub.sources import LargeFile
from spaces_tui.model.changes import CommitOperation, LfsFile
from spaces_tui.model.files import CommitChanges, HistoryPage, RollbackPlan
from spaces_tui.model.patch import FilePatch, read_patch
from spaces_tui.model.repo import AddFile, CommitInfo, DeleteFile, EntryType, TreeEntry
from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.operations.files import asking, head_of, tree_of, unsent
from spaces_tui.session.operations.tools import Steps
from spaces_tui.session.requests.base import Outcome, Request
from spaces_tui.session.requests.files import LoadCommit, LoadHistory, PlanRollback, RollBack
from spaces_tui.sync.oid import blob_oid
from spaces_tui.sync.secrets import find_secret, is_text

if TYPE_CHECKING:
    from spaces_tui.hub.space import SpaceResource
    from spaces_tui.session.operations.tools import Tools

_PAGE: Final = 50
_LINES: Final = 20_000
"""Lines of a commit's diff that are shown."""
_PAYLOAD: Final = 100 * 1024 * 1024
"""Bytes of regular files that one commit may bring back."""
_AT_ONCE: Final = 4
_NO_DIFF: Final = (AnswerLost, BadRequest, NotFound, ServerError)
"""What a Hub says that cannot tell a diff, or not such a long one."""


async def load_history(tools: Tools, request: LoadHistory) -> HistoryPage:
    """Read one page; later ones begin at the same commit, whatever comes meanwhile."""
    space = tools.space(request.space)
    async with asking(request.space):
        revision = request.revision or (await space.info()).sha
        if not revision:
            return HistoryPage("", (), more=False)
        commits, more = await space.history(revision, page=request.page, limit=_PAGE)
    return HistoryPage(revision, tuple(commits), more)


async def load_commit(tools: Tools, request: LoadCommit) -> CommitChanges:
    """Read a commit's diff; where that cannot be had, at least the names of its files."""
    space = tools.space(request.space)
    async with asking(request.space):
        commits, _ = await space.history(request.oid, limit=2)
        if not commits:
            raise CommandError(f"There is no commit {request.oid[:7]}.")
        commit, parents = commits[0], commits[1:]
        if not parents:
            return CommitChanges(
                commit,
                _added(await tree_of(space, commit.oid)),
                "The first commit: everything in it is new.",
            )
        parent = parents[0].oid
        try:
            text = await space.compare(parent, commit.oid)
        except _NO_DIFF:
            old, new = await _trees(space, parent, commit.oid)
            note = "The Hub did not tell the difference; these are the files that changed."
            return CommitChanges(commit, _by_name(old, new), note)
    files = await asyncio.to_thread(read_patch, text)
    return _shortened(commit, files)


async def plan_rollback(tools: Tools, request: PlanRollback) -> RollbackPlan:
    """Compare the trees of both commits."""
    space = tools.space(request.space)
    async with asking(request.space):
        head = await head_of(space)
        commits, _ = await space.history(request.oid, limit=1)
        if not commits:
            raise CommandError(f"There is no commit {request.oid[:7]}.")
        old, now = await _trees(space, request.oid, head)
    _check_submodules(old, now)
    return RollbackPlan(
        request.space,
        commits[0],
        head,
        back=tuple(old[path] for path in sorted(old.keys() - now.keys())),
        changed=tuple(
            old[path]
            for path in sorted(old.keys() & now.keys())
            if old[path].content_id != now[path].content_id
        ),
        gone=tuple(now[path] for path in sorted(now.keys() - old.keys())),
    )


async def roll_back(tools: Tools, request: RollBack) -> Outcome:
    """Send one commit that makes the files what they were, and read back that they are."""
    plan = request.plan
    space = tools.space(request.space)
    steps = Steps(request.space)
    target = plan.commit.oid[:7]
    title = f"Roll back to {target}"

    async def commit() -> None:
        try:
            operations = await _operations(tools, space, plan)
        except HubError as error:
            raise unsent(error) from error
        description = f"{plan.commit.title}\n\nThe files are again as in {plan.commit.oid}."
        try:
            await space.commit(operations, summary=title, description=description, parent=plan.head)
        except Moved as error:
            raise CommandError(
                "Somebody committed meanwhile, so this is not what was looked at: nothing was "
                "sent. Look again (ctrl+r), then apply it.",
                request_id=error.request_id,
            ) from error

    async def done() -> bool:
        return not await _differing(space, plan, await head_of(space))

    if not await steps.do("rollback", f"roll back to {target}", commit, check=done):
        return steps.outcome
    tools.commands.follow(request.space)

    async def read_back() -> None:
        if differing := await _differing(space, plan, await head_of(space)):
            names = ", ".join(clean_name(path) for path in differing[:3])
            more = f" and {len(differing) - 3} more" if len(differing) > 3 else ""
            raise CommandError(
                f"The commit was made, but these are not as in {target}: {names}{more}."
            )

    await steps.do("check", f"read back that it is as in {target}", read_back)
    return steps.outcome


async def _operations(
    tools: Tools, space: SpaceResource, plan: RollbackPlan
) -> Sequence[CommitOperation]:
    """Return what the commit says; contents of regular files are fetched for it.

    Raises:
        CommandError: it cannot be put back whole, so nothing is.
        HubError: a file cannot be read, or its content not be stored.
    """
    entries = [*plan.changed, *plan.back]
    plain = [entry for entry in entries if entry.lfs is None]
    if sum(entry.size for entry in plain) > _PAYLOAD:
        raise CommandError(
            "More than 100 MB of regular files would come back, too much for one commit: "
            "use git for this. Nothing was sent."
        )
    slots = asyncio.Semaphore(_AT_ONCE)

    async def fetched(entry: TreeEntry) -> bytes:
        async with slots:
            content = await space.download(entry.path, plan.commit.oid, limit=entry.size)
        if blob_oid(content) != entry.oid:
            name = clean_name(entry.path)
            raise CommandError(f"What the Hub sent for {name} is not what the commit holds.")
        if find_secret(content, tools.secrets, patterns=False):
            name = clean_name(entry.path)
            raise CommandError(f"{name} held your own access token then; nothing was sent.")
        return content

    contents = await _all(fetched(entry) for entry in plain)
    binary = [
        LargeFile(entry.path, content)
        for entry, content in zip(plain, contents, strict=True)
        if content and not is_text(content)
    ]
    stored = await space.lfs.upload(binary) if binary else []
    large = {file.path for file in stored}
    return [
        *(DeleteFile(entry.path) for entry in plan.gone),
        *stored,
        *(
            AddFile(entry.path, content)
            for entry, content in zip(plain, contents, strict=True)
            if entry.path not in large
        ),
        *(LfsFile(entry.path, entry.lfs.sha256, entry.lfs.size) for entry in entries if entry.lfs),
    ]


async def _all(reads: Iterable[Awaitable[bytes]]) -> list[bytes]:
    tasks = [asyncio.ensure_future(read) for read in reads]
    try:
        return await asyncio.gather(*tasks)
    finally:
        for task in tasks:
            task.cancel()


async def _differing(space: SpaceResource, plan: RollbackPlan, revision: str) -> list[str]:
    """Return the paths of the plan that are not at `revision` as they shall be."""
    paths = [entry.path for entry in (*plan.back, *plan.changed, *plan.gone)]
    now = {entry.path: entry for entry in await space.paths_info(paths, revision)}
    wanted = {entry.path: entry for entry in (*plan.back, *plan.changed)}
    return [path for path in paths if not _same(wanted.get(path), now.get(path))]


def _same(wanted: TreeEntry | None, found: TreeEntry | None) -> bool:
    if wanted is None or found is None:
        return wanted is found or (found is not None and found.type is EntryType.DIRECTORY)
    # A small binary that was in git itself comes back as a large file: its size is what is known.
    stored_anew = wanted.lfs is None and found.lfs is not None and wanted.size == found.size
    return wanted.content_id == found.content_id or stored_anew


async def _trees(
    space: SpaceResource, one: str, other: str
) -> tuple[dict[str, TreeEntry], dict[str, TreeEntry]]:
    first = await tree_of(space, one)
    second = await tree_of(space, other)
    return _files(first), _files(second)


def _files(entries: Iterable[TreeEntry]) -> dict[str, TreeEntry]:
    return {entry.path: entry for entry in entries if entry.type is not EntryType.DIRECTORY}


def _check_submodules(old: Mapping[str, TreeEntry], now: Mapping[str, TreeEntry]) -> None:
    for path in old.keys() | now.keys():
        before, after = old.get(path), now.get(path)
        odd = any(one is not None and one.type is EntryType.UNKNOWN for one in (before, after))
        if odd and (before is None or after is None or before.oid != after.oid):
            raise CommandError(
                f"{clean_name(path)} is no file but perhaps a submodule, and it differs: "
                "only git can put that back."
            )


def _added(entries: Iterable[TreeEntry]) -> tuple[FilePatch, ...]:
    return tuple(FilePatch(path, "added") for path in sorted(_files(entries)))


def _by_name(old: Mapping[str, TreeEntry], new: Mapping[str, TreeEntry]) -> tuple[FilePatch, ...]:
    found: list[FilePatch] = []
    for path in sorted(old.keys() | new.keys()):
        if path not in old:
            found.append(FilePatch(path, "added"))
        elif path not in new:
            found.append(FilePatch(path, "deleted"))
        elif old[path].content_id != new[path].content_id:
            found.append(FilePatch(path))
    return tuple(found)


def _shortened(commit: CommitInfo, files: tuple[FilePatch, ...]) -> CommitChanges:
    """Leave out the lines of files beyond what can be looked through."""
    room = _LINES
    shown: list[FilePatch] = []
    cut = 0
    for file in files:
        if len(file.lines) > room:
            cut += 1
            note = f"too long to show: +{file.added:,} -{file.removed:,} lines"
            shown.append(FilePatch(file.path, file.kind, file.before, note=note))
            continue
        room -= len(file.lines)
        shown.append(file)
    return CommitChanges(commit, tuple(shown), f"{cut} files are too long to show." if cut else "")


HANDLERS: Final[Mapping[type[Request[Any]], Callable[[Tools, Any], Awaitable[object]]]] = {
    LoadHistory: load_history,
    LoadCommit: load_commit,
    PlanRollback: plan_rollback,
    RollBack: roll_back,
}
