"""Hot reload: whether a batch may be patched into the running app, and what became of it.

Pure functions. A hot reload changes one Python file inside a running Gradio process, version 6.1
or newer; the Hub builds everything else anew. A process that lacks a change of the repository
must not be patched with another one, or it would run a mixture that never was.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from spaces_tui.model.hotreload import HotReloading, ReloadEvent
from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.text import clean_line, clean_name
from spaces_tui.sync.plan import Diff

OLDEST: Final = (6, 1, 0)
_VERSION: Final = re.compile(r"(\d+)(?:\.(\d+))?(?:\.(\d+))?(.*)")
_LATER: Final = ("", ".", "+", "post", "-post")
"""What may follow the oldest version's numbers; anything else came before its release."""
_CHANGES: Final = {"add": "{} (new)", "update": "{}", "delete": "{} (removed)"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """Whether to ask for a hot reload."""

    hot: bool
    why: str = ""
    """Why not, where a person may have expected one: the end of a sentence."""


BUILT: Final = Verdict(False)
"""An ordinary commit, of which nobody expects anything else."""


@dataclass(frozen=True, slots=True)
class App:
    """What is known of the process that runs."""

    space: Space | None = None
    runtime: Runtime | None = None
    current: bool = False
    """It runs the head, but for what it lacks."""
    lacking: frozenset[str] = frozenset()
    """Files of the repository whose last change it was not given."""
    obstacle: str = ""
    """Why no reload is possible at this moment."""


def decide(mode: str, batch: Diff, known: Collection[str], app: App, *, follow: bool) -> Verdict:
    """Say whether to ask for a hot reload of a batch.

    Args:
        mode: `auto`, `always` or `never`.
        batch: what the commit will do.
        known: the files the Space has.
        app: the process that runs.
        follow: whether somebody finds out what becomes of it.
    """
    if mode == "never":
        return Verdict(False)
    many = _not_one_python_file(batch)
    if mode == "always":
        return Verdict(False, many) if many else Verdict(True)
    python = any(path.endswith(".py") for path in batch.paths)
    if not (follow and python and _capable(app)):
        return Verdict(False)
    path = next(iter(batch.paths), "")
    why = many
    if not why and path not in known:
        why = f"{clean_name(path)} is new"
    if not why and not app.lacking <= {path}:
        why = f"the app still lacks {clean_name(min(app.lacking))}"
    if not why and not app.current:
        why = "the app runs an older commit"
    why = why or app.obstacle
    return Verdict(False, why) if why else Verdict(True)


def new_enough(version: str | None) -> bool:
    """Whether a card's `sdk_version` can be hot-reloaded."""
    found = _VERSION.fullmatch((version or "").strip().removeprefix("v"))
    if not found:
        return False
    numbers = (int(found[1]), int(found[2] or 0), int(found[3] or 0))
    if numbers == OLDEST:
        return found[4] == "" or found[4].startswith(_LATER[1:])
    return numbers > OLDEST


def _not_one_python_file(batch: Diff) -> str:
    if batch.deletes:
        return f"{clean_name(batch.deletes[0])} is deleted"
    if len(batch.uploads) != 1:
        return f"{len(batch.uploads)} files change"
    (path,) = batch.uploads
    return "" if path.endswith(".py") else f"{clean_name(path)} is not Python"


def _capable(app: App) -> bool:
    """Whether there is a process that could be patched at all."""
    space, runtime = app.space, app.runtime
    if space is None or space.sdk != "gradio" or not new_enough(space.sdk_version):
        return False
    return runtime is not None and runtime.stage.running and not runtime.dev_mode


def refusal(hot: HotReloading) -> str:
    """Say why the Hub did not carry a reload out; empty when it did."""
    odd = [each for each in hot.replicas if each.status not in (None, "created")]
    if hot.created and hot.replicas and not odd:
        return ""
    if odd:
        return f"replica {odd[0].replica} says {odd[0].status}"
    if hot.created:
        return "no replica took it"
    return f"the Hub says {hot.status or 'nothing'}"


def failure(events: Iterable[ReloadEvent]) -> str:
    """Return the last line of what went wrong inside the app; empty when nothing did."""
    for event in events:
        if event.failed:
            lines = [line for line in event.traceback.splitlines() if line.strip()]
            return clean_line(lines[-1]).strip() if lines else f"the app reports an {event.kind}"
    return ""


def replaced(reports: Sequence[Sequence[ReloadEvent]]) -> tuple[str, ...]:
    """Return in words what a reload did; replicas mostly say the same, once is enough."""
    words: dict[str, None] = {}
    for report in reports:
        words |= dict.fromkeys(_words(report))
    return tuple(words)


def _words(report: Sequence[ReloadEvent]) -> Iterable[str]:
    ran = sum(len(event.code_lines.splitlines()) for event in report if event.kind == "run")
    for event in report:
        if event.kind in _CHANGES:
            what = f"{event.object_type or 'object'} {event.object_name}".strip()
            yield _CHANGES[event.kind].format(what)
    if ran:
        yield f"ran {ran} line{'s' if ran > 1 else ''}"
    for event in report:
        if event.kind == "ui" and event.updated:
            yield "page refreshed"
        elif event.kind == "file":
            yield "file created" if event.created else "file written"
        elif event.kind not in {*_CHANGES, "run", "ui"} and not event.failed:
            yield event.kind
