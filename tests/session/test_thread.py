"""The session's thread: work goes on whatever others do, and ends in order."""

import asyncio
from threading import Event, get_ident

from spaces_tui.session.thread import LoopThread
from tests.patience import PATIENCE


def test_work_runs_on_its_own_thread_even_when_handed_in_before_the_start() -> None:
    async def main() -> None:
        await asyncio.Event().wait()

    thread = LoopThread("test", main)

    async def where() -> int:
        return get_ident()

    early = thread.submit(where)
    thread.start()
    assert early.result(PATIENCE) != get_ident()
    assert thread.close(PATIENCE)


def test_the_end_waits_for_the_orderly_end_of_everything() -> None:
    ended: list[str] = []
    started = Event()

    async def part(name: str) -> None:
        try:
            started.set()
            await asyncio.Event().wait()
        finally:
            await asyncio.sleep(0)
            ended.append(name)

    async def main() -> None:
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("main")

    thread = LoopThread("test", main)
    thread.start()
    future = thread.submit(lambda: part("part"))
    assert started.wait(PATIENCE)
    assert thread.close(PATIENCE)
    assert ended == ["main", "part"]
    assert future.cancelled()


def test_a_thread_that_was_never_started_closes() -> None:
    async def main() -> None:
        raise AssertionError("must not run")

    assert LoopThread("test", main).close(PATIENCE)
