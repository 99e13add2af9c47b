"""The accounts one is signed in with: a row for each, and everything about one of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from urllib.parse import urlsplit

from spaces_tui.model.text import clean_line
from spaces_tui.session.snapshot import Account, Standing
from spaces_tui.ui.present.doctor import doctor_lines, ending
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, clip, padded, wrapped

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from spaces_tui.session.requests.accounts import SignedOut
    from spaces_tui.session.snapshot import Snapshot

_LOOKS: Final = {
    Standing.CONNECTING: ("◐", "asking", Role.BUSY),
    Standing.LIVE: ("●", "live", Role.GOOD),
    Standing.OFFLINE: ("!", "offline", Role.BAD),
    Standing.REFUSED: ("✖", "refused", Role.BAD),
    Standing.UNREACHABLE: ("✖", "out of reach", Role.BAD),
}
UNUSABLE: Final = (Standing.REFUSED, Standing.UNREACHABLE)
"""Nothing can be asked as such an account."""
_WAYS_OUT: Final = {
    Standing.REFUSED: "It may have expired or been revoked. t signs in with another token; r asks "
    "the Hub again. Its Spaces are shown as they were.",
    Standing.UNREACHABLE: "u lets the system ask you to unlock the keyring, r looks again, t signs "
    "in with another token.",
}
_STANDING: Final = 14
_ENDING: Final = 22
_NAME: Final = (8, 24)
_WIDE: Final = 60


def account_rows(snapshot: Snapshot, now: datetime, width: int) -> list[Line]:
    """Return a row for each account: name, standing, where its token is kept, its end, its Hub."""
    accounts = snapshot.accounts
    several = len({one.endpoint for one in accounts}) > 1
    longest = max((len(shown_name(one)) for one in accounts), default=0)
    name = max(_NAME[0], min(longest + 2, _NAME[1]))
    return [
        _row(one, now, width, name, first=index == 0 and len(accounts) > 1, several=several)
        for index, one in enumerate(accounts)
    ]


def account_lines(account: Account, now: datetime, width: int) -> list[Line]:
    """Return everything about one account."""
    lines: list[Line] = []
    if account.sentence:
        lines += wrapped(account.sentence, width, Role.BAD)
    if account.standing in _WAYS_OUT:
        lines += [*wrapped(_WAYS_OUT[account.standing], width), BLANK]
    if account.identity is not None:
        lines += doctor_lines(account.identity, now, width)
    elif account.standing is Standing.CONNECTING:
        lines += wrapped("The Hub has not said yet who this is.", width, Role.BUSY)
    lines.append(BLANK)
    lines += wrapped(f"Token: {clean_line(account.source)} · {account.endpoint}", width, Role.DIM)
    if account.owners:
        lines += wrapped(f"Reads and acts for {', '.join(account.owners)}.", width, Role.DIM)
    return lines


def shown_name(account: Account) -> str:
    """Return what to call an account, also before the Hub has said who it is."""
    return clean_line(account.name) or clean_line(account.source) or "?"


def host_of(endpoint: str) -> str:
    """Return the part of a Hub's address that people tell Hubs apart by."""
    return urlsplit(endpoint).netloc or endpoint


def signed_out_words(name: str, gone: SignedOut) -> list[str]:
    """Return what signing out did, sentence by sentence."""
    said = [f"{name}: the token is removed from {place}." for place in gone.removed]
    said += [*gone.troubles, *gone.unsure]
    if gone.troubles:
        return [*said, f"{name} is still signed in."]
    if not gone.removed:
        said.append(f"{name} is signed out. No token of it was kept here.")
    said += [f"Left alone: {left}." for left in gone.left_alone]
    return said


def needs_help(accounts: Sequence[Account]) -> int:
    """Return the index of the first account that cannot be used; 0 where all can."""
    for index, one in enumerate(accounts):
        if one.standing in UNUSABLE:
            return index
    return 0


def _row(
    account: Account, now: datetime, width: int, name: int, *, first: bool, several: bool
) -> Line:
    glyph, word, role = _LOOKS[account.standing]
    line: Line = (
        Span(f"{glyph} ", role),
        Span(padded(shown_name(account), name), Role.STRONG),
        Span(padded(word, _STANDING), role),
    )
    if width < _WIDE:
        return clip((*line, Span("first" if first else "", Role.MARK)), width)
    ends = ending(account.identity.expires, now) if account.identity else ""
    facts = [clean_line(account.source), *([host_of(account.endpoint)] if several else [])]
    mark = Span("  used first", Role.MARK) if first else Span("")
    room = max(8, width - name - _STANDING - _ENDING - 2 - len(mark.text))
    return clip(
        (*line, Span(padded(" · ".join(facts), room), Role.DIM), Span(padded(ends, _ENDING)), mark),
        width,
    )
