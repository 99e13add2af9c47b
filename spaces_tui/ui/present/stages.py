"""How a stage looks: glyph, word and role together, never colour alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.stage import Kind, Stage
from spaces_tui.ui.present.spans import Role

if TYPE_CHECKING:
    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Pending

_LOOKS: Final[dict[Kind, tuple[str, Role]]] = {
    Kind.RUNNING: ("●", Role.GOOD),
    Kind.WORKING: ("◐", Role.BUSY),
    Kind.BROKEN: ("✖", Role.BAD),
    Kind.ASLEEP: ("☾", Role.REST),
    Kind.PAUSED: ("‖", Role.REST),
    Kind.EMPTY: ("○", Role.DIM),
    Kind.LEAVING: ("⌫", Role.BAD),
    Kind.UNKNOWN: ("?", Role.TEXT),
}


class Look(NamedTuple):
    """A stage as it is shown."""

    glyph: str
    word: str
    role: Role


def look_of_stage(stage: Stage) -> Look:
    """Return how a stage looks. A stage nobody told us about is shown verbatim."""
    glyph, role = _LOOKS[stage.kind]
    return Look(glyph, stage.word, role)


def look_of(space: Space, pending: Pending | None = None) -> Look:
    """Return how a Space looks, with a command on its way taking precedence."""
    if pending is not None:
        return Look("◐", pending.verb, Role.BUSY)
    return look_of_stage(space.stage)
