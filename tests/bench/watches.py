"""A watched folder: saves among few and many files, starts, idling, a checkout, a first upload."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles
from typing import Any, Final

from tests.bench.cost import processor, resident
from tests.bench.saves import official_client
from tests.bench.table import Row
from tests.e2e.programs import HubProcess, Watch, environment

_SPACE: Final = "ada/watched"
_OPTIONS: Final = ("--json", "--yes", "--no-follow")
_A_FOLDER: Final = 100
"""Files in one folder."""
_SAVES: Final = {1: (20, None, None), 1_000: (30, 190.0, 220.0), 10_000: (20, 250.0, None)}
"""By number of files: saves, and the most that their median and 95th percentile may be."""
_PAUSE: Final = 1.7
"""Seconds between two saves; no multiple of the time between two looks."""
_IDLE: Final = 60.0
_CHECKED_OUT: Final = 5_000
_TIMEOUT: Final = 300.0


def watches(folder: Path) -> Iterator[Row]:
    """Watch folders of several sizes."""
    with HubProcess(folder) as hub:
        hub.ask("timing", speed=1000, chatter=0, metrics=3600)
        hub.ask("rate_quota", quota=None)
        for files in _SAVES:
            yield from _saves(hub, folder, files)
        yield from _start_and_idle(hub, folder)
        yield from _checkout(hub, folder)


def _saves(hub: HubProcess, home: Path, files: int) -> Iterator[Row]:
    """Save one file of many again and again; upload the folder first, so that is measured too."""
    count, most, most_late = _SAVES[files]
    space, work = f"{_SPACE}-{files}", filled(home / f"work-{files}", files)
    first = _first(hub, home, work, space)
    if files == 1_000:
        peer = _official_first(hub, work, f"{space}-official")
        yield Row("first upload of 1,000 files; peer: upload_folder", "ms", first, peer)
    file = work / _name(files // 2)
    received, requests, sizes = [], [], []
    with _watching(hub, home, work, space) as watch:
        watch.until("state", state="in-sync", timeout=_TIMEOUT)
        for turn in range(count):
            time.sleep(_PAUSE)
            hub.ask("reset_rate")
            hub.ask("clear_requests")
            known = _commits(watch)
            saved = time.time()
            file.write_text(f"TURN = {turn}\n" + "# filler\n" * 220)
            _wait_for(lambda known=known: _commits(watch) > known)
            seen = hub.ask("requests")
            [commit] = [one for one in seen if "/commit/" in one["path"]]
            received.append(1000 * (commit["time"] - saved))
            requests.append(len(seen))
            sizes.append(sum(one["body_size"] for one in seen))
    what = f"save among {files:,} to its request being complete"
    yield Row(f"{what}, median", "ms", median(received), most=most)
    yield Row(f"{what}, 95 of 100", "ms", quantiles(received, n=20)[-1], most=most_late)
    yield Row(f"requests of a save among {files:,}", "requests", max(requests), most=1)
    yield Row(f"bytes of a 2 kB save among {files:,}", "bytes", max(sizes), most=3500)


def _start_and_idle(hub: HubProcess, home: Path) -> Iterator[Row]:
    """Start again with nothing changed, and leave it alone."""
    work, space = home / "work-1000", f"{_SPACE}-1000"
    took: list[float] = []
    counts: list[int] = []
    for _ in range(5):
        hub.ask("reset_rate")
        hub.ask("clear_requests")
        with _watching(hub, home, work, space) as watch:
            watch.until("state", state="starting", timeout=_TIMEOUT)
            began = time.monotonic()
            watch.until("state", state="in-sync", timeout=_TIMEOUT)
            took.append(1000 * (time.monotonic() - began))
            counts.append(len(hub.ask("requests")))
    yield Row("start to in sync, nothing changed, 1,000 files", "ms", median(took), most=200)
    yield Row("requests of such a start", "requests", max(counts), most=2)
    costs = {}
    for files in (1, 1_000):
        there, its_space = home / f"work-{files}", f"{_SPACE}-{files}"
        with _watching(hub, home, there, its_space) as watch:
            watch.until("state", state="in-sync", timeout=_TIMEOUT)
            time.sleep(5)
            pid = watch.pid
            before = processor(pid)
            time.sleep(_IDLE)
            costs[files] = (processor(pid) - before, resident(pid, "VmRSS") / 2**20)
    used, memory = costs[1_000]
    yield Row("idle a minute, 1,000 files: processor time", "ms", 1000 * used, most=600)
    yield Row("memory with 1,000 files, above that with one", "MiB", memory - costs[1][1], most=20)


def _checkout(hub: HubProcess, home: Path) -> Iterator[Row]:
    """Check out a branch on which 5,000 files differ."""
    space, work = f"{_SPACE}-checkout", filled(home / "checkout", _CHECKED_OUT)
    (work / "app.py").write_text("print(1)\n")
    _git(work, home, "init", "-q")
    _git(work, home, "add", ".")
    _git(work, home, "commit", "-qm", "one")
    _git(work, home, "checkout", "-qb", "other")
    for number in range(_CHECKED_OUT):
        (work / _name(number)).write_text(f"OTHER = {number}\n")
    _git(work, home, "commit", "-qam", "two")
    _git(work, home, "checkout", "-q", "-")
    _first(hub, home, work, space)
    hub.ask("reset_rate")
    with _watching(hub, home, work, space) as watch:
        watch.until("state", state="in-sync", timeout=_TIMEOUT)
        before = processor(watch.pid)
        hub.ask("clear_requests")
        began = time.monotonic()
        _git(work, home, "checkout", "-q", "other")
        _wait_for(lambda: _sent(watch) >= _CHECKED_OUT)
        took = 1000 * (time.monotonic() - began)
        used = 1000 * (processor(watch.pid) - before)
        peak = resident(watch.pid, "VmHWM") / 2**20
        commits = _commits(watch)
    yield Row("checkout of 5,000 changed files, all sent", "ms", took)
    yield Row("checkout of 5,000: processor time", "ms", used)
    yield Row("checkout of 5,000: most memory of the process", "MiB", peak, most=200)
    yield Row("checkout of 5,000: commits", "commits", commits)


def filled(work: Path, files: int) -> Path:
    """Make a folder of so many modules, a hundred in each of its folders."""
    for number in range(files):
        path = work / _name(number)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"NAME = 'module {number}'\n" + "# filler\n" * 60)
    return work


def _name(number: int) -> str:
    return f"package_{number // _A_FOLDER}/module_{number}.py"


def _first(hub: HubProcess, home: Path, work: Path, space: str) -> float:
    """Upload a folder to a new Space; return the milliseconds from the start to the last commit."""
    hub.ask("create", space=space)
    hub.ask("reset_rate")
    with _watching(hub, home, work, space, "--once") as watch:
        watch.until("state", state="starting", timeout=_TIMEOUT)
        began = time.monotonic()
        watch.until("state", state="in-sync", timeout=_TIMEOUT)
        return 1000 * (time.monotonic() - began)


def _official_first(hub: HubProcess, work: Path, space: str) -> float:
    hub.ask("create", space=space)
    hub.ask("reset_rate")
    client = official_client(hub)
    began = time.monotonic()
    client.upload_folder(folder_path=work, repo_id=space, repo_type="space")
    return 1000 * (time.monotonic() - began)


@contextmanager
def _watching(
    hub: HubProcess, home: Path, work: Path, space: str, *options: str
) -> Iterator[Watch]:
    env = environment(home, **hub.variables())
    with Watch([str(work), space, *_OPTIONS, *options], env) as watch:
        yield watch
        if not options:
            watch.say("stop")
        watch.wait(_TIMEOUT)


def _commits(watch: Watch) -> int:
    return sum(event["event"] == "commit" for event in watch.events)


def _sent(watch: Watch) -> int:
    return sum(len(_uploads(event)) for event in watch.events if event["event"] == "commit")


def _uploads(event: Mapping[str, Any]) -> list[str]:
    found: list[str] = event["uploaded"]
    return found


def _wait_for(condition: Any) -> None:
    deadline = time.monotonic() + _TIMEOUT
    while not condition():
        if time.monotonic() > deadline:
            raise AssertionError("it did not happen")
        time.sleep(0.002)


def _git(work: Path, home: Path, *arguments: str) -> None:
    name = {"NAME": "ada", "EMAIL": "ada@example.org"}
    people = {
        f"GIT_{who}_{key}": value for who in ("AUTHOR", "COMMITTER") for key, value in name.items()
    }
    env = {"PATH": os.environ["PATH"], "HOME": str(home), "GIT_CONFIG_NOSYSTEM": "1", **people}
    subprocess.run(["git", *arguments], cwd=work, env=env, check=True)
