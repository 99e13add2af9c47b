"""Commits of a Space: the list, what one changed, and the way back."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from spaces_tui.model.files import CommitChanges, HistoryPage, RollbackPlan
from spaces_tui.model.patch import FilePatch
from spaces_tui.model.repo import CommitInfo, EntryType, TreeEntry
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.base import Outcome, Step
from spaces_tui.session.requests.files import LoadCommit, LoadHistory, PlanRollback, RollBack
from spaces_tui.ui.screens.history import CommitScreen, HistoryScreen
from tests.ui.driving import TINY, USUAL, WIDE, console, see, toasts, until
from tests.ui.fake_session import NOW, FakeSession, live_snapshot

SPACE = "ada/whisper-live"


def commit(number: int) -> CommitInfo:
    when = NOW - timedelta(days=number)
    return CommitInfo(f"{number:07}" + "c" * 33, f"Commit {number}", authors=("ada",), date=when)


def page(request: LoadHistory) -> HistoryPage:
    first = request.page * 50
    commits = tuple(commit(number) for number in range(first, min(first + 50, 120)))
    return HistoryPage("h" * 40, commits, more=request.page < 2)


def changes(request: LoadCommit) -> CommitChanges:
    files = (
        FilePatch("app.py", lines=("@@ -1 +1 @@", "-old \x1b[31mline", "+new line")),
        FilePatch("model.bin", "added", note="large file: +12 B"),
        FilePatch("z.py", "deleted", lines=("@@ -1,40 +0,0 @@", *(f"-{n}" for n in range(40)))),
    )
    return CommitChanges(replace(commit(3), oid=request.oid, message="Why it was done"), files)


def plan(request: PlanRollback) -> RollbackPlan:
    entry = TreeEntry("app.py", EntryType.FILE, "x", 12)
    gone = TreeEntry("added.py", EntryType.FILE, "y", 12)
    return RollbackPlan(SPACE, replace(commit(1), oid=request.oid), "h" * 40, (), (entry,), (gone,))


def prepared() -> FakeSession:
    """Return a session that knows the history of one Space."""
    session = FakeSession()
    session.answers = {LoadHistory: page, LoadCommit: changes, PlanRollback: plan}
    return session


def backs(session: FakeSession) -> list[RollBack]:
    return [one for one in session.asked if isinstance(one, RollBack)]


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_pages_come_as_one_goes_down(size: tuple[int, int]) -> None:
    async with console(prepared(), size=size, target=SPACE) as (pilot, session, app):
        await pilot.press("H")
        await see(pilot, app, "Commit 1")
        pages = [one for one in session.asked if isinstance(one, LoadHistory)]
        assert [(one.revision, one.page) for one in pages] == [(None, 0)]
        await pilot.press("G")
        await see(pilot, app, "100 commits")
        await pilot.press("G")
        await see(pilot, app, "120 commits")
        pages = [one for one in session.asked if isinstance(one, LoadHistory)]
        assert [one.revision for one in pages] == [None, "h" * 40, "h" * 40]


async def test_a_page_that_fails_is_asked_for_again() -> None:
    session = prepared()
    session.answers[LoadHistory] = CommandError("The Hub cannot be reached.")
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("H")
        await see(pilot, app, "The Hub cannot be reached.")
        session.answers[LoadHistory] = page
        await pilot.press("ctrl+r")
        await see(pilot, app, "Commit 1")
        session.answers[LoadHistory] = CommandError("Too many requests.")
        await pilot.press("G")
        await see(pilot, app, "Too many requests.")
        session.answers[LoadHistory] = page
        await pilot.press("ctrl+r")
        await see(pilot, app, "100 commits")


async def test_what_a_commit_changed() -> None:
    async with console(prepared(), size=USUAL, target=SPACE) as (pilot, session, app):
        await pilot.press("H")
        await see(pilot, app, "Commit 2")
        await pilot.press("j", "j", "enter")
        await see(pilot, app, "Why it was done")
        await see(pilot, app, "-old line")
        await see(pilot, app, "large file: +12 B")
        assert [one.oid for one in session.asked if isinstance(one, LoadCommit)] == [commit(2).oid]
        await pilot.press("n", "n", "n")
        await see(pilot, app, "── z.py ──")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        session.answers[LoadCommit] = CommandError("The Hub has a problem.")
        await pilot.press("enter")
        await see(pilot, app, "The Hub has a problem.")
        session.answers[LoadCommit] = changes
        await pilot.press("ctrl+r")
        await see(pilot, app, "Why it was done")


async def test_a_way_back_needs_two_keys_and_says_what_it_does() -> None:
    session = prepared()
    session.answers[RollBack] = Outcome(SPACE, (Step("rollback", "roll back", done=True),))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("H")
        await see(pilot, app, "Commit 1")
        await pilot.press("j", "U")
        await see(pilot, app, "1 file as it was, 1 file disappears.")
        await see(pilot, app, "- added.py")
        await pilot.press("enter", "y")
        assert backs(session) == []
        await pilot.press("ctrl+s")
        await see(pilot, app, "one new commit with the old files")
        await see(pilot, app, "builds ada/whisper-live again")
        await pilot.press("enter")
        assert backs(session) == []
        asked = len(session.asked)
        await pilot.press("y")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        assert [one.plan.commit.oid for one in backs(session)] == [commit(1).oid]
        await until(pilot, lambda: len(session.asked) > asked + 1)


async def test_a_way_back_that_is_refused_is_looked_at_again() -> None:
    session = prepared()
    why = "The branch was updated since you opened this page."
    session.answers[RollBack] = Outcome(SPACE, (Step("rollback", "roll back", error=why),))
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("H")
        await see(pilot, app, "Commit 1")
        await pilot.press("j", "U")
        await see(pilot, app, "- added.py")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, why)
        plans = len([one for one in session.asked if isinstance(one, PlanRollback)])
        await pilot.press("ctrl+r")
        await until(
            pilot,
            lambda: len([one for one in session.asked if isinstance(one, PlanRollback)]) > plans,
        )
        session.answers[RollBack] = CommandError("The session has ended.")
        await pilot.press("ctrl+s", "y")
        await see(pilot, app, "The session has ended.")
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))


async def test_nothing_to_go_back_to_and_nobody_to_do_it() -> None:
    session = prepared()
    session.answers[PlanRollback] = lambda request: replace(plan(request), changed=(), gone=())
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("H")
        await see(pilot, app, "Commit 1")
        await pilot.press("U")
        await see(pilot, app, "nothing to do")
        await pilot.press("ctrl+s", "escape")
        await until(pilot, lambda: isinstance(app.screen, HistoryScreen))
        session.snapshot = replace(live_snapshot(), read_only=True)
        session.publish(session.snapshot)
        await until(pilot, lambda: app.main.snapshot.read_only)
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, CommitScreen))
        await pilot.press("U")
        assert any("--read-only" in said for said in toasts(app))
