"""Changes through the session: each step known, journaled, and never sent twice in the dark."""

from __future__ import annotations

import json

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.sleep import NEVER
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import Many, Pause, ReadJournal, Restart
from spaces_tui.session.requests.base import Change, Outcome
from spaces_tui.session.requests.machine import SetHardware, SetSleepTime
from spaces_tui.session.snapshot import Link, Snapshot
from spaces_tui.store.paths import Paths
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/whisper-live"


def live(snapshot: Snapshot) -> bool:
    return snapshot.connection.link is Link.LIVE


def outcome(running: Running, change: Change) -> Outcome:
    return running.session.ask(change).result(DEADLINE)


def posts(hub: LocalHub, path: str) -> int:
    return len([one for one in hub.requests() if one.method == "POST" and path in one.path])


def test_hardware_and_sleep_time_go_in_one_request(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    done = outcome(demo, SetHardware(SPACE, "a10g-small", 900))
    assert done.ok
    assert done.steps[0].what == "ask for a10g-small, sleep after 15m"
    demo.until(
        lambda s: any(
            one.id == SPACE
            and one.runtime
            and one.runtime.requested_hardware == "a10g-small"
            and one.runtime.sleep_time == 900
            for one in s.spaces
        )
    )
    assert posts(demo_hub, "/hardware") == 1
    assert posts(demo_hub, "/sleeptime") == 0


def test_a_lost_answer_is_settled_by_reading(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo_hub.fault("/sleeptime", method="POST", drop="after")
    assert outcome(demo, SetSleepTime(SPACE, 7200)).ok
    demo_hub.fault("/sleeptime", method="POST", drop="before", count=1)
    failed = outcome(demo, SetSleepTime(SPACE, NEVER))
    assert not failed.ok
    assert "may have been done" in failed.steps[0].error
    assert posts(demo_hub, "/sleeptime") == 2


def test_a_refusal_is_the_hubs_word_with_its_request(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    failed = outcome(demo, SetHardware(SPACE, "no-such-machine"))
    assert not failed.ok
    assert failed.steps[0].error
    assert failed.steps[0].request_id


def test_the_journal_has_every_step_and_survives(
    demo: Running, demo_hub: LocalHub, paths: Paths, start: StartSession
) -> None:
    demo.until(live)
    outcome(demo, SetSleepTime(SPACE, 1800))
    outcome(demo, SetHardware(SPACE, "no-such-machine"))
    demo.session.close(5)
    again = start(demo_hub.url, demo_hub.token())
    newest, older = again.session.ask(ReadJournal()).result(DEADLINE)
    assert (older.what, older.ok, older.account) == ("sleep after 30m", True, "ada")
    assert newest.what == "ask for no-such-machine"
    assert not newest.ok
    ids = {one.request_id for one in (newest, older)}
    assert len(ids) == 2
    assert None not in ids
    kept = (paths.state / "actions.ndjson").read_text()
    assert demo_hub.token() not in kept
    assert [json.loads(line)["space"] for line in kept.splitlines()] == [SPACE, SPACE]
    assert (paths.state / "actions.ndjson").stat().st_mode & 0o077 == 0


def test_a_console_that_only_reads_refuses_every_change(
    demo_hub: LocalHub, start: StartSession
) -> None:
    running = start(demo_hub.url, demo_hub.token(), read_only=True)
    running.until(live)
    demo_hub.clear_requests()
    with pytest.raises(CommandError, match="read-only"):
        outcome(running, SetSleepTime(SPACE, 1800))
    assert not [one for one in demo_hub.requests() if one.method == "POST"]


def test_many_go_on_when_one_fails(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    for name in ("one", "two", "three"):
        demo_hub.create(f"ada/many-{name}")
    demo_hub.fault("/many-two/pause", method="POST", status=403, body='{"error":"not you"}')
    names = [f"ada/many-{name}" for name in ("one", "two", "three")]
    done = demo.session.ask(Many(tuple(Pause(name) for name in names))).result(DEADLINE)
    assert [(one.space, one.ok) for one in done] == list(
        zip(names, (True, False, True), strict=True)
    )
    assert [demo_hub.stage(name) for name in names] == ["PAUSED", "RUNNING", "PAUSED"]


def test_fifty_restarts_wait_for_the_rate_limit(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    names = [f"ada/fleet-{number:02}" for number in range(50)]
    for name in names:
        demo_hub.create(name, sdk="static" if name.endswith("49") else "gradio")
    demo_hub.exhaust_rate(seconds=2)
    demo_hub.clear_requests()
    done = demo.session.ask(Many(tuple(Restart(name) for name in names))).result(60)
    assert [one.space for one in done if not one.ok] == ["ada/fleet-49"]
    # Those under way when the window turns out to be used up are refused, and no others.
    assert len(names) <= posts(demo_hub, "/restart") <= len(names) + 8
    assert not any("restart" in verb.verb for verb in demo.snapshot.pending.values())


def test_since_when_hardware_is_awaited_survives_a_restart(
    demo: Running, demo_hub: LocalHub, start: StartSession
) -> None:
    demo.until(live)
    demo_hub.timing(speed=0.001)  # it is granted after the test
    assert outcome(demo, SetHardware(SPACE, "a10g-small")).ok
    since = demo.until(lambda s: SPACE in s.hardware_asked).hardware_asked[SPACE]
    demo.session.close(5)
    again = start(demo_hub.url, demo_hub.token())
    kept = again.until(lambda s: live(s) and SPACE in s.hardware_asked)
    assert kept.hardware_asked[SPACE] == since
