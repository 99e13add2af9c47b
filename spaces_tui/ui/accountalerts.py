"""What accounts have to say by themselves: each thing once."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from spaces_tui.session.snapshot import Link, Standing

if TYPE_CHECKING:
    from spaces_tui.session.snapshot import Account, Snapshot


class Alert(NamedTuple):
    """One thing to say."""

    text: str
    severity: str


class AccountAlerts:
    """Compares snapshots; what was told is not told again."""

    def __init__(self) -> None:
        self._standings: dict[tuple[str, str], Standing] = {}
        self._refused: set[tuple[str, str]] = set()
        """Those that were told of, and that nobody has looked after yet."""
        self._asked = False

    def nobody(self, snapshot: Snapshot) -> bool:
        """Whether nobody is signed in: true once, so that one is asked once."""
        if self._asked or snapshot.accounts or snapshot.connection.link is not Link.SIGNED_OUT:
            self._asked = self._asked or bool(snapshot.accounts)
            return False
        self._asked = True
        return True

    def look(self, snapshot: Snapshot) -> list[Alert]:
        """Return what is new: tokens that are refused, or cannot be read."""
        alerts: list[Alert] = []
        before, self._standings = self._standings, {}
        for account in snapshot.accounts:
            key = (account.endpoint, account.name)
            self._standings[key] = account.standing
            if before.get(key) is account.standing:
                continue
            if account.standing is Standing.REFUSED:
                self._refused.add(key)
                text = f"The token of {account.name or account.source} was refused: "
                alerts.append(Alert(f"{text}press a to sign in again.", "error"))
            elif account.standing is Standing.UNREACHABLE:
                alerts.append(Alert(f"{account.sentence} Press a for the ways out.", "warning"))
        return alerts

    def unanswered(self, snapshot: Snapshot) -> Account | None:
        """Return an account that was told of as refused and still is; once for each time."""
        told, self._refused = self._refused, set()
        for account in snapshot.accounts:
            refused = account.standing is Standing.REFUSED
            if refused and (account.endpoint, account.name) in told:
                return account
        return None
