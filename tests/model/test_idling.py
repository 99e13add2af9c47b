"""What short looks at a Space's load tell of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from spaces_tui.model.idling import UNSEEN, Idle, does_nothing, looked
from spaces_tui.model.logs import GpuMetric, Metric

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def metric(cpu: float | None, *gpus: float | None) -> Metric:
    """Return one measurement."""
    return Metric("r1", cpu_percent=cpu, gpus=tuple(GpuMetric(one, 0, 1) for one in gpus))


def test_it_does_nothing_only_if_neither_cpu_nor_any_gpu_works() -> None:
    assert does_nothing([metric(1.0, 0.0), metric(0.5, 1.0)]) is True
    assert does_nothing([metric(1.0, 0.0), metric(1.0, 0.0, 40.0)]) is False
    assert does_nothing([metric(1.0, 0.0), metric(60.0, 0.0)]) is False
    assert does_nothing([metric(2.0)]) is True


def test_without_a_measurement_nothing_is_claimed() -> None:
    assert does_nothing([]) is None
    assert does_nothing([metric(None, None)]) is None


def test_a_run_of_idle_looks_grows_and_ends_with_work() -> None:
    run: Idle | None = None
    for number in range(10):
        run = looked(run, True, NOON + timedelta(minutes=10 * number))
    assert run == Idle(NOON, NOON + timedelta(minutes=90), 10)
    assert run.lasted == timedelta(minutes=90)
    assert looked(run, False, NOON + timedelta(minutes=100)) is None


def test_a_time_nobody_looked_ends_a_run_and_so_does_a_clock_set_back() -> None:
    run = Idle(NOON - timedelta(hours=5), NOON, 30)
    later = NOON + UNSEEN + timedelta(seconds=1)
    assert looked(run, True, later) == Idle(later, later)
    earlier = NOON - timedelta(minutes=1)
    assert looked(run, True, earlier) == Idle(earlier, earlier)
