"""The Metrics tab: plots with their scale, what is said when there is nothing to plot."""

from __future__ import annotations

from time import time

import pytest

from spaces_tui.model.loadhistory import LoadHistory
from spaces_tui.model.logs import GpuMetric, Metric
from spaces_tui.session.snapshot import Detail
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.present.metrics import empty_words, metrics_lines, state_lines
from spaces_tui.ui.present.plots import SCALE, bars, plot
from spaces_tui.ui.present.spans import text_of, width_of
from spaces_tui.ui.widgets.metricsview import MetricsView
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see
from tests.ui.fake_session import FakeSession, space

GIB = 1024**3
NOW = 1_000_000.0
SPACE = "ada/whisper-live"


def metric(
    cpu: float, *, gpus: int = 0, replica: str = "a", used: int = 4 * GIB, network: float = 40_000
) -> Metric:
    return Metric(
        replica,
        cpu_percent=cpu,
        cpu_millicores=2000,
        memory_used=used,
        memory_total=16 * GIB,
        received=network,
        sent=network,
        gpus=tuple(GpuMetric(50, 8 * GIB, 16 * GIB) for _ in range(gpus)),
    )


def history(*metrics: Metric, every: float = 1.0) -> LoadHistory:
    found = LoadHistory()
    for number, one in enumerate(metrics):
        found.add(one, NOW - every * (len(metrics) - 1 - number))
    return found


def lines(
    found: LoadHistory, width: int = 78, height: int = 20, seconds: float = 60.0
) -> list[str]:
    made = metrics_lines(found.since(NOW - seconds), NOW, seconds, width, height)
    assert all(width_of(one) <= width for one in made)
    return [text_of(one).rstrip() for one in made]


def test_bars_fill_rows_from_below() -> None:
    assert bars([0.0, 25.0, 50.0, 100.0], 100.0, 2) == ["   █", "▁▄██"]


def test_what_is_above_the_scale_is_cut_and_a_gap_is_no_zero() -> None:
    assert bars([250.0, None, -3.0], 100.0, 2) == ["█  ", "█┈▁"]


def test_a_plot_says_what_its_top_and_its_bottom_are() -> None:
    top, middle, bottom = (text_of(one) for one in plot([50.0], 100.0, "100 %", 3))
    assert (top[:SCALE], middle[:SCALE], bottom[:SCALE]) == ("  100 %▏", "       ▏", "      0▏")


def test_last_value_peak_and_limits_are_said() -> None:
    said = "\n".join(lines(history(metric(96), metric(41))))
    assert "CPU 41 % · peak 96 % · of 2 cores" in said
    assert "RAM 4.0/16 GB · peak 4 GB" in said
    assert "Network in 40k/s · peak 40k/s" in said
    assert "GPU" not in said
    assert "-1 min" in said
    assert "now" in said


def test_a_burst_above_all_processors_grows_the_scale() -> None:
    assert any("200 %" in one for one in lines(history(metric(104))))


def test_a_memory_that_is_nearly_full_is_said_in_words() -> None:
    assert any("nearly full" in one for one in lines(history(metric(5, used=15 * GIB))))
    assert not any("nearly full" in one for one in lines(history(metric(5))))


def test_every_accelerator_has_its_own_plots() -> None:
    said = "\n".join(lines(history(metric(5, gpus=2)), height=60))
    for name in ("GPU0 50 %", "VRAM0 8.0/16 GB", "GPU1 50 %", "VRAM1 8.0/16 GB"):
        assert name in said


def test_replicas_are_not_mixed() -> None:
    said = lines(history(metric(10, replica="x1"), metric(90, replica="y2")), height=60)
    assert [one for one in said if "Replica" in one] == [
        one for one in said if one.startswith(("── Replica x1", "── Replica y2"))
    ]
    assert sum("peak 10 %" in one for one in said) == 1
    assert sum("peak 90 %" in one for one in said) == 1


@pytest.mark.parametrize(("width", "height"), [(78, 17), (110, 40), (38, 8), (12, 3), (3, 1)])
def test_plots_fit_their_place(width: int, height: int) -> None:
    made = lines(history(metric(10, gpus=1), metric(20, gpus=1)), width, height)
    if width >= 38:
        assert any("CPU" in one for one in made)


