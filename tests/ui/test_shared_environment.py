"""Variables and secrets of all marked Spaces: staged once, compared with each, sent to many."""

from __future__ import annotations

from pathlib import Path

from textual.widgets import Input

from spaces_tui.model.environment import Edit, EntryKind, Environment, SecretInfo, Variable
from spaces_tui.model.identity import Secret
from spaces_tui.model.sharedenvironment import SpaceNow
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import Many
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.environment import ApplyEnvironment, LoadEnvironments
from spaces_tui.ui.screens.sharedenvironment import SharedEnvironmentEditor
from tests.ui.driving import TINY, USUAL, console, gone, screen_text, see, toasts
from tests.ui.fake_session import SPACES, FakeSession

LIVE = "ada/whisper-live"
CHAT = "ada/old-chat"
BLOG = "ada/blog"
READER = "lab/reader"
VARIABLE = EntryKind.VARIABLE
SECRET = EntryKind.SECRET
PLANTED = "correct-horse-7f3a"
ABOUT = {one.id: one for one in SPACES}
SLOW = Variable("MODE", "slow", "how")
OLD = Variable("OLD", "1")


def now(name: str, *variables: Variable, secrets: tuple[str, ...] = ()) -> SpaceNow:
    """Return what a Space has."""
    environment = Environment(
        name, {one.key: one for one in variables}, {key: SecretInfo(key) for key in secrets}
    )
    return SpaceNow(name, ABOUT[name], environment)


def step(key: str, error: str = "") -> Step:
    return Step(key, f"set {key}", done=not error, error=error)


async def test_each_space_gets_what_it_lacks_and_failed_ones_stay() -> None:
    async with console(FakeSession(), size=USUAL, target=LIVE) as (pilot, session, app):
        app.main.sidebar.marked = {LIVE, CHAT, BLOG, READER}
        await pilot.press("e")
        await see(pilot, app, "Variables and secrets of 3 Spaces")
        await pilot.press("n", *"MODE", "enter", *"fast", "ctrl+s")
        await see(pilot, app, "1 staged")
        await pilot.press("N", *"A_KEY", "enter", *PLANTED, "ctrl+s")
        await see(pilot, app, "Static Spaces get no secrets")
        await pilot.press("d", *"MODE")
        await see(pilot, app, "MODE is staged to be set: removing it instead forgets that value.")
        await pilot.press("escape", "d", *"OLD", "enter")
        await see(pilot, app, "3 staged")
        assert session.asked == []
        await pilot.press("ctrl+s")
        await see(pilot, app, "Reading what 3 Spaces have")
        (asked,) = session.asked
        assert isinstance(asked, LoadEnvironments)
        assert set(asked.spaces) == {LIVE, CHAT, BLOG}
        found = (
            now(LIVE, SLOW, OLD),
            now(CHAT, secrets=("MODE",)),
            now(BLOG, Variable("MODE", "fast")),
        )
        session.reply(found)
        await see(pilot, app, "1 variable, 1 secret, 1 removal on 2 of 3 Spaces")
        shown = " ".join(screen_text(app).split())
        for part in (
            "set the variable MODE = fast",
            "replaced on 1, so already on 1, refused on 1",
            "new on 2, left out on 1",
            "Restarts 1 Space, up to 3 times",
            "1 Space does not run now",
        ):
            assert part in shown
        assert PLANTED[:4] not in shown
        await pilot.press("enter", "y")
        await see(pilot, app, "Sending")
        many = session.asked[1]
        assert isinstance(many, Many)
        secret = Edit(SECRET, "A_KEY", Secret(PLANTED))
        assert many.changes == (
            ApplyEnvironment(
                LIVE,
                (
                    Edit(VARIABLE, "MODE", "fast", "how", before=SLOW),
                    secret,
                    Edit(VARIABLE, "OLD", delete=True, before=OLD),
                ),
            ),
            ApplyEnvironment(CHAT, (secret,)),
        )
        assert PLANTED not in repr(many)
        lost = step("variable:MODE", "The connection was lost.")
        session.reply(
            (
                Outcome(LIVE, (step("variable:OLD"), lost, step("secret:A_KEY"))),
                Outcome(CHAT, (step("secret:A_KEY"),)),
            )
        )
        await see(pilot, app, "The connection was lost.")
        await see(pilot, app, "MODE is a secret there")
        await see(pilot, app, "Variables and secrets of 2 Spaces")
        assert app.main.sidebar.marked == {LIVE, CHAT}
        await gone(pilot, app, "static too")  # what is left has none
        # Once more: what was done is not sent again, the secret nobody can read included.
        await pilot.press("ctrl+s")
        await see(pilot, app, "Reading what 2 Spaces have")
        session.reply((now(LIVE, SLOW, secrets=("A_KEY",)), now(CHAT, secrets=("A_KEY",))))
        await see(pilot, app, "on 2 of 2 Spaces")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        again = session.asked[3]
        assert isinstance(again, Many)
        assert [[one.step for one in each.edits] for each in again.changes
                if isinstance(each, ApplyEnvironment)] == [["variable:MODE"]] * 2  # fmt: skip
        session.reply(
            (
                Outcome(LIVE, (step("variable:MODE"),)),
                Outcome(CHAT, (step("variable:MODE", "No."),)),
            )
        )
        await see(pilot, app, "Variables and secrets of 1 Space ")
        assert app.main.sidebar.marked == {CHAT}
        # The last one alone: it is marked no longer once it has everything.
        await pilot.press("ctrl+s")
        await see(pilot, app, "Reading what 1 Space has")
        session.reply((now(CHAT, secrets=("A_KEY",)),))
        await see(pilot, app, "on 1 of 1 Space")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert isinstance(session.asked[5], ApplyEnvironment)
        session.reply(Outcome(CHAT, (step("variable:MODE"),)))
        await gone(pilot, app, "Sending")
        assert not isinstance(app.screen, SharedEnvironmentEditor)
        assert app.main.sidebar.marked == set()


