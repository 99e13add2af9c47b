"""Sending the content of large files, so that a commit can name them.

Steps for each file: its SHA-256, the question where it goes, the bytes, the confirmation. The
bytes go to storage, without a token, with their length said beforehand. Every step may be done
twice, and is repeated when trouble may pass: a part from its own start, not the file's. Signed
addresses expire, which the storage says with 403: then the Hub is asked for new ones, and parts
that are there are kept where the new addresses belong to the same upload.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from typing import Any, Final
from urllib.parse import urlsplit

from spaces_tui.hub.calls import Answer, Bearer, Body, Call
from spaces_tui.hub.errors import (
    AnswerLost,
    Forbidden,
    HubError,
    RateLimited,
    ServerError,
    Unreachable,
)
from spaces_tui.hub.lfs_batch import Grant, grants, lfs_call
from spaces_tui.hub.place import Place
from spaces_tui.hub.sources import LargeFile, MeasuredFile, Pieces, measured
from spaces_tui.model.changes import LfsFile

Progress = Callable[[int, int], None]
"""Told bytes sent and bytes in all; what was sent in vain is taken back."""
EachProgress = Callable[[str, int], None]
"""Told a file's path and its bytes sent; what was sent in vain is taken back."""

_BATCH: Final = 256
"""Files in one batch request."""
_AT_ONCE: Final = 4
"""Uploads of bytes under way together."""
_REFUSALS: Final = 3
"""How often new addresses may be asked for without a single part getting through."""
_MAY_PASS: Final = (AnswerLost, RateLimited, ServerError, Unreachable)
"""Failures after which the same upload can go on later."""
_LEAST_SECONDS: Final = 90.0
_SLOWEST: Final = 32 * 1024
"""Bytes per second an upload is granted time for."""


@dataclass(slots=True)
class _Started:
    """A file on its way."""

    file: MeasuredFile
    grant: Grant
    tags: dict[int, str] = field(default_factory=dict)
    """What the storage called each part that is there, by number from 1."""

    def renew(self, grant: Grant) -> None:
        """Go on at new addresses; parts stay only if they belong to the same upload."""
        known = grant.upload_id is not None and grant.upload_id == self.grant.upload_id
        if not known or grant.part_size != self.grant.part_size:
            self.tags.clear()
        self.grant = grant

    @property
    def stored(self) -> int:
        """Bytes that are in the storage for sure."""
        return sum(min(self._size, self.file.size - self._start(number)) for number in self.tags)

    @property
    def _size(self) -> int:
        return self.grant.part_size

    def _start(self, number: int) -> int:
        return (number - 1) * self._size


class _Meter:
    """Counts bytes for whoever watches, of all files together or of one of them."""

    def __init__(self, told: Callable[[int], None] | None, whole: _Meter | None = None) -> None:
        self._told = told
        self._whole = whole
        self._sent = 0

    def add(self, count: int) -> None:
        """Count bytes as sent; a negative number takes them back."""
        self._sent += count
        if self._told is not None and count:
            self._told(self._sent)
        if self._whole is not None:
            self._whole.add(count)


