"""What became of a change, step by step, for an editor and for a short message."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean_line
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.session.requests.base import Outcome, Step


_AGAIN: Final[Line] = (Span("What is left stays here: ctrl+s sends it again.", Role.DIM),)


def outcome_lines(outcomes: Sequence[Outcome], width: int) -> list[Line]:
    """Return what was done and what was not, and why; for changes that were not done wholly."""
    lines: list[Line] = []
    several = len(outcomes) > 1
    for outcome in outcomes:
        if several:
            lines.append((Span(outcome.space, Role.STRONG),))
        for step in outcome.steps:
            lines += _step_lines(step, width)
    return [*lines, _AGAIN, BLANK]


def refusal_lines(why: str, width: int) -> list[Line]:
    """Return why nothing could be begun."""
    return [*wrapped(f"✖ {why}", width, Role.BAD), _AGAIN, BLANK]


def told(outcomes: Sequence[Outcome]) -> tuple[str, str]:
    """Return one sentence about all outcomes, and its severity."""
    failed = [one for one in outcomes if not one.ok]
    if not failed:
        if len(outcomes) == 1:
            steps = outcomes[0].steps
            what = steps[0].what if len(steps) == 1 else f"{len(steps)} changes"
            return f"{outcomes[0].space}: {what} — done.", "information"
        return f"Done for {len(outcomes)} Spaces.", "information"
    first = failed[0]
    why = bare(first.errors[0], first.space) if first.errors else "It was not done."
    if len(outcomes) == 1:
        return f"{first.space}: {why}", "error"
    done = len(outcomes) - len(failed)
    said = f"{done} done, {len(failed)} failed" if done else f"All {len(failed)} failed"
    stay = "stays" if len(failed) == 1 else "stay"
    whys = {bare(each, one.space) for one in failed for each in one.errors}
    others = " J tells why the others failed." if len(whys) > 1 else ""
    return f"{said} and {stay} marked. {first.space}: {why}{others}", "error"


def bare(error: str, space: str) -> str:
    """Return an error without the name it may begin with, for where that stands already."""
    return error.removeprefix(f"{space}: ")


def _step_lines(step: Step, width: int) -> list[Line]:
    if step.done:
        return [(Span("✔ ", Role.GOOD), Span(step.what, Role.DIM))]
    if not step.failed:
        return [(Span("· ", Role.DIM), Span(f"{step.what}: not tried", Role.DIM))]
    lines: list[Line] = [
        (Span("✖ ", Role.BAD), Span(step.what)),
        *wrapped(step.error, width, Role.BAD, "  "),
    ]
    if step.request_id:  # on one line, however long: the journal has all of it
        lines.append(clip((Span(f"  request {clean_line(step.request_id)}", Role.DIM),), width))
    return lines
