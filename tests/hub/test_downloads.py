"""Files that come piece by piece, over real HTTP."""

from __future__ import annotations

import os
from collections.abc import AsyncIterator

import pytest

from spaces_tui.hub import errors
from spaces_tui.hub.client import Hub
from spaces_tui.hub.retry import Retries
from spaces_tui.hub.sources import LargeFile
from spaces_tui.hub.space import SpaceResource
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from tests.hub.talk import Naps

SPACE = "ada/demo"
LARGE = os.urandom(300_000)


class Sink:
    """Takes pieces as a file would."""

    def __init__(self) -> None:
        self.content = bytearray()
        self.begins: list[int] = []

    async def write(self, at: int, piece: bytes) -> None:
        assert at in {0, len(self.content)}
        if at == 0:
            self.content.clear()
        self.begins.append(at)
        self.content += piece


@pytest.fixture
async def space(local_hub: LocalHub) -> AsyncIterator[SpaceResource]:
    local_hub.create(SPACE, files={"app.py": "print(1)\n", "empty.txt": "", "a b/ü.py": "x\n"})
    token = Secret(local_hub.token())
    async with Hub(local_hub.url, token, version="0", retries=Retries(sleep=Naps())) as hub:
        space = hub.space(SPACE)
        sent = await space.lfs.upload([LargeFile("model.bin", LARGE)])
        await space.commit(sent, summary="Add", parent=None)
        yield space


@pytest.mark.parametrize(
    ("path", "content"),
    [("app.py", b"print(1)\n"), ("a b/ü.py", b"x\n"), ("empty.txt", b""), ("model.bin", LARGE)],
)
async def test_whole_files(space: SpaceResource, path: str, content: bytes) -> None:
    sink = Sink()
    await space.fetch(path, size=len(content), write=sink.write)
    assert sink.content == content


async def test_what_breaks_off_goes_on_where_it_stopped(
    local_hub: LocalHub, space: SpaceResource
) -> None:
    sink = Sink()
    local_hub.fault("^/[0-9a-f]{2}/", method="GET", mangle="truncated")
    await space.fetch("model.bin", size=len(LARGE), write=sink.write)
    assert sink.content == LARGE
    ranges = [each.headers.get("range") for each in local_hub.requests() if each.method == "GET"]
    assert [each for each in ranges if each and each != "bytes=0-"]
    assert sink.begins.count(0) == 1


async def test_a_file_larger_than_its_tree_says_is_not_taken(space: SpaceResource) -> None:
    sink = Sink()
    with pytest.raises(errors.TooLarge):
        await space.fetch("app.py", size=3, write=sink.write)
    assert len(sink.content) <= 3
    with pytest.raises(errors.TooLarge):
        await space.fetch("model.bin", size=len(LARGE) - 1, write=Sink().write)


async def test_a_file_that_always_ends_early_is_given_up(space: SpaceResource) -> None:
    with pytest.raises((errors.AnswerLost, errors.BadRequest)):
        await space.fetch("app.py", size=100, write=Sink().write)


async def test_what_is_not_there(space: SpaceResource) -> None:
    with pytest.raises(errors.EntryNotFound):
        await space.fetch("nowhere.py", size=1, write=Sink().write)
    with pytest.raises(errors.BadRequest):
        await space.fetch("../secret", size=1, write=Sink().write)


async def test_a_full_disk_ends_it(space: SpaceResource) -> None:
    async def full(at: int, piece: bytes) -> None:
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        await space.fetch("model.bin", size=len(LARGE), write=full)