async def test_a_secret_goes_to_static_spaces_after_a_typed_word() -> None:
    async with console(FakeSession(), size=TINY, target=LIVE) as (pilot, session, app):
        app.main.sidebar.marked = {LIVE, BLOG}
        session.answers = {LoadEnvironments: (now(LIVE), now(BLOG))}
        await pilot.press("e")
        await see(pilot, app, "Nothing yet")
        await pilot.press("N", *"A_KEY", "enter", *PLANTED, "ctrl+s")
        await see(pilot, app, "1 staged")
        await pilot.press("t", "ctrl+s")
        await see(pilot, app, "Type publish 1")
        app.screen.query_one("#typed", Input).value = "publish 1"
        await pilot.press("enter")
        await see(pilot, app, "Sending")
        many = session.asked[1]
        assert isinstance(many, Many)
        assert [one.space for one in many.changes] == [LIVE, BLOG]
        assert PLANTED[:4] not in screen_text(app)


async def test_what_cannot_be_read_is_left_out_and_nothing_typed_is_lost() -> None:
    async with console(FakeSession(), size=USUAL, target=LIVE) as (pilot, session, app):
        app.main.sidebar.marked = {LIVE, CHAT}
        await pilot.press("e")
        await see(pilot, app, "Nothing yet")
        await pilot.press("n", *"SPACE_ID")
        await see(pilot, app, "The Hub sets SPACE_ID itself")
        await pilot.press("escape", "n", *"MODE", "enter", *"fast", "ctrl+s")
        await see(pilot, app, "1 staged")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Reading what")
        session.reply(CommandError("The connection was lost."))
        await see(pilot, app, "1 staged")
        assert "The connection was lost." in toasts(app)
        await pilot.press("ctrl+s")
        await see(pilot, app, "Reading what")
        await pilot.press("escape")
        await see(pilot, app, "1 staged")
        session.waiting.clear()
        await pilot.press("ctrl+s")
        await see(pilot, app, "Reading what")
        session.reply((now(LIVE, Variable("MODE", "fast")), SpaceNow(CHAT, error="No answer.")))
        await see(pilot, app, "No answer.")
        await see(pilot, app, "1 staged")
        assert not [one for one in session.asked if not isinstance(one, LoadEnvironments)]


async def test_a_file_is_imported_for_all_of_them(tmp_path: Path) -> None:
    file = tmp_path / "shared.env"
    file.write_text(f"MODE=fast\nAPI_TOKEN={PLANTED}\nSPACE_ID=mine\n")
    async with console(FakeSession(), size=USUAL, target=LIVE) as (pilot, session, app):
        app.main.sidebar.marked = {LIVE, CHAT}
        session.answers = {LoadEnvironments: (now(LIVE, Variable("MODE", "fast")), now(CHAT))}
        await pilot.press("e")
        await see(pilot, app, "Nothing yet")
        await pilot.press("i")
        await see(pilot, app, "Import")
        app.screen.query_one("#path", Input).value = str(file)
        await pilot.press("enter")
        await see(pilot, app, "3 names, 2 of them to be staged")
        await pilot.press("ctrl+s")
        await see(pilot, app, "2 staged")
        await pilot.press("ctrl+s")
        await see(pilot, app, "1 variable, 1 secret on 2 of 2 Spaces")
        shown = screen_text(app)
        assert "new on 1, so already on 1" in shown
        assert PLANTED[:4] not in shown
        await pilot.press("y")
        await see(pilot, app, "Sending")
        many = session.asked[1]
        assert isinstance(many, Many)
        secret = Edit(SECRET, "API_TOKEN", Secret(PLANTED))
        assert many.changes == (
            ApplyEnvironment(LIVE, (secret,)),
            ApplyEnvironment(CHAT, (Edit(VARIABLE, "MODE", "fast"), secret)),
        )


async def test_a_console_that_only_reads_refuses() -> None:
    session = FakeSession()
    session.update(read_only=True)
    async with console(session, size=USUAL, target=LIVE) as (pilot, _, app):
        app.main.sidebar.marked = {LIVE, CHAT}
        await pilot.press("e")
        await see(pilot, app, "nothing is changed")
        assert not isinstance(app.screen, SharedEnvironmentEditor)
