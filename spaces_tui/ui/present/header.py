"""The top of the main screen: who we are, what runs, what it costs, and what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

from spaces_tui.model.stage import Kind
from spaces_tui.session.snapshot import Link, Snapshot
from spaces_tui.ui.present.money import cost_now, cost_words
from spaces_tui.ui.present.ratelimit import thrift_words
from spaces_tui.ui.present.spans import Line, Role, Span, clip, joined, spread, width_of
from spaces_tui.ui.present.spending import goes_on, today_words
from spaces_tui.ui.present.times import as_of, span

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from spaces_tui.model.space import Space

_USUAL_ENDPOINT = "https://huggingface.co"
_TROUBLE = {Link.OFFLINE: "offline", Link.SIGNED_OUT: "signed out", Link.REFUSED: "refused"}


def header_lines(snapshot: Snapshot, now: datetime, width: int) -> list[Line]:
    """Return one line, and a second one when something is wrong with the connection."""
    lines = [_first(snapshot, now, width)]
    trouble = connection_line(snapshot)
    if trouble:
        lines.append(clip(trouble, width))
    return lines


def connection_line(snapshot: Snapshot) -> Line:
    """Return what is wrong, or gets short, and what is done about it; empty when all is well."""
    connection = snapshot.connection
    if not snapshot.spaces:
        return ()  # an empty screen says it at length
    ringing = next((loan for loan in snapshot.loans if loan.rings), None)
    if ringing is not None:
        said = f"{ringing.space}: {ringing.flavor} could not be taken back. B on it says why."
        return (Span(" ! ", Role.BAD), Span(said, Role.BAD))
    if connection.link not in _TROUBLE:
        words = thrift_words(snapshot.gauge)
        return (Span(" ~ ", Role.BUSY), Span(words, Role.BUSY)) if words else ()
    retry = f" Trying again within {span(connection.retry_in)}." if connection.retry_in else ""
    sentence = connection.sentence or f"The Hub: {_TROUBLE[connection.link]}."
    if connection.link is not Link.OFFLINE:
        sentence = f"Press a to sign in. {sentence}"
    return (Span(" ! ", Role.BAD), Span(sentence + retry, Role.BAD))


def counts(spaces: Sequence[Space]) -> Line:
    """Return how many Spaces there are, and how many run, work or are broken."""
    tally: dict[Kind, int] = {}
    for space in spaces:
        tally[space.stage.kind] = tally.get(space.stage.kind, 0) + 1
    total = len(spaces)
    parts: list[Line] = [(Span("1 Space" if total == 1 else f"{total} Spaces"),)]
    for kind, word, role in (
        (Kind.RUNNING, "running", Role.GOOD),
        (Kind.WORKING, "building", Role.BUSY),
        (Kind.BROKEN, "broken", Role.BAD),
    ):
        if tally.get(kind):
            parts.append((Span(f"{tally[kind]} {word}", role),))
    return joined(parts)


def _first(snapshot: Snapshot, now: datetime, width: int) -> Line:
    name: Line = (Span(" spaces-tui", Role.TITLE),)
    who: Line = (Span(_who(snapshot)),) if snapshot.identities else ()
    middle = counts(snapshot.spaces) if snapshot.spaces else ()
    marks = joined(_marks(snapshot, now))
    cost = cost_now(snapshot.spaces, snapshot.hardware)
    priced = bool(snapshot.hardware and middle)
    full: Line = (Span(cost_words(cost) + " ", Role.MONEY),) if priced else ()
    brief: Line = (Span(cost_words(cost, short=True) + " ", Role.MONEY),) if priced else ()
    over = [f"{one.name}: {one.words}" for one in snapshot.budgets if one.over]
    more = [goes_on(cost).partition(" · ")[2], today_words(snapshot.spending, now), *over]
    said = " · ".join([cost_words(cost), *(one for one in more if one)])
    whole: Line = (Span(f"{said} ", Role.MONEY),) if priced else ()
    for left, right in (
        (joined((name, who, marks, middle), "  "), whole),
        (joined((name, who, marks, middle), "  "), full),
        (joined((name, marks, middle), "  "), full),
        (joined((name, marks, middle), "  "), brief),
        (joined((name, marks), "  "), brief),
    ):
        if width_of(left) + width_of(right) + 1 <= width:
            return spread(left, right, width)
    return spread(left, right, width) if width >= 2 * width_of(right) else clip(left, width)


def _who(snapshot: Snapshot) -> str:
    names: list[str] = []
    for identity in snapshot.identities:
        names += [name for name in identity.namespaces if name not in names]
    if len(names) > 4:
        return ", ".join(names[:3]) + f" and {len(names) - 3} more"
    return ", ".join(names)


def _marks(snapshot: Snapshot, now: datetime) -> list[Line]:
    marks: list[Line] = []
    if snapshot.demo:
        marks.append((Span("demo", Role.MARK),))
    elif snapshot.endpoint and snapshot.endpoint.rstrip("/") != _USUAL_ENDPOINT:
        marks.append((Span(snapshot.endpoint.partition("://")[2], Role.MARK),))
    if snapshot.read_only:
        marks.append((Span("read-only", Role.MARK),))
    link = snapshot.connection.link
    if link in _TROUBLE:
        marks.append((Span(_TROUBLE[link], Role.BAD),))
    if snapshot.as_of and snapshot.spaces and (snapshot.cached or link is not Link.LIVE):
        marks.append((Span(f"as of {as_of(snapshot.as_of, now)}", Role.DIM),))
    return marks
