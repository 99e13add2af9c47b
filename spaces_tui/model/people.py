"""People and organizations as everybody sees them."""

from __future__ import annotations

from dataclasses import dataclass

from spaces_tui.model.cleaned import clean_lines_of


@dataclass(frozen=True, slots=True)
class Profile:
    """What the Hub shows of a person or an organization; all but the name may be missing."""

    name: str
    fullname: str = ""
    kind: str = "user"
    """`user` or `org`."""
    pro: bool = False
    plan: str | None = None
    """Of an organization: `team`, `enterprise`, …"""
    spaces: int | None = None
    """How many public Spaces there are."""
    followers: int | None = None
    members: int | None = None
    details: str = ""

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "fullname", "kind", "plan", "details")


@dataclass(frozen=True, slots=True)
class Member:
    """A person in an organization."""

    name: str
    fullname: str = ""
    role: str | None = None

    def __post_init__(self) -> None:
        clean_lines_of(self, "name", "fullname", "role")
