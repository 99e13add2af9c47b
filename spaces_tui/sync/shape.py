"""Files where the Space has a folder, and folders where it has a file.

A commit that puts a file where a folder is takes the whole folder away, without a word, and the
other way round. So an upload goes only together with the deletion of everything that stands in its
place; what nobody deleted, or was told to replace, makes it a conflict. Pure functions.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

from spaces_tui.model.repo import DeleteFile
from spaces_tui.sync.clash import Clash
from spaces_tui.sync.deny import prefixes
from spaces_tui.sync.ledger import Stored
from spaces_tui.sync.plan import Diff
from spaces_tui.sync.protocols import Operation


def judged(
    diff: Diff,
    local: Collection[str],
    remote: Mapping[str, Stored],
    granted: Mapping[str, str],
) -> Diff:
    """Return the plan with uploads tied to the deletions they need, or made conflicts.

    Args:
        diff: the plan, without whatever is not to be done.
        local: every file here.
        remote: every file of the Space.
        granted: files of the Space that a person said may be replaced, with their contents.
    """
    names = _contended((*diff.uploads, *diff.conflicts), local, remote)
    if not names:
        return diff
    there = _below(remote, names)
    ours = _below((*diff.uploads, *(set(diff.conflicts) & set(local)), *diff.stale), names)
    deletes = set(diff.deletes)
    clashes: dict[str, Clash] = {}
    bound: dict[str, tuple[str, ...]] = {}
    for name in sorted(names):
        clash = Clash(name, tuple(sorted(ours[name])), tuple(sorted(there[name])))
        agreed = {path for path in clash.there if granted.get(path) == remote[path].content}
        if deletes.issuperset(there[name] - agreed) and diff.uploads.keys() >= ours[name]:
            deletes |= agreed
            bound |= dict.fromkeys(clash.here, clash.there)
        else:
            clashes[name] = clash
    left = tuple(path for path in diff.conflicts if path not in deletes)
    whole = replace(diff, deletes=tuple(sorted(deletes)), conflicts=left, bound=bound)
    if not clashes:
        return whole
    asked = {path for each in clashes.values() for path in (*each.here, *each.there)}
    rest = whole.without(asked)
    conflicts = tuple(sorted({*rest.conflicts, *clashes}))
    return replace(rest, conflicts=conflicts, clashes=clashes)


def together(diff: Diff, remote: Collection[str]) -> Diff:
    """Return a plan of which something was taken out, without what goes only together with that."""
    if not diff.bound:
        return diff
    deletes = set(diff.deletes)
    early = {
        path
        for path in diff.uploads
        if any(each in remote and each not in deletes for each in diff.bound.get(path, ()))
    }
    going = diff.uploads.keys() - early
    kept = {each for path in going for each in diff.bound.get(path, ())}
    tied = {each for needed in diff.bound.values() for each in needed}
    return diff.without(early | (deletes & tied - kept))


def completed(diff: Diff, chosen: set[str]) -> set[str]:
    """Return the chosen paths with everything of the plan that must go together with them."""
    whole = set(chosen)
    for path in diff.uploads.keys() & diff.bound.keys():
        if path in chosen or not chosen.isdisjoint(diff.bound[path]):
            whole |= {path, *diff.bound[path]}
    return whole & set(diff.paths)


def swallowed(operations: Iterable[Operation], remote: Collection[str]) -> set[str]:
    """Return the files of the Space a commit would take away without naming them."""
    deletes = {each.path for each in operations if isinstance(each, DeleteFile)}
    puts = [each.path for each in operations if not isinstance(each, DeleteFile)]
    names = _contended(puts, puts, remote)
    return {path for paths in _below(remote, names).values() for path in paths} - deletes


def _contended(wanted: Iterable[str], local: Collection[str], remote: Collection[str]) -> set[str]:
    """Return the names that are a folder on one side of `wanted` and a file on the other."""
    new = [path for path in wanted if path in local and path not in remote]
    if not new:
        return set()
    folders = _folders(remote)
    names = folders.intersection(new)
    for path in new:
        name = next((above for above in prefixes(path) if above in remote), None)
        if name is not None:
            names.add(name)
    return names


def _folders(paths: Iterable[str]) -> set[str]:
    found: set[str] = set()
    for path in paths:
        above = path.rpartition("/")[0]
        while above and above not in found:
            found.add(above)
            above = above.rpartition("/")[0]
    return found


def _below(paths: Iterable[str], names: Collection[str]) -> dict[str, set[str]]:
    """Return, for each name, the paths that are it or in it."""
    found: dict[str, set[str]] = {name: set() for name in names}
    for path in paths if names else ():
        for above in prefixes(path):
            if above in found:
                found[above].add(path)
    return found
