"""The Metrics tab: processor, memory, network and accelerators of each replica over time."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from spaces_tui.model.loadhistory import Grid, Sample, columns, grid
from spaces_tui.model.stage import Kind
from spaces_tui.ui.present.plots import SCALE, beside, plot
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, joined, line, rule, wrapped
from spaces_tui.ui.present.spark import memory
from spaces_tui.ui.present.times import clock

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from spaces_tui.model.logs import GpuMetric, Metric
    from spaces_tui.model.space import Space

SPANS: Final = (60.0, 300.0, 900.0)
"""Seconds that one can look back, by step."""
_TWO_COLUMNS: Final = 64
"""Cells from which two plots stand side by side."""
_ROWS: Final = (2, 11)
"""The fewest and the most rows of a plot."""
_SILENT: Final = 5.0
"""Seconds without a measurement that are told."""
_FULL: Final = 0.9
"""Share of a memory from which it is said to be nearly full."""
_NICE: Final = (1.0, 2.0, 5.0, 10.0)


class Panel(NamedTuple):
    """One plot: what it shows, and how it reads a measurement."""

    name: str
    value: Callable[[Metric], float | None]
    words: Callable[[float], str]
    """A value for a person."""
    scale: Callable[[float], str]
    """The same in a few letters, for the scale and the peak."""
    top: float | None = None
    """The top of the scale; None: what was measured says."""
    limited: bool = False
    """Whether the top is a limit that hurts when it is reached."""
    note: str = ""


def metrics_lines(
    replicas: Mapping[str, Sequence[Sample]],
    now: float,
    seconds: float,
    width: int,
    height: int,
) -> list[Line]:
    """Return the plots of every replica, as high as the height allows."""
    lines: list[Line] = [_head(seconds, width)]
    several = len(replicas) > 1
    for name, samples in replicas.items():
        if several:
            lines.append(rule(f"Replica {name or '?'}", "", width))
        lines += _replica(samples, now, seconds, width, height - 1 - several)
    return lines


def empty_words(space: Space, note: str) -> str:
    """Say why there is nothing to plot, and what would change that."""
    if space.static:
        return "Static Spaces run no code, so there is nothing to measure."
    kind = space.stage.kind
    if kind is Kind.PAUSED:
        return "Paused: nothing runs, so nothing is measured. r starts it again."
    if kind is Kind.ASLEEP:
        return "Asleep: the next visitor wakes it, or r does."
    if not space.stage.serving:
        return "Nothing runs yet, so nothing is measured."
    return note or "Waiting for the first measurement…"


def state_lines(
    space: Space, replicas: Mapping[str, Sequence[Sample]], note: str, now: float, width: int
) -> list[Line]:
    """Say why nothing new comes, where that is so; empty while measurements come."""
    newest = max((samples[-1].at for samples in replicas.values()), default=now)
    if now - newest < _SILENT:
        return []
    since = clock(datetime.fromtimestamp(newest, UTC))
    why = note or ("" if space.stage.serving and not space.static else empty_words(space, ""))
    return wrapped(f"Nothing measured since {since}. {why}".rstrip(), width - 1, Role.BUSY, " ")


def _head(seconds: float, width: int) -> Line:
    spans = [Span(" Last ", Role.DIM)]
    for one in SPANS:
        chosen = one == seconds
        spans.append(Span(f" {one / 60:.0f} min ", Role.ACTIVE if chosen else Role.TEXT))
    spans.append(Span("  ← → change", Role.DIM))
    return clip(tuple(spans), width)


def _replica(
    samples: Sequence[Sample], now: float, seconds: float, width: int, height: int
) -> list[Line]:
    across = 2 if width >= _TWO_COLUMNS else 1
    room = width // across
    over = grid(now, seconds, max(1, room - SCALE - 1))
    panels = _panels(samples[-1].metric)
    down = -(-len(panels) // across)
    fewest, most = _ROWS
    rows = min(most, max(fewest, (height - 1) // down - 1))
    lines: list[Line] = []
    for at in range(0, len(panels), across):
        drawn = [_drawn(panel, samples, over, rows) for panel in panels[at : at + across]]
        lines += beside(drawn, room)
    axis = _axis(seconds, over.spans)
    return [*lines, *beside([[axis]] * across, room)]


def _drawn(panel: Panel, samples: Sequence[Sample], over: Grid, rows: int) -> list[Line]:
    values = columns(samples, panel.value, over)
    known = [value for value in values if value is not None]
    last = next(
        (v for one in reversed(samples) if (v := panel.value(one.metric)) is not None), None
    )
    parts: list[Line] = [(Span(f" {panel.name}", Role.TITLE),)]
    if last is None:
        return [joined([*parts, (Span("not measured", Role.DIM),)], " ")] + [BLANK] * rows
    peak = max(known, default=last)
    top = panel.top if panel.limited and panel.top else max(panel.top or 0.0, _nice(peak))
    said = [line(panel.words(last))]
    if panel.limited and last >= top * _FULL:
        said.append((Span("nearly full", Role.BAD),))
    said.append((Span(f"peak {panel.scale(peak)}", Role.DIM),))
    if panel.note:
        said.append((Span(panel.note, Role.DIM),))
    title = joined([parts[0], joined(said)], " ")
    return [title, *plot(values, top, panel.scale(top), rows)]


def _panels(metric: Metric) -> list[Panel]:
    cores = metric.cpu_millicores
    panels = [
        Panel(
            "CPU",
            lambda one: one.cpu_percent,
            _percent,
            _percent,
            100.0,
            note=f"of {cores / 1000:g} cores" if cores else "",
        ),
        Panel(
            "RAM",
            lambda one: _float(one.memory_used),
            lambda used: memory(used, metric.memory_total),
            _gigabytes,
            _float(metric.memory_total),
            limited=metric.memory_total is not None,
        ),
    ]
    for number, gpu in enumerate(metric.gpus):
        suffix = str(number) if len(metric.gpus) > 1 else ""
        panels += _of_gpu(number, suffix, gpu)
    return [
        *panels,
        Panel("Network in", lambda one: one.received, _per_second, _per_second),
        Panel("Network out", lambda one: one.sent, _per_second, _per_second),
    ]


def _of_gpu(number: int, suffix: str, gpu: GpuMetric) -> list[Panel]:
    def mine(metric: Metric) -> GpuMetric | None:
        return metric.gpus[number] if number < len(metric.gpus) else None

    def busy(metric: Metric) -> float | None:
        one = mine(metric)
        return one.utilization if one else None

    def used(metric: Metric) -> float | None:
        one = mine(metric)
        return _float(one.memory_used) if one else None

    total = gpu.memory_total
    return [
        Panel(f"GPU{suffix}", busy, _percent, _percent, 100.0),
        Panel(
            f"VRAM{suffix}",
            used,
            lambda amount: memory(amount, total),
            _gigabytes,
            _float(total),
            limited=total is not None,
        ),
    ]


def _axis(seconds: float, count: int) -> Line:
    left, right = f"-{seconds / 60:.0f} min", "now"
    blanks = " " * max(1, count - len(left) - len(right))
    return (Span(" " * SCALE + left + blanks + right, Role.DIM),)


def _percent(value: float) -> str:
    return f"{value:.0f} %"


def _gigabytes(value: float) -> str:
    gib = value / 1024**3
    return f"{gib:.0f} GB" if gib >= 100 or gib.is_integer() else f"{gib:.1f} GB"


def _per_second(value: float) -> str:
    """The Hub does not say whether it counts bytes or bits, so neither do we."""
    for unit in ("", "k", "M"):
        if value < 1000:
            return f"{value:.0f}{unit}/s" if value >= 10 or not unit else f"{value:.1f}{unit}/s"
        value /= 1000
    return f"{value:.1f}G/s"


def _nice(peak: float) -> float:
    """Return a round number that is not below `peak`: 1, 2 or 5 times a power of ten."""
    power = 1.0
    while power * 10 < peak:
        power *= 10
    return next((one * power for one in _NICE if one * power >= peak), power * 10)


def _float(value: int | None) -> float | None:
    return None if value is None else float(value)