def test_a_narrow_place_has_one_plot_under_the_other() -> None:
    made = lines(history(metric(10)), width=40, height=40)
    assert not any("CPU" in one and "RAM" in one for one in made)


def test_what_the_hub_does_not_measure_is_said() -> None:
    said = "\n".join(lines(history(Metric("a", cpu_percent=3.0))))
    assert "RAM not measured" in said


@pytest.mark.parametrize(
    ("stage", "word"),
    [("PAUSED", "Paused"), ("SLEEPING", "Asleep"), ("BUILDING", "Nothing runs yet")],
)
def test_an_empty_tab_says_why(stage: str, word: str) -> None:
    assert word in empty_words(space("ada/x", stage), "")


def test_an_empty_tab_of_a_running_space_says_what_the_session_says() -> None:
    assert empty_words(space("ada/x"), "The Hub said no.") == "The Hub said no."
    assert "Waiting" in empty_words(space("ada/x"), "")
    assert "Static" in empty_words(space("ada/x", sdk="static"), "")


def test_silence_is_told_once_it_lasts() -> None:
    found = history(metric(10)).since(0)
    assert state_lines(space("ada/x"), found, "", NOW + 2, 80) == []
    (told,) = state_lines(space("ada/x"), found, "The Hub does not answer.", NOW + 30, 80)
    assert text_of(told).startswith(" Nothing measured since ")
    assert text_of(told).endswith(". The Hub does not answer.")


def view_of(app: ConsoleApp) -> MetricsView:
    view = app.main.detail.metrics
    assert view is not None
    return view


def noted(session: FakeSession, note: str) -> None:
    session.update(detail=Detail(SPACE, load_note=note))


async def test_the_tab_shows_what_was_measured_and_the_arrows_change_its_time() -> None:
    session = FakeSession()
    session.load(SPACE).add(metric(41), time())
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("3")
        await see(pilot, app, "CPU 41 %")
        assert "-5 min" in screen_text(app)
        await pilot.press("right")
        await see(pilot, app, "-15 min")
        await pilot.press("right", "left", "left", "left")
        await see(pilot, app, "-1 min")


async def test_a_newer_measurement_waits_for_its_turn_and_a_change_of_state_does_not() -> None:
    session = FakeSession()
    now = time()
    session.load(SPACE).add(metric(41), now)
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("3")
        await see(pilot, app, "CPU 41 %")
        view = view_of(app)
        view._now = lambda: now
        view._take()
        session.load(SPACE).add(metric(77), now + 1)
        noted(session, "")
        await pilot.press("j")
        assert "CPU 41 %" in screen_text(app)
        view._now = lambda: now + 2.5
        session.update(version=0)
        await see(pilot, app, "CPU 77 %")
        view._now = lambda: now + 9
        session.put_space(space(SPACE, "PAUSED"))
        await see(pilot, app, "Nothing measured since")
        await see(pilot, app, "r starts it")


async def test_without_a_measurement_the_reason_stands_there() -> None:
    session = FakeSession()
    async with console(session, size=USUAL, target=SPACE) as (pilot, _, app):
        await pilot.press("3")
        await see(pilot, app, "Waiting for the first measurement")
        noted(session, "The Hub measures nothing of this Space now.")
        await see(pilot, app, "The Hub measures nothing of this Space now.")


async def test_another_space_has_its_own_plots() -> None:
    session = FakeSession()
    session.load(SPACE).add(metric(41), time())
    async with console(session, size=WIDE, target=SPACE) as (pilot, _, app):
        await pilot.press("3")
        await see(pilot, app, "CPU 41 %")
        await pilot.press("escape", "j")
        await gone(pilot, app, "CPU 41 %")


async def test_a_tiny_terminal_scrolls_to_every_plot() -> None:
    session = FakeSession()
    session.load(SPACE).add(metric(41, gpus=1), time())
    async with console(session, size=TINY, target=SPACE) as (pilot, _, app):
        await pilot.press("3")
        await see(pilot, app, "CPU 41 %")
        await pilot.press("G")
        await see(pilot, app, "Network out")
