"""Work that may hang, beside the session's loop."""

from __future__ import annotations

import subprocess
import sys
from threading import current_thread

import pytest

from spaces_tui.session.apart import apart
from tests.patience import PATIENCE

HANGS = """
import asyncio, threading
from spaces_tui.session.apart import apart
async def main():
    task = asyncio.create_task(apart(threading.Event().wait))
    await asyncio.sleep(0)
    task.cancel()
asyncio.run(main())
print("ended")
"""


async def test_it_returns_and_raises_from_another_thread() -> None:
    assert await apart(current_thread) is not current_thread()

    def fails() -> None:
        raise OSError("no Hub")

    with pytest.raises(OSError, match="no Hub"):
        await apart(fails)


def test_what_hangs_does_not_keep_the_program_from_ending() -> None:
    ended = subprocess.run(
        [sys.executable, "-c", HANGS], capture_output=True, timeout=PATIENCE, check=True
    )
    assert ended.stdout.split() == [b"ended"]
