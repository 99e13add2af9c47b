"""What was measured lately: kept by replica, cut into spans, with its gaps."""

from __future__ import annotations

from spaces_tui.model.loadhistory import KEPT_SECONDS, Grid, LoadHistory, columns, grid
from spaces_tui.model.logs import Metric


def cpu(metric: Metric) -> float | None:
    return metric.cpu_percent


def measured(*moments: tuple[float, float | None], replica: str = "a") -> LoadHistory:
    history = LoadHistory()
    for at, percent in moments:
        history.add(Metric(replica, cpu_percent=percent), at)
    return history


def test_each_replica_has_its_own_series() -> None:
    history = LoadHistory()
    for at, replica in ((1.0, "a"), (1.5, "b"), (2.0, "a")):
        history.add(Metric(replica, cpu_percent=at), at)
    found = history.since(0)
    assert {name: [one.at for one in samples] for name, samples in found.items()} == {
        "a": [1.0, 2.0],
        "b": [1.5],
    }


def test_a_replica_that_was_not_measured_since_is_left_out() -> None:
    history = measured((1.0, 5.0))
    history.add(Metric("b", cpu_percent=1.0), 50.0)
    assert list(history.since(10.0)) == ["b"]


def test_what_is_older_than_is_kept_leaves() -> None:
    history = measured((0.0, 1.0), (1.0, 2.0), (KEPT_SECONDS + 0.5, 3.0))
    assert [one.at for one in history.since(0)["a"]] == [1.0, KEPT_SECONDS + 0.5]


def test_the_replica_that_was_silent_longest_leaves_when_there_are_too_many() -> None:
    history = LoadHistory()
    for number in range(17):
        history.add(Metric(f"r{number}", cpu_percent=1.0), float(number))
    assert set(history.since(0)) == {f"r{number}" for number in range(1, 17)}


def test_a_span_shows_its_peak() -> None:
    history = measured((10.0, 5.0), (12.0, 90.0), (14.0, 7.0), (16.0, 8.0))
    samples = history.since(0)["a"]
    assert columns(samples, cpu, Grid(last=3, step=5.0, spans=2)) == [90.0, 8.0]


def test_a_pause_is_a_gap_and_the_time_between_two_measurements_is_none() -> None:
    history = measured((10.0, 1.0), (11.6, 2.0), (20.0, 3.0))
    samples = history.since(0)["a"]
    shown = columns(samples, cpu, Grid(last=20, step=1.0, spans=11))
    assert shown == [1.0, 2.0, 2.0, 2.0, 2.0, 2.0, None, None, None, None, 3.0]


def test_what_the_hub_left_out_is_a_gap() -> None:
    samples = measured((10.0, None), (20.0, 4.0)).since(0)["a"]
    assert columns(samples, cpu, Grid(last=2, step=10.0, spans=2)) == [None, 4.0]


def test_spans_stand_still_while_time_passes() -> None:
    samples = measured((100.0, 1.0), (130.0, 2.0)).since(0)["a"]
    before = columns(samples, cpu, grid(131.0, 300.0, 30))
    after = columns(samples, cpu, grid(138.9, 300.0, 30))
    assert before == after
    assert columns(samples, cpu, grid(140.0, 300.0, 30))[:-1] == before[1:]
