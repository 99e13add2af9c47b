"""What the main screen says when there is no Space to show: why, and what to do."""

from __future__ import annotations

from spaces_tui.session.snapshot import Link, Snapshot
from spaces_tui.ui.present.spans import BLANK, Line, Role, Span, wrapped

_USUAL = "https://huggingface.co"
_NOBODY = "Not signed in"
"""A sentence that begins so says no more than the title, and what to do at a command line."""


def welcome_lines(snapshot: Snapshot, width: int) -> list[Line]:
    """Return the sentences for an empty screen."""
    title, role, paragraphs = _content(snapshot)
    lines: list[Line] = [BLANK, (Span(f" {title}", role),), BLANK]
    for paragraph in paragraphs:
        lines += [*wrapped(paragraph, min(width, 86) - 1, Role.TEXT, " "), BLANK]
    return lines


def _content(snapshot: Snapshot) -> tuple[str, Role, list[str]]:
    endpoint = (snapshot.endpoint or _USUAL).rstrip("/")
    tokens = f"{endpoint}/settings/tokens"
    sentence = snapshot.connection.sentence
    link = snapshot.connection.link
    if link is Link.SIGNED_OUT:
        said = sentence and not sentence.startswith(_NOBODY)
        return (
            "Not signed in",
            Role.TITLE,
            [
                *([sentence] if said else []),
                "Press a to sign in: with a token that is on this machine already, with one that "
                "you paste, or in a browser.",
                f"Tokens are made at\n  {tokens}",
                "No account at hand? Leave with q, and look around with\n  spaces-tui --demo",
            ],
        )
    if link is Link.REFUSED:
        return (
            "The Hub does not accept this token",
            Role.BAD,
            [
                *([sentence] if sentence else []),
                f"It may have expired or been revoked. Look at\n  {tokens}",
                "Press a to sign in with another one.",
            ],
        )
    if link is Link.OFFLINE:
        return (
            "The Hub does not answer",
            Role.BAD,
            [
                *([sentence] if sentence else []),
                f"Nothing is known from an earlier run either. The console keeps trying "
                f"{endpoint}; ctrl+r tries now.",
            ],
        )
    if link is Link.CONNECTING or snapshot.as_of is None:
        return "Reading your Spaces…", Role.TITLE, [*([sentence] if sentence else [])]
    return (
        "There is no Space yet",
        Role.TITLE,
        [
            "c creates the first one, C copies one of somebody else. Or create it at\n"
            f"  {endpoint}/new-space",
            "It appears here by itself a moment later.",
        ],
    )
