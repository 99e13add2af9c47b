"""The accounts screen and the sign-in dialog."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from textual.events import Paste

from spaces_tui.model.access import DeviceCode, OAuthTokens
from spaces_tui.model.identity import Identity, Organization, Role, Secret
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
    Prefer,
    SignedIn,
    SignedOut,
    SignIn,
    SignOut,
    TryAgain,
    Ways,
)
from spaces_tui.session.snapshot import Connection, Link, Snapshot, Standing
from spaces_tui.ui.screens.accounts import AccountsScreen
from spaces_tui.ui.screens.signin import SignInScreen
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts, until
from tests.ui.fake_session import ADA, NOW, FakeSession, account, live_snapshot

TOKEN = "hf_planted_and_searched_for"
BOB = Identity("bob", organizations=(Organization("acme", Role.READ),), token_role="read")
SAVED = Offer("the hf command's token “work”", Secret(TOKEN))
KEPT = Offer("bob in the keyring", name="bob")
WAYS = Ways((SAVED, KEPT), file="/home/ada/.local/state/tokens.json")
NO_BROWSER = replace(WAYS, no_browser="It needs an OAuth app of your own.")
GOOD = Checked(Secret(TOKEN), ADA)
CODE = DeviceCode(Secret("device"), "WDJB-MJHT", "https://hub/device", None, 5, 900)


def nobody() -> Snapshot:
    """Return a console that found no token."""
    return Snapshot(
        version=1,
        endpoint="https://huggingface.co",
        connection=Connection(Link.SIGNED_OUT, "Not signed in at https://huggingface.co."),
    )


def two(standing: Standing = Standing.LIVE, sentence: str = "") -> Snapshot:
    """Return a console with two accounts, of which the second stands so."""
    accounts = (account(ADA), account(BOB, standing, sentence))
    return replace(live_snapshot(), accounts=accounts, identities=(ADA, BOB))


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_the_doctor_says_what_each_token_may_do(size: tuple[int, int]) -> None:
    async with console(FakeSession(two()), size=size) as (pilot, _, app):
        await pilot.press("a")
        await see(pilot, app, "● ada")
        await pilot.press("down")
        await see(pilot, app, "── bob")
        if size != TINY:
            await see(pilot, app, "bob · read token")
            await see(pilot, app, "✖ bob: no  restart, hardware, sleep time, secrets")
            await see(pilot, app, "A read token changes nothing.")
        await pilot.press("escape")
        assert not isinstance(app.screen, AccountsScreen)


async def test_nobody_is_asked_to_sign_in_once_and_may_paste_what_a_clipboard_gives() -> None:
    session = FakeSession(nobody(), answers={FindTokens: WAYS, CheckToken: GOOD})
    session.answers[SignIn] = SignedIn(ADA, "the system's keyring")
    async with console(session, size=USUAL) as (pilot, _, app):
        await see(pilot, app, "1  the hf command's token “work”")
        await see(pilot, app, "2  bob in the keyring")
        await see(pilot, app, "3  in a browser, with a code")
        app.screen.query_one("#token").post_message(Paste(f"  {TOKEN}\r\n"))
        await see(pilot, app, "••••")
        await pilot.press("enter")
        await see(pilot, app, "✔ acme: yes  restart, hardware")
        await pilot.press("enter")
        await gone(pilot, app, "✔ acme")
        assert "Signed in as ada. The token is kept in the system's keyring." in toasts(app)
        assert TOKEN not in screen_text(app)
        asked = session.asked[-1]
        assert isinstance(asked, SignIn)
        assert (asked.keep, asked.checked) == (Keep.KEYRING, GOOD)
        session.publish(nobody())
        await pilot.press("question_mark")
        assert not isinstance(app.screen, SignInScreen)


async def test_the_dialog_for_nobody_closes_when_somebody_signs_in_elsewhere() -> None:
    session = FakeSession(nobody(), answers={FindTokens: WAYS})
    async with console(session, USUAL) as (pilot, _, app):
        await see(pilot, app, "q quits")
        session.publish(live_snapshot())
        await gone(pilot, app, "q quits")
        assert app.screen is app.main


async def test_the_group_of_a_refused_account_says_so_and_others_are_as_ever() -> None:
    session = FakeSession(two(Standing.REFUSED, "The token is wrong or expired."))
    owners = replace(session.snapshot.accounts[1], owners=("lab",))
    first = replace(session.snapshot.accounts[0], owners=("ada", "acme"))
    session.update(accounts=(first, owners))
    async with console(session, size=USUAL) as (_, _, app):
        (heading,) = (one for one in screen_text(app).splitlines() if "▾ lab" in one)
        assert "refused: a" in heading
        assert screen_text(app).count("refused: a") == 1


async def test_q_leaves_before_a_token_is_begun_and_is_a_letter_of_one_afterwards() -> None:
    async with console(FakeSession(nobody(), answers={FindTokens: WAYS}), USUAL) as (pilot, _, app):
        await see(pilot, app, "q quits")
        await pilot.press(*"hfq")
        await see(pilot, app, "••••")
        assert app.is_running
        await pilot.press("ctrl+u", "q")
        await until(pilot, lambda: app._exit)


async def test_what_was_pasted_outlives_every_failure() -> None:
    session = FakeSession(answers={FindTokens: NO_BROWSER})
    session.answers[CheckToken] = CommandError("The session has ended.")
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("a", "a")
        await see(pilot, app, "It needs an OAuth app of your own.")
        await pilot.press("enter")
        await see(pilot, app, "Paste a token first")
        await pilot.press("3")
        await see(pilot, app, "3  in a browser, with a code")
        await pilot.press(*TOKEN, "enter")
        await see(pilot, app, "The session has ended.")
        session.answers[CheckToken] = Checked(Secret(TOKEN), why="The token is wrong or expired.")
        await pilot.press("enter")
        await see(pilot, app, "The token is wrong or expired.")
        del session.answers[CheckToken]
        await pilot.press("enter")
        await see(pilot, app, "Asking the Hub whose token it is …")
        await pilot.press("escape")
        assert session.waiting[-1][1].cancelled()
        session.waiting.clear()
        session.answers[CheckToken] = GOOD
        await pilot.press("enter")
        await see(pilot, app, "✔ ada: yes")
        assert {one.token for one in session.asked if isinstance(one, CheckToken)} == {
            Secret(TOKEN)
        }


async def test_a_store_that_fails_leaves_three_ways() -> None:
    session = FakeSession(answers={FindTokens: WAYS, CheckOffer: GOOD})
    locked = SignedIn(ADA, why="The system's keyring is locked.", locked=True)
    session.answers[SignIn] = locked
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("a", "a", "1")
        await see(pilot, app, "sign in, keep it in the keyring")
        await pilot.press("enter")
        await see(pilot, app, "The system's keyring is locked.")
        await pilot.press("t")
        await see(pilot, app, "try again; the system asks you to unlock")
        asked = session.asked[-1]
        assert isinstance(asked, SignIn)
        assert asked.patient
        await pilot.press("f")
        await see(pilot, app, "tokens.json")
        await pilot.press("y", "enter")
        await see(pilot, app, "Nothing is kept there before you type yes.")
        session.answers[SignIn] = SignedIn(ADA, "/home/ada/.local/state/tokens.json")
        await pilot.press(*"yes", "enter")
        await gone(pilot, app, "Type yes")
        asked = session.asked[-1]
        assert isinstance(asked, SignIn)
        assert asked.keep is Keep.FILE


async def test_one_that_is_kept_already_is_not_kept_again() -> None:
    session = FakeSession(answers={FindTokens: WAYS, SignIn: SignedIn(BOB)})
    session.answers[CheckOffer] = Checked(Secret(TOKEN), BOB)
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("a", "a", "2")
        await see(pilot, app, "A read token changes nothing.")
        assert "in a file" not in screen_text(app)
        await pilot.press("enter")
        await gone(pilot, app, "A read token")
        assert toasts(app) == ["Signed in as bob."]
        asked = session.asked[-1]
        assert isinstance(asked, SignIn)
        assert asked.keep is Keep.NOWHERE


async def test_a_browser_elsewhere_signs_in_with_a_code_that_can_be_called_off() -> None:
    session = FakeSession(answers={FindTokens: WAYS, BeginDevice: CODE})
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("a", "a", "3")
        await see(pilot, app, "WDJB-MJHT")
        await see(pilot, app, "https://hub/device")
        await see(pilot, app, "reaches organizations only as far as you grant it")
        await pilot.press("escape")
        await see(pilot, app, "3  in a browser")
        assert session.waiting.pop()[1].cancelled()
        tokens = OAuthTokens(Secret(TOKEN), None, 28_800)
        until = NOW + timedelta(days=40_000)
        signed = Identity("ada", organizations=ADA.organizations)
        session.answers[AwaitDevice] = Checked(Secret(TOKEN), signed, "", tokens, until)
        await pilot.press("3")
        await see(pilot, app, "ada · browser sign-in")
        await see(pilot, app, "The token ends in")
        session.answers[AwaitDevice] = CommandError("The code has expired.")
        await pilot.press("escape", "3")
        await see(pilot, app, "The code has expired.")


async def test_signing_out_says_first_what_goes_and_needs_a_second_key() -> None:
    session = FakeSession(two())
    left = ("HF_TOKEN, which is used again at the next start",)
    session.answers[SignOut] = SignedOut(("the system's keyring",), left_alone=left)
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("a", "down", "o")
        await see(pilot, app, "Sign out bob?")
        await see(pilot, app, "valid until it is revoked")
        await pilot.press("enter")
        assert session.asked == []
        await pilot.press("o", "y")
        await see(pilot, app, "bob: the token is removed from the system's keyring.")
        await see(pilot, app, "Left alone: HF_TOKEN")
        assert session.asked == [SignOut("https://huggingface.co", "bob")]


async def test_what_is_out_of_reach_is_unlocked_and_what_fails_says_why() -> None:
    session = FakeSession(two(Standing.UNREACHABLE, "The system's keyring is locked."))
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("a")
        await see(pilot, app, "out of reach")
        await see(pilot, app, "── bob")
        await pilot.press("u")
        await see(pilot, app, "the system may ask you to unlock it")
        await pilot.press("escape")
        assert session.waiting.pop()[1].cancelled()
        session.answers[TryAgain] = CommandError("Your keyring stays locked.")
        await pilot.press("r")
        await see(pilot, app, "Your keyring stays locked.")
        assert session.asked == [
            TryAgain("https://huggingface.co", "bob", patient=True),
            TryAgain("https://huggingface.co", "bob"),
        ]


async def test_the_one_under_the_cursor_is_put_first() -> None:
    session = FakeSession(two(), answers={Prefer: None})
    async with console(session, size=USUAL) as (pilot, _, app):
        await pilot.press("a", "p", "down", "p")
        await see(pilot, app, "bob is used first")
        assert session.asked == [Prefer("https://huggingface.co", "bob")]


async def test_a_refused_token_is_told_once_and_the_key_leads_to_a_new_one() -> None:
    session = FakeSession(two(), answers={FindTokens: WAYS})
    async with console(session, size=USUAL) as (pilot, _, app):
        session.publish(two(Standing.REFUSED, "The token is wrong or expired."))
        await see(pilot, app, "The token of bob was refused: press a to sign in again.")
        session.publish(two(Standing.REFUSED, "The token is wrong or expired."))
        await pilot.press("a")
        assert len(toasts(app)) == 1
        await see(pilot, app, "Sign in again as bob")
        await pilot.press("escape")
        await see(pilot, app, "✖ bob")
        await pilot.press("escape", "a")
        await see(pilot, app, "✖ bob")
        assert isinstance(app.screen, AccountsScreen)
