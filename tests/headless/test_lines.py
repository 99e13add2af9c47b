"""Events as JSON and as lines: the words are a contract, and nothing hostile gets through."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

import pytest

from spaces_tui.headless.lines import as_lines, as_object
from spaces_tui.model.sizes import size_of
from spaces_tui.model.stage import Stage
from spaces_tui.model.sync import PlannedFetch, PlannedUpload, Skipped, SyncPlan
from spaces_tui.model.sync_events import (
    Changed,
    Committed,
    Conflicted,
    Degraded,
    Failed,
    Fetched,
    HeldBack,
    LogTail,
    Planned,
    Progressed,
    Refused,
    Reloaded,
    Retrying,
    StageChanged,
    StateChanged,
    Stranded,
    SyncEvent,
    Warned,
    WentLive,
)
from spaces_tui.model.sync_state import SyncState

NOW = datetime(2026, 5, 4, 10, 11, 12, 345678, tzinfo=UTC)
PLAN = SyncPlan(
    upload=(PlannedUpload("app.py", 152, "changed", "regular"),),
    delete=("old.py",),
    unchanged=3,
    skipped=(Skipped(".env", "never uploaded"),),
    remote_only=("assets/a.png",),
)
CASES: list[tuple[SyncEvent, dict[str, Any]]] = [
    (
        StateChanged(SyncState.IN_SYNC, "", 0),
        {"event": "state", "state": "in-sync", "reason": "", "pending": 0},
    ),
    (Degraded("no inotify"), {"event": "degraded", "reason": "no inotify"}),
    (
        Planned(PLAN),
        {
            "event": "plan",
            "upload": [{"path": "app.py", "size": 152, "reason": "changed", "mode": "regular"}],
            "delete": ["old.py"],
            "unchanged": 3,
            "skipped": [{"path": ".env", "reason": "never uploaded"}],
        },
    ),
    (Changed(("a", "b")), {"event": "changed", "paths": ["a", "b"]}),
    (
        Committed("1" * 40, "0" * 40, ("app.py",), ("old.py",), 2900, 1, 0.21349),
        {
            "event": "commit",
            "oid": "1" * 40,
            "parent": "0" * 40,
            "uploaded": ["app.py"],
            "deleted": ["old.py"],
            "bytes": 2900,
            "requests": 1,
            "seconds": 0.213,
        },
    ),
    (
        StageChanged(Stage("BUILDING"), None),
        {"event": "stage", "stage": "BUILDING", "sha": None},
    ),
    (WentLive("1" * 40, 9.81), {"event": "live", "oid": "1" * 40, "seconds": 9.81}),
    (Retrying("No answer.", 4.04), {"event": "retry", "reason": "No answer.", "in_seconds": 4.0}),
    (HeldBack("many", ("a",)), {"event": "held", "reason": "many", "paths": ["a"]}),
    (
        Conflicted(("a",), "2" * 40, ("a is two things.",)),
        {
            "event": "conflict",
            "paths": ["a"],
            "remote_oid": "2" * 40,
            "notes": ["a is two things."],
        },
    ),
    (
        Refused("app.py", "looks like a token", 3),
        {"event": "refused", "path": "app.py", "reason": "looks like a token", "line": 3},
    ),
    (
        Planned(SyncPlan(fetch=(PlannedFetch("app.py", 152),))),
        {
            "event": "plan",
            "upload": [],
            "delete": [],
            "unchanged": 0,
            "skipped": [],
            "fetch": [{"path": "app.py", "size": 152}],
        },
    ),
    (
        Fetched(("app.py",), ("old.py",), "3" * 40, 152, (("app.py", "/kept/app.py"),)),
        {
            "event": "fetched",
            "paths": ["app.py"],
            "deleted": ["old.py"],
            "oid": "3" * 40,
            "bytes": 152,
            "replaced": {"app.py": "/kept/app.py"},
        },
    ),
    (
        Progressed("big.bin", 5, 10, 2.4, fetching=True),
        {
            "event": "progress",
            "path": "big.bin",
            "sent": 5,
            "size": 10,
            "rate": 2,
            "fetching": True,
        },
    ),
    (Failed("no", "req-1"), {"event": "error", "message": "no", "request_id": "req-1"}),
    (
        Reloaded("2" * 40, 2.3456, ("function greet", "page refreshed")),
        {
            "event": "reload",
            "oid": "2" * 40,
            "seconds": 2.346,
            "replaced": ["function greet", "page refreshed"],
        },
    ),
    (
        WentLive("2" * 40, 2.3456, hot=True),
        {"event": "live", "oid": "2" * 40, "seconds": 2.346},
    ),
    (
        Stranded("2" * 40, Stage("PAUSED"), "The Space is paused."),
        {
            "event": "not-live",
            "oid": "2" * 40,
            "stage": "PAUSED",
            "reason": "The Space is paused.",
        },
    ),
    (
        LogTail("2" * 40, "build", ("a", "  b")),
        {"event": "log", "oid": "2" * 40, "stream": "build", "lines": ["a", "  b"]},
    ),
    (
        Warned("not valid Python", "app.py", 3),
        {"event": "warning", "message": "not valid Python", "path": "app.py", "line": 3},
    ),
]


@pytest.mark.parametrize(("event", "expected"), CASES)
def test_json_objects_are_the_contract(event: SyncEvent, expected: dict[str, Any]) -> None:
    shown = as_object(event, NOW)
    assert shown.pop("time") == "2026-05-04T10:11:12.345Z"
    assert json.loads(json.dumps(shown)) == expected


def test_every_event_reads_as_one_line_a_fact() -> None:
    lines = [line for event, _ in CASES for line in as_lines(event)]
    assert "committed 1111111 +0.2 s · app.py, deleted old.py · 2.9 kB" in lines
    assert "live 1111111 +9.8 s" in lines
    assert "refused app.py:3: looks like a token" in lines
    assert "plan: upload 1, delete 1, unchanged 3, skipped 1" in lines
    assert "reloaded 2222222 +2.3 s · function greet, page refreshed" in lines
    assert "live 2222222 +2.3 s" not in lines, "the line of the reload says so"
    assert "not live 2222222: The Space is paused." in lines
    assert "end of the build log of 2222222:" in lines
    assert "      b" in lines
    assert "warning: app.py:3: not valid Python" in lines
    assert "  1 files exist only on the Space and stay there" in lines
    assert "  theirs a    take the version of the Space" in lines
    assert "plan: 1 file (152 B) can be fetched, unchanged 0" in lines
    assert "fetched app.py, deleted here: old.py · 152 B from 3333333" in lines
    assert "  the app.py that was here: /kept/app.py" in lines
    assert "fetching big.bin  50 %  5 B of 10 B · 2 B/s · 2 s left" in lines
    assert all("\n" not in line for line in lines)


def test_nothing_hostile_reaches_the_terminal() -> None:
    evil = "\x1b]52;c;eA==\x07\x9b31m\u202e"
    events: list[SyncEvent] = [
        StateChanged(SyncState.HELD, evil, 1),
        Planned(SyncPlan(upload=(PlannedUpload(evil, 1, "new", "regular"),), delete=(evil,))),
        Committed("1", "0", (evil,), (evil,), 1, 1, 1.0),
        Refused(evil, evil, 1),
        HeldBack(evil, (evil,)),
        Conflicted((evil,), "1"),
        Planned(SyncPlan(fetch=(PlannedFetch(evil, 1),), skipped=(Skipped(evil, evil),))),
        Fetched((evil,), (evil,), "1", 1, ((evil, evil),)),
        Progressed(evil, 1, 2, 1.0),
        Failed(evil),
        Retrying(evil, 1),
        Degraded(evil),
        Reloaded("1", 1.0, (evil,)),
        Stranded("1", Stage("PAUSED"), evil),
        LogTail("1", evil, (evil,)),
        Warned(evil, evil, 1),
    ]
    for event in events:
        lines = as_lines(event)
        assert lines
        assert all(line.isprintable() for line in lines)


def test_a_commit_says_how_it_gets_into_the_app() -> None:
    commit = Committed("1" * 40, "0" * 40, ("app.py",), (), 10, 1, 0.2, hot=True)
    assert as_lines(commit)[0].endswith(" · asked for a hot reload")
    assert as_object(commit, NOW)["hot_reload"] is True
    built = replace(commit, hot=False, note="built anew: 2 files change")
    assert as_lines(built)[0].endswith(" · built anew: 2 files change")
    assert as_object(built, NOW)["note"] == "built anew: 2 files change"


def test_waiting_for_a_build_is_told_and_short_waits_are_not() -> None:
    assert as_lines(StateChanged(SyncState.SETTLING, "", 1)) == []
    waiting = StateChanged(SyncState.SETTLING, "The Space is being built.", 1)
    assert as_lines(waiting) == ["settling: The Space is being built. · 1 pending"]


def test_long_lists_are_counted_not_poured_out() -> None:
    plan = SyncPlan(upload=tuple(PlannedUpload(f"f{n}", 1, "new", "regular") for n in range(500)))
    lines = as_lines(Planned(plan))
    assert len(lines) < 20
    assert lines[-1] == "  … and 490 more"


@pytest.mark.parametrize(
    ("count", "shown"), [(0, "0 B"), (999, "999 B"), (2900, "2.9 kB"), (1_500_000, "1.5 MB")]
)
def test_sizes(count: int, shown: str) -> None:
    assert size_of(count) == shown
