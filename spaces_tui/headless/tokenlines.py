"""Who a token belongs to and what it may do, in lines."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from spaces_tui.model.tokendoctor import examine, kind_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from spaces_tui.model.identity import Identity
    from spaces_tui.model.tokendoctor import Verdict, Ward


def report(identity: Identity) -> list[str]:
    """Return who it is, the kind of token, its end, and what it may do for each owner."""
    return [
        f"{_who(identity)} · {described(identity)}",
        *(line for ward in examine(identity) for line in _ward(ward)),
    ]


def described(identity: Identity) -> str:
    """Return the kind of token, its name and its end, as far as the Hub says."""
    name = f" “{identity.token_name}”" if identity.token_name else ""
    return f"{kind_of(identity)}{name}{_end(identity)}"


def _who(identity: Identity) -> str:
    full = f" ({identity.fullname})" if identity.fullname else ""
    kind = "" if identity.kind == "user" else f", {identity.kind}"
    return f"{identity.name}{full}{kind}{', PRO' if identity.pro else ''}"


def _end(identity: Identity) -> str:
    if identity.expires is None:
        return ""
    days = (identity.expires - datetime.now(UTC)).days
    left = "today" if days < 1 else "tomorrow" if days == 1 else f"in {days} days"
    return f", expires {left} ({identity.expires:%Y-%m-%d})"


def _ward(ward: Ward) -> Iterator[str]:
    grouped: dict[Verdict, list[str]] = {}
    for ability in ward.abilities:
        grouped.setdefault(ability.verdict, []).append(ability.deed.value)
    for verdict, deeds in grouped.items():
        yield f"  {ward.owner}: {', '.join(deeds)}: {verdict.may}. {verdict.reason}"
