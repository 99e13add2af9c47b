"""A git repository in memory: its references, their commits, and the trees they name."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import cached_property

from spaces_tui.localhub.gitobjects import commit_payload, object_id
from spaces_tui.localhub.tree import Blob, Folder

MAIN = "main"
HEADS = "refs/heads/"
TAGS = "refs/tags/"
PULLS = "refs/pr/"
MAIN_REF = f"{HEADS}{MAIN}"


@dataclass(frozen=True)
class Commit:
    """One commit. `seconds` is Unix time; git keeps whole seconds."""

    tree: Folder
    parent: Commit | None
    author: str
    seconds: int
    title: str
    message: str = ""

    @cached_property
    def payload(self) -> bytes:
        """The git commit object."""
        text = f"{self.title}\n\n{self.message}" if self.message else self.title
        parents = [self.parent.oid] if self.parent else []
        person = f"{self.author} <{self.author}@users.noreply.hf.co>"
        return commit_payload(self.tree.oid, parents, person, self.seconds, text)

    @cached_property
    def oid(self) -> str:
        """Git commit id."""
        return object_id("commit", self.payload)

    def history(self) -> Iterator[Commit]:
        """Yield this commit and its ancestors, newest first."""
        commit: Commit | None = self
        while commit:
            yield commit
            commit = commit.parent


class Repository:
    """Commits of one Space. Starts with a first commit of `files`, the system's by default."""

    def __init__(
        self,
        files: Mapping[str, Blob],
        seconds: int,
        *,
        title: str = "initial commit",
        author: str = "system",
    ) -> None:
        root = Commit(Folder().edited(files), None, author, seconds, title)
        self.commits: dict[str, Commit] = {root.oid: root}
        self.refs: dict[str, Commit] = {MAIN_REF: root}
        """Commits by full name of the reference."""

    @property
    def head(self) -> Commit:
        """The newest commit of the main branch."""
        return self.refs[MAIN_REF]

    def commit(
        self,
        changes: Mapping[str, Blob | None],
        *,
        author: str,
        seconds: int,
        title: str,
        message: str = "",
        ref: str = MAIN_REF,
        base: Commit | None = None,
    ) -> Commit:
        """Add a commit to a reference and return it; an unchanged tree still makes a commit.

        `base` is the parent if it is not what the reference names now.
        """
        parent = base or self.refs[ref]
        tree = parent.tree.edited(changes)
        commit = Commit(tree, parent, author, seconds, title, message)
        self.commits[commit.oid] = commit
        self.refs[ref] = commit
        return commit

    def named(self, prefix: str) -> dict[str, Commit]:
        """Return references below a prefix by their short name."""
        return {
            name.removeprefix(prefix): commit
            for name, commit in self.refs.items()
            if name.startswith(prefix)
        }

    def squash(self, ref: str, *, seconds: int, author: str, message: str) -> Commit:
        """Replace the history of a branch by one commit; what only it had is gone."""
        commit = Commit(self.refs[ref].tree, None, author, seconds, message)
        self.commits[commit.oid] = commit
        self.refs[ref] = commit
        self.prune()
        return commit

    def rewrite(self, keep: Callable[[Blob], bool]) -> None:
        """Drop files from every commit of every reference; all their ids may change."""
        done: dict[str, Commit] = {}
        for start in self.refs.values():
            for commit in reversed(list(start.history())):
                if commit.oid in done:
                    continue
                gone = {path: None for path, blob in commit.tree.files() if not keep(blob)}
                parent = done[commit.parent.oid] if commit.parent else None
                tree = commit.tree.edited(gone) if gone else commit.tree
                done[commit.oid] = replace(commit, tree=tree, parent=parent)
        self.refs = {name: done[commit.oid] for name, commit in self.refs.items()}
        self.prune()

    def prune(self) -> None:
        """Forget commits that no reference leads to."""
        self.commits = {
            commit.oid: commit for start in self.refs.values() for commit in start.history()
        }

    def resolve(self, revision: str) -> Commit | None:
        """Return the commit a branch, tag, reference or full commit id names, or None."""
        if revision == "HEAD":
            return self.head
        for name in (HEADS + revision, TAGS + revision, revision):
            if name in self.refs:
                return self.refs[name]
        return self.commits.get(revision)

    def objects(self) -> Iterator[tuple[str, str, bytes]]:
        """Yield every git object once as (oid, kind, content), for export to a real repository."""
        seen: set[str] = set()
        for commit in self.head.history():
            yield commit.oid, "commit", commit.payload
            items: list[Blob | Folder] = [commit.tree]
            while items:
                item = items.pop()
                if item.oid in seen:
                    continue
                seen.add(item.oid)
                if isinstance(item, Folder):
                    yield item.oid, "tree", item.payload
                    items.extend(item.entries.values())
                else:
                    yield item.oid, "blob", item.data


def last_touched(commit: Commit, paths: list[str]) -> dict[str, Commit]:
    """Return for each existing path the newest commit, from `commit` back, that changed it."""
    found: dict[str, Commit] = {}
    open_paths = {path: item.oid for path in paths if (item := commit.tree.get(path))}
    for step in commit.history():
        older = step.parent.tree if step.parent else Folder()
        for path, oid in list(open_paths.items()):
            before = older.get(path)
            if before is None or before.oid != oid:
                found[path] = step
                del open_paths[path]
        if not open_paths:
            break
    return found
