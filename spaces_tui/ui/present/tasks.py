"""The tasks of a Space in rows, in full, and what they may cost. All texts here are strangers'."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from spaces_tui.model.loanwords import dollars
from spaces_tui.model.sleep import sleep_words
from spaces_tui.model.text import clean, clean_line
from spaces_tui.trainer.tasks import Outcome, TaskState
from spaces_tui.ui.present.loans import moment
from spaces_tui.ui.present.spans import (
    BLANK,
    Line,
    Role,
    Span,
    joined,
    padded,
    rule,
    spread,
    width_of,
    wrapped,
)
from spaces_tui.ui.present.times import ago

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.trainer.tasks import Task

_SILENT: Final = timedelta(minutes=15)
"""How long after its last word a worker counts as silent."""
_STATE: Final = 13
_LOOKS: Final[dict[TaskState, tuple[str, Role]]] = {
    TaskState.QUEUED: ("○", Role.DIM),
    TaskState.CLAIMED: ("◔", Role.BUSY),
    TaskState.UPGRADING: ("◐", Role.BUSY),
    TaskState.RUNNING: ("●", Role.GOOD),
    TaskState.RETURNING: ("◑", Role.BUSY),
}


def state_words(task: Task) -> tuple[str, str, Role]:
    """Return glyph, word and colour of how a task stands."""
    if task.open:
        glyph, role = _LOOKS[task.state]
        return glyph, "ending" if task.cancel else task.state.value, role
    outcome = task.outcome.value if task.outcome else "closed"
    if task.outcome is Outcome.DONE:
        return "✔", outcome, Role.GOOD
    return "✖", outcome, Role.DIM if task.outcome is Outcome.CANCELLED else Role.BAD


def task_line(task: Task, now: datetime, width: int) -> Line:
    """Return one row: how it stands, its title, and as much of the rest as there is room for."""
    glyph, word, role = state_words(task)
    left: Line = (Span(f"{glyph} {padded(word, _STATE)}", role), Span(clean_line(task.title)))
    parts = [part for part in _facts(task, now) if part]
    while len(parts) > 1 and width_of(joined(parts)) > width - _STATE - 14:
        parts.pop()
    return spread(left, joined(parts), width)


def _facts(task: Task, now: datetime) -> list[Line]:
    cost = max(task.cost, task.cost_at(now))
    deadline = task.deadline
    return [
        (Span(clean_line(task.flavor)),),
        (Span(dollars(cost), Role.MONEY),) if cost else (),
        (Span(_attempts(task), Role.BUSY),) if task.attempts > 1 else (),
        (Span(f"until {moment(deadline, now)}"),) if task.open and deadline else (),
        _heartbeat(task, now),
    ]


def _attempts(task: Task) -> str:
    return "begun twice" if task.attempts == 2 else f"begun {task.attempts} times"


def _heartbeat(task: Task, now: datetime) -> Line:
    if not task.open or task.heartbeat is None:
        return ()
    silent = now - task.heartbeat > _SILENT
    said = f"silent, last heard {ago(task.heartbeat, now)}" if silent else ago(task.heartbeat, now)
    return (Span(said, Role.BAD if silent else Role.DIM),)


def task_lines(task: Task, now: datetime, width: int, log: str | None, failure: str) -> list[Line]:
    """Return everything about a task, then the end of its output (None while it is read)."""
    glyph, word, role = state_words(task)
    lines: list[Line] = [(Span(f"{glyph} {word}", role), Span(f"  {clean_line(task.title)}"))]
    lines.append(BLANK)
    deadline = task.deadline
    facts = (
        ("command", " ".join(task.command)),
        ("hardware", f"{task.flavor} for {sleep_words(task.seconds)} at most"),
        ("went back to", task.before.flavor if task.before and task.proven else ""),
        ("goes back to", task.before.flavor if task.before and not task.proven else ""),
        ("submitted", f"{ago(task.submitted_at, now)} by {task.submitted_by}"),
        ("begun", f"{ago(task.began, now)}" if task.began else ""),
        ("attempts", task.begun_twice),
        ("last heard", ago(task.heartbeat, now)),
        ("ends by", moment(deadline, now) if deadline and task.open else ""),
        ("cost", dollars(max(task.cost, task.cost_at(now)))),
        ("at most", dollars(task.budget) if task.budget is not None else ""),
        ("exit code", "" if task.exit_code is None else str(task.exit_code)),
        ("note", task.note),
        ("file", f"tasks/{task.id}.json"),
    )
    for name, value in facts:
        if value:
            head, *more = wrapped(clean_line(value), max(8, width - 14))
            lines.append((Span(padded(name, 14), Role.DIM), *head))
            lines += [(Span(" " * 14), *one) for one in more]
    lines += [BLANK, rule("output", "", width)]
    if failure:
        return [*lines, *wrapped(failure, width, Role.BAD)]
    if log is None:
        return [*lines, (Span("Reading …", Role.DIM),)]
    if not log.strip():
        return [*lines, (Span("The Space has sent none yet.", Role.DIM),)]
    tail = clean(log).rstrip("\n").split("\n")[-400:]
    return [*lines, *(line for text in tail for line in wrapped(text, width))]


def cost_lines(flavor: str, seconds: int, budget: int | None, price: int, width: int) -> list[Line]:
    """Return what the longest run of a task costs."""
    most = -(-seconds // 60) * price
    if budget is not None:
        most = min(most, budget)
    if not price:
        return wrapped(f"{flavor} costs nothing.", width, Role.MONEY)
    hour = dollars(price * 60)
    said = (
        f"The longest run costs {dollars(most)}: {sleep_words(seconds)} on {flavor} at {hour}/h. "
        "Starting and going back may add a few minutes."
    )
    return wrapped(said, width, Role.MONEY)
