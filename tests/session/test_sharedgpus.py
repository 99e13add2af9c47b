"""What is left of the time on shared GPUs is known where a Space runs on them, and only there."""

from __future__ import annotations

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.session.snapshot import Link, Snapshot
from tests.session.conftest import Running

QUOTA = "/api/spaces/zero-gpu/quota"


def live(snapshot: Snapshot) -> bool:
    return snapshot.connection.link is Link.LIVE


def test_it_is_read_for_whoever_acts_on_such_a_space(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo_hub.use_gpu("ada", 400)
    demo.session.attend("ada/flux-zero")
    demo.until(lambda s: "ada" in s.zero_gpu)
    quota = demo.snapshot.zero_gpu["ada"]
    assert (quota.base, quota.remaining) == (2400, 2000)
    assert quota.resets is not None


def test_nothing_is_asked_for_another_space(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo.session.attend("ada/whisper-live")
    demo_hub.wait_requests("ada/whisper-live/events")
    demo.session.refresh().result(30)
    assert demo.snapshot.zero_gpu == {}
    assert not [one for one in demo_hub.requests() if QUOTA in str(one)]
