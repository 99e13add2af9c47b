"""The Overview tab: load, facts, what is wrong, and the newest log lines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.stage import Kind
from spaces_tui.session.snapshot import account_of
from spaces_tui.ui.present.diagnosis import overview_lines
from spaces_tui.ui.present.loglines import body_of, role_of, shifted, time_span
from spaces_tui.ui.present.money import rate
from spaces_tui.ui.present.spans import (
    BLANK,
    Line,
    Role,
    Span,
    clip,
    joined,
    line,
    rule,
    shorten,
    wrapped,
)
from spaces_tui.ui.present.spark import memory, spark
from spaces_tui.ui.present.spending import spent_line
from spaces_tui.ui.present.stagehistory import stage_facts, stage_rows
from spaces_tui.ui.present.times import ago
from spaces_tui.ui.present.zerogpu import quota_line

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spaces_tui.model.logs import LogLine, Metric
    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Detail, Snapshot

STREAM_WORDS: Mapping[LogStream, str] = {
    LogStream.RUN: "Container logs",
    LogStream.BUILD: "Build logs",
}
TAIL_AT_LEAST = 5
_LABEL = 12
_SHOWN_COMMITS = 3
_TALL = 24
_ERROR_ROWS = 8


def tail_stream(space: Space) -> LogStream:
    """Return the log that matters now: the build's while building or after it failed."""
    name = space.stage.name
    building = name in ("BUILDING", "BUILD_ERROR", "CONFIG_ERROR", "RUNNING_BUILDING")
    return LogStream.BUILD if building else LogStream.RUN


def space_url(space: Space, endpoint: str) -> str:
    """Return the address of a Space's page."""
    return f"{endpoint.rstrip('/')}/spaces/{space.id}"


