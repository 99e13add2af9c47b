"""Signing in: choose or paste a token, see what it may do, and say where it is kept.

Whatever fails, what was pasted stays in its field until the dialog is closed.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from spaces_tui.model.text import clean_name
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.accounts import (
    AwaitDevice,
    BeginDevice,
    Checked,
    CheckOffer,
    CheckToken,
    FindTokens,
    Keep,
    Offer,
    SignedIn,
    SignIn,
    Ways,
)
from spaces_tui.ui import terminal
from spaces_tui.ui.present.signin import (
    MOST,
    browser_number,
    checked_lines,
    device_lines,
    signed_in_words,
    unkept_lines,
    way_lines,
)
from spaces_tui.ui.present.spans import Line, Role, Span, flowed, wrapped
from spaces_tui.ui.screens.dialog import Dialog
from spaces_tui.ui.style import FORM_CSS
from spaces_tui.ui.widgets.fields import Field, SecretField
from spaces_tui.ui.widgets.lineview import FixedLines

if TYPE_CHECKING:
    from collections.abc import Coroutine

    from textual.events import Key

    from spaces_tui.model.access import DeviceCode
    from spaces_tui.session.facade import SessionPort
    from spaces_tui.session.requests.accounts import AccountRequest
    from spaces_tui.session.snapshot import Account, Snapshot
    from spaces_tui.ui.app import ConsoleApp

Answer = TypeVar("Answer")
_FRAME = 4
_GROUP = "sign-in"


class Phase(Enum):
    """Where the dialog is."""

    CHOOSING = "choosing"
    WORKING = "working"
    """Something is asked; `esc` calls it off."""
    BROWSER = "browser"
    """The person has a code to type elsewhere."""
    CHECKED = "checked"
    UNKEPT = "unkept"
    """Signed in, but the place did not take the token."""
    TYPED = "typed"
    """A word has to be typed before a token goes into a file."""


class TokenField(SecretField):
    """Takes a token. Before anything else a digit chooses one of the ways instead, and `q` leaves:
    no token begins with them."""

    class Numbered(Message):
        """A digit was typed where no token begins with one."""

        def __init__(self, number: int) -> None:
            super().__init__()
            self.number = number

    class Left(Message):
        """The person wants to leave."""

    def on_key(self, event: Key) -> None:
        """Take a letter, or choose."""
        character = event.character or ""
        digit = character.isascii() and character.isdigit()
        if self.secret or not (digit or character == "q"):
            super().on_key(event)
            return
        event.stop()
        event.prevent_default()
        self.post_message(self.Numbered(int(character)) if digit else self.Left())


class SignInScreen(Dialog[SignedIn]):
    """Ends with what became of the sign-in, or with None."""

    WIDTH = 84
    DEFAULT_CSS = FORM_CSS.replace("Form ", "SignInScreen ")
    AUTO_FOCUS = "#token"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "Back", priority=True),
        Binding("enter", "go_on", "Go on", priority=True),
        Binding("f", "keep('file')", "Keep in a file"),
        Binding("n", "keep('nowhere')", "Keep nowhere"),
        Binding("t", "keep('again')", "Try again"),
        Binding("o", "open_page", "Open in the browser"),
        Binding("y", "copy_page", "Copy the address"),
        Binding("down", "scroll(1)", "Down"),
        Binding("up", "scroll(-1)", "Up"),
        Binding("pagedown", "scroll(10)", "Page down"),
        Binding("pageup", "scroll(-10)", "Page up"),
    ]

    def __init__(
        self, session: SessionPort, endpoint: str, *, again: Account | None = None
    ) -> None:
        """`again` is the account whose token is to be replaced; None for somebody new."""
        super().__init__()
        self._session = session
        self._endpoint = endpoint.rstrip("/")
        self._again = again.name if again else ""
        self._instead_of = "" if again and not again.name else None
        self._for_nobody = not session.snapshot.accounts
        self._phase = Phase.CHOOSING
        self._before = Phase.CHOOSING
        """Where `esc` leads from what goes on now."""
        self._doing = ""
        self._why = ""
        self._ways: Ways | None = None
        self._offer: Offer | None = None
        self._code: DeviceCode | None = None
        self._until = ""
        self._checked: Checked | None = None
        self._answer: SignedIn | None = None
        self._field = TokenField(placeholder="paste it here", id="token")
        self._typed = Field(placeholder="type yes here", id="typed")
        self._said = FixedLines(id="said")

    @property
    def console(self) -> ConsoleApp:
        """The application."""
        return cast("ConsoleApp", self.app)

    def title_text(self) -> str:
        """Return the title."""
        return f"Sign in again as {self._again}" if self._again else "Sign in"

    def compose(self) -> ComposeResult:
        """Lay out what is said, the two fields, and the keys."""
        with Vertical(id="box") as box:
            box.border_title = Content(self.title_text())
            yield self.body
            yield self._field
            yield self._typed
            yield self._said

    def on_mount(self) -> None:
        """Look for tokens that are here already; one may paste meanwhile."""
        self.lay_out()
        self.run_worker(self._find(), group="find")

    def lines(self, width: int) -> list[Line]:
        """Return what this phase says."""
        now = datetime.now(UTC)
        match self._phase:
            case Phase.CHOOSING:
                where = wrapped(f"At {self._endpoint}", width, Role.DIM)
                return [*where, *way_lines(self._ways, self._endpoint, now, width)]
            case Phase.WORKING:
                return wrapped(self._doing, width, Role.BUSY)
            case Phase.BROWSER if self._code is not None:
                return device_lines(self._code, self._until, width)
            case Phase.CHECKED if self._checked is not None:
                return checked_lines(self._checked, self._again, self._ways, now, width)
            case Phase.UNKEPT if self._answer is not None:
                return unkept_lines(self._answer, width)
            case _:
                file = clean_name(self._ways.file) if self._ways else ""
                said = f"It lies there unencrypted, and only you can read it: {file}"
                return [*wrapped(said, width), *wrapped("Type yes for that:", width)]

    def foot(self, width: int) -> list[Line]:
        """Return what went wrong, and the keys that count now."""
        said = wrapped(self._why, width, Role.BAD) if self._why else []
        keys = [(Span(key, Role.KEY), Span(f" {what}   ")) for key, what in self._keys()]
        return [*said, *flowed(keys, width)]

    def lay_out(self) -> None:
        """Fit the box to the terminal and to what it says."""
        columns, rows = self.app.size
        outer = min(self.WIDTH, columns)
        width = max(8, outer - _FRAME)
        self._field.display = self._phase is Phase.CHOOSING
        self._typed.display = self._phase is Phase.TYPED
        lines, said = self.lines(width), self.foot(width)
        fields = int(self._field.display) + int(self._typed.display)
        room = max(1, rows - 2 - len(said) - fields)
        if len(lines) > room:  # one column goes to the bar beside them
            lines = self.lines(width - 1)
        self.query_one("#box").styles.width = outer
        self.body.styles.height = max(1, min(len(lines), room))
        self._said.styles.height = len(said)
        self.body.show(lines)
        self._said.show(said)

    def show(self, snapshot: Snapshot) -> None:
        """Close what opened for nobody, once somebody is signed in and nothing was begun here."""
        begun = self._phase is not Phase.CHOOSING or bool(self._field.secret)
        if self._for_nobody and snapshot.accounts and not begun and self.is_current:
            self.dismiss(None)

    def action_scroll(self, rows: int) -> None:
        """Scroll what is said when the terminal is too low for it."""
        self.body.scroll_lines(rows)

    def action_back(self) -> None:
        """Call off what goes on, else go one step back; the field keeps what is in it."""
        match self._phase:
            case Phase.CHOOSING:
                self.dismiss(None)
            case Phase.UNKEPT:
                self._finish()
            case Phase.CHECKED:
                self._enter(Phase.CHOOSING)
            case _:
                self.workers.cancel_group(self, _GROUP)
                self._enter(self._before)

    def action_go_on(self) -> None:
        """Do what enter means now."""
        match self._phase:
            case Phase.CHOOSING:
                self._field.call_later(self._check)  # behind the letters before it
            case Phase.CHECKED:
                self._keep(self._first_place())
            case Phase.UNKEPT:
                self._finish()
            case Phase.TYPED:
                self._typed.call_later(self._yes_typed)

    def action_take(self, number: int) -> None:
        """Use one of the ways that have a number."""
        ways = self._ways
        if self._phase is not Phase.CHOOSING or ways is None:
            return
        if 0 < number <= len(ways.offers[:MOST]):
            offer = ways.offers[number - 1]
            self._work("Asking the Hub whose token it is …", self._check_offer(offer))
        elif number == browser_number(ways):
            if ways.no_browser:
                self._enter(Phase.CHOOSING, ways.no_browser)
            else:
                self._work("Asking the Hub for a code …", self._browse())

    def action_keep(self, where: str) -> None:
        """Say where the token is to be kept."""
        if not self._may_keep():
            return
        if where == "file" and self._phase in (Phase.CHECKED, Phase.UNKEPT):
            self._before = self._phase
            self._enter(Phase.TYPED)
        elif where == "nowhere" and self._phase is Phase.CHECKED:
            self._keep(Keep.NOWHERE)
        elif where == "again" and self._phase is Phase.UNKEPT:
            self._keep(Keep.KEYRING, patient=True)

    def action_open_page(self) -> None:
        """Open the page in a browser of this machine."""
        if self._phase is not Phase.BROWSER or self._code is None:
            return
        if terminal.has_browser():
            self.app.open_url(self._code.verification_uri_complete or self._code.verification_uri)
        else:
            self.console.say("There is no browser here: open the address elsewhere.", "warning")

    def action_copy_page(self) -> None:
        """Send the address to the clipboard."""
        if self._phase is Phase.BROWSER and self._code is not None:
            code = self._code
            self.console.copy(code.verification_uri_complete or code.verification_uri)

    @on(TokenField.Numbered)
    def _numbered(self, event: TokenField.Numbered) -> None:
        event.stop()
        self.action_take(event.number)

    @on(TokenField.Left)
    def _left(self, event: TokenField.Left) -> None:
        event.stop()
        self.dismiss(None)
        if not self._session.snapshot.accounts:
            self.app.call_later(self.console.action_do, "quit")

    @on(SecretField.Changed)
    def _pasted(self, event: SecretField.Changed) -> None:
        event.stop()
        if self._why:
            self._why = ""
            self.lay_out()

    def _keys(self) -> tuple[tuple[str, str], ...]:
        match self._phase:
            case Phase.CHOOSING:
                nobody = not self._session.snapshot.accounts
                leave = (("q", "quits"),) if nobody else ()
                return (("enter", "checks it first"), ("esc", "closes this"), *leave)
            case Phase.WORKING:
                return (("esc", "calls it off"),)
            case Phase.BROWSER:
                return (("o", "opens it here"), ("y", "copies it"), ("esc", "calls it off"))
            case Phase.CHECKED if self._may_keep():
                return (
                    ("enter", "sign in, keep it in the keyring"),
                    ("f", "in a file"),
                    ("n", "keep it nowhere"),
                    ("esc", "back"),
                )
            case Phase.CHECKED:
                return (("enter", "sign in"), ("esc", "back"))
            case Phase.UNKEPT:
                locked = self._answer is not None and self._answer.locked
                again = "try again; the system asks you to unlock" if locked else "try again"
                return (("t", again), ("f", "keep it in a file"), ("enter", "leave it so"))
            case _:
                return (("enter", "keeps it there"), ("esc", "back"))

    def _may_keep(self) -> bool:
        """Whether it is a question where the token is kept."""
        return not self._kept_before and (self._ways is None or self._ways.keeps)

    @property
    def _kept_before(self) -> bool:
        return self._offer is not None and self._offer.token is None

    def _first_place(self) -> Keep:
        return Keep.KEYRING if self._may_keep() else Keep.NOWHERE

    def _enter(self, phase: Phase, why: str = "") -> None:
        self._phase, self._why = phase, why
        self.body.top = 0
        self.lay_out()
        if phase is Phase.CHOOSING:
            self._field.focus()
        elif phase is Phase.TYPED:
            self._typed.value = ""
            self._typed.focus()
        else:
            self.set_focus(None)

    def _work(self, doing: str, work: Coroutine[None, None, None]) -> None:
        """Ask for something; `esc` leads back to where we are now."""
        self._before, self._doing = self._phase, doing
        self._enter(Phase.WORKING)
        self.run_worker(work, group=_GROUP, exclusive=True, description="sign in")

    async def _ask(self, request: AccountRequest[Answer]) -> Answer | None:
        """Return the answer; None when there is none, and it was said why."""
        try:
            return await asyncio.wrap_future(self._session.ask(request))
        except CommandError as error:
            self._enter(self._before, error.message)
            return None

    async def _find(self) -> None:
        try:
            self._ways = await asyncio.wrap_future(self._session.ask(FindTokens(self._endpoint)))
        except CommandError as error:
            self._ways, self._why = Ways(no_browser=error.message), error.message
        self.lay_out()

    def _check(self) -> None:
        token = self._field.secret
        if not token:
            self._enter(Phase.CHOOSING, "Paste a token first, or press one of the numbers.")
            return
        self._offer = None
        self._work(
            "Asking the Hub whose token it is …",
            self._check_with(CheckToken(self._endpoint, token)),
        )

    async def _check_offer(self, offer: Offer) -> None:
        self._offer = offer
        await self._check_with(CheckOffer(self._endpoint, offer))

    async def _check_with(self, request: AccountRequest[Checked]) -> None:
        checked = await self._ask(request)
        if checked is not None:
            self._take_checked(checked)

    def _take_checked(self, checked: Checked) -> None:
        if checked.identity is None:
            self._enter(Phase.CHOOSING, checked.why)
            return
        self._checked = checked
        self._enter(Phase.CHECKED)

    async def _browse(self) -> None:
        code = await self._ask(BeginDevice(self._endpoint))
        if code is None:
            return
        ends = datetime.now(UTC) + timedelta(seconds=code.expires_in)
        self._offer, self._code, self._until = None, code, f"{ends.astimezone():%H:%M}"
        self._enter(Phase.BROWSER)
        await self._check_with(AwaitDevice(self._endpoint, code))

    def _yes_typed(self) -> None:
        if self._typed.value.strip().lower() == "yes":
            self._keep(Keep.FILE)
        else:
            self._enter(Phase.TYPED, "Nothing is kept there before you type yes.")

    def _keep(self, keep: Keep, *, patient: bool = False) -> None:
        checked = self._checked
        assert checked is not None
        source = self._offer.source if self._offer else ""
        request = SignIn(self._endpoint, checked, source, keep, patient, self._instead_of)
        before = self._before if self._phase is Phase.TYPED else self._phase
        doing = "Signing in …"
        if patient:
            doing = "Waiting for the keyring: the system may ask you to unlock it …"
        elif keep is Keep.KEYRING:
            doing = "Giving it to the keyring …"
        self._work(doing, self._sign_in(request))
        self._before = before

    async def _sign_in(self, request: SignIn) -> None:
        answer = await self._ask(request)
        if answer is None:
            return
        self._answer = answer
        if answer.why:
            self._enter(Phase.UNKEPT)
        else:
            self._finish()

    def _finish(self) -> None:
        answer = self._answer
        assert answer is not None
        said = signed_in_words(answer.identity, answer.place, kept_before=self._kept_before)
        self.console.say(said)
        self.dismiss(answer)
