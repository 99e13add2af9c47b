"""The hardware table, and what a change of hardware would cost and cause."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.sleep import NEVER, sleep_words
from spaces_tui.model.stage import Kind
from spaces_tui.ui.present.money import amount, per_hour
from spaces_tui.ui.present.sleeping import now_words
from spaces_tui.ui.present.spans import Line, Role, Span, clip, padded, width_of, wrapped
from spaces_tui.ui.present.times import ago

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space

FREE: Final = "cpu-basic"
_DAY: Final = 24


class Columns(NamedTuple):
    """Widths of the table's columns; 0 leaves one out."""

    name: int
    cpu: int
    ram: int
    gpu: int
    vram: int
    hour: int
    day: int


_WIDE: Final = Columns(18, 10, 9, 22, 9, 10, 11)
_USUAL: Final = Columns(16, 9, 8, 14, 8, 8, 9)
_NARROW: Final = Columns(16, 0, 0, 0, 0, 9, 0)


def columns_for(width: int) -> Columns:
    """Return the columns there is room for."""
    if width >= sum(_WIDE) + 2:
        return _WIDE
    return _USUAL if width >= sum(_USUAL) + 2 else _NARROW


def table_head(width: int) -> Line:
    """Return the names of the columns."""
    columns = columns_for(width)
    names = ("flavour", "CPU", "RAM", "GPU", "VRAM", "$/h", "$/day")
    cells = [
        name.rjust(room) if name.startswith("$") else padded(name, room)
        for name, room in zip(names, columns, strict=True)
        if room
    ]
    return clip((Span("  " + "".join(cells), Role.DIM),), width)


def machine_row(one: Hardware, mark: Span, width: int, note: str = "") -> Line:
    """Return one flavour; `mark` is two cells wide, `note` says who has it."""
    columns = columns_for(width)
    gpu = one.accelerator
    quantity = f"{gpu.quantity} x " if gpu and gpu.quantity > 1 else ""
    texts = (
        one.name,
        one.cpu,
        one.ram,
        f"{quantity}{gpu.model}" if gpu else "",
        gpu.vram if gpu else "",
    )
    cells = [padded(text, room) for text, room in zip(texts, columns, strict=False) if room]
    price = one.usd_per_hour
    hour = (amount(price) if price else "free").rjust(columns.hour)
    day = (f"{price * _DAY:,.2f}" if price else "").rjust(columns.day) if columns.day else ""
    spans: Line = (mark, Span("".join(cells)), Span(hour + day, Role.MONEY))
    said = Span(f"  {note}", Role.DIM)
    fits = note and width_of((*spans, said)) <= width  # else the mark has to say it
    return clip((*spans, said) if fits else spans, width)


def present_words(space: Space, asked: Mapping[str, datetime], now: datetime) -> str:
    """Return what a Space has, what it waits for since when, and after what it sleeps."""
    runtime = space.runtime
    if runtime is None:
        return "hardware not known"
    has, wants = runtime.hardware, runtime.requested_hardware
    words = has or "nothing allocated"
    if wants and wants != has:
        since = asked.get(space.id)
        age = f" {ago(since, now)}" if since else ""
        words += f" · {wants} asked for{age}, not granted yet" if has else f" · {wants} asked for"
        if not has and age and space.stage.transitional:
            words += age
    return f"{words} · {now_words(space)}"


def change_lines(
    spaces: Sequence[Space],
    flavor: str,
    sleep: int | None,
    prices: Mapping[str, Hardware],
    width: int,
) -> list[Line]:
    """Return what every Space would change to, the difference in cost, and what is lost."""
    lines: list[Line] = []
    difference = 0.0
    unknown = False
    for space in spaces:
        before = space.runtime.shown_hardware if space.runtime else None
        copies = _copies(space)
        old, new = _price(before, prices), _price(flavor, prices)
        unknown |= old is None or new is None
        difference += ((new or 0.0) - (old or 0.0)) * copies
        lines.append((Span(space.id, Role.STRONG),))
        times = f", {copies} replicas" if copies > 1 else ""
        said = f"{before or 'nothing'} {_cost(old)} → {flavor} {_cost(new)}{times}"
        lines += wrapped(said, width, Role.TEXT, "  ")
    lines += _cost_lines(difference, unknown=unknown, width=width)
    lines += _start_lines(spaces, width)
    if sleep is not None:
        lines += wrapped(_sleep_effect(flavor, sleep), width, Role.DIM)
    return lines


def _start_lines(spaces: Sequence[Space], width: int) -> list[Line]:
    """Return what becomes of the apps: those that do not run are not started by it."""
    stopped = [space for space in spaces if space.stage.kind in (Kind.PAUSED, Kind.ASLEEP)]
    lines: list[Line] = []
    if len(stopped) < len(spaces):
        said = "The app restarts once; disk content outside volumes is wiped."
        lines += wrapped(said, width, Role.DIM)
    if stopped:
        some = f"{len(stopped)} of them {'does' if len(stopped) == 1 else 'do'}"
        which = "It does" if len(spaces) == 1 else some
        said = f"{which} not run now: the hardware counts, and costs, from the next start."
        lines += wrapped(said, width, Role.DIM)
    return lines


def costs_more(spaces: Sequence[Space], flavor: str, prices: Mapping[str, Hardware]) -> bool:
    """Whether the change costs more than now, or nobody knows."""
    new = _price(flavor, prices)
    for space in spaces:
        old = _price(space.runtime.shown_hardware if space.runtime else None, prices)
        if new is None or old is None or new > old:
            return True
    return False


def _cost_lines(difference: float, *, unknown: bool, width: int) -> list[Line]:
    if unknown:
        return wrapped("The price list does not have all of these.", width, Role.MONEY)
    day = difference * _DAY
    if difference > 0:
        said = f"Costs {per_hour(difference)} more from its start: ${day:,.2f} a day."
    elif difference < 0:
        said = f"Saves {per_hour(-difference)}: ${-day:,.2f} a day."
    else:
        said = "Costs the same."
    return wrapped(said, width, Role.MONEY)


def _sleep_effect(flavor: str, sleep: int) -> str:
    if flavor == FREE:
        return f"On {FREE} it sleeps after 48 h, whatever is set."
    if sleep == NEVER:
        return "It never sleeps: billed day and night until somebody stops it."
    return f"Without visitors it sleeps after {sleep_words(sleep)} and costs nothing then."


def _copies(space: Space) -> int:
    runtime = space.runtime
    return (runtime.requested_replicas or runtime.replicas or 1) if runtime else 1


def _price(flavor: str | None, prices: Mapping[str, Hardware]) -> float | None:
    if flavor is None:
        return 0.0
    known = prices.get(flavor)
    return None if known is None else known.usd_per_hour


def _cost(price: float | None) -> str:
    return "(price unknown)" if price is None else f"({per_hour(price)})"
