"""Variables and secrets of several Spaces on a real Hub: read, compared, set where needed."""

from __future__ import annotations

from spaces_tui.localhub.environment import Setting
from spaces_tui.localhub.hub import LocalHubState
from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.environment import EntryKind
from spaces_tui.model.identity import Secret
from spaces_tui.model.sharedenvironment import Fate, SharedStaging, SpacePlan, planned
from spaces_tui.session.requests.actions import Many, ReadJournal
from spaces_tui.session.requests.environment import ApplyEnvironment, LoadEnvironments
from spaces_tui.session.snapshot import Link
from tests.session.conftest import DEADLINE, Running, StartSession

NAMES = ("ada/one", "ada/two", "ada/three", "ada/page")
PLANTED = "correct horse battery staple 7f3a"


def plans(running: Running, staging: SharedStaging) -> list[SpacePlan]:
    found = running.session.ask(LoadEnvironments(NAMES)).result(DEADLINE)
    return [planned(staging.edits, now, publish=False) for now in found]


def test_many_spaces_get_what_they_lack(local_hub: LocalHub, start: StartSession) -> None:
    for name in NAMES:
        local_hub.create(name, sdk="static" if name == "ada/page" else "gradio")

    def furnish(state: LocalHubState) -> None:
        at = state.clock.now()
        state.spaces["ada/one"].variables["MODE"] = Setting("fast", at)
        state.spaces["ada/two"].secrets["MODE"] = Setting("hidden", at)
        state.spaces["ada/two"].secrets["OLD"] = Setting("x", at)
        state.spaces["ada/three"].variables["OLD"] = Setting("y", at)

    local_hub.call(furnish)
    running = start(local_hub.url, local_hub.token())
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    staging = SharedStaging()
    staging.put(EntryKind.VARIABLE, "MODE", "fast")
    staging.put(EntryKind.SECRET, "A_KEY", Secret(PLANTED))
    staging.remove("OLD")
    wanted = plans(running, staging)
    assert [[fate for _, fate in plan.fates] for plan in wanted] == [
        [Fate.SAME, Fate.NEW, Fate.SAME],
        [Fate.COLLISION, Fate.NEW, Fate.REMOVED],
        [Fate.NEW, Fate.NEW, Fate.REMOVED],
        [Fate.NEW, Fate.WITHHELD, Fate.SAME],
    ]
    local_hub.fault("/ada/three/secrets", method="POST", status=403, body='{"error":"not you"}')
    changes = tuple(ApplyEnvironment(plan.id, plan.edits) for plan in wanted)
    done = running.session.ask(Many(changes)).result(DEADLINE)
    assert [(one.space, one.ok) for one in done] == [(name, name != "ada/three") for name in NAMES]
    values = {name: local_hub.secret_values(name) for name in NAMES}
    assert values == {
        "ada/one": {"A_KEY": PLANTED},
        "ada/two": {"MODE": "hidden", "A_KEY": PLANTED},
        "ada/three": {},
        "ada/page": {},
    }
    local_hub.clear_faults()
    left = {plan.id: [one.step for one in plan.edits] for plan in plans(running, staging)}
    assert left["ada/three"] == ["secret:A_KEY"]
    assert not left["ada/page"]
    told = running.session.ask(ReadJournal()).result(DEADLINE)
    assert told
    assert PLANTED not in repr(told)
    running.until(lambda snapshot: not snapshot.pending)


def test_one_that_cannot_be_read_stops_none_of_the_others(
    local_hub: LocalHub, start: StartSession
) -> None:
    local_hub.create(NAMES[0])
    running = start(local_hub.url, local_hub.token())
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    there, missing = running.session.ask(LoadEnvironments((NAMES[0], "ada/none"))).result(DEADLINE)
    assert there.environment is not None
    assert missing.environment is None
    assert missing.error


def test_a_rate_limit_in_the_middle_loses_and_repeats_nothing(
    local_hub: LocalHub, start: StartSession
) -> None:
    names = NAMES[:3]
    for name in names:
        local_hub.create(name)
    running = start(local_hub.url, local_hub.token())
    running.until(lambda snapshot: snapshot.connection.link is Link.LIVE)
    staging = SharedStaging()
    staging.put(EntryKind.VARIABLE, "MODE", "fast")
    staging.put(EntryKind.SECRET, "A_KEY", Secret(PLANTED))
    staging.put(EntryKind.SECRET, "B_KEY", Secret(PLANTED))
    soon = {"Retry-After": "0"}  # reading is tried three times by itself before it counts
    local_hub.fault("/ada/two/variables", method="GET", status=429, headers=soon, count=3)
    found = running.session.ask(LoadEnvironments(names)).result(DEADLINE)
    assert [bool(one.error) for one in found] == [False, False, False]
    local_hub.clear_faults()
    local_hub.fault("/ada/one/variables", method="GET", status=429, headers=soon, count=3)
    local_hub.fault("/ada/two/secrets", method="POST", status=429, headers=soon)
    local_hub.fault("/ada/three/secrets", method="POST", status=429, headers=soon, skip=1)
    changes = [
        ApplyEnvironment(one.id, planned(staging.edits, one, publish=False).edits) for one in found
    ]
    done = running.session.ask(Many(tuple(changes))).result(DEADLINE)
    steps = ["variable:MODE", "secret:A_KEY", "secret:B_KEY"]
    assert [[(step.key, step.done) for step in one.steps] for one in done] == [
        [(step, True) for step in steps]
    ] * 3
    for name, sent in zip(names, (3, 4, 4), strict=True):  # a refused one is sent again, no other
        assert local_hub.secret_values(name) == {"A_KEY": PLANTED, "B_KEY": PLANTED}
        posts = [one for one in local_hub.requests() if one.method == "POST" and name in one.path]
        assert len(posts) == sent
    running.until(lambda snapshot: not snapshot.pending)
