"""Hot reload: a running Gradio process patched with one changed Python file.

A commit that asks for it patches the process instead of rebuilding, if the Space runs, its Gradio
is new enough and exactly one Python file changed; otherwise it is an ordinary commit. What the
report says is decided by markers in the file:

`# local-hub: fail-reload`     the reload itself fails;
`# local-hub: cancel-reload`   no replica takes it: status `canceled`.
"""

from __future__ import annotations

import ast
import json
import traceback
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Final

from spaces_tui.localhub.tree import Blob

FAIL_RELOAD: Final = "# local-hub: fail-reload"
CANCEL_RELOAD: Final = "# local-hub: cancel-reload"
OLDEST_GRADIO: Final = (6, 1, 0)


@dataclass
class HotReload:
    """One reload of the running version. `commit` is its id, the name of the report as well."""

    commit: str
    status: str
    replicas: dict[str, str | None]
    report: list[dict[str, Any]]
    asked: dict[str, int] = field(default_factory=dict)
    """How often each replica's report was asked for so far."""

    def to_json(self) -> dict[str, Any]:
        """Return the block in the runtime."""
        return {
            "status": self.status,
            "replicaStatuses": [[name, status] for name, status in self.replicas.items()],
        }

    def ready(self, replica: str, pending: int) -> bool:
        """Whether the report of a replica is there after `pending` questions; counts this one."""
        self.asked[replica] = self.asked.get(replica, 0) + 1
        return self.asked[replica] > pending

    def events(self) -> Iterator[bytes]:
        """Yield the report as server-sent events, doubly wrapped."""
        for item in self.report:
            data = json.dumps({"data": item}, ensure_ascii=False, separators=(",", ":"))
            yield f"event: message\ndata: {data}\n\n".encode()


def is_new_enough(version: object) -> bool:
    """Whether a card's `sdk_version`, which may be a YAML number, can be hot-reloaded."""
    parts = [int(part) for part in str(version).split(".") if part.isdecimal()]
    return tuple((*parts, 0, 0, 0)[:3]) >= OLDEST_GRADIO


def hot_file(changes: dict[str, Blob | None]) -> str | None:
    """Return the path of the only changed file if it is Python text, else None."""
    if len(changes) != 1:
        return None
    ((path, blob),) = changes.items()
    return path if path.endswith(".py") and blob is not None and blob.text is not None else None


def reload(commit: str, replicas: list[str], before: str | None, after: str) -> HotReload:
    """Return the outcome of patching the running replicas with a file's new text."""
    if CANCEL_RELOAD in after:
        return HotReload(commit, "canceled", dict.fromkeys(replicas, "alreadyReloading"), [])
    report = [*_operations(before or "", after)]
    return HotReload(commit, "created", dict.fromkeys(replicas, "created"), report)


def _operations(before: str, after: str) -> Iterator[dict[str, Any]]:
    try:
        new, old = ast.parse(after), _parsed(before)
        if FAIL_RELOAD in after:
            raise RuntimeError("this file asks for a failing reload")
    except (SyntaxError, RuntimeError) as error:
        yield {"kind": "error", "traceback": "".join(traceback.format_exception_only(error))}
        return
    was, now = _objects(old), _objects(new)
    for name in {**was, **now}:
        if name in was and name in now and ast.dump(was[name]) == ast.dump(now[name]):
            continue
        kind = "delete" if name not in now else ("update" if name in was else "add")
        node = now.get(name) or was[name]
        what = "class" if isinstance(node, ast.ClassDef) else "function"
        yield {"kind": kind, "region": _region(node), "objectType": what, "objectName": name}
    plain = {ast.dump(node) for node in old.body if not _name(node)}
    for node in new.body:
        if not _name(node) and ast.dump(node) not in plain:
            code = ast.get_source_segment(after, node) or ""
            yield {"kind": "run", "region": _region(node), "codeLines": code}
    yield {"kind": "ui", "updated": True}


def _parsed(before: str) -> ast.Module:
    """Return what the process runs: of a text that it never took, nothing is known."""
    try:
        return ast.parse(before)
    except SyntaxError:
        return ast.Module([], [])


def _objects(module: ast.Module) -> dict[str, ast.stmt]:
    return {name: node for node in module.body if (name := _name(node))}


def _name(node: ast.stmt) -> str | None:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return node.name
    return None


def _region(node: ast.stmt) -> dict[str, int]:
    return {
        "startLine": node.lineno,
        "startCol": node.col_offset,
        "endLine": node.end_lineno or node.lineno,
        "endCol": node.end_col_offset or node.col_offset,
    }
