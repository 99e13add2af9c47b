"""A git repository in memory: one branch `main`, its commits, and the trees they name."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

from spaces_tui.localhub.gitobjects import commit_payload, object_id
from spaces_tui.localhub.tree import Blob, Folder

MAIN = "main"


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
    """Commits of one Space. Starts with the system's first commit of `files`."""

    def __init__(self, files: Mapping[str, Blob], seconds: int) -> None:
        root = Commit(Folder().edited(files), None, "system", seconds, "initial commit")
        self.commits: dict[str, Commit] = {root.oid: root}
        self.head = root

    def commit(
        self,
        changes: Mapping[str, Blob | None],
        *,
        author: str,
        seconds: int,
        title: str,
        message: str = "",
    ) -> Commit:
        """Add a commit to the branch and return it; an unchanged tree still makes a commit."""
        tree = self.head.tree.edited(changes)
        commit = Commit(tree, self.head, author, seconds, title, message)
        self.commits[commit.oid] = commit
        self.head = commit
        return commit

    def resolve(self, revision: str) -> Commit | None:
        """Return the commit a branch or full commit id names, or None."""
        if revision in {MAIN, f"refs/heads/{MAIN}", "HEAD"}:
            return self.head
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
