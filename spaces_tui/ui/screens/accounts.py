"""The accounts: who is signed in, what each token may do and why not, and the keys to change it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.binding import Binding, BindingType

from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.accounts import Prefer, SignOut, TryAgain
from spaces_tui.session.snapshot import Standing
from spaces_tui.ui.present.accounts import (
    account_lines,
    account_rows,
    needs_help,
    shown_name,
    signed_out_words,
)
from spaces_tui.ui.present.questions import Question
from spaces_tui.ui.present.spans import Line, Role, Span, flowed, rule, wrapped
from spaces_tui.ui.screens.confirm import ConfirmScreen
from spaces_tui.ui.screens.listdialog import ListDialog
from spaces_tui.ui.screens.signin import SignInScreen
from spaces_tui.ui.widgets.choices import Choices

if TYPE_CHECKING:
    from collections.abc import Callable

    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.accounts import AccountRequest, SignedOut
    from spaces_tui.session.snapshot import Account, Snapshot
    from spaces_tui.ui.app import ConsoleApp

Answer = TypeVar("Answer")
_GROUP = "accounts"


class AccountsScreen(ListDialog[None]):
    """A list of accounts, and below it the token doctor of the one under the cursor."""

    WIDTH = 104
    LIST_ID = "accounts"
    EMPTY = "Nobody is signed in. a signs in."
    MOST_ROWS = 8
    FEWEST_LINES = 3
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "back", "Back"),
        Binding("a", "add", "Sign in"),
        Binding("t", "replace", "Another token"),
        Binding("o", "sign_out", "Sign out"),
        Binding("p", "prefer", "Use first"),
        Binding("u", "unlock", "Unlock the keyring"),
        Binding("r,ctrl+r", "again", "Check again"),
    ]

    def __init__(self, session: SessionPort) -> None:
        super().__init__()
        self._session = session
        self._snapshot = session.snapshot
        self._doing = ""
        self._why = ""
        self._list.cursor = needs_help(self._snapshot.accounts)

    @property
    def console(self) -> ConsoleApp:
        """The application."""
        return cast("ConsoleApp", self.app)

    @property
    def account(self) -> Account | None:
        """The account under the cursor."""
        accounts = self._snapshot.accounts
        return accounts[self._list.cursor] if self._list.cursor < len(accounts) else None

    def title_text(self) -> str:
        """Return the title."""
        return "Accounts"

    def show(self, snapshot: Snapshot) -> None:
        """Show accounts as they are now; the cursor stays on the one it is on."""
        if snapshot.accounts == self._snapshot.accounts:
            return
        before = self.account
        self._snapshot = snapshot
        for index, one in enumerate(snapshot.accounts):
            if before and (one.name, one.endpoint) == (before.name, before.endpoint):
                self._list.cursor = index
        self._list.changed()
        self.lay_out()

    def lines(self, width: int) -> list[Line]:
        """Return everything about the account under the cursor."""
        account = self.account
        if account is None:
            said = "The Spaces of everybody who is signed in are shown together, by owner."
            return wrapped(said, width, Role.DIM)
        head = rule(shown_name(account), "", width)
        return [head, *account_lines(account, datetime.now(UTC), width)]

    def foot(self, width: int) -> list[Line]:
        """Return what goes on or went wrong, and the keys that can work."""
        said = wrapped(self._doing, width, Role.BUSY) if self._doing else []
        if not said and self._why:
            said = wrapped(self._why, width, Role.BAD)
        keys = [(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in self._keys()]
        return [*said, *flowed(keys, width)]

    def count(self) -> int:
        """Return how many accounts there are."""
        return len(self._snapshot.accounts)

    def moved(self) -> None:
        """Forget what went wrong with another account."""
        self._why = ""

    @on(Choices.Chosen)
    def _chosen(self, event: Choices.Chosen) -> None:
        event.stop()
        account = self.account
        if account is not None and account.standing in (Standing.REFUSED, Standing.UNREACHABLE):
            self.action_replace()

    def action_back(self) -> None:
        """Call off what goes on, else close."""
        if self._doing:
            self.workers.cancel_group(self, _GROUP)
            self._settled("")
        else:
            self.dismiss(None)

    def action_add(self) -> None:
        """Sign in somebody else."""
        endpoint = self.account.endpoint if self.account else self._snapshot.endpoint
        self.app.push_screen(SignInScreen(self._session, self._snapshot.endpoint or endpoint))

    def action_replace(self) -> None:
        """Sign in again with another token."""
        account = self.account
        if account is not None:
            self.app.push_screen(SignInScreen(self._session, account.endpoint, again=account))

    def action_prefer(self) -> None:
        """Put this account first."""
        account = self.account
        if account is None or self._list.cursor == 0:
            return
        said = f"{shown_name(account)} is used first: new Spaces are made as it."
        self._ask(
            "Putting it first …",
            Prefer(account.endpoint, account.name),
            lambda _: self.console.say(said),
        )

    def action_unlock(self) -> None:
        """Let the system ask to unlock the keyring, and read the token then."""
        account = self.account
        if account is None or account.standing is not Standing.UNREACHABLE:
            return
        self._ask(
            "Waiting for the keyring: the system may ask you to unlock it. esc goes on without.",
            TryAgain(account.endpoint, account.name, patient=True),
            lambda _: self.console.say(f"{shown_name(account)} is signed in again."),
        )

    def action_again(self) -> None:
        """Ask the Hub again who this is."""
        account = self.account
        if account is not None:
            said = f"{shown_name(account)}: the Hub accepts the token."
            self._ask(
                "Asking the Hub who this is … esc calls it off.",
                TryAgain(account.endpoint, account.name),
                lambda _: self.console.say(said),
            )

    def action_sign_out(self) -> None:
        """Sign out, once confirmed."""
        account = self.account
        if account is None:
            return
        if not account.name and account.standing is Standing.CONNECTING:
            self._settled("The Hub has not said yet who this is: a moment.")
            return
        name = shown_name(account)
        effects = (
            "Its token is removed from where this program put it: the keyring or the file. What "
            "HF_TOKEN and the hf command hold is left alone.",
            "Its Spaces leave the list unless another account reads them, and folders watched "
            "for them are watched no more.",
            f"The token is valid until it is revoked at {account.endpoint}/settings/tokens",
        )
        question = Question(f"Sign out {name}?", (account.endpoint,), effects, "Sign out")
        self.app.push_screen(ConfirmScreen(question), partial(self._answered, account))

    def _answered(self, account: Account, yes: bool | None) -> None:
        if yes:
            self._ask(
                "Removing the token: the system may ask you to unlock the keyring …",
                SignOut(account.endpoint, account.name),
                partial(self._signed_out, shown_name(account)),
            )

    def _signed_out(self, name: str, gone: SignedOut) -> None:
        from spaces_tui.ui.screens.box import TextScreen  # noqa: PLC0415 - rarely needed

        said = signed_out_words(name, gone)
        if len(said) == 1:
            self.console.say(said[0], "error" if gone.troubles else "information")
        else:
            self.app.push_screen(TextScreen("Signed out", "\n".join(said)))

    def _ask(
        self, doing: str, request: AccountRequest[Answer], done: Callable[[Answer], None]
    ) -> None:
        """Ask for something, and say meanwhile that it goes on."""
        if self._doing:
            return
        self._doing, self._why = doing, ""
        self.lay_out()
        self.run_worker(
            self._asked(request, done), group=_GROUP, exclusive=True, description="accounts"
        )

    async def _asked(self, request: AccountRequest[Answer], done: Callable[[Answer], None]) -> None:
        try:
            answer = await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._settled(error.message)
        else:
            self._settled("")
            done(answer)

    def _settled(self, why: str) -> None:
        self._doing, self._why = "", why
        self.lay_out()

    def _keys(self) -> list[tuple[str, str]]:
        if self._doing:
            return [("esc", "calls it off")]
        account = self.account
        keys = [("a", "add")]
        if account is not None:
            keys += [("t", "another token"), ("o", "sign out")]
            if self._list.cursor > 0:
                keys.append(("p", "use first"))
            if account.standing is Standing.UNREACHABLE:
                keys.append(("u", "unlock"))
            keys.append(("r", "check again"))
        return [*keys, ("esc", "close")]

    def rows(self, width: int) -> list[Line]:
        """Return the accounts, the preferred one first."""
        return account_rows(self._snapshot, datetime.now(UTC), width)
