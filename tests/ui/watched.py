"""Watched folders in every state, for tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from textual.pilot import Pilot

from spaces_tui.model.stage import Stage
from spaces_tui.model.sync import (
    Batch,
    CommitBudget,
    PlannedUpload,
    Skipped,
    SyncPlan,
    SyncStatus,
    Transfer,
)
from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.present.head import Tab
from tests.ui.driving import until
from tests.ui.fake_session import FakeSession

NAME = "ada/whisper-live"
SAVED = datetime(2026, 5, 4, 12, 4, 10, tzinfo=UTC)


def batch(number: int = 0, live: float | None = 9.8, stage: str = "RUNNING") -> Batch:
    """Make a batch; a higher number is an older one."""
    return Batch(
        SAVED - timedelta(minutes=number),
        ("app.py",),
        (),
        900,
        1,
        oid=f"{number:02d}c1234deadbeef",
        parent="4f1c2d3e5a6b",
        committed=0.2,
        building=1.1,
        live=live,
        stage=Stage(stage),
    )


BROKEN = replace(batch(0, None, "BUILD_ERROR"), note="Job failed with exit code: 1.")
IN_SYNC = SyncStatus(
    NAME, "./src", state=SyncState.IN_SYNC, head="4f1c2d3e5a6b", batches=(batch(),)
)
CONFLICT = replace(
    IN_SYNC,
    state=SyncState.CONFLICT,
    reason="2 changed here and on the Space.",
    conflicts=("app.py", "lib/util.py"),
    pending=3,
    pending_paths=("app.py", "lib/util.py", "notes.md"),
)
DELETING = SyncPlan(
    upload=(PlannedUpload("app.py", 1200, "changed", "regular"),),
    delete=tuple(f"data/{number:02d}.csv" for number in range(24)),
)
HELD = replace(
    IN_SYNC,
    state=SyncState.HELD,
    reason="24 of 60 files would be deleted.",
    pending=25,
    plan=DELETING,
    held=tuple(
        Skipped(path, "24 of 60 files would be deleted.") for path in ("app.py", *DELETING.delete)
    ),
)
SENDING = replace(
    IN_SYNC,
    state=SyncState.SENDING,
    pending=2,
    budget=CommitBudget(4, 120, 28.0),
    transfers=(Transfer("models/model.bin", 71_000_000, 100_000_000, 12_300_000.0),),
)


async def to_tab(pilot: Pilot[None], app: ConsoleApp, *keys: str) -> None:
    """Open the Watch tab, wait until keys go there, and press some."""
    await pilot.press("6")
    await until(pilot, lambda: app.main.tab is Tab.WATCH and app.main.in_detail)
    await pilot.press(*keys)


def watching(status: SyncStatus = IN_SYNC) -> FakeSession:
    """Return a session that watches a folder for its first Space."""
    session = FakeSession()
    session.put_watch(status)
    return session
