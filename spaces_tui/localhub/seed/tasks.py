"""The tasks of the demo's trainer: one file each, in a private dataset beside it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Final

from spaces_tui.localhub.dataset import Dataset
from spaces_tui.localhub.dates import iso
from spaces_tui.localhub.repository import Repository
from spaces_tui.localhub.space import text_files

if TYPE_CHECKING:
    from spaces_tui.localhub.hub import LocalHubState

_SPACE: Final = "acme/trainer"
_FLAVOUR: Final = "a100-large"
_PRICE: Final = 41_667
"""Micro-dollars a minute."""
_HOUR: Final = 3600.0
_DAY: Final = 24 * _HOUR


def plant_tasks(hub: LocalHubState) -> None:
    """Give the trainer a past: two tasks that ended well, one that did not, one that waits."""
    now = hub.clock.now()
    tasks = (
        _task(
            "9f23db",
            "Fine-tune on the March corpus",
            now - 9 * _DAY,
            minutes=47,
            exit_code=0,
            outcome="done",
        ),
        _task(
            "41c07a",
            "Longer context, batch of 64",
            now - 4 * _DAY,
            minutes=6,
            exit_code=1,
            outcome="failed",
            note="The command ended with exit code 1.",
        ),
        _task(
            "b8e615",
            "Longer context, batch of 16",
            now - 3 * _DAY,
            minutes=112,
            attempts=2,
            exit_code=0,
            outcome="done",
            note="Begun twice: the container was restarted; it went on from its checkpoint.",
        ),
        _task("c2d990", "Evaluate the new checkpoint", now - 2 * _HOUR),
    )
    files = {f"tasks/{task['id']}.json": json.dumps(task, indent=1) + "\n" for task in tasks}
    failed = tasks[1]["id"]
    files[f"logs/{failed}.txt"] = (
        "step 1 of 400\ntorch.OutOfMemoryError: CUDA out of memory. Tried to allocate 20.00 GiB.\n"
    )
    begun = now - 10 * _DAY
    repo = Repository(text_files({".gitattributes": ""}), int(begun))
    repo.commit(
        dict(text_files(files)), author="ada", seconds=int(now - 2 * _HOUR), title="Keep tasks"
    )
    name = f"{_SPACE}-tasks"
    hub.datasets[name] = Dataset(name, repo, begun, private=True, creator="ada")


def _task(
    key: str, title: str, submitted: float, *, minutes: int = 0, **after: object
) -> dict[str, object]:
    """Return the file of one task, as its Space writes it; without minutes it still waits."""
    closed = minutes > 0
    began, ended = iso(submitted + 180), iso(submitted + 180 + minutes * 60)
    stamp = iso(submitted)
    day, clock = stamp[:10].replace("-", ""), stamp[11:19].replace(":", "")
    return {
        "id": f"{day}-{clock}-{key}",
        "title": title,
        "command": ["python", "train.py", "--steps", "400"],
        "flavor": _FLAVOUR,
        "seconds": 3 * 3600,
        "budget": 8_000_000,
        "price": _PRICE,
        "submitted_by": "ada",
        "submitted_at": stamp,
        "state": "closed" if closed else "queued",
        "attempts": 1 if closed else 0,
        "heartbeat": ended if closed else None,
        "upgraded_at": began if closed else None,
        "began": began if closed else None,
        "ended": ended if closed else None,
        "exit_code": None,
        "outcome": None,
        "note": "",
        "cost": minutes * _PRICE,
        "cancel": False,
        "proven": closed,
        "lease": None,
        "before": {"flavor": "cpu-basic", "sleep_time": None} if closed else None,
        **after,
    }
