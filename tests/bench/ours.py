"""What is measured, done by us: `python -m tests.bench.ours {way} {arguments}` prints its cost.

The same ways by the official client are in `official.py`. Both begin with a small request, so that
connecting and loading code is no part of the figures.
"""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from contextlib import aclosing
from pathlib import Path
from typing import Final

from spaces_tui import __version__
from spaces_tui.hub.client import Hub
from spaces_tui.hub.lines import LineAssembler
from spaces_tui.hub.sources import LargeFile
from spaces_tui.model.identity import Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogChunk
from spaces_tui.model.repo import AddFile, FileSample, UploadMode
from spaces_tui.model.ring import LineRing
from tests.bench.cost import Cost, Meter, told

_SAMPLE: Final = 512
_UPLOADED: Final = "data/large.bin"


async def paging(hub: Hub, author: str, page: str) -> Cost:
    """List all Spaces of an account and keep them."""
    with Meter() as meter:
        spaces = [space async for space in hub.spaces.list(author, limit=int(page))]
    return meter.cost(len(spaces))


async def logs(hub: Hub, space: str, lines: str) -> Cost:
    """Follow a run log until so many lines are kept, as the console keeps them."""
    ring, assembler = LineRing(), LineAssembler()
    with Meter() as meter:
        async with aclosing(hub.space(space).follow(LogStream.RUN)) as arrivals:
            async for together in arrivals:
                for delivery in together:
                    if isinstance(delivery, LogChunk):
                        ring.extend(assembler.feed(delivery))
                if ring.end >= int(lines):
                    break
    return meter.cost(len(ring))


async def large(hub: Hub, space: str, file: str) -> Cost:
    """Upload a large file and commit it."""
    there, path = hub.space(space), Path(file)
    with Meter() as meter:
        plan = await there.preupload([await asyncio.to_thread(_sample, path)])
        if [each.mode for each in plan.files] != [UploadMode.LFS]:
            raise AssertionError(f"not to be sent as a large file: {plan.files}")
        stored = await there.lfs.upload([LargeFile(_UPLOADED, path)])
        await there.commit(stored, summary="Add a large file", parent=plan.head)
    return meter.cost(len(stored))


async def many(hub: Hub, space: str, folder: str) -> Cost:
    """Upload a folder of small files in one commit."""
    there, root = hub.space(space), Path(folder)
    with Meter() as meter:
        found = await asyncio.to_thread(_read, root)
        samples = [
            FileSample(path, len(content), content[:_SAMPLE]) for path, content in found.items()
        ]
        plan = await there.preupload(samples)
        wanted = [each.path for each in plan.files if each.mode is UploadMode.REGULAR]
        files = [AddFile(path, found[path]) for path in wanted]
        await there.commit(files, summary="Add files", parent=plan.head)
    return meter.cost(len(files))


def _sample(path: Path) -> FileSample:
    with path.open("rb") as opened:
        return FileSample(_UPLOADED, path.stat().st_size, opened.read(_SAMPLE))


def _read(root: Path) -> dict[str, bytes]:
    files = sorted(path for path in root.rglob("*") if path.is_file())
    return {path.relative_to(root).as_posix(): path.read_bytes() for path in files}


WAYS: Final[dict[str, Callable[..., Awaitable[Cost]]]] = {
    "paging": paging,
    "logs": logs,
    "large": large,
    "many": many,
}


async def main(way: str, *arguments: str) -> None:
    """Do one of the ways on the Hub that the environment names."""
    token = Secret(os.environ["HF_TOKEN"])
    async with Hub(os.environ["HF_ENDPOINT"], token, version=__version__) as hub:
        await hub.whoami()
        told(await WAYS[way](hub, *arguments))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
