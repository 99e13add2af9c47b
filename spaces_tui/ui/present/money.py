"""What Spaces cost: rate times replicas of every stage that is billed."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from spaces_tui.model.hardware import Hardware
    from spaces_tui.model.space import Space


class Cost(NamedTuple):
    """Dollars per hour now. `unknown` counts billed Spaces whose flavour has no known price."""

    hourly: float
    unknown: int = 0


def rate(space: Space, prices: Mapping[str, Hardware]) -> float | None:
    """Return dollars per hour while it runs, over its replicas; None when no price is known."""
    runtime = space.runtime
    if runtime is None or runtime.shown_hardware is None:
        return None
    if space.shares_gpus:
        return 0.0
    hardware = prices.get(runtime.shown_hardware)
    if hardware is None:
        return None
    replicas = runtime.replicas if runtime.replicas is not None else runtime.requested_replicas
    return hardware.usd_per_hour * (1 if replicas is None else replicas)


def cost_now(spaces: Iterable[Space], prices: Mapping[str, Hardware]) -> Cost:
    """Return what all Spaces together cost per hour now."""
    hourly = 0.0
    unknown = 0
    for space in spaces:
        if space.static or not space.stage.billed:
            continue
        price = rate(space, prices)
        if price is None:
            unknown += space.runtime is not None and space.runtime.shown_hardware is not None
        else:
            hourly += price
    return Cost(hourly, unknown)


def amount(dollars: float) -> str:
    """Return a sum without its sign of currency: `0.40`, `0.025`, `1,234.00`."""
    cents = f"{dollars:,.2f}"
    exact = f"{dollars:,.3f}"
    return exact if 0 < dollars < 1 and not exact.endswith("0") else cents


def per_hour(dollars: float) -> str:
    """Return a rate: `$0.40/h`."""
    return f"${amount(dollars)}/h"


def cost_words(cost: Cost, *, short: bool = False) -> str:
    """Return the header's sum: `$1.40/h · ≈$34/day`; `≥` when a price is missing.

    `short` leaves the day out.
    """
    sign = "≥" if cost.unknown else ""
    if cost.hourly == 0 and not cost.unknown:
        return "$0/h"
    day = "" if short else f" · ≈${cost.hourly * 24:,.0f}/day"
    return f"{sign}{per_hour(cost.hourly)}{day}"