class LfsUploads:
    """The way of large files into one Space's storage.

    It remembers, as long as it lives, which parts of an unfinished file are there: the same file
    uploaded again goes on from there.
    """

    def __init__(self, place: Place) -> None:
        self._place = place
        self._unfinished: dict[str, _Started] = {}
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def measure(self, file: LargeFile) -> MeasuredFile:
        """Return a file with its size and SHA-256, computed beside the loop.

        Raises:
            OSError: it cannot be read.
        """
        return await measured(file)

    async def upload(
        self,
        files: Sequence[LargeFile | MeasuredFile],
        *,
        revision: str = "main",
        create_pr: bool = False,
        progress: Progress | None = None,
        each: EachProgress | None = None,
    ) -> list[LfsFile]:
        """Bring the content of files into the storage; return what a commit says of them.

        Nothing is visible before that commit. Content the Hub has already is not sent.

        Args:
            files: none of them empty; empty files are always regular ones.
            revision: the branch the commit will be for.
            create_pr: whether that commit will open a pull request.
            progress: called on the loop with bytes sent and in all.
            each: called on the loop with a file's path and how many of its bytes were sent; of
                files with the same content, only one is told of.

        Raises:
            SourceChanged: a file changed on disk meanwhile.
            OSError: a file cannot be read.
            ValueError: a file is empty; nothing was sent.
            HubError: the Hub or the storage failed, or will not take a file.
        """
        known = [each if isinstance(each, MeasuredFile) else await measured(each) for each in files]
        if any(file.size == 0 for file in known):
            raise ValueError("an empty file is never a large one")
        unique = list({file.sha256: file for file in known}.values())
        total = sum(file.size for file in unique)
        whole = _Meter(None if progress is None else lambda sent: progress(sent, total))
        meters = {
            file.sha256: _Meter(None if each is None else partial(each, file.path), whole)
            for file in unique
        }
        ref = None if create_pr else revision
        for start in range(0, len(unique), _BATCH):
            await self._upload_batch(unique[start : start + _BATCH], ref, meters)
        return [LfsFile(file.path, file.sha256, file.size) for file in known]

    async def _upload_batch(
        self, files: Sequence[MeasuredFile], ref: str | None, meters: Mapping[str, _Meter]
    ) -> None:
        new = [file for file in files if file.sha256 not in self._unfinished]
        asked = [(file.sha256, file.size) for file in new]
        granted = await grants(self._place, asked, ref=ref) if asked else {}
        for file in new:
            self._unfinished[file.sha256] = _Started(file, granted[file.sha256])
        await _together(self._upload(file, ref, meters[file.sha256]) for file in files)

    async def _upload(self, file: MeasuredFile, ref: str | None, meter: _Meter) -> None:
        started = self._unfinished[file.sha256]
        started.file = file
        try:
            await self._until_stored(started, ref, meter)
            await self._verify(started)
        except HubError as error:
            if not isinstance(error, _MAY_PASS):
                self._unfinished.pop(file.sha256, None)  # what is there is of no use any more
            raise
        self._unfinished.pop(file.sha256, None)

    async def _until_stored(self, started: _Started, ref: str | None, meter: _Meter) -> None:
        file, left = started.file, _REFUSALS
        while True:
            before = len(started.tags)
            try:
                await self._store(started, meter)
            except Forbidden:
                left = _REFUSALS if len(started.tags) > before else left - 1
                if left == 0:
                    raise
            else:
                return
            renewed = await grants(self._place, [(file.sha256, file.size)], ref=ref)
            started.renew(renewed[file.sha256])

    async def _store(self, started: _Started, meter: _Meter) -> None:
        """Put what is missing. The meter has the whole file counted afterwards, or none of it."""
        file, grant = started.file, started.grant
        if grant.url is None:
            meter.add(file.size)
            return
        if not grant.parts:
            await self._put(grant.url, file, (0, file.size), meter, grant)
            return
        meter.add(started.stored)
        numbers = range(1, len(grant.parts) + 1)
        missing = [number for number in numbers if number not in started.tags]
        try:
            await _together(self._put_part(started, number, meter) for number in missing)
            await self._complete(started)
        except BaseException:
            meter.add(-started.stored)
            raise

    async def _put_part(self, started: _Started, number: int, meter: _Meter) -> None:
        grant, file = started.grant, started.file
        start = (number - 1) * grant.part_size
        span = (start, min(grant.part_size, file.size - start))
        answer = await self._put(grant.parts[number - 1], file, span, meter, grant)
        tag = answer.headers.get("etag")
        if not tag:
            meter.add(-span[1])
            raise AnswerLost("The storage did not name a part it was sent.")
        started.tags[number] = tag

    async def _put(
        self, url: str, file: MeasuredFile, span: tuple[int, int], meter: _Meter, grant: Grant
    ) -> Answer:
        start, length = span
        sent = 0

        def passed(count: int) -> None:
            nonlocal sent
            sent += count
            meter.add(count)

        def begin() -> Pieces:
            nonlocal sent
            meter.add(-sent)
            sent = 0
            return Pieces(file, start, length, passed)

        total = _LEAST_SECONDS + length / _SLOWEST
        call = Call(
            "PUT",
            urlsplit(url).path or "/",
            body=Body(length, begin),
            accept="*/*",
            read_seconds=total,
            total_seconds=total,
            patient=True,
            bearer=Bearer.NEVER,
            headers=grant.headers,
        )
        async with self._slots:
            try:
                return await self._place.wire.answer(call, url)
            except BaseException:
                meter.add(-sent)
                raise

    async def _complete(self, started: _Started) -> None:
        url = started.grant.url or ""
        tags = sorted(started.tags.items())
        parts = [{"partNumber": number, "etag": tag} for number, tag in tags]
        body = {"oid": started.file.sha256, "parts": parts}
        call = lfs_call("POST", urlsplit(url).path or "/", body)
        await self._place.wire.answer(replace(call, bearer=Bearer.NEVER), url)

    async def _verify(self, started: _Started) -> None:
        url = started.grant.verify
        if url is None:
            return
        body = {"oid": started.file.sha256, "size": started.file.size}
        call = lfs_call("POST", urlsplit(url).path or "/", body)
        await self._place.wire.answer(replace(call, headers=started.grant.verify_headers), url)


async def _together(steps: Iterable[Coroutine[Any, Any, None]]) -> None:
    """Run steps side by side; the first failure ends the others and is raised alone."""
    try:
        async with asyncio.TaskGroup() as group:
            for step in steps:
                group.create_task(step)
    except BaseExceptionGroup as failures:
        raise _first(failures) from failures


def _first(failures: BaseExceptionGroup[BaseException]) -> BaseException:
    first = failures.exceptions[0]
    return _first(first) if isinstance(first, BaseExceptionGroup) else first
