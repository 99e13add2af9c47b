"""Volumes and storage: what one sees, stages and sends, and what is never lost by accident."""

from __future__ import annotations

from dataclasses import replace

import pytest
from textual.events import Paste
from textual.pilot import Pilot

from spaces_tui.model.mounting import Mounted, StorageEdit
from spaces_tui.model.volume import Source, Sources, Volume
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Request, Step
from spaces_tui.session.requests.volumes import ApplyMounts, ListSources, LoadMounts
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.screens.volumes import VolumesEditor
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, toasts
from tests.ui.fake_session import FakeSession
from tests.ui.test_hostile import PAYLOAD, assert_clean

SPACE = "ada/whisper-live"
DATA = Volume("bucket", "ada/recordings", "/data", read_only=False)
CORPUS = Volume("dataset", "acme/corpus", "/corpus", read_only=True, revision="v2", path="train")
HIDDEN = Volume("bucket", "****/******", "/vault", read_only=True)
HERE = Mounted(SPACE, (DATA, CORPUS))
OWNED = {
    ("bucket", "ada"): ("ada/recordings", "ada/scratch"),
    ("model", "ada"): ("ada/tiny-llm",),
    ("dataset", "acme"): ("acme/handbook",),
}


def sources(request: Request[Sources]) -> Sources:
    assert isinstance(request, ListSources)
    names = OWNED.get((request.kind, request.owner), ())
    return Sources(tuple(Source(request.kind, name, private=True) for name in names))


def prepared(here: Mounted | Exception = HERE) -> FakeSession:
    """Return a session that knows what one Space has mounted, and what could be."""
    session = FakeSession()
    session.answers = {LoadMounts: here, ListSources: sources}
    return session


def applied(session: FakeSession) -> list[ApplyMounts]:
    return [one for one in session.asked if isinstance(one, ApplyMounts)]


def outcome(*steps: Step) -> Outcome:
    return Outcome(SPACE, steps)


def done(key: str = "volumes") -> Outcome:
    return outcome(Step(key, "set the volumes: /data", done=True))


async def paste(pilot: Pilot[None], app: ConsoleApp, text: str) -> None:
    """Paste as a terminal does."""
    app.post_message(Paste(text))
    await pilot.pause()


