"""What a confirmation asks: which Spaces, and what will happen to them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spaces_tui.model.stage import Kind
from spaces_tui.ui.present.money import per_hour, rate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from spaces_tui.model.space import Space
    from spaces_tui.session.snapshot import Snapshot

_NAMED = 6


class Question(NamedTuple):
    """One confirmation. `yes` is what the deliberate key does, in one or two words."""

    title: str
    names: tuple[str, ...]
    effects: tuple[str, ...]
    yes: str


def pause_question(spaces: Sequence[Space], snapshot: Snapshot) -> Question:
    """Ask before pausing."""
    saved = sum(rate(space, snapshot.hardware) or 0 for space in spaces if space.stage.billed)
    effects = [
        "Visitors see nothing; only people with write access restart it.",
        "Disk content outside volumes is lost.",
    ]
    if saved:
        effects.append(f"Saves {per_hour(saved)}.")
    if any(_on_free_account(space, snapshot) for space in spaces):
        effects.append("On the free plan the Hub may refuse to start it again.")
    return Question(f"Pause {_count(spaces)}?", _names(spaces), tuple(effects), "Pause")


def restart_question(spaces: Sequence[Space], snapshot: Snapshot) -> Question:
    """Ask before restarting, waking or resuming."""
    resting = [one for one in spaces if one.stage.kind in (Kind.PAUSED, Kind.ASLEEP)]
    verb = "Start" if len(resting) == len(spaces) else "Restart"
    effects = []
    if verb == "Restart":
        effects.append("The app is down meanwhile.")
        effects.append("Disk content outside volumes is wiped.")
    costs = sum(rate(space, snapshot.hardware) or 0 for space in spaces if not space.stage.billed)
    if costs:
        effects.append(f"Costs {per_hour(costs)} more from then on.")
    return Question(f"{verb} {_count(spaces)}?", _names(spaces), tuple(effects), verb)


def rebuild_question(spaces: Sequence[Space], snapshot: Snapshot) -> Question:
    """Ask before a factory rebuild."""
    costs = sum(rate(space, snapshot.hardware) or 0 for space in spaces if not space.stage.billed)
    effects = [
        "The image is built again without caches: minutes, not seconds.",
        "The app is down meanwhile, and disk content outside volumes is wiped.",
    ]
    if costs:
        effects.append(f"Costs {per_hour(costs)} more once it starts.")
    return Question(
        f"Factory rebuild of {_count(spaces)}?", _names(spaces), tuple(effects), "Rebuild"
    )


def _on_free_account(space: Space, snapshot: Snapshot) -> bool:
    """Whether a person without a plan owns it and pays nothing for it."""
    owners = {one.name for one in snapshot.identities if not one.pro}
    return space.owner in owners and rate(space, snapshot.hardware) == 0


def _count(spaces: Sequence[Space]) -> str:
    return "this Space" if len(spaces) == 1 else f"these {len(spaces)} Spaces"


def _names(spaces: Sequence[Space]) -> tuple[str, ...]:
    names = tuple(space.id for space in spaces[:_NAMED])
    more = len(spaces) - _NAMED
    return (*names, f"and {more} more") if more > 0 else names
