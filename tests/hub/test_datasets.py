"""A dataset as a queue: files, and commits that only the first of two writers gets through."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.client import Hub
from spaces_tui.hub.dataset import DatasetResource
from spaces_tui.hub.retry import Retries
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.model.repo import AddFile, EntryType
from tests.hub.talk import Naps

NAME = "ada/trainer-tasks"


def connect(server: LocalHub, name: str = "ada") -> Hub:
    token = Secret(server.token(name, "write"))
    return Hub(server.url, token, version="0", retries=Retries(sleep=Naps()))


@pytest.fixture
async def queue(local_hub: LocalHub) -> AsyncIterator[DatasetResource]:
    async with connect(local_hub) as hub:
        await hub.repos.create_dataset(NAME)
        yield hub.dataset(NAME)


async def test_it_is_private_and_creating_it_again_changes_nothing(
    local_hub: LocalHub, queue: DatasetResource
) -> None:
    head = await queue.info()
    assert (head.id, head.private) == (NAME, True)
    async with connect(local_hub) as hub:
        await hub.repos.create_dataset(NAME, private=False)
    assert await queue.info() == head


async def test_nobody_else_sees_it(local_hub: LocalHub, queue: DatasetResource) -> None:
    async with connect(local_hub, "bob") as hub:
        with pytest.raises(errors.NotFoundOrPrivate):
            await hub.dataset(queue.id).info()


async def test_files_are_listed_and_read_at_a_revision(queue: DatasetResource) -> None:
    first = await queue.commit(
        [AddFile("tasks/1.json", b"{}")], summary="one", parent=(await queue.info()).sha
    )
    await queue.commit(
        [AddFile("tasks/1.json", b"[]"), AddFile("tasks/2.json", b"[2]")],
        summary="two",
        parent=first.result.oid,
    )
    found = [one.path async for one in queue.tree(path="tasks") if one.type is EntryType.FILE]
    assert found == ["tasks/1.json", "tasks/2.json"]
    assert await queue.download("tasks/1.json", limit=100) == b"[]"
    assert await queue.download("tasks/1.json", first.result.oid, limit=100) == b"{}"


async def test_a_commit_on_an_old_parent_is_refused(queue: DatasetResource) -> None:
    parent = (await queue.info()).sha
    done = await queue.commit([AddFile("tasks/1.json", b"a")], summary="a", parent=parent)
    with pytest.raises(errors.Moved):
        await queue.commit([AddFile("tasks/1.json", b"b")], summary="b", parent=parent)
    assert (await queue.info()).sha == done.result.oid
    assert await queue.download("tasks/1.json", limit=100) == b"a"