def fact_lines(
    space: Space,
    snapshot: Snapshot,
    metrics: Sequence[Metric],
    now: datetime,
    width: int,
    *,
    height: int = 24,
) -> list[Line]:
    """Return everything above the log: error, load, facts, stages; `height` is the pane's."""
    detail = snapshot.detail if snapshot.detail and snapshot.detail.space == space.id else None
    cause = overview_lines(detail.diagnosis if detail else None, width)
    lines = [*cause, *_error(space, width, _ERROR_ROWS if not cause else _ERROR_ROWS // 2)]
    load = load_lines(metrics, width)
    if load:
        lines += [*load, BLANK]
    commits = _SHOWN_COMMITS if height >= _TALL else _SHOWN_COMMITS - 1
    facts = _facts(space, snapshot, now, commits)
    lines += [clip((Span(f" {name:<{_LABEL}}", Role.DIM), *value), width) for name, value in facts]
    if detail is not None:
        lines += stage_facts(stage_rows(detail.stages, now, height), _LABEL, width)
        lines += wrapped(detail.error, width, Role.BAD, " ") if detail.error else []
    return [BLANK, *lines, BLANK]


def load_lines(metrics: Sequence[Metric], width: int) -> list[Line]:
    """Return CPU and memory, and accelerators where there are some."""
    if not metrics:
        return []
    mine = [metric for metric in metrics if metric.replica == metrics[-1].replica]
    column = max(24, (width - 2) // 2)
    cpu = [metric.cpu_percent for metric in mine if metric.cpu_percent is not None]
    lines = [
        _pair(
            _gauge("CPU", cpu, 100, f"{cpu[-1]:.0f} %" if cpu else "", column),
            _memory("RAM", [(metric.memory_used, metric.memory_total) for metric in mine], column),
        )
    ]
    for number in range(len(mine[-1].gpus)):
        gpus = [metric.gpus[number] for metric in mine if number < len(metric.gpus)]
        busy = [gpu.utilization for gpu in gpus if gpu.utilization is not None]
        suffix = str(number) if len(mine[-1].gpus) > 1 else ""
        lines.append(
            _pair(
                _gauge(f"GPU{suffix}", busy, 100, f"{busy[-1]:.0f} %" if busy else "", column),
                _memory("VRAM", [(gpu.memory_used, gpu.memory_total) for gpu in gpus], column),
            )
        )
    return [clip(one, width) for one in lines if one]


_USUAL_NOTES: Final = frozenset({"following", "connecting", "ended", "no log yet"})


def tail_lines(
    space: Space, detail: Detail | None, tail: Sequence[LogLine], width: int
) -> list[Line]:
    """Return the heading and the newest lines of the log that matters now."""
    stream = tail_stream(space)
    note = detail.logs_note.get(stream.value, "") if detail and detail.space == space.id else ""
    lines = [rule(STREAM_WORDS[stream], note if tail else "", width)]
    for log in tail:
        room = max(1, width - 10)
        text = shifted(body_of(log), 0, room)
        lines.append((Span(" "), time_span(log), Span(text, role_of(log))))
    if not tail:
        lines += wrapped(empty_log_words(space, stream, note), width, Role.DIM, " ")
    return lines


def empty_log_words(space: Space, stream: LogStream, note: str = "") -> str:
    """Say why a log is empty, and what would fill it; `note` is what the session says of it."""
    if note and note not in _USUAL_NOTES:
        return note
    if space.static:
        return "Static Spaces run no code, so they write no log."
    if stream is LogStream.BUILD:
        return "No build log yet. The next commit or factory rebuild (R) writes one."
    kind = space.stage.kind
    if kind is Kind.PAUSED:
        return "Paused: nothing runs, so nothing is logged. r starts it again."
    if kind is Kind.ASLEEP:
        return "Asleep: the next visitor wakes it, or r does."
    if kind is Kind.EMPTY:
        return "There is no app file yet. w watches a folder and uploads it."
    return "Nothing was logged yet."


def _error(space: Space, width: int, most: int) -> list[Line]:
    message = space.runtime.error_message if space.runtime else ""
    if not message.strip():
        return []
    rows = wrapped(message.strip(), width, Role.BAD, " ┃ ")
    if len(rows) > most:
        first = most // 4
        last = most - first - 1
        more = (Span(f" ┃ … {len(rows) - first - last} more lines", Role.DIM),)
        rows = [*rows[:first], more, *rows[-last:]]
    return [*rows, BLANK]


def _facts(space: Space, snapshot: Snapshot, now: datetime, commits: int) -> list[tuple[str, Line]]:
    runtime = space.runtime
    facts: list[tuple[str, Line]] = []
    sdk = " ".join(word for word in (space.sdk, space.sdk_version) if word)
    visibility = space.visibility or {True: "private", False: "public", None: ""}[space.private]
    facts.append(("SDK", joined([line(one) for one in (sdk, visibility) if one])))
    if waits := _waiting(space, snapshot, now):
        facts.append(("Hardware", waits))
    if space.shares_gpus:
        facts.append(("ZeroGPU", _shared(space, snapshot, now)))
    if runtime and runtime.replicas is not None:
        wanted = "scales by itself" if runtime.autoscaled else ""
        if not runtime.autoscaled and runtime.requested_replicas not in (None, runtime.replicas):
            wanted = f"{runtime.requested_replicas} requested"
        facts.append(
            ("Replicas", joined([line(str(runtime.replicas)), line(wanted) if wanted else ()]))
        )
    price = rate(space, snapshot.hardware) if space.stage.billed else None
    if not space.static and (spent := spent_line(snapshot.spending, now, space.uid, price or 0.0)):
        facts.append(("Cost", spent))
    if space.sha:
        facts.append(("Commit", _commit(space)))
    facts.append(("Page", line(space_url(space, snapshot.endpoint))))
    if runtime and runtime.domains:
        facts += [("App", _domain(one.name, one.stage)) for one in runtime.domains[:2]]
    elif space.host:
        facts.append(("App", line(space.host)))
    detail = snapshot.detail
    if detail is not None and detail.space == space.id:
        for number, commit in enumerate(detail.commits[:commits]):
            spans = (
                Span(commit.oid[:7] + " ", Role.KEY),
                Span(shorten(commit.title, 60)),
                Span(f"  {ago(commit.date, now)}", Role.DIM),
            )
            facts.append(("Commits" if number == 0 else "", spans))
    return [(name, value) for name, value in facts if value]


def _waiting(space: Space, snapshot: Snapshot, now: datetime) -> Line:
    """Return which hardware it waits for, and since when; empty when it has what it asked for."""
    runtime = space.runtime
    since = snapshot.hardware_asked.get(space.id)
    if runtime is None or runtime.requested_hardware in (None, runtime.hardware):
        return ()
    if since is None and runtime.hardware is None:
        return ()  # building or at rest: nothing is allocated, and nothing else was asked for
    age = f" {ago(since, now)}" if since else ""
    has = f", has {runtime.hardware} until then" if runtime.hardware else ""
    return (Span(f"{runtime.requested_hardware} requested{age}, not granted yet{has}", Role.BUSY),)


def _shared(space: Space, snapshot: Snapshot, now: datetime) -> Line:
    """Return what is left of the time on shared GPUs of the account that acts here."""
    account = account_of(snapshot, space.id)
    return quota_line(snapshot.zero_gpu.get(account.name), now) if account else ()


def _commit(space: Space) -> Line:
    head = (space.sha or "")[:7]
    running = space.runtime.sha if space.runtime else None
    if running is None or running == space.sha:
        note = "is running" if running else "head of the repository"
        return (Span(head, Role.KEY), Span(f" {note}", Role.DIM))
    return (
        Span(running[:7], Role.KEY),
        Span(" is running, head is ", Role.BUSY),
        Span(head, Role.KEY),
    )


def _domain(name: str, stage: str) -> Line:
    address = line(f"https://{name}")
    return address if stage == "READY" else (*address, Span(f" {stage}", Role.BUSY))


def _gauge(name: str, values: Sequence[float], top: float, note: str, width: int) -> Line:
    if not values:
        return ()
    bars = max(4, min(24, width - len(name) - 12))
    return (
        Span(f" {name:<5}", Role.DIM),
        Span(spark(values, top, bars), Role.GOOD),
        Span(" " + note.ljust(max(0, width - bars - 7))),
    )


def _memory(name: str, samples: Sequence[tuple[int | None, int | None]], width: int) -> Line:
    used = [float(one) for one, _ in samples if one is not None]
    total = samples[-1][1] if samples else None
    if not used:
        return ()
    note = memory(used[-1], total)
    return _gauge(name, used, float(total or max(used)), note, width)


def _pair(left: Line, right: Line) -> Line:
    return (*left, *right)
