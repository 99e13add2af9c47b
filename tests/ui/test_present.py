"""What the screens say, without a screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.logs import LogLine, Metric
from spaces_tui.model.ring import LineRing
from spaces_tui.model.space import Runtime, Space
from spaces_tui.model.stage import PAUSED, Stage
from spaces_tui.model.sync import SyncPlan
from spaces_tui.session.snapshot import Connection, Gauge, Link, Pending, Snapshot
from spaces_tui.ui.present.footer import footer_line
from spaces_tui.ui.present.head import Tab, state_line
from spaces_tui.ui.present.header import header_lines
from spaces_tui.ui.present.loglines import (
    LONGEST,
    body_of,
    level_role,
    pattern_of,
    pieces_of,
    shifted,
    text_spans,
)
from spaces_tui.ui.present.logsearch import SLICE, LogSearch
from spaces_tui.ui.present.money import Cost, amount, cost_now, cost_words, rate
from spaces_tui.ui.present.overview import fact_lines, load_lines, tail_stream
from spaces_tui.ui.present.plan import plan_lines
from spaces_tui.ui.present.questions import pause_question, restart_question
from spaces_tui.ui.present.rows import (
    OwnerRow,
    SpaceRow,
    owner_line,
    rows_by_cost,
    rows_of,
    space_line,
)
from spaces_tui.ui.present.spans import (
    Role,
    Span,
    clip,
    padded,
    shorten,
    spread,
    text_of,
    width_of,
    wrapped,
)
from spaces_tui.ui.present.spark import memory, size, spark
from spaces_tui.ui.present.stages import look_of
from spaces_tui.ui.present.times import ago, sleeps, span
from spaces_tui.ui.rules import Context
from tests.ui.fake_session import NOW, PRICES, SPACES, live_snapshot, log_lines, metrics, space

TEXT = st.text(st.sampled_from("ab語é …·x"), max_size=60)


@pytest.mark.parametrize(
    ("stage", "shown"),
    [
        ("RUNNING", "● Running"),
        ("BUILDING", "◐ Building"),
        ("RUNNING_APP_STARTING", "◐ Running, starting"),
        ("BUILD_ERROR", "✖ Build error"),
        ("SLEEPING", "☾ Sleeping"),
        ("PAUSED", "‖ Paused"),
        ("NO_APP_FILE", "○ No app file"),
        ("QUARANTINED", "? QUARANTINED"),
        ("PRE_BUILDING_V2", "◐ PRE_BUILDING_V2"),
    ],
)
def test_stages_have_a_glyph_and_a_word(stage: str, shown: str) -> None:
    look = look_of(space("ada/x", stage))
    assert f"{look.glyph} {look.word}" == shown


def test_a_command_on_its_way_comes_before_the_stage() -> None:
    assert look_of(SPACES[0], Pending("pausing", PAUSED)).word == "pausing"


def test_cost_counts_billed_stages_times_replicas() -> None:
    running = space("ada/a", "RUNNING", "t4-small")
    assert running.runtime is not None
    two = replace(running, runtime=replace(running.runtime, replicas=2))
    none = replace(running, runtime=replace(running.runtime, replicas=0))
    idle = [space("ada/b", stage, "a100-large") for stage in ("PAUSED", "SLEEPING", "BUILDING")]
    assert rate(two, PRICES) == pytest.approx(0.8)
    assert rate(none, PRICES) == 0
    assert cost_now([two, none, *idle], PRICES).hourly == pytest.approx(0.8)


def test_an_unknown_price_makes_the_sum_a_lower_bound() -> None:
    cost = cost_now(
        [space("ada/a", "RUNNING", "t4-small"), space("ada/b", "RUNNING", "tpu")], PRICES
    )
    assert cost_words(cost) == "≥$0.40/h · ≈$10/day"
    assert cost_words(cost_now([], PRICES)) == "$0/h"


@pytest.mark.parametrize(
    ("dollars", "words"), [(0.4, "0.40"), (0.025, "0.025"), (23.5, "23.50"), (1234, "1,234.00")]
)
def test_amounts(dollars: float, words: str) -> None:
    assert amount(dollars) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (59, "59s"),
        (2700, "45m"),
        (3600, "1h"),
        (5400, "1h 30m"),
        (172800, "2 days"),
        (90000, "1 day 1h"),
    ],
)
def test_durations(seconds: int, words: str) -> None:
    assert span(seconds) == words


def test_ages_do_not_tick_by_seconds() -> None:
    assert ago(NOW, NOW + timedelta(seconds=59)) == "just now"
    assert ago(NOW, NOW + timedelta(seconds=119)) == "1 min ago"
    assert ago(NOW, NOW + timedelta(days=1)) == "1 day ago"
    assert ago(None, NOW) == ""
    assert sleeps(None) == "never sleeps"


@given(TEXT, st.integers(0, 70))
def test_shortened_text_never_exceeds_its_width(text: str, width: int) -> None:
    assert width_of((Span(shorten(text, width)),)) <= width
    assert width_of((Span(padded(text, width)),)) == width


@given(st.lists(TEXT, max_size=4), st.lists(TEXT, max_size=3), st.integers(1, 60))
def test_lines_never_exceed_their_width(left: list[str], right: list[str], width: int) -> None:
    one = tuple(Span(text) for text in left)
    other = tuple(Span(text) for text in right)
    assert width_of(clip(one, width)) <= width
    assert width_of(spread(one, other, width)) <= width


@given(TEXT, st.integers(8, 40))
def test_wrapping_loses_no_character_and_fits(text: str, width: int) -> None:
    lines = wrapped(text, width)
    assert all(width_of(line) <= width for line in lines)
    kept = "".join(text_of(line) for line in lines).replace(" ", "")
    assert kept == text.replace(" ", "")


@given(TEXT, st.integers(2, 30))
def test_pieces_fit_and_join_to_the_text(text: str, width: int) -> None:
    pieces = pieces_of(text, width)
    assert "".join(pieces) == text
    assert all(width_of((Span(piece),)) <= width for piece in pieces)


@given(TEXT, st.integers(0, 20), st.integers(1, 30))
def test_a_shifted_line_fits(text: str, offset: int, width: int) -> None:
    assert width_of((Span(shifted(text, offset, width)),)) <= width


def test_rows_are_grouped_and_filtered_by_name_stage_and_hardware() -> None:
    rows = rows_of(SPACES)
    assert rows[0] == OwnerRow("ada", 7)
    assert rows_of(SPACES, "t4") == [OwnerRow("ada", 1), SpaceRow("ada/whisper-live")]
    assert [row.id for row in rows_of(SPACES, "RUNNING acme") if isinstance(row, SpaceRow)] == [
        "acme/leaderboard",
        "acme/docs",
    ]
    assert rows_of(SPACES, "[/") == []


def test_by_cost_what_costs_most_is_on_top() -> None:
    spaces = (
        space("ada/free"),
        space("ada/asleep", "SLEEPING", "a100-large"),
        space("ada/small", flavour="t4-small"),
        space("acme/large", flavour="a100-large"),
        space("acme/odd", flavour="never-heard-of"),
        space("acme/static", sdk="static", flavour=None),
    )
    rows = rows_by_cost(spaces, "", PRICES)
    now, would, free = (row for row in rows if isinstance(row, OwnerRow))
    assert [now.size, would.size, free.size] == [3, 1, 2]
    assert now.cost.hourly == pytest.approx(2.9, abs=0.001)
    assert now.cost.unknown == 1
    assert (would.cost.hourly, free.cost.hourly) == (0, 0)
    assert [row.id for row in rows if isinstance(row, SpaceRow)] == [
        "acme/large",
        "ada/small",
        "acme/odd",
        "ada/asleep",
        "ada/free",
        "acme/static",
    ]
    assert rows_by_cost(spaces, "acme large", PRICES)[1:] == [SpaceRow("acme/large")]


@pytest.mark.parametrize("width", [8, 14, 20, 38, 80])
def test_a_heading_says_what_its_group_costs_where_there_is_room(width: int) -> None:
    line = owner_line(OwnerRow("a-long-owner", 12, Cost(1.26)), width)
    assert width_of(clip(line, width)) <= width
    assert ("$1.26/h" in text_of(line)) is (width >= 20)
    assert "$" not in text_of(owner_line(OwnerRow("ada", 12, Cost(0)), width))


@pytest.mark.parametrize("width", [12, 20, 34, 50, 80])
def test_rows_are_as_wide_as_the_list(width: int) -> None:
    snapshot = live_snapshot()
    for one in SPACES:
        line = space_line(one, snapshot, {one.id}, width)
        assert width_of(clip(line, width)) <= width
        assert text_of(line).startswith("✓")


def test_the_wide_list_tells_the_stage_in_words() -> None:
    text = text_of(space_line(SPACES[2], live_snapshot(), (), 80))
    assert "Runtime error" in text


@pytest.mark.parametrize("width", [10, 30, 40, 60, 80, 120, 200])
def test_the_header_fits_and_keeps_the_name(width: int) -> None:
    snapshot = replace(live_snapshot(), connection=Connection(Link.OFFLINE, "No network."))
    lines = header_lines(snapshot, NOW, width)
    assert len(lines) == 2
    assert all(width_of(line) <= width for line in lines)
    assert "spaces" in text_of(lines[0])


def test_a_rate_limit_that_gets_short_is_said_and_no_other() -> None:
    plenty = replace(live_snapshot(), gauge=Gauge(412, 1_000, 90))
    assert len(header_lines(plenty, NOW, 120)) == 1
    short = replace(live_snapshot(), gauge=Gauge(184, 1_000, 90))
    assert text_of(header_lines(short, NOW, 120)[1]).strip() == (
        "~ 184 of 1,000 requests left in this window: everything is read less often until it ends."
    )
    offline = replace(short, connection=Connection(Link.OFFLINE, "No network."))
    assert "No network." in text_of(header_lines(offline, NOW, 120)[1])


def test_another_endpoint_and_the_demo_are_marked() -> None:
    elsewhere = replace(live_snapshot(), endpoint="http://127.0.0.1:7777")
    assert "127.0.0.1:7777" in text_of(header_lines(elsewhere, NOW, 160)[0])
    demo = text_of(header_lines(replace(elsewhere, demo=True), NOW, 160)[0])
    assert "demo" in demo
    assert "127.0.0.1" not in demo


def test_the_state_line_tells_what_a_change_of_hardware_is() -> None:
    changing = Space(
        "ada/x", runtime=Runtime(Stage("RUNNING_BUILDING"), "cpu-basic", "t4-small", 3600)
    )
    text = text_of(state_line(changing, live_snapshot(), 120))
    assert "cpu-basic → t4-small" in text
    assert "an older version serves" in text
    assert text_of(state_line(changing, live_snapshot(), 20)) == "◐ Running, building"


def test_the_error_of_a_paused_space_is_shown() -> None:
    stopped = space("ada/x", "PAUSED", error="Quota exceeded\nfor cpu-basic")
    text = "\n".join(text_of(one) for one in fact_lines(stopped, live_snapshot(), (), NOW, 80))
    assert "┃ Quota exceeded\n ┃ for cpu-basic" in text


def test_a_running_commit_behind_the_head_is_said() -> None:
    behind = replace(SPACES[0], sha="ffffffffff")
    text = "\n".join(text_of(one) for one in fact_lines(behind, live_snapshot(), (), NOW, 80))
    assert "4f1c2d3 is running, head is fffffff" in text


def test_load_with_missing_fields_shows_what_there_is() -> None:
    assert load_lines((), 80) == []
    assert load_lines((Metric("r"),), 80) == []
    text = "\n".join(text_of(one) for one in load_lines(metrics(), 80))
    assert "GPU" in text
    assert "/15 GB" in text


def test_the_log_that_matters_is_the_builds_while_building() -> None:
    assert tail_stream(space("ada/x", "BUILD_ERROR")) == "build"
    assert tail_stream(space("ada/x", "RUNNING")) == "run"


def test_sparks_and_sizes() -> None:
    assert spark([0, 50, 100, 250], 100, 6) == "  ▁▅██"
    assert spark([1], 0, 3) == "  █"
    assert (size(812), size(6_100_000), size(250_000_000)) == ("812 B", "6.1 MB", "250 MB")
    assert memory(6 * 1024**3, 15 * 1024**3) == "6.0/15 GB"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("Traceback (most recent call last):", Role.BAD),
        ("ValueError: no", Role.BAD),
        ("2026-05-04 ERROR root: no", Role.BAD),
        ("WARNING: slow", Role.BUSY),
        ("DEBUG cache", Role.DIM),
        ("0 errors, terror and mirrors", Role.TEXT),
        ("x" * 50_000 + " ERROR", Role.TEXT),
    ],
)
def test_levels(text: str, role: Role) -> None:
    assert level_role(text) is role


def test_a_very_long_line_is_cut_and_counted() -> None:
    assert body_of(LogLine(None, "x" * (LONGEST + 5))).endswith("… 5 more characters")


def test_matches_are_marked_without_case_unless_asked() -> None:
    spans = text_spans("an Error, error", Role.TEXT, pattern_of("error"))
    assert [one.text for one in spans if one.role is Role.MATCH] == ["Error", "error"]
    spans = text_spans("an Error, error", Role.TEXT, pattern_of("Error"), current=True)
    assert [one.text for one in spans if one.role is Role.CURRENT] == ["Error"]


def test_a_search_goes_in_slices_and_forgets_what_left_the_ring() -> None:
    ring = LineRing(capacity=400_000)
    ring.extend(log_lines(SLICE + 10))
    pattern = pattern_of("WARNING")
    assert pattern is not None
    search = LogSearch(pattern)
    assert search.advance(ring)
    assert not search.advance(ring)
    assert len(search.matches) == (SLICE + 10) // 5
    assert search.step(forward=True, here=100) == 102
    assert search.counter() == f"21/{(SLICE + 10) // 5}"
    assert search.step(forward=False, here=0) == 97
    ring.extend(log_lines(6 * SLICE, first=SLICE + 10))
    while search.advance(ring):
        pass
    assert ring.first > 0
    assert search.matches[0] >= ring.first
    ring.clear()
    assert not search.advance(ring)
    assert search.counter() == "0 lines"


def test_an_empty_plan_says_so() -> None:
    assert (
        text_of(plan_lines(SyncPlan(unchanged=3), 80)[0]) == " 0 files to upload, 0 B · 3 unchanged"
    )


def test_questions_tell_the_difference_in_money() -> None:
    asked = pause_question([SPACES[0]], live_snapshot())
    assert "Saves $0.40/h." in asked.effects
    woken = restart_question([SPACES[3]], live_snapshot())
    assert woken.title == "Start this Space?"
    assert "Costs $1.00/h more from then on." in woken.effects


@pytest.mark.parametrize("width", [10, 40, 80, 160])
def test_the_footer_keeps_help_and_quit_longest(width: int) -> None:
    context = Context(live_snapshot(), SPACES[0], tab=Tab.OVERVIEW)
    line = footer_line(context, width)
    assert width_of(line) <= width
    assert "?" in text_of(line)


def test_the_footer_dims_what_cannot_work() -> None:
    line = footer_line(Context(Snapshot()), 160)
    roles = {one.action: one.role for one in line if one.text.strip() in ("pause", "quit")}
    assert roles == {"space.pause": Role.DIM, "quit": Role.TEXT}


def test_a_pause_on_the_free_plan_may_be_for_good() -> None:
    free = next(one for one in SPACES if one.id == "ada/sd-playground")
    said = "On the free plan the Hub may refuse to start it again."
    assert said in pause_question([free], live_snapshot()).effects
    assert said not in pause_question([SPACES[0]], live_snapshot()).effects
    pro = replace(live_snapshot(), identities=(replace(live_snapshot().identities[0], pro=True),))
    assert said not in pause_question([free], pro).effects


def test_hardware_that_is_not_granted_yet_says_since_when() -> None:
    space = SPACES[0]
    assert space.runtime is not None
    waits = replace(space, runtime=replace(space.runtime, requested_hardware="a100-large"))
    since = NOW - timedelta(minutes=4)
    snapshot = replace(live_snapshot([waits]), hardware_asked={waits.id: since})
    shown = "\n".join(text_of(one) for one in fact_lines(waits, snapshot, (), NOW, 100))
    assert "a100-large requested 4 min ago, not granted yet, has t4-small until then" in shown
    unknown = "\n".join(
        text_of(one) for one in fact_lines(waits, live_snapshot([waits]), (), NOW, 100)
    )
    assert "a100-large requested, not granted yet" in unknown
    building = SPACES[1]
    plain = "\n".join(text_of(one) for one in fact_lines(building, live_snapshot(), (), NOW, 100))
    assert "requested" not in plain
