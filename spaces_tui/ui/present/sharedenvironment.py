"""What is wanted on several Spaces, and what each would get of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from spaces_tui.model.environment import Edit, EntryKind
from spaces_tui.model.sharedenvironment import Fate, SpacePlan
from spaces_tui.model.stage import Kind
from spaces_tui.model.text import clean_line
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.ui.present.environment import MASK, count_words, does, one_line
from spaces_tui.ui.present.marked import spaces_words
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

_NAME: Final = (10, 32)
_FATES: Final = (
    (Fate.NEW, "new on {}", Role.GOOD),
    (Fate.CHANGED, "replaced on {}", Role.BUSY),
    (Fate.REMOVED, "there on {}", Role.BAD),
    (Fate.SAME, "so already on {}", Role.DIM),
    (Fate.COLLISION, "refused on {}", Role.BAD),
    (Fate.WITHHELD, "left out on {}", Role.BUSY),
)
"""What is said of how many Spaces, in this order."""


def wanted_line(edit: Edit, width: int) -> Line:
    """Return one row: its mark, the name, what it becomes."""
    fewest, most = _NAME
    name = Span(padded(clean_line(edit.key), max(fewest, min(most, width * 2 // 5))), Role.STRONG)
    if edit.delete:
        return clip((Span("- ", Role.BAD), name, Span("removed", Role.BAD)), width)
    kind = Span(f"{edit.kind:<8}  ", Role.DIM)
    if edit.value is None:
        said = Span("value needed", Role.BAD)
    elif isinstance(edit.value, str):
        said = Span(one_line(edit.value))
    else:
        said = Span(MASK, Role.BUSY)
    return clip((Span("+ ", Role.GOOD), name, kind, said), width)


def wanted_words(edits: Sequence[Edit]) -> str:
    """Return how many of each: `1 variable, 2 secrets, 1 removal`."""
    removals = sum(one.delete for one in edits)
    parts = [count_words([one for one in edits if not one.delete])]
    parts.append("" if not removals else "1 removal" if removals == 1 else f"{removals} removals")
    return ", ".join(part for part in parts if part)


def plan_lines(wanted: Sequence[Edit], plans: Sequence[SpacePlan], width: int) -> list[Line]:
    """Return what would be sent to how many Spaces, who gets less and why, and what it causes."""
    sent = [plan for plan in plans if plan.edits]
    lines: list[Line] = [
        (Span(f"{wanted_words(wanted)} on {len(sent)} of {spaces_words(len(plans))}", Role.STRONG),)
    ]
    for edit in wanted:
        mark = Span("- ", Role.BAD) if edit.delete else Span("+ ", Role.GOOD)
        what = f"remove {clean_line(edit.key)}" if edit.delete else does(edit)
        lines.append(clip((mark, Span(what)), width))
        lines += _counts(edit, plans, width)
    return [*lines, *_left_lines(plans, width), BLANK, *_effect(sent, width)]


def left_out(plan: SpacePlan) -> Outcome:
    """Return what a Space cannot take, and why; no steps when it takes everything."""
    if plan.now.environment is None:
        return Outcome(plan.id, (Step("all", "read what is set", error=plan.now.error),))
    refused = plan.wanted(Fate.COLLISION)
    return Outcome(
        plan.id, tuple(Step(one.step, does(one), error=_collision(one)) for one in refused)
    )


def _collision(edit: Edit) -> str:
    return (
        f"{clean_line(edit.key)} is a {edit.kind.other} there: one name in both lists stops the "
        "Space."
    )


def _counts(edit: Edit, plans: Sequence[SpacePlan], width: int) -> list[Line]:
    found = [fate for plan in plans for each, fate in plan.fates if each == edit]
    parts: list[Span] = []
    for fate, words, role in _FATES:
        count = found.count(fate)
        if count:
            said = "not there on {}" if edit.delete and fate is Fate.SAME else words
            parts.append(Span(f"{', ' if parts else '    '}{said.format(count)}", role))
    return [clip(tuple(parts), width)] if parts else []


def _left_lines(plans: Sequence[SpacePlan], width: int) -> list[Line]:
    lines: list[Line] = []
    for plan in plans:
        what = "left out" if plan.now.environment is None else "refused"
        for step in left_out(plan).steps:
            lines += wrapped(f"{plan.id}: {what}. {step.error}", width, Role.BAD)
        withheld = ", ".join(clean_line(edit.key) for edit in plan.wanted(Fate.WITHHELD))
        if withheld:
            said = f"{plan.id} is static, every visitor would read it: {withheld} is left out (t)."
            lines += wrapped(said, width, Role.BUSY)
        here = plan.now.environment
        if here is not None and here.secrets is None:
            said = f"{plan.id}: secrets cannot be listed: {here.unlisted}"
            lines += wrapped(said, width, Role.BUSY)
    return lines


def _effect(sent: Sequence[SpacePlan], width: int) -> list[Line]:
    lines: list[Line] = []
    published = [plan.id for plan in sent if plan.publishes]
    if published:
        said = f"Every visitor can read the secrets in the page of {', '.join(published)}."
        lines += wrapped(said, width, Role.BAD)
    stopped = _count(sent, _stopped)
    running = [plan for plan in sent if not plan.now.static and not _stopped(plan)]
    if running:
        most = max(len(plan.edits) for plan in running)
        times = "once" if most == 1 else f"up to {most} times, once for each name"
        each = "" if len(running) == 1 else " each"
        said = (
            f"Restarts {spaces_words(len(running))},{each} {times}; disk outside volumes is wiped."
        )
        lines += wrapped(said, width, Role.BUSY)
    if stopped:
        verb = "does" if stopped == 1 else "do"
        said = f"{spaces_words(stopped)} {verb} not run now: it counts from the next start."
        lines += wrapped(said, width, Role.DIM)
    if static := _count(sent, lambda plan: plan.now.static):
        said = f"{spaces_words(static)} without a restart: static, visitors get it with the page."
        lines += wrapped(said, width, Role.DIM)
    return lines


def _stopped(plan: SpacePlan) -> bool:
    about = plan.now.about
    return about is not None and not about.static and about.stage.kind in (Kind.PAUSED, Kind.ASLEEP)


def _count(plans: Sequence[SpacePlan], such: Callable[[SpacePlan], bool]) -> int:
    return sum(such(plan) for plan in plans)


def sends_secret(edits: Sequence[Edit]) -> bool:
    """Whether a secret is to be set."""
    return any(one.kind is EntryKind.SECRET and not one.delete for one in edits)
