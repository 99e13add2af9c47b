"""What the sign-in dialog says: the ways there are, what a token may do, what went wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from spaces_tui.model.text import clean_line
from spaces_tui.ui.present.doctor import doctor_lines, ending, ending_lines
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, wrapped

if TYPE_CHECKING:
    from datetime import datetime

    from spaces_tui.model.access import DeviceCode
    from spaces_tui.model.identity import Identity
    from spaces_tui.session.requests.accounts import Checked, SignedIn, Ways

MOST: Final = 8
"""Offers that are shown: each has a digit, and one is left for the browser."""
_LIMITS: Final = (
    "It reaches organizations only as far as you grant it there, and what it gives lasts for hours."
)


def way_lines(ways: Ways | None, endpoint: str, now: datetime, width: int) -> list[Line]:
    """Return the ways to sign in by number; None: they are looked for still."""
    lines: list[Line] = []
    if ways is None:
        lines.append((Span("Looking for tokens that are here already …", Role.BUSY),))
    else:
        for number, offer in enumerate(ways.offers[:MOST], 1):
            until = ending(offer.expires, now)
            note = f"  {until}" if until else ""
            key = Span(f"{number}  ", Role.KEY, f"screen.take({number})")
            lines.append(clip((key, Span(clean_line(offer.source)), Span(note, Role.DIM)), width))
        lines += _browser_lines(ways, width)
    paste = "Or paste a token with write access; it stays hidden. Tokens are made at"
    return [*lines, *wrapped(paste, width), *wrapped(f"{endpoint}/settings/tokens", width)]


def _browser_lines(ways: Ways, width: int) -> list[Line]:
    number = browser_number(ways)
    what = "in a browser, with a code"
    if ways.no_browser:
        return [
            (Span(f"{number}  {what}", Role.DIM),),
            *wrapped(ways.no_browser, width, Role.DIM, "   "),
        ]
    return [(Span(f"{number}  ", Role.KEY, f"screen.take({number})"), Span(what))]


def browser_number(ways: Ways) -> int:
    """Return the digit that signs in through a browser."""
    return len(ways.offers[:MOST]) + 1


def device_lines(code: DeviceCode, until: str, width: int) -> list[Line]:
    """Return what to do in the browser, and what to expect of it."""
    address = code.verification_uri
    return [
        *wrapped("Open this address on any machine where you are signed in at the Hub:", width),
        *wrapped(address, width, Role.STRONG, "  "),
        *wrapped("and type this code there:", width),
        BLANK,
        (Span(f"  {code.user_code}", Role.TITLE),),
        BLANK,
        *wrapped(_LIMITS, width, Role.DIM),
        *wrapped(f"Waiting for you there … the code is good until {until}.", width, Role.BUSY),
    ]


def checked_lines(
    checked: Checked, wanted: str, ways: Ways | None, now: datetime, width: int
) -> list[Line]:
    """Return what a token may do, and what to know before it is used.

    `wanted` is the name it was asked for; empty when any will do.
    """
    identity = checked.identity
    assert identity is not None
    lines: list[Line] = []
    if wanted and wanted.casefold() != identity.name.casefold():
        said = f"It is a token of {identity.name}, not of {wanted}, who stays as it is."
        lines += wrapped(said, width, Role.BUSY)
    lines += doctor_lines(identity, now, width)
    if checked.tokens is not None:
        lines += ending_lines(checked.expires, now, width)
        lines += wrapped(_LIMITS, width, Role.DIM)
    if ways is not None and ways.variable:
        said = f"{ways.variable} is set, too, and goes first at the next start."
        lines += wrapped(said, width, Role.DIM)
    if ways is not None and not ways.keeps:
        lines += wrapped("The demo keeps no token.", width, Role.DIM)
    return lines


def unkept_lines(answer: SignedIn, width: int) -> list[Line]:
    """Return why a token is not kept where it was to be."""
    said = f"Signed in as {answer.identity.name}, until you leave: the token is not kept."
    return [*wrapped(said, width), *wrapped(answer.why, width, Role.BAD)]


def signed_in_words(identity: Identity, place: str, *, kept_before: bool = False) -> str:
    """Return what there is to say of a sign-in that is done."""
    if kept_before:
        return f"Signed in as {identity.name}."
    if place:
        return f"Signed in as {identity.name}. The token is kept in {place}."
    return f"Signed in as {identity.name}, until you leave: the token is kept nowhere."
