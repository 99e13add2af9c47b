"""Make the pictures of the console: `python screenshots/make.py`.

They show the real console on a real session and the demo's local Hub; only the terminal is not
there. Times, commits and load differ from run to run, so make them anew when the looks change.
"""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from functools import partial
from pathlib import Path
from shutil import rmtree

os.environ["TEXTUAL_ANIMATIONS"] = "none"  # read when Textual is imported

from textual.pilot import Pilot

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.identity import Secret
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync import WatchOptions
from spaces_tui.session.config import Origin, SessionConfig
from spaces_tui.session.first import first_snapshot
from spaces_tui.session.requests.accounts import CheckToken, SignIn
from spaces_tui.session.session import Session
from spaces_tui.store.paths import Paths
from spaces_tui.ui.app import ConsoleApp

PICTURES = Path(__file__).parent
SPACE = "ada/whisper-live"
BROKEN = "ada/video-captioner"
TRAINER = "acme/trainer"
WIDE = (132, 34)
NARROW = (80, 24)
_PORT = 7870
"""Always the same, since addresses are in the pictures."""
_LIMIT = 60.0
_FONTS = re.compile(r"@font-face \{.*?\}", re.DOTALL)


class Studio:
    """A console in front of the camera."""

    def __init__(self, session: Session, app: ConsoleApp, pilot: Pilot[None]) -> None:
        self.session = session
        self._app = app
        self._pilot = pilot

    async def wait(self, condition: Callable[[], bool], what: str) -> None:
        """Wait until there is something to see."""
        deadline = time.monotonic() + _LIMIT
        while not condition():
            if time.monotonic() > deadline:
                raise TimeoutError(what)
            await self._pilot.pause(0.1)

    async def press(self, *keys: str) -> None:
        """Press keys, and let what they open arrive."""
        await self._pilot.press(*keys)
        await self._pilot.pause(1.0)

    async def take(self, name: str) -> None:
        """Save what is on the screen as `name`.svg."""
        await self._pilot.pause(2.2)  # the slowest parts of the screen follow every two seconds
        picture = self._app.export_screenshot(title="spaces-tui --demo")
        (PICTURES / f"{name}.svg").write_text(_FONTS.sub("", picture))
        print(f"{name}.svg")


@asynccontextmanager
async def studio(
    hub: LocalHub, size: tuple[int, int], target: str = SPACE
) -> AsyncIterator[Studio]:
    """Open the console on a Space; on the usual one, with its metrics and logs flowing."""
    origin = Origin.of_token(hub.url, Secret(hub.accounts[0]["token"]), "the demo")
    with tempfile.TemporaryDirectory() as folder:
        paths = Paths(state=Path(folder) / "state", cache=Path(folder) / "cache")
        config = SessionConfig(connect=lambda: origin, paths=paths, fleet=True, demo=True)
        session = Session(config, first_snapshot(config, hub.url))
        app = ConsoleApp(session, target=target)
        try:
            async with app.run_test(size=size) as pilot:
                made = Studio(session, app, pilot)
                if target == SPACE:
                    await made.wait(lambda: _lively(session), "metrics and logs")
                yield made
        finally:
            session.close()


async def main() -> None:
    """Make all pictures."""
    with LocalHub(port=_PORT, seed="demo") as hub:
        hub.timing(metrics=0.2, speed=3)
        async with studio(hub, WIDE) as wide:
            await wide.take("main")
            await wide.press("h")
            await wide.press("down", "down", "enter")
            await wide.press("ctrl+s")
            await wide.take("hardware")
            await wide.press("escape")
            await wide.press("escape")
            await wide.press("Y")
            await wide.press("M")
            await wide.take("money")
            await wide.press("escape")
            await wide.press("B")
            await wide.press("down", "down", "down", "enter", "tab")
            await wide.press(*"2h")
            await wide.press("ctrl+s")
            await wide.take("borrow")
            await wide.press("escape")
            await wide.press("escape")
            await wide.press("Y")
            await wide.press("4")
            await wide.take("files")
            await wide.press("l")
            await wide.take("logs")
            with _work_folder() as folder:
                await _watch(wide, folder)
                await wide.take("watch")
        async with studio(hub, WIDE, BROKEN) as wide:
            await wide.wait(lambda: _diagnosed(wide.session), "the cause")
            await wide.press("x")
            await wide.take("diagnosis")
        async with studio(hub, WIDE, TRAINER) as wide:
            await wide.wait(lambda: _listed(wide.session), "the list")
            await wide.press("t")
            await wide.wait(lambda: bool(wide.session.snapshot.queues), "the tasks")
            await wide.take("tasks")
        async with studio(hub, NARROW) as narrow:
            await narrow.take("narrow")
        async with studio(hub, WIDE) as wide:
            _sign_in(wide.session, hub)
            await wide.press("a")
            await wide.press("down")
            await wide.take("accounts")


def _listed(session: Session) -> bool:
    """Whether the trainer is there."""
    return any(one.id == TRAINER for one in session.snapshot.spaces)


def _sign_in(session: Session, hub: LocalHub) -> None:
    """Sign in somebody beside the demo's person, with a token for one Space."""
    given = hub.issue_token(
        "bob",
        "fineGrained",
        label="deploy",
        scoped={"bob/quiet-pond": ["repo.content.read", "repo.write"]},
        expires_in=20 * 86_400,
    )
    checked = session.ask(CheckToken(hub.url, Secret(given))).result(_LIMIT)
    session.ask(SignIn(hub.url, checked, "")).result(_LIMIT)


@contextmanager
def _work_folder() -> Iterator[Path]:
    """Make a folder whose name is always the same, since it is in the picture."""
    folder = Path(tempfile.gettempdir()) / "whisper-live"
    rmtree(folder, ignore_errors=True)
    folder.mkdir()
    try:
        yield folder
    finally:
        rmtree(folder)


async def _watch(shown: Studio, folder: Path) -> None:
    """Watch a folder and save something in it three times."""
    (folder / "app.py").write_text("import gradio as gr\n")
    shown.session.watch(SPACE, str(folder), WatchOptions(assume_yes=True))
    await shown.press("6")
    for number, saved in enumerate((("app.py", "queue.py"), ("app.py",), ()), start=1):
        await shown.wait(partial(_has_live, shown.session, number), "it is live")
        for name in saved:
            (folder / name).write_text(f"LIMIT = {number}\n")


def _has_live(session: Session, wanted: int) -> bool:
    status = session.snapshot.watches.get(SPACE)
    return status is not None and sum(one.live is not None for one in status.batches) == wanted


def _diagnosed(session: Session) -> bool:
    detail = session.snapshot.detail
    return detail is not None and detail.diagnosis is not None


def _lively(session: Session) -> bool:
    detail = session.snapshot.detail
    lines = session.log(SPACE, LogStream.RUN)
    return (
        detail is not None
        and detail.space == SPACE
        and len(detail.metrics) > 30
        and bool(detail.commits)
        and lines.end > 0
    )


if __name__ == "__main__":
    sys.exit(asyncio.run(main()))
