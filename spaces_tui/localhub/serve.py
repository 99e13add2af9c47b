"""The local Hub as a program of its own."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
from pathlib import Path
from types import FrameType

from spaces_tui.localhub.thread import LocalHub


def run(
    *,
    port: int = 0,
    seed: str = "demo",
    quit_with_parent: bool = False,
    speed: float = 1.0,
    data: Path | None = None,
) -> int:
    """Serve until SIGTERM or SIGINT, and return 0. Must be called on the main thread.

    When connections are accepted, one JSON line is printed: `url`, and `accounts`, a list of
    name, token and role with a PRO person's write token first. With `quit_with_parent` the end of
    standard input ends the server as well. `SPACES_TUI_HUB_TOKEN` in the environment gives the
    first token its value, so that a Hub started again is still spoken to. `data` is a folder in
    which everything is kept, also when the process is killed. Apps are at addresses of this server,
    so that their pages and reports can be reached. Raises OSError when the port is taken
    or the folder cannot be used.
    """
    done = threading.Event()

    def stop(_signal: int, _frame: FrameType | None) -> None:
        done.set()

    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, stop)
    token = os.environ.get("SPACES_TUI_HUB_TOKEN") or None
    with LocalHub(port=port, seed=seed, speed=speed, token=token, data=data) as hub:
        hub.map_apps()
        print(json.dumps({"url": hub.url, "accounts": hub.accounts}), flush=True)
        if quit_with_parent:
            threading.Thread(target=_watch_parent, args=(done,), daemon=True).start()
        done.wait()
    return 0


def _watch_parent(done: threading.Event) -> None:
    # The descriptor itself: a thread blocked in a buffered reader cannot be left at exit.
    while os.read(sys.stdin.fileno(), 4096):
        pass
    done.set()
