"""The request to delete a Space."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.session.requests.base import Change


@dataclass(frozen=True, slots=True)
class Delete(Change):
    """Delete a Space with everything in it; a watch of it is stopped first.

    `uid` is the Hub's own id of the Space the person decided about: another one that has its
    name by now is left alone. Empty when it is not known.
    """

    space: str
    uid: str = ""
