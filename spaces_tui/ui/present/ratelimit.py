"""What is left of the Hub's rate limit, for the palette and, where it gets short, the header."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.session.pace import thrift

if TYPE_CHECKING:
    from spaces_tui.session.snapshot import Gauge


def gauge_words(gauge: Gauge | None) -> str:
    """Return `412 of 1,000 requests left`; empty while the Hub has not said."""
    if gauge is None:
        return ""
    quota = f" of {gauge.quota:,}" if gauge.quota else ""
    return f"{gauge.left:,}{quota} requests left"


def thrift_words(gauge: Gauge | None) -> str:
    """Return what is done about a limit that gets short; empty where there is enough left."""
    if thrift(gauge) <= 1:
        return ""
    return f"{gauge_words(gauge)} in this window: everything is read less often until it ends."
