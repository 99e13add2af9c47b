"""What a row of looks at a Space tells of its past, and what it does not."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import Stage
from spaces_tui.model.stagehistory import KEPT, LOOKING, History, looked, usual_build

BEGIN = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)


def space(stage: str, sha: str = "b" * 40, *, head: str = "a" * 40, flavour: str = "t4") -> Space:
    running = sha if stage.startswith("RUNNING") else None
    return Space("ada/x", uid="1", sha=head, runtime=Runtime(Stage(stage), flavour, sha=running))


def after(*looks: tuple[float, Space]) -> History:
    """Return the history after looks, each so many seconds after the first hour struck."""
    history: History = ()
    for seconds, found in looks:
        history = looked(history, found, BEGIN + timedelta(seconds=seconds))
    return history


def test_a_stage_lasts_from_the_look_that_found_it_to_the_one_that_did_not() -> None:
    history = after(
        (0, space("RUNNING")),
        (60, space("RUNNING")),
        (62, space("BUILDING")),
        (100, space("BUILDING")),
        (102, space("APP_STARTING")),
    )
    assert [one.stage.name for one in history] == ["RUNNING", "BUILDING", "APP_STARTING"]
    running, building, starting = history
    assert not running.begin_seen
    assert running.end_seen
    assert building.begin_seen
    assert building.end_seen
    assert building.measured == 40
    assert building.after == starting.begin
    assert starting.after is None
    assert running.sha == "b" * 40
    assert building.sha == "a" * 40, "what is built is the head, not what ran"


def test_nobody_knows_what_happened_while_nobody_looked() -> None:
    away = LOOKING.total_seconds() + 1
    same = after((0, space("RUNNING")), (10, space("RUNNING")), (10 + away, space("RUNNING")))
    assert len(same) == 1
    assert same[0].unseen == timedelta(seconds=away)
    other = after((0, space("RUNNING")), (away, space("PAUSED")))
    assert not other[0].end_seen
    assert not other[1].begin_seen
    assert other[0].seconds(BEGIN + timedelta(days=1)) == 0
    assert other[0].measured is None


def test_another_commit_or_other_hardware_is_another_span_though_it_ran_before_and_after() -> None:
    history = after(
        (0, space("RUNNING", "c" * 40)),
        (5, space("RUNNING", "d" * 40)),
        (9, space("RUNNING", "d" * 40, flavour="a10g")),
    )
    assert [(one.sha, one.hardware) for one in history] == [
        ("c" * 40, "t4"),
        ("d" * 40, "t4"),
        ("d" * 40, "a10g"),
    ]


def test_a_list_without_a_runtime_says_nothing() -> None:
    known = after((0, space("RUNNING")))
    assert looked(known, Space("ada/x", uid="1"), BEGIN) == known


def test_a_clock_set_back_shortens_nothing_below_zero() -> None:
    history = after((0, space("RUNNING")), (-600, space("PAUSED")), (-500, space("PAUSED")))
    assert history[0].seconds(BEGIN) == 0
    assert history[1].seconds(BEGIN - timedelta(hours=1)) == 0
    assert history[1].begin == BEGIN


def builds(*lengths: float, end: str = "APP_STARTING", slack: float = 1) -> History:
    looks: list[tuple[float, Space]] = []
    at = 0.0
    for length in lengths:
        looks += [(at, space("RUNNING")), (at + slack, space("RUNNING_BUILDING"))]
        looks += [(at + length, space("RUNNING_BUILDING")), (at + slack + length, space(end))]
        at += slack + length + 5
    return after(*looks)


def test_three_builds_make_a_usual_one() -> None:
    assert usual_build(builds(100, 120)) is None
    assert usual_build(builds(100, 120, 200)) == 120
    assert usual_build(builds(100, 120, 200, 110, 130)) == 120


def test_only_builds_seen_from_begin_to_a_good_end_count() -> None:
    assert usual_build(builds(100, 120, 200, end="BUILD_ERROR")) is None
    assert usual_build(builds(100, 100, 100, slack=60)) is None
    assert usual_build(builds(200, 200, 200, slack=15)) == 200
    assert usual_build(builds(1000, 1000, 1000)) is None, "a quarter of an hour without a look"


@given(
    st.lists(
        st.tuples(
            st.floats(0, 600), st.sampled_from(["RUNNING", "BUILDING", "PAUSED", "SLEEPING"])
        ),
        max_size=120,
    )
)
def test_spans_lie_one_after_the_other_and_are_bounded(looks: list[tuple[float, str]]) -> None:
    history: History = ()
    now = BEGIN
    for pause, stage in looks:
        now += timedelta(seconds=pause)
        history = looked(history, space(stage), now)
    assert len(history) <= KEPT
    assert all(one.begin <= one.last for one in history)
    for one, following in pairwise(history):
        assert one.after == following.begin
        assert following.before == one.last
        assert one.stage != following.stage
    assert [one.after for one in history[-1:]] == [None] * len(history[-1:])
