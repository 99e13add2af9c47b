"""What a list of a hundred Spaces costs the Hub and us, and how soon a change is on the screen."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median
from typing import Final

from tests.bench.cost import processor
from tests.bench.table import Row
from tests.e2e.programs import HubProcess, console

_SPACES: Final = 100
_OWNERS: Final = ("ada", "acme", "northwind")
_WINDOW: Final = 300.0
_REST: Final = 60.0
_CHANGES: Final = 20
_SIZE: Final = (160, 45)
_FIRST: Final = "ada/idle-000"
_WORDS: Final = {"BUILD_ERROR": "✖ Build error ·", "RUNNING": "● Running ·"}


def resting(folder: Path) -> Iterator[Row]:
    """Leave a console with a hundred Spaces alone while nothing changes, for a minute."""
    with _populated(folder) as hub:
        hub.ask("timing", metrics=3600)
        with console(_FIRST, home=folder, size=_SIZE, given=hub.variables()) as terminal:
            terminal.expect(f"{_SPACES} Spaces")
            terminal.expect(_WORDS["RUNNING"])
            terminal.quiet_for(2)
            hub.ask("clear_requests")
            before, used = terminal.bytes_out, processor(terminal.pid)
            time.sleep(_REST)
            spent = 1000 * (processor(terminal.pid) - used)
            written, asked = terminal.bytes_out - before, len(hub.ask("requests"))
    what = f"idle minute with {_SPACES} Spaces of three owners"
    yield Row(what, "bytes", written)
    yield Row(f"{what}: processor time", "ms", spent, most=10 * _REST)
    yield Row(f"{what}: requests", "1/min", asked, most=5)


def _populated(folder: Path) -> HubProcess:
    folder.mkdir(exist_ok=True)
    hub = HubProcess(folder)
    hub.ask("timing", chatter=0)
    for number in range(_SPACES):
        owner = _OWNERS[number % len(_OWNERS)]
        hub.ask("create", space=f"{owner}/idle-{number:03}")
    return hub


def fleet(folder: Path) -> Iterator[Row]:
    """Change the Space in view, then leave everything alone for the Hub's window of requests."""
    with _populated(folder) as hub:
        with console(_FIRST, home=folder, size=_SIZE, given=hub.variables()) as terminal:
            terminal.expect(f"{_SPACES} Spaces")
            terminal.expect(_WORDS["RUNNING"])
            hub.wait_received("GET", f"{_FIRST}/events")
            took = []
            for number in range(_CHANGES):
                stage = list(_WORDS)[number % 2]
                time.sleep(1)
                begin = time.perf_counter()
                hub.ask("set_stage", space=_FIRST, stage=stage)
                terminal.expect(_WORDS[stage])
                took.append(1000 * (time.perf_counter() - begin))
            yield Row("stage of the Space in view, on the screen", "ms", median(took))
            yield Row("the same, the slowest of 20", "ms", max(took), most=1000)
            hub.ask("clear_requests")
            time.sleep(_WINDOW)
            count = len(hub.ask("requests"))
        yield Row("idle with 100 Spaces of three owners: requests", "1/5 min", count, most=25)
