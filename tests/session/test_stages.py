"""The stages a Space was in are noted as they are seen, and known again at the next start."""

from __future__ import annotations

from functools import partial

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.session.snapshot import Link, Snapshot
from tests.session.conftest import DEADLINE, Running, StartSession

SPACE = "ada/whisper-live"


def seen(snapshot: Snapshot) -> list[str]:
    """Return the stages of the Space in view, the oldest first."""
    return [one.stage.name for one in snapshot.detail.stages] if snapshot.detail else []


def ends_with(stage: str, snapshot: Snapshot) -> bool:
    return seen(snapshot)[-1:] == [stage]


def live(snapshot: Snapshot) -> bool:
    return snapshot.connection.link is Link.LIVE


def test_each_stage_of_the_space_in_view_is_noted(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo.session.attend(SPACE)
    demo.until(lambda s: seen(s) == ["RUNNING"])
    for stage in ("RUNNING_BUILDING", "BUILD_ERROR"):
        demo_hub.wait_requests(f"{SPACE}/events")
        demo_hub.set_stage(SPACE, stage)
        demo.until(partial(ends_with, stage), stage)
    snapshot = demo.snapshot
    assert snapshot.detail is not None
    first, building, broken = snapshot.detail.stages
    assert not first.begin_seen
    assert building.begin_seen
    assert building.end_seen
    assert (building.hardware, building.sha) == ("t4-small", demo_hub.head(SPACE))
    assert broken.after is None


def test_a_change_of_a_space_out_of_view_is_noted_from_the_list(
    demo: Running, demo_hub: LocalHub
) -> None:
    demo.until(live)
    demo_hub.set_stage("acme/trainer", "RUNNING")
    demo.session.refresh().result(DEADLINE)
    demo.session.attend("acme/trainer")
    demo.until(lambda s: seen(s) == ["PAUSED", "RUNNING"])


def test_the_past_is_known_again_after_a_restart_and_under_a_new_name(
    demo: Running, demo_hub: LocalHub, start: StartSession
) -> None:
    demo.until(live)
    demo_hub.set_stage(SPACE, "SLEEPING")
    demo.session.refresh().result(DEADLINE)
    demo.session.close(DEADLINE)
    demo_hub.rename(SPACE, "ada/whisper-new")
    demo_hub.set_stage("ada/whisper-new", "RUNTIME_ERROR")
    again = start(demo_hub.url, demo_hub.token())
    again.until(live)
    again.session.attend("ada/whisper-new")
    again.until(lambda s: seen(s) == ["RUNNING", "SLEEPING", "RUNTIME_ERROR"])
