"""From a save to its commit, next to the official client."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any, Final

from tests.bench.table import Row
from tests.e2e.programs import HubProcess, Watch, environment

if TYPE_CHECKING:
    from huggingface_hub import HfApi

_ROUNDS: Final = 15
_COLD: Final = 3
"""Commands that start anew are measured in every so many rounds."""
_PYTHON: Final = (
    "import os, sys; from huggingface_hub import HfApi; "
    "HfApi(endpoint=os.environ['HF_ENDPOINT'], token=os.environ['HF_TOKEN'])"
)
_PAUSE: Final = 2.0
"""Seconds between rounds: people think between two saves, and quicker ones are batched."""
_FILES: Final = 1000
_SPACE: Final = "ada/measured"
_NAMED: Final = str.maketrans({"_": "-", " ": "-", ",": None})
_ANEW: Final = "a new process"
_SAVED: Final = "module_500.py"


@dataclass
class Figures:
    """What one way of uploading took, a number for each round."""

    received: list[float] = field(default_factory=list)
    """Milliseconds until the Hub had the commit."""
    done: list[float] = field(default_factory=list)
    """Milliseconds until the one who saved knew."""
    requests: list[int] = field(default_factory=list)

    def add(self, hub: HubProcess, saved: float, done: float) -> None:
        """Add a round that began at `saved` and was known to be over at `done`, Unix seconds."""
        seen = hub.ask("requests")
        commits = [one["time"] for one in seen if "/commit/" in one["path"]]
        self.received.append(1000 * (commits[0] - saved))
        self.done.append(1000 * (done - saved))
        self.requests.append(len(seen))


def saves(folder: Path) -> Iterator[Row]:
    """Save the same kind of change in three ways, in turns."""
    work = folder / "work"
    work.mkdir()
    for number in range(_FILES):
        (work / f"module_{number}.py").write_text(_text(number, 0))
    with HubProcess(folder) as hub:
        commands = _commands(folder, hub, work)
        ways = {name: Figures() for name in ("watch", "upload_file", "upload_folder", *commands)}
        hub.ask("timing", speed=1000, chatter=0, metrics=3600)
        hub.ask("rate_quota", quota=None)
        for name in ways:
            hub.ask("create", space=_space(name))
        uploads = _official(hub, work)
        for name in ("upload_folder", *commands):
            _seed(hub, work, name)
        options = ["--json", "--yes", "--no-follow"]
        arguments = [str(work), _space("watch"), *options]
        with Watch(arguments, environment(folder, **hub.variables())) as watch:
            watch.until("state", state="in-sync", timeout=120)
            oid = [one["oid"] for one in watch.events if one["event"] == "commit"][-1]
            for turn in range(1, _ROUNDS + 1):
                hub.ask("reset_rate")
                oid = _save(hub, watch, work, oid, turn, ways["watch"])
                cold = {} if turn % _COLD else commands
                for name, upload in {**uploads, **cold}.items():
                    hub.ask("clear_requests")
                    started = time.time()
                    upload()
                    ways[name].add(hub, started, time.time())
                time.sleep(_PAUSE)
            watch.say("stop")
            watch.wait()
    yield from _rows(ways)


def _save(hub: HubProcess, watch: Watch, work: Path, oid: str, turn: int, figures: Figures) -> str:
    """Save a file, wait for its commit; return it."""
    hub.ask("clear_requests")
    started = time.time()
    (work / _SAVED).write_text(_text(500, turn))
    event = watch.until("commit", parent=oid)
    figures.add(hub, started, time.time())
    new: str = event["oid"]
    return new


def _official(hub: HubProcess, work: Path) -> dict[str, Callable[[], Any]]:
    """Return the two ways of the official client."""
    client = official_client(hub)
    return {
        "upload_file": lambda: client.upload_file(
            path_or_fileobj=work / _SAVED,
            path_in_repo=_SAVED,
            repo_id=_space("upload_file"),
            repo_type="space",
        ),
        "upload_folder": lambda: client.upload_folder(
            folder_path=work, repo_id=_space("upload_folder"), repo_type="space"
        ),
    }


def _commands(home: Path, hub: HubProcess, work: Path) -> dict[str, Callable[[], Any]]:
    """Return the same as commands of their own, each with the start of its process."""
    quiet = {"HF_HUB_DISABLE_XET": "1", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}
    env = environment(home, **hub.variables(), **quiet, HF_HUB_DISABLE_TELEMETRY="1")
    program = Path(sys.executable).with_name("hf")
    file, folder = f"upload_file, {_ANEW}", f"upload_folder, {_ANEW}"
    one, whole = f"hf upload of the file, {_ANEW}", f"hf upload of the folder, {_ANEW}"
    alone = "path_or_fileobj=sys.argv[1], path_in_repo=sys.argv[2], repo_id=sys.argv[3]"
    alone = f"{_PYTHON}.upload_file({alone}, repo_type='space')"
    all_of_it = "folder_path=sys.argv[1], repo_id=sys.argv[2], repo_type='space'"
    all_of_it = f"{_PYTHON}.upload_folder({all_of_it})"
    said = {
        file: [sys.executable, "-c", alone, work / _SAVED, _SAVED, _space(file)],
        folder: [sys.executable, "-c", all_of_it, work, _space(folder)],
        one: [program, "upload", _space(one), work / _SAVED, _SAVED, "--repo-type=space"],
        whole: [program, "upload", _space(whole), work, ".", "--repo-type=space"],
    }
    return {
        name: partial(subprocess.run, words, env=env, check=True, capture_output=True)
        for name, words in said.items()
    }


def _seed(hub: HubProcess, work: Path, way: str) -> None:
    """Have everything on the Space of one of the ways before anything is measured."""
    official_client(hub).upload_folder(folder_path=work, repo_id=_space(way), repo_type="space")


def official_client(hub: HubProcess) -> HfApi:
    """Return the official client, without what the local Hub does not know."""
    os.environ["HF_HUB_DISABLE_XET"] = "1"  # read when it is imported
    os.environ["HF_HUB_DISABLE_PROGRESS_BARS"] = "1"
    from huggingface_hub import HfApi  # noqa: PLC0415

    return HfApi(endpoint=hub.url, token=hub.token())


def _rows(ways: dict[str, Figures]) -> Iterator[Row]:
    ours = ways["watch"]
    for peer, other in ways.items():
        if other is ours:
            continue
        yield Row(
            f"save to the Hub having the commit; peer: {peer}",
            "ms",
            median(ours.received),
            median(other.received),
            most=220,
        )
        yield Row(
            f"save to knowing of the commit; peer: {peer}",
            "ms",
            median(ours.done),
            median(other.done),
            most=220,
        )
        yield Row(
            f"requests for one save; peer: {peer}",
            "requests",
            median(ours.requests),
            median(other.requests),
            most=1,
        )


def _space(way: str) -> str:
    return f"{_SPACE}-{way.translate(_NAMED)}"


def _text(number: int, turn: int) -> str:
    return f"NAME = 'module {number}'\nTURN = {turn}\n" + "# filler\n" * 60
