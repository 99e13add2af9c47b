"""Text of strangers, on every screen: nothing a terminal obeys, nothing read as markup."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from spaces_tui.model.identity import Identity
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LogLine
from spaces_tui.model.repo import CommitInfo
from spaces_tui.model.space import Domain, Runtime, Space
from spaces_tui.model.stage import PAUSED, Stage
from spaces_tui.model.sync import (
    Batch,
    CommitBudget,
    Comparison,
    PlannedUpload,
    Skipped,
    SyncPlan,
    SyncStatus,
    Transfer,
)
from spaces_tui.model.sync_state import SyncState
from spaces_tui.model.unsent import Unsent
from spaces_tui.session.snapshot import Connection, Detail, Link, Notice, Pending, Snapshot
from spaces_tui.ui.app import ConsoleApp
from tests.ui.driving import TINY, USUAL, WIDE, console, screen_text, see, until
from tests.ui.fake_session import NOW, PRICES, FakeSession
from tests.ui.watched import to_tab

PAYLOAD = (
    "\x1b]52;c;ZXZpbA==\x07\x1b[31mred\x9b2J\x1bPq\x1b\\\u202egnp.exe\u2066 [red]not[/red] [/ "
    "[@click=app.quit]x[/] \x08\x7f\r\ttab"
)
NAME = f"ada/{PAYLOAD}"
CONTROL = re.compile("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u061c\u200e\u200f]")
KEYS = (
    ("enter",),
    ("2",),
    ("W",),
    ("slash", "[", "/"),
    ("enter", "n"),
    ("b",),
    ("3",),
    ("4",),
    ("5",),
    ("6",),
    ("enter",),
    ("n", "W", "right"),
    ("escape", "j", "j", "enter"),
    ("escape", "G", "enter"),
    ("escape", "m"),
    ("t",),
    ("escape", "L"),
    ("escape", "i"),
    ("escape", "escape", "space"),
    ("p",),
    ("escape", "question_mark"),
    ("escape", "o"),
    ("escape", "w"),
    ("A",),
    ("escape", "q"),
    ("escape", "colon", "r", "e"),
    ("escape", "escape"),
    ("slash", *"[red]"),
    ("escape",),
)


def hostile_session() -> FakeSession:
    """Return a session in which every text comes from a stranger."""
    runtime = Runtime(
        Stage(f"RUNNING {PAYLOAD}"),
        hardware=PAYLOAD,
        error_message=PAYLOAD * 3,
        sha=PAYLOAD,
        domains=(Domain(PAYLOAD, PAYLOAD),),
    )
    space = Space(
        NAME,
        sdk=PAYLOAD,
        sdk_version=PAYLOAD,
        visibility=PAYLOAD,
        sha=PAYLOAD,
        title=PAYLOAD,
        runtime=runtime,
    )
    plan = SyncPlan(
        upload=(PlannedUpload(PAYLOAD, 1, PAYLOAD, PAYLOAD),),
        delete=(PAYLOAD,),
        skipped=(Skipped(PAYLOAD, PAYLOAD, 1),),
        remote_only=(PAYLOAD,),
    )
    sent = Batch(NOW, (PAYLOAD,), (PAYLOAD,), 1, 1, oid=PAYLOAD, parent=PAYLOAD)
    status = SyncStatus(
        space.id,
        PAYLOAD,
        into=PAYLOAD,
        state=SyncState.HELD,
        reason=PAYLOAD,
        degraded=PAYLOAD,
        plan=plan,
        held=(Skipped(PAYLOAD, PAYLOAD),),
        conflicts=(PAYLOAD,),
        refused=(Skipped(PAYLOAD, PAYLOAD, 2),),
        slowed=(Skipped(PAYLOAD, PAYLOAD),),
        pending_paths=(PAYLOAD, f"{PAYLOAD}/two"),
        transfers=(Transfer(PAYLOAD, 1, 2, 3.0),),
        budget=CommitBudget(1, 120, 5.0),
        batches=(
            replace(sent, stage=Stage("BUILD_ERROR"), note=PAYLOAD),
            replace(sent, live=1.0, hot=True, replaced=(PAYLOAD,)),
            replace(sent, oid=f"{PAYLOAD} {PAYLOAD}", live=2.0),
        ),
        head=PAYLOAD,
        pending=1,
    )
    session = FakeSession(
        Snapshot(
            endpoint=f"https://{PAYLOAD}",
            connection=Connection(Link.OFFLINE, PAYLOAD, NOW, 3),
            identities=(Identity("ada"), Identity(PAYLOAD)),
            spaces=(space, replace(space, id=f"{PAYLOAD}/two")),
            as_of=NOW,
            hardware=PRICES,
            detail=Detail(
                space.id,
                commits=(CommitInfo(PAYLOAD, PAYLOAD, date=NOW),),
                error=PAYLOAD,
                logs_note={"run": PAYLOAD, "build": PAYLOAD},
            ),
            watches={space.id: status, PAYLOAD: replace(status, space=PAYLOAD)},
            unsent=(
                Unsent(space.id, PAYLOAD, PAYLOAD, 2, NOW),
                Unsent(f"{PAYLOAD}/two", PAYLOAD, PAYLOAD, 2, NOW),
            ),
            notices=(Notice(1, PAYLOAD, "error"),),
        )
    )
    for stream in LogStream:
        session.log(space.id, stream).extend([LogLine(NOW, PAYLOAD), LogLine(NOW, PAYLOAD * 30)])
    text = f"{PAYLOAD}\n" * 3
    session.comparisons = {PAYLOAD: Comparison(PAYLOAD, text, f"{text}x", PAYLOAD)}
    return session


def assert_clean(app: ConsoleApp) -> None:
    """No cell on the screen holds anything a terminal would obey."""
    for strip in app.screen._compositor.render_strips():
        for segment in strip:
            assert not CONTROL.search(segment.text), ascii(segment.text)
            assert segment.control is None


@pytest.mark.parametrize("size", [WIDE, USUAL, TINY])
async def test_no_screen_passes_it_on(size: tuple[int, int]) -> None:
    async with console(hostile_session(), size) as (pilot, session, app):
        assert "[red]not[/red]" in screen_text(app) or size != WIDE
        for keys in KEYS:
            await pilot.press(*keys)
            await pilot.pause()
            assert_clean(app)
        name = session.snapshot.spaces[0].id
        session.update(pending={name: Pending(PAYLOAD, PAUSED)})
        await pilot.pause()
        assert_clean(app)
        session.update(pending={}, connection=Connection(Link.LIVE))
        await until(pilot, lambda: app.main.snapshot.connection.link is Link.LIVE)
        await pilot.press("g", "p", "y")
        await until(pilot, lambda: bool(session.open))
        session.fail(PAYLOAD)
        await until(pilot, lambda: bool(app.main.detail.failures))
        assert_clean(app)


async def test_a_plan_and_an_empty_screen_do_not_either() -> None:
    session = hostile_session()
    status = next(iter(session.snapshot.watches.values()))
    session.put_watch(replace(status, state=SyncState.PLAN))
    async with console(session) as (pilot, _, app):
        await pilot.press("w")
        await pilot.pause()
        assert "This plan deletes 1 file" in screen_text(app)
        assert_clean(app)
        await pilot.press("escape")
        for link in Link:
            session.update(spaces=(), detail=None, connection=Connection(link, PAYLOAD))
            await pilot.pause()
            assert_clean(app)


async def test_nor_does_a_conflict_or_what_an_earlier_run_left() -> None:
    session = hostile_session()
    status = next(iter(session.snapshot.watches.values()))
    session.put_watch(replace(status, held=(), plan=None, state=SyncState.CONFLICT))
    async with console(session, USUAL) as (pilot, _, app):
        await to_tab(pilot, app, "enter")
        await until(pilot, lambda: len(app.screen_stack) == 2)
        assert_clean(app)
        app.clear_notifications()  # they cover the comparison
        await see(pilot, app, "(no line break at the end)")
        assert_clean(app)
        session.comparisons = {PAYLOAD: Comparison(PAYLOAD, None, None, "", PAYLOAD, PAYLOAD)}
        await pilot.press("ctrl+r")
        await see(pilot, app, "Theirs: ")
        assert_clean(app)
        await pilot.press("escape")
        session.update(watches={})
        await see(pilot, app, "were not sent")
        assert_clean(app)
        await pilot.press("enter", "tab")
        await pilot.pause()
        assert_clean(app)
