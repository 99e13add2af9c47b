"""The session on a real local Hub: what it shows, what it does, and how it fails."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.sync import WatchOptions
from spaces_tui.model.sync_events import StateChanged, SyncEvent
from spaces_tui.model.sync_state import SyncState
from spaces_tui.session.facade import CommandError
from spaces_tui.session.snapshot import Link, Snapshot
from spaces_tui.store.listing import read_listing
from spaces_tui.store.paths import Paths
from tests.session.conftest import DEADLINE, Running, StartSession


def stage_of(snapshot: Snapshot, space: str) -> str:
    return next(known.stage.name for known in snapshot.spaces if known.id == space)


def live(snapshot: Snapshot) -> bool:
    return snapshot.connection.link is Link.LIVE


def test_all_spaces_of_all_namespaces_with_their_prices(demo: Running) -> None:
    snapshot = demo.until(live)
    owners = [space.owner for space in snapshot.spaces]
    assert len(snapshot.spaces) >= 12
    assert owners == sorted(owners, key=snapshot.identities[0].namespaces.index)
    assert set(owners) == set(snapshot.identities[0].namespaces)
    assert snapshot.hardware["t4-small"].usd_per_hour == 0.4
    assert snapshot.gauge is not None
    assert not snapshot.cached


def test_the_list_is_kept_for_the_next_start_without_the_token(
    demo: Running, demo_hub: LocalHub, start: StartSession, paths: Paths
) -> None:
    shown = demo.until(live)
    demo.session.close(DEADLINE)
    listing = read_listing(paths.cache, demo_hub.url)
    assert listing is not None
    assert {space.id for space in listing.spaces} == {space.id for space in shown.spaces}
    demo_hub_token = demo_hub.token()
    for kept in paths.cache.iterdir():
        assert demo_hub_token not in kept.read_text()
    demo_hub.close()
    again = start(demo_hub.url, demo_hub_token)
    first = again.snapshot
    assert {space.id for space in first.spaces} == {space.id for space in shown.spaces}
    assert first.cached
    assert first.as_of == listing.as_of


def test_metrics_logs_and_history_of_the_space_in_view(demo: Running) -> None:
    demo.until(live)
    demo.session.attend("ada/whisper-live", logs=frozenset({LogStream.RUN}))
    ring = demo.session.log("ada/whisper-live", LogStream.RUN)
    snapshot = demo.until(
        lambda s: s.detail and s.detail.metrics and s.detail.commits and len(ring) > 3
    )
    assert snapshot.detail is not None
    assert snapshot.detail.metrics[-1].gpus
    (samples,) = demo.session.load("ada/whisper-live").since(0).values()
    assert samples[0].metric == snapshot.detail.metrics[0]
    assert not demo.session.load("ada/portfolio").since(0)
    assert snapshot.detail.logs_note["run"] == "following"
    assert any("Application Startup" in line.text for line in ring.lines(0, ring.end))


def test_what_was_measured_is_still_there_when_one_comes_back(demo: Running) -> None:
    demo.until(live)
    space = "ada/whisper-live"
    demo.session.attend(space)
    demo.until(lambda s: s.detail and s.detail.metrics)
    ((first, *_),) = demo.session.load(space).since(0).values()
    demo.session.attend("ada/portfolio")
    demo.until(lambda s: s.detail and s.detail.space == "ada/portfolio")
    demo.session.attend(space)
    demo.until(lambda s: s.detail and s.detail.space == space and s.detail.metrics)
    ((again, *_),) = demo.session.load(space).since(0).values()
    assert again == first


def test_a_measurement_that_the_hub_refuses_is_said(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo_hub.fault("/metrics", status=503, count=None)
    demo.session.attend("ada/whisper-live")
    snapshot = demo.until(lambda s: s.detail and s.detail.load_note)
    assert snapshot.detail is not None
    assert not snapshot.detail.metrics


def test_another_log_in_view_leaves_the_rest_alone(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    space = "ada/whisper-live"
    demo.session.attend(space, logs=frozenset({LogStream.RUN}))
    for first in ("/metrics", "/events", "/commits/main", "/logs/run"):
        demo_hub.wait_requests(f"{space}{first}")
    demo.until(lambda s: s.detail and s.detail.metrics and s.detail.commits)
    demo_hub.clear_requests()
    demo.session.attend(space, logs=frozenset({LogStream.RUN, LogStream.BUILD}))
    demo.until(lambda s: s.detail and "build" in s.detail.logs_note)
    demo_hub.wait_requests("/logs/build")
    asked = {request.path.rpartition("/")[2] for request in demo_hub.requests()}
    assert asked.isdisjoint({"metrics", "events", "main", "run"})


def test_looking_away_closes_the_streams(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo.session.attend("ada/whisper-live", logs=frozenset({LogStream.RUN}))
    demo.until(lambda s: s.detail and s.detail.metrics)
    demo.session.attend(None)
    snapshot = demo.until(lambda s: s.detail is None)
    assert snapshot.detail is None


def test_pause_shows_at_once_and_is_read_back(demo: Running) -> None:
    demo.until(live)
    future = demo.session.pause("ada/whisper-live")
    future.result(DEADLINE)
    snapshot = demo.until(lambda s: stage_of(s, "ada/whisper-live") == "PAUSED")
    assert dict(snapshot.pending) == {}


def test_a_restart_is_followed_until_it_runs(demo: Running) -> None:
    demo.until(live)
    demo.session.restart("ada/whisper-live", factory=True).result(DEADLINE)
    demo.until(lambda s: stage_of(s, "ada/whisper-live") == "RUNNING", "running again")


def test_while_it_is_under_way_the_row_says_so(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo_hub.fault("/pause", method="POST", delay=0.5)
    future = demo.session.pause("ada/whisper-live")
    snapshot = demo.until(lambda s: "ada/whisper-live" in s.pending)
    assert snapshot.pending["ada/whisper-live"].verb == "pausing"
    with pytest.raises(CommandError, match="busy"):
        demo.session.pause("ada/whisper-live").result(DEADLINE)
    future.result(DEADLINE)


@pytest.mark.parametrize("status", [403, 500, 429])
def test_a_failed_command_leaves_the_row_and_says_why(
    demo: Running, demo_hub: LocalHub, status: int
) -> None:
    demo.until(live)
    demo_hub.fault("/pause", method="POST", status=status, body='{"error": "because of that"}')
    with pytest.raises(CommandError, match="because of that"):
        demo.session.pause("ada/whisper-live").result(DEADLINE)
    snapshot = demo.snapshot
    assert stage_of(snapshot, "ada/whisper-live") == "RUNNING"
    assert dict(snapshot.pending) == {}


def test_a_lost_answer_is_settled_by_reading_back(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    demo_hub.fault("/pause", method="POST", drop="after", count=1)
    demo.session.pause("ada/whisper-live").result(DEADLINE)
    assert stage_of(demo.snapshot, "ada/whisper-live") == "PAUSED"
    pauses = [r for r in demo_hub.requests() if r.path.endswith("/pause")]
    assert len(pauses) == 1


def test_read_only_changes_nothing(demo_hub: LocalHub, start: StartSession) -> None:
    running = start(demo_hub.url, demo_hub.token(), read_only=True)
    running.until(live)
    with pytest.raises(CommandError, match="read-only"):
        running.session.pause("ada/whisper-live").result(DEADLINE)
    assert not [r for r in demo_hub.requests() if r.method == "POST"]


def test_read_only_watches_nothing(demo_hub: LocalHub, start: StartSession, tmp_path: Path) -> None:
    running = start(demo_hub.url, demo_hub.token(), read_only=True)
    running.until(live)
    with pytest.raises(CommandError, match="read-only"):
        running.session.watch("ada/whisper-live", str(tmp_path), WatchOptions()).result(DEADLINE)


def test_without_a_price_list_there_is_still_a_list(
    demo_hub: LocalHub, start: StartSession
) -> None:
    demo_hub.fault("/api/spaces/hardware", status=500, count=None)
    running = start(demo_hub.url, demo_hub.token())
    snapshot = running.until(live)
    assert snapshot.spaces
    assert dict(snapshot.hardware) == {}
    demo_hub.clear_faults()
    running.session.refresh().result(DEADLINE)
    assert "t4-small" in running.snapshot.hardware


def test_an_engine_that_breaks_says_so(
    demo: Running, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    demo.until(live)
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "notes.txt").write_text("one\n")
    space = "ada/whisper-live"
    heard: list[SyncEvent] = []
    demo.session.watch(space, str(folder), WatchOptions(assume_yes=True), heard.append).result(
        DEADLINE
    )
    demo.until(lambda s: s.watches[space].state is SyncState.IN_SYNC)

    async def broken(*_: object) -> bool:
        raise ZeroDivisionError

    monkeypatch.setattr("spaces_tui.sync.rounds.Rounds.go", broken)
    (folder / "notes.txt").write_text("two\n")
    snapshot = demo.until(lambda s: s.notices)
    assert "broke" in snapshot.notices[-1].text
    assert "ZeroDivisionError" in snapshot.notices[-1].text
    assert space not in snapshot.watches
    last = heard[-1]
    assert isinstance(last, StateChanged)
    assert last.state is SyncState.STOPPED


def test_two_starts_at_once_make_one_engine(demo: Running, tmp_path: Path) -> None:
    demo.until(live)
    folder = tmp_path / "src"
    folder.mkdir()
    starts = [demo.session.watch("ada/whisper-live", str(folder), WatchOptions()) for _ in range(2)]
    errors = [future.exception(DEADLINE) for future in starts]
    assert [type(error) for error in errors].count(CommandError) == 1


def test_without_a_token_it_says_what_to_do(demo_hub: LocalHub, start: StartSession) -> None:
    running = start(demo_hub.url, None)
    snapshot = running.until(lambda s: s.connection.link is Link.SIGNED_OUT)
    assert "HF_TOKEN" in snapshot.connection.sentence
    with pytest.raises(CommandError, match="HF_TOKEN"):
        running.session.pause("ada/x").result(DEADLINE)
    assert demo_hub.requests() == []


def test_a_keyring_out_of_reach_is_said_instead(demo_hub: LocalHub, start: StartSession) -> None:
    why = "The token of ada is out of reach. The system's keyring is locked."
    running = start(demo_hub.url, None, why=why)
    snapshot = running.until(lambda s: s.connection.link is Link.SIGNED_OUT)
    assert snapshot.connection.sentence == why
    assert demo_hub.requests() == []


def test_a_wrong_token_is_refused_in_one_sentence(demo_hub: LocalHub, start: StartSession) -> None:
    running = start(demo_hub.url, "hf_wrong")
    snapshot = running.until(lambda s: s.connection.link is Link.REFUSED)
    assert "hf_wrong" not in snapshot.connection.sentence
    assert snapshot.connection.sentence


def test_an_endpoint_that_is_none(start: StartSession) -> None:
    running = start("no-such-thing", "hf_x")
    snapshot = running.until(lambda s: s.connection.link is Link.OFFLINE)
    assert "no-such-thing" in snapshot.connection.sentence


def test_a_break_in_the_session_itself_is_said_and_not_waited_for(
    demo_hub: LocalHub, start: StartSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(demo_hub.token())

    monkeypatch.setattr("spaces_tui.session.session._load", broken)
    running = start(demo_hub.url, demo_hub.token())
    snapshot = running.until(lambda s: s.connection.link is Link.OFFLINE)
    assert "ZeroDivisionError in test_session.py" in snapshot.connection.sentence
    assert demo_hub.token() not in snapshot.connection.sentence
    with pytest.raises(CommandError, match="broke"):
        running.session.pause("ada/whisper-live").result(DEADLINE)


def test_a_hub_that_refuses_connections(start: StartSession) -> None:
    running = start("http://127.0.0.1:9", "hf_x")
    snapshot = running.until(lambda s: s.connection.link is Link.OFFLINE)
    assert snapshot.connection.retry_in is not None


def test_a_hub_that_dies_and_comes_back(demo_hub: LocalHub, start: StartSession) -> None:
    port = int(demo_hub.url.rsplit(":", 1)[1])
    token = demo_hub.token()
    running = start(demo_hub.url, token)
    running.until(live)
    running.session.attend("ada/whisper-live")
    running.until(lambda s: s.detail and s.detail.metrics)
    demo_hub.close()
    snapshot = running.until(lambda s: s.connection.link is Link.OFFLINE, "offline")
    assert snapshot.spaces
    with LocalHub(port=port, seed="demo", speed=200.0, token=token):
        running.until(live, "live again")


def test_a_space_that_is_not_there(demo: Running) -> None:
    demo.until(live)
    with pytest.raises(CommandError, match="no/such"):
        demo.session.find("no/such").result(DEADLINE)
    assert live(demo.snapshot)


def test_somebody_elses_space_joins_the_list_and_stays(demo: Running, demo_hub: LocalHub) -> None:
    demo.until(live)
    assert not [space for space in demo.snapshot.spaces if space.owner == "bob"]
    demo.session.find("bob/quiet-pond").result(DEADLINE)
    assert [space.id for space in demo.snapshot.spaces if space.owner == "bob"]
    demo.session.refresh().result(DEADLINE)
    assert [space.id for space in demo.snapshot.spaces if space.owner == "bob"]


def test_a_saved_file_goes_live(demo: Running, demo_hub: LocalHub, tmp_path: Path) -> None:
    demo.until(live)
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "notes.txt").write_text("one\n")
    space = "ada/whisper-live"
    demo.session.watch(space, str(folder), WatchOptions()).result(DEADLINE)
    snapshot = demo.until(lambda s: s.watches[space].state is SyncState.PLAN)
    plan = snapshot.watches[space].plan
    assert plan is not None
    assert [file.path for file in plan.upload] == ["notes.txt"]
    assert plan.delete == ()
    demo.session.tell_watch(space, "accept").result(DEADLINE)
    demo.until(lambda s: s.watches[space].state is SyncState.IN_SYNC)
    (folder / "notes.txt").write_text("two\n")
    snapshot = demo.until(lambda s: len(s.watches[space].batches) == 2)
    snapshot = demo.until(lambda s: s.watches[space].batches[0].live is not None, "live")
    batch = snapshot.watches[space].batches[0]
    assert batch.uploaded == ("notes.txt",)
    assert batch.requests == 1
    assert batch.committed is not None
    sides = demo.session.compare_watch(space, "notes.txt").result(DEADLINE)
    assert sides.here == sides.there == "two\n"
    assert sides.head == batch.oid
    with pytest.raises(CommandError, match="not a path"):
        demo.session.compare_watch(space, "../app.py").result(DEADLINE)
    demo.session.tell_watch(space, "stop").result(DEADLINE)
    demo.until(lambda s: s.watches[space].state is SyncState.STOPPED)


@pytest.mark.parametrize("folder", ["missing", "a-file"])
def test_a_folder_that_cannot_be_watched(demo: Running, tmp_path: Path, folder: str) -> None:
    demo.until(live)
    (tmp_path / "a-file").write_text("x")
    with pytest.raises(CommandError, match=folder):
        demo.session.watch("ada/whisper-live", str(tmp_path / folder), WatchOptions()).result(
            DEADLINE
        )
    assert "ada/whisper-live" not in demo.snapshot.watches


def test_each_folder_and_space_keeps_its_own_state(
    demo: Running, tmp_path: Path, paths: Paths
) -> None:
    demo.until(live)
    folder = tmp_path / "src"
    folder.mkdir()
    (folder / "notes.txt").write_text("one\n")
    spaces = ("ada/whisper-live", "ada/flux-zero")
    for space in spaces:
        demo.session.watch(space, str(folder), WatchOptions(assume_yes=True)).result(DEADLINE)
        demo.until(lambda s, space=space: s.watches[space].state is SyncState.IN_SYNC)  # type: ignore[misc]
    assert len(list(paths.sync.iterdir())) == len(spaces)
    (folder / "notes.txt").write_text("two\n")
    demo.until(lambda s: all(len(s.watches[space].batches) == 2 for space in spaces))
