"""The board: snapshots that never change, readers that are told once."""

from datetime import UTC, datetime

from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.session.board import Board, ordered
from spaces_tui.session.merge import DirectReads, merged
from spaces_tui.session.pace import LIST_IDLE, LIST_MOVING, back_off, list_pause
from spaces_tui.session.snapshot import Gauge, Link, Pending, Snapshot
from spaces_tui.store.asked import Asked


def space(name: str, stage: str = "RUNNING") -> Space:
    return Space(name, runtime=Runtime(Stage(stage)))


def test_a_change_makes_a_new_snapshot_and_leaves_the_old_one() -> None:
    board = Board(Snapshot())
    before = board.snapshot
    board.spaces([space("ada/x")], ())
    assert before.spaces == ()
    assert board.snapshot.spaces == (space("ada/x"),)
    assert board.snapshot.version == before.version + 1


def test_no_change_makes_no_snapshot() -> None:
    board = Board(Snapshot())
    board.spaces([space("ada/x")], ())
    before = board.snapshot
    board.spaces([space("ada/x")], ())
    board.runtime("ada/x", Runtime(Stage("RUNNING")))
    assert board.snapshot is before


def test_readers_are_told_once_until_they_have_looked() -> None:
    board = Board(Snapshot())
    told: list[int] = []
    unsubscribe = board.subscribe(lambda: told.append(board.snapshot.version))
    board.notify("one")
    board.notify("two")
    board.notify("three")
    assert told == [1]
    board.acknowledge()
    assert told == [1, 3]
    board.acknowledge()
    assert told == [1, 3]
    unsubscribe()
    board.notify("four")
    assert told == [1, 3]


def test_notices_are_numbered_and_bounded() -> None:
    board = Board(Snapshot())
    for number in range(60):
        board.notify(str(number))
    assert [notice.id for notice in board.snapshot.notices] == list(range(11, 61))


def test_since_moves_only_with_the_kind_of_link() -> None:
    board = Board(Snapshot())
    board.link(Link.OFFLINE, "one")
    since = board.snapshot.connection.since
    board.link(Link.OFFLINE, "two", retry_in=4)
    assert board.snapshot.connection.since == since
    assert board.snapshot.connection.sentence == "two"


def test_pending_comes_and_goes() -> None:
    board = Board(Snapshot())
    board.pending("ada/x", Pending("pausing", Stage("PAUSED")))
    assert board.snapshot.pending["ada/x"].verb == "pausing"
    board.pending("ada/x", None)
    assert dict(board.snapshot.pending) == {}


def test_details_of_another_space_are_dropped() -> None:
    board = Board(Snapshot())
    board.view("ada/x")
    board.detail("ada/y", error="late")
    assert board.snapshot.detail is not None
    assert board.snapshot.detail.error == ""


def test_owners_keep_their_order() -> None:
    spaces = [space(name) for name in ("zoe/b", "acme/b", "ada/C", "acme/a", "ada/b", "bob/a")]
    assert [s.id for s in ordered(spaces, ("ada", "zoe", "acme"))] == [
        "ada/b",
        "ada/C",
        "zoe/b",
        "acme/a",
        "acme/b",
        "bob/a",
    ]


def test_a_direct_read_outlives_a_lagging_list() -> None:
    now = 100.0
    reads = DirectReads(lambda: now)
    reads.note("ada/x")
    known = [space("ada/x", "PAUSED"), space("ada/y", "PAUSED")]
    listed = [space("ada/x", "RUNNING"), space("ada/y", "RUNNING")]
    assert [s.stage.name for s in merged(listed, known, reads)] == ["PAUSED", "RUNNING"]
    now = 120.0
    assert [s.stage.name for s in merged(listed, known, reads)] == ["RUNNING", "RUNNING"]


def test_a_list_without_runtime_keeps_the_known_one() -> None:
    reads = DirectReads()
    (kept,) = merged([Space("ada/x")], [space("ada/x")], reads)
    assert kept.stage.running


def test_the_pace_follows_what_moves_and_what_is_left() -> None:
    idle = Snapshot(spaces=(space("a/b"),), as_of=datetime.now(UTC))
    assert list_pause(idle.spaces, idle.gauge) == LIST_IDLE
    moving = Snapshot(spaces=(space("a/b"), space("a/c", "BUILDING")))
    assert list_pause(moving.spaces, moving.gauge) == LIST_MOVING
    low = Snapshot(spaces=(space("a/b"),), gauge=Gauge(left=10, quota=1000, resets_in=100))
    assert list_pause(low.spaces, low.gauge) > LIST_IDLE


def test_back_off_grows_to_a_bound() -> None:
    assert 0.8 <= back_off(1) <= 1.2
    assert 24 <= back_off(50) <= 36


def machine(has: str | None, wants: str, stage: str = "RUNNING") -> Space:
    return Space("ada/x", runtime=Runtime(Stage(stage), has, wants))


def test_a_wait_for_hardware_begins_when_it_is_asked_for() -> None:
    board = Board(Snapshot())
    board.spaces([machine("cpu-basic", "t4-small")], ())
    assert not board.snapshot.hardware_asked  # nobody saw when
    board.spaces([machine("cpu-basic", "cpu-basic")], ())
    board.runtime("ada/x", Runtime(Stage("RUNNING"), "cpu-basic", "t4-small"))
    since = board.snapshot.hardware_asked["ada/x"]
    board.spaces([machine(None, "t4-small", "BUILDING")], ())
    assert board.snapshot.hardware_asked["ada/x"] == since
    board.spaces([machine("t4-small", "t4-small")], ())
    assert not board.snapshot.hardware_asked
    board.spaces([machine(None, "t4-small", "BUILDING")], ())
    assert not board.snapshot.hardware_asked


def test_a_wish_of_an_earlier_run_keeps_its_time_until_it_is_granted() -> None:
    board = Board(Snapshot())
    earlier = datetime(2026, 5, 4, tzinfo=UTC)
    board.wished({"ada/x": Asked("t4-small", earlier)})
    board.spaces([machine("cpu-basic", "t4-small")], ())
    assert board.snapshot.hardware_asked == {"ada/x": earlier}
    board.spaces([machine("t4-small", "t4-small")], ())
    assert board.wishes == {}
    board.spaces([machine("cpu-basic", "t4-small")], ())
    assert not board.snapshot.hardware_asked


def test_a_wish_for_something_else_counts_no_more() -> None:
    board = Board(Snapshot())
    board.wished({"ada/x": Asked("t4-small", datetime(2026, 5, 4, tzinfo=UTC))})
    board.spaces([machine("cpu-basic", "a10g-small")], ())
    assert not board.snapshot.hardware_asked