async def opened(pilot: Pilot[None], app: ConsoleApp) -> None:
    """Open the editor and wait for what it shows."""
    await pilot.press("v")
    await see(pilot, app, "Volumes · ")


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_what_is_mounted_is_shown(size: tuple[int, int]) -> None:
    here = replace(HERE, storage="small")
    async with console(prepared(here), size=size, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        if size == TINY:
            await pilot.press("j")
            await see(pilot, app, "ada/recordings")
            return
        shown = screen_text(app)
        for part in ("/data", "bucket", "ada/recordings", "read and write", "acme/corpus@v2",
                     "folder train", "read only", "Storage tier · small, 20 GB"):  # fmt: skip
            assert part in shown
        assert "Disk content outside volumes is lost with every restart." in shown
        await pilot.press("G")
        await see(pilot, app, "small, 20 GB at /data, $5/month ($0.007/h) when last sold. It can")


async def test_a_bucket_is_added_with_completion() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("n")
        await see(pilot, app, "bucket   ada/scratch  private")
        assert "model    ada/tiny-llm" in screen_text(app)
        await pilot.press(*"scr")
        await gone(pilot, app, "ada/tiny-llm")
        await pilot.press("enter")
        # /data is taken, so the name of the source is proposed.
        await see(pilot, app, "/scratch")
        await pilot.press("tab", "right", "ctrl+s")
        await see(pilot, app, "1 staged")
        assert "+ /scratch" in screen_text(app)
        await pilot.press("ctrl+s")
        await see(pilot, app, "mount bucket ada/scratch at /scratch, read only")
        await see(pilot, app, "Restarts the Space once; disk outside volumes is wiped.")
        await pilot.press("enter")
        await pilot.pause()
        assert not applied(session)
        await pilot.press("y")
        await see(pilot, app, "Sending")
        new = Volume("bucket", "ada/scratch", "/scratch", read_only=True)
        assert applied(session) == [ApplyMounts(SPACE, HERE, (DATA, CORPUS, new))]
        session.reply(done())
        await gone(pilot, app, "Sending")
        assert not isinstance(app.screen, VolumesEditor)


async def test_a_source_is_taken_from_the_list_with_its_kind() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("n")
        await see(pilot, app, "ada/tiny-llm")
        await pilot.press("down", "down", "down", "up", "enter")
        await see(pilot, app, "← model →")
        await see(pilot, app, "read only, as every repository")
        await see(pilot, app, "/tiny-llm")
        await pilot.press("ctrl+s")
        await see(pilot, app, "+ /tiny-llm")


async def test_names_are_typed_while_nothing_came_and_after_it_failed() -> None:
    session = prepared()
    del session.answers[ListSources]
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("n")
        await see(pilot, app, "Reading the names of what you have")
        await paste(pilot, app, "eve/public")
        await pilot.press("enter", *"-x")
        await see(pilot, app, "/public-x")
        session.reply(Sources((Source("bucket", "ada/late"),)))
        session.reply(CommandError("The Hub is down."))
        while session.waiting:
            session.reply(Sources())
        await see(pilot, app, "The models of ada could not be read, any name can be typed: The")
        assert "/public-x" in screen_text(app)
        await pilot.press("ctrl+s")
        await see(pilot, app, "eve/public")
        await see(pilot, app, "1 staged")
        # What failed is asked for again, and what came is still there.
        await pilot.press("n", *"late")
        await see(pilot, app, "bucket   ada/late")
        assert [request for request, _ in session.waiting] == [ListSources("model", "ada")]
        await pilot.press("enter", "ctrl+s")
        await see(pilot, app, "2 staged")


async def test_the_mount_path_is_checked_while_typing() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("n", *"scr", "enter", "ctrl+u", "d")
        await see(pilot, app, "The mount path begins with /")
        for mount, said in (
            ("/corpus/", "Something is mounted at /corpus already."),
            ("/proc", "/proc belongs to the system"),
            ("/data/x", "inside another mount (/data)"),
        ):
            await pilot.press("ctrl+u")
            await paste(pilot, app, mount)
            await see(pilot, app, said)


async def test_an_incomplete_volume_is_not_staged() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("n")
        await paste(pilot, app, "nothing of mine")
        await see(pilot, app, "Write the source as owner/name.")
        await pilot.press("ctrl+u", "ctrl+s")
        await see(pilot, app, "Write the source as owner/name.")
        await paste(pilot, app, "ada/scratch")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Say where it is mounted")
        await pilot.press("escape")
        await see(pilot, app, "nothing staged")


async def test_a_volume_is_changed_removed_and_left_alone_again() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("j", "enter")
        await see(pilot, app, "Change the volume")
        await pilot.press("enter", "tab", "right", "ctrl+s")
        await see(pilot, app, "~ /data")
        await pilot.press("j", "d")
        await see(pilot, app, "2 staged")
        await pilot.press("u")
        await see(pilot, app, "1 staged")
        await pilot.press("d", "d", "d", "ctrl+s")
        await see(pilot, app, "unmount acme/corpus@v2, folder train from /corpus")
        await see(pilot, app, "Unmounting deletes nothing")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        (sent,) = applied(session)
        assert sent.volumes == (replace(DATA, read_only=True),)


async def test_a_hidden_source_is_never_touched() -> None:
    here = Mounted(SPACE, (HIDDEN, DATA))
    async with console(prepared(here), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await see(pilot, app, "the volumes cannot be changed from")
        await see(pilot, app, "hidden from this account")
        assert "****" not in screen_text(app)
        for keys in (("n",), ("j", "enter"), ("d",), ("j", "d")):
            await pilot.press(*keys)
        await pilot.pause()
        assert isinstance(app.screen, VolumesEditor)
        assert any("ask somebody who sees it" in said for said in toasts(app))
        await pilot.press("ctrl+s")
        await pilot.pause()
        assert not applied(session)


async def test_what_somebody_else_did_is_shown_and_sent_again_on_top() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("j", "d", "ctrl+s")
        await see(pilot, app, "unmount ada/recordings from /data")
        theirs = Mounted(SPACE, (replace(DATA, source="ada/scratch"), CORPUS))
        session.answers[LoadMounts] = theirs
        await pilot.press("y")
        await see(pilot, app, "Sending")
        why = "Somebody else changed the volumes meanwhile (/data was changed): nothing sent."
        session.reply(outcome(Step("volumes", "set the volumes: /corpus", error=why)))
        await see(pilot, app, "Somebody else changed the volumes")
        await see(pilot, app, "changed meanwhile")
        await pilot.press("ctrl+s")
        await see(pilot, app, "(ada/scratch at /data, read and")
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert applied(session)[-1] == ApplyMounts(SPACE, theirs, (CORPUS,))


async def test_what_failed_stays_with_the_reason_and_can_be_sent_again() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("j", "t")
        await see(pilot, app, "never shrink")
        await pilot.press("enter")
        await see(pilot, app, "is mounted at /data, where the tier has to be")
        await pilot.press("escape", "d", "ctrl+s", "y")
        await see(pilot, app, "Sending")
        session.reply(CommandError("The Hub cannot be reached."))
        await see(pilot, app, "1 staged")
        session.answers[LoadMounts] = CommandError("The Hub cannot be reached.")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        lost = "The connection broke. It may have been done all the same."
        session.reply(outcome(Step("volumes", "set the volumes: /corpus", error=lost)))
        await see(pilot, app, lost)
        await see(pilot, app, "1 staged")
        session.answers[LoadMounts] = Mounted(SPACE, (CORPUS,))
        await pilot.press("ctrl+r")
        await see(pilot, app, "nothing staged")


async def test_storage_shows_its_price_and_needs_a_key_of_its_own() -> None:
    here = Mounted(SPACE, (CORPUS,), "medium")
    async with console(prepared(here), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("t")
        await see(pilot, app, "$25/month ($0.034/h)")
        assert "smaller: delete first" in screen_text(app)
        await pilot.press("g", "enter")
        await see(pilot, app, "delete medium first, with all its data, then")
        await pilot.press("j", "j", "enter")
        await see(pilot, app, "large, 1 TB")
        await pilot.press("ctrl+s")
        await see(pilot, app, "for $100/month ($0.137/h), instead of")
        await pilot.press("enter")
        await pilot.pause()
        assert not applied(session)
        await pilot.press("y")
        await see(pilot, app, "Sending")
        assert applied(session) == [ApplyMounts(SPACE, here, None, StorageEdit("large"))]
        session.reply(done("storage"))
        await gone(pilot, app, "Sending")


async def test_storage_is_deleted_only_with_the_name_typed() -> None:
    here = Mounted(SPACE, (CORPUS,), "medium")
    async with console(prepared(here), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("t", "G")
        await see(pilot, app, "Deleting the storage: all data is lost.")
        await pilot.press("enter")
        await see(pilot, app, "deleted: all data is lost")
        await pilot.press("ctrl+s")
        await see(pilot, app, "Deletes the storage medium, 150 GB at /data: all data is lost.")
        await pilot.press("y", "enter")
        await pilot.pause()
        assert not applied(session)
        await pilot.press("backspace")
        await paste(pilot, app, SPACE)
        await pilot.press("enter")
        await see(pilot, app, "Sending")
        assert applied(session) == [ApplyMounts(SPACE, here, None, StorageEdit(None))]
        refused = Step("storage", "delete the storage", error="This needs a write token.")
        session.reply(outcome(refused))
        await see(pilot, app, "This needs a write token.")
        await see(pilot, app, "1 staged")


async def test_half_of_it_done_the_other_half_stays() -> None:
    here = Mounted(SPACE, (DATA,))
    async with console(prepared(here), size=USUAL, target=SPACE) as (pilot, session, app):
        await opened(pilot, app)
        await pilot.press("j", "d", "t", "enter", "ctrl+s")
        await see(pilot, app, "Restarts the Space twice, once for each request")
        session.answers[LoadMounts] = Mounted(SPACE)
        await pilot.press("y")
        await see(pilot, app, "Sending")
        session.reply(
            outcome(
                Step("volumes", "unmount all volumes", done=True),
                Step("storage", "ask for small storage", error="No payment method."),
            )
        )
        await see(pilot, app, "✔ unmount all volumes")
        await see(pilot, app, "No payment method.")
        await see(pilot, app, "1 staged")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "Sending")
        assert applied(session)[-1] == ApplyMounts(
            SPACE, Mounted(SPACE), None, StorageEdit("small")
        )


async def test_a_paused_space_is_not_said_to_restart() -> None:
    paused = "acme/trainer"
    here = Mounted(paused, (DATA,))
    async with console(prepared(here), size=USUAL, target=paused) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("j", "d", "ctrl+s")
        await see(pilot, app, "It does not run now")


async def test_what_cannot_be_read_is_tried_again() -> None:
    session = prepared(CommandError("The Hub is down."))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("v")
        await see(pilot, app, "The Hub is down.")
        session.answers[LoadMounts] = HERE
        await pilot.press("ctrl+r")
        await see(pilot, app, "ada/recordings")


async def test_a_static_space_says_why_not() -> None:
    async with console(target="ada/blog", size=USUAL) as (pilot, session, app):
        await pilot.press("v")
        await pilot.pause()
        assert "Static Spaces have no container to mount anything into." in toasts(app)
        assert not session.asked


async def test_nothing_a_terminal_obeys_is_shown() -> None:
    hostile = Volume("bucket", f"eve/{PAYLOAD}", f"/{PAYLOAD}", path=PAYLOAD)
    session = prepared(Mounted(SPACE, (hostile,), PAYLOAD))
    session.answers[ListSources] = Sources((Source("bucket", f"eve/{PAYLOAD}"),))
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        assert_clean(app)
        await pilot.press("j", "enter")
        await see(pilot, app, "Change the volume")
        assert_clean(app)


async def test_the_form_works_in_the_smallest_terminal() -> None:
    async with console(prepared(), size=TINY, target=SPACE) as (pilot, _, app):
        await opened(pilot, app)
        await pilot.press("n", "ctrl+s")
        await see(pilot, app, "Write the source as")
        await paste(pilot, app, "ada/scratch")
        await pilot.press("enter")
        await see(pilot, app, "/scratch")
        await pilot.press("ctrl+s")
        await see(pilot, app, "1 staged")
