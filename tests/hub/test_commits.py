"""The body of a commit."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.commits import commit_body
from spaces_tui.model.changes import (
    CommitOperation,
    DeleteFolder,
    LfsFile,
    RenameFile,
    RenameLfsFile,
)
from spaces_tui.model.repo import AddFile, DeleteFile

PARENT = "c" * 40


def test_one_json_object_a_line_the_header_first() -> None:
    body = commit_body(
        [AddFile("ä/app.py", b"print(1)\n"), AddFile("empty", b""), DeleteFile('q"uote.py')],
        summary="Say hello",
        description="",
        parent=PARENT,
    )
    assert body.endswith(b"\n")
    assert [json.loads(line) for line in body.splitlines()] == [
        {
            "key": "header",
            "value": {"summary": "Say hello", "description": "", "parentCommit": PARENT},
        },
        {
            "key": "file",
            "value": {"content": "cHJpbnQoMSkK", "path": "ä/app.py", "encoding": "base64"},
        },
        {"key": "file", "value": {"content": "", "path": "empty", "encoding": "base64"}},
        {"key": "deletedFile", "value": {"path": 'q"uote.py'}},
    ]


def test_without_a_parent_the_header_names_none() -> None:
    body = commit_body([DeleteFile("a")], summary="x", description="y", parent=None)
    assert "parentCommit" not in json.loads(body.splitlines()[0])["value"]


@pytest.mark.parametrize(("operations", "summary"), [([], "x"), ([DeleteFile("a")], " ")])
def test_what_the_hub_would_not_take_is_not_built(
    operations: list[DeleteFile], summary: str
) -> None:
    with pytest.raises(ValueError, match="needs"):
        commit_body(operations, summary=summary, description="", parent=None)


@given(st.lists(st.tuples(st.text(min_size=1), st.binary()), min_size=1), st.text(min_size=1))
def test_any_path_and_content_comes_back(files: list[tuple[str, bytes]], summary: str) -> None:
    operations = [AddFile(path, content) for path, content in files]
    body = commit_body(operations, summary=f"x{summary}", description=summary, parent=None)
    head, *lines = [json.loads(line) for line in body.split(b"\n")[:-1]]
    assert head["value"]["summary"] == f"x{summary}"
    values = [line["value"] for line in lines]
    assert [(item["path"], base64.b64decode(item["content"])) for item in values] == files


PATHS = st.text(min_size=1)
SHAS = st.text("0123456789abcdef", min_size=64, max_size=64)
SIZES = st.integers(0, 2**53)
OPERATIONS = st.one_of(
    st.builds(AddFile, PATHS, st.binary()),
    st.builds(DeleteFile, PATHS),
    st.builds(DeleteFolder, PATHS),
    st.builds(RenameFile, PATHS, PATHS),
    st.builds(LfsFile, PATHS, SHAS, SIZES | st.none()),
    st.builds(RenameLfsFile, PATHS, PATHS, SIZES, SHAS | st.none()),
)


def read_line(line: bytes) -> CommitOperation:
    """Read one line of a commit as the Hub's schema says."""
    entry = json.loads(line)
    key, value = entry.pop("key"), entry.pop("value")
    assert not entry
    path = value.pop("path")
    match key:
        case "deletedFile":
            operation: CommitOperation = DeleteFile(path)
        case "deletedFolder":
            operation = DeleteFolder(path)
        case "file" if "oldPath" in value:
            operation = RenameFile(path, value.pop("oldPath"))
        case "file":
            assert value.pop("encoding") == "base64"
            operation = AddFile(path, base64.b64decode(value.pop("content"), validate=True))
        case _:
            assert (key, value.pop("algo")) == ("lfsFile", "sha256")
            oid, size = value.pop("oid", None), value.pop("size", None)
            old = value.pop("oldPath", None)
            operation = (
                LfsFile(path, oid, size) if old is None else RenameLfsFile(path, old, size, oid)
            )
    assert not value
    return operation


@given(st.lists(OPERATIONS, min_size=1, max_size=9), st.text(), st.none() | st.just(PARENT))
def test_any_operations_come_back(
    operations: list[CommitOperation], text: str, parent: str | None
) -> None:
    body = commit_body(operations, summary=f"x{text}", description=text, parent=parent)
    assert body.endswith(b"\n")
    head, *lines = body.split(b"\n")[:-1]
    named = {} if parent is None else {"parentCommit": parent}
    assert json.loads(head) == {
        "key": "header",
        "value": {"summary": f"x{text}", "description": text} | named,
    }
    assert [read_line(line) for line in lines] == operations
