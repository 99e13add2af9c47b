"""The token doctor: whose token it is, of which kind, when it ends, and what it may do and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.tokendoctor import Deed, May, examine, kind_of
from spaces_tui.ui.present.spans import Line, Role, Span, wrapped

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.identity import Identity
    from spaces_tui.model.tokendoctor import Verdict, Ward

_LOOKS: Final = {
    May.YES: ("✔", Role.GOOD),
    May.NO: ("✖", Role.BAD),
    May.UNKNOWN: ("?", Role.BUSY),
}
_ALL: Final = len(Deed)
_SOON: Final = 7
"""Days before its end from which a token is worth a warning."""


def doctor_lines(identity: Identity, now: datetime, width: int) -> list[Line]:
    """Return who it is, the kind of token and its end, and what it may do for each owner."""
    lines = [
        *wrapped(f"{who(identity)} · {kind(identity)}", width, Role.STRONG),
        *ending_lines(identity.expires, now, width),
    ]
    for ward in examine(identity):
        lines += _ward_lines(ward, width)
    return lines


def who(identity: Identity) -> str:
    """Return the name of an identity, with what else it is called."""
    full = f" ({identity.fullname})" if identity.fullname else ""
    other = "" if identity.kind == "user" else f", {identity.kind}"
    return f"{identity.name}{full}{other}{', PRO' if identity.pro else ''}"


def kind(identity: Identity) -> str:
    """Return what kind of token it is, and its name at the Hub."""
    name = f" “{identity.token_name}”" if identity.token_name else ""
    return f"{kind_of(identity)}{name}"


def ending(expires: datetime | None, now: datetime) -> str:
    """Return when a token ends, in a few words; empty where that is not known."""
    if expires is None:
        return ""
    if expires <= now:
        return "expired"
    local = expires.astimezone()
    days = (local.date() - now.astimezone().date()).days
    if days == 0:
        return f"ends today {local:%H:%M}"
    return f"ends tomorrow {local:%H:%M}" if days == 1 else f"ends in {days} days"


def ending_lines(expires: datetime | None, now: datetime, width: int) -> list[Line]:
    """Return when a token ends, as a warning where that is soon; nothing where it is not known."""
    if expires is None:
        return []
    soon = (expires - now).days < _SOON
    said = f"The token {ending(expires, now)} ({expires.astimezone():%Y-%m-%d})."
    return wrapped(said, width, Role.BUSY if soon else Role.DIM)


def _ward_lines(ward: Ward, width: int) -> list[Line]:
    grouped: dict[Verdict, list[str]] = {}
    for ability in ward.abilities:
        grouped.setdefault(ability.verdict, []).append(ability.deed.value)
    lines: list[Line] = []
    for verdict, deeds in grouped.items():
        glyph, role = _LOOKS[verdict.may]
        head = f"{glyph} {ward.owner}: {verdict.may.value}  "
        (first,), *rest = wrapped(head + ", ".join(deeds), width)
        lines.append((Span(first.text[: len(head)], role), Span(first.text[len(head) :])))
        lines += [(Span(f"  {text}"),) for ((text, *_),) in rest]
        lines += wrapped(verdict.reason, width, Role.DIM, "  ")
    return lines
