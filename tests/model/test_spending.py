"""Sums of what was seen: billed stages alone, by the day, with what nobody saw beside them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

from spaces_tui.model.spending import Rate, Record, Total, looked, rates_of, total
from tests.ui.fake_session import PRICES, space

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
RATES = {"a": Rate("ada/demo", 6_000), "b": Rate("acme/lab", 60_000)}


def watched(record: Record, minutes: int, start: datetime = NOON) -> Record:
    """Look once a minute."""
    for minute in range(minutes + 1):
        record = looked(record, RATES, start + timedelta(minutes=minute))
    return record


def test_only_what_is_billed_has_a_rate() -> None:
    running = space("ada/one", "RUNNING", "t4-small")
    building = space("ada/two", "BUILDING", "t4-small")
    free = space("ada/three", "RUNNING", "cpu-basic")
    unknown = space("ada/four", "RUNNING", "tpu-v9")
    rates = rates_of([running, building, free, unknown], PRICES)
    assert [rate.space for rate in rates.values()] == ["ada/one"]
    (one,) = rates.values()
    assert one.per_minute == PRICES["t4-small"].micro_usd_per_minute
    assert running.runtime is not None
    three = replace(running, runtime=replace(running.runtime, replicas=3))
    (more,) = rates_of([three], PRICES).values()
    assert more.per_minute == 3 * one.per_minute
    asleep = replace(running, runtime=replace(running.runtime, replicas=0))
    assert rates_of([asleep], PRICES) == {}


def test_an_hour_is_sixty_minutes_of_each_rate() -> None:
    record = watched(Record(), 60)
    day = record.days[NOON.date()]
    assert day.spent["a"].micro_usd == 360_000
    assert day.spent["b"].seconds == 3600
    end = NOON + timedelta(hours=1)
    assert total(record, NOON.date(), end).micro_usd == 3_960_000
    assert total(record, NOON.date(), end, owners=["ada"]).micro_usd == 360_000
    assert total(record, NOON.date(), end, space="b").micro_usd == 3_600_000
    assert total(Record(), NOON.date(), end) == Total(0, timedelta())


def test_what_nobody_saw_is_not_counted_and_is_said() -> None:
    record = watched(Record(), 30)
    later = NOON + timedelta(hours=5)
    record = watched(record, 30, later)
    end = later + timedelta(minutes=30)
    spent = total(record, NOON.date(), end)
    assert spent.micro_usd == 60 * 66_000
    assert spent.unwatched == timedelta(hours=4, minutes=30)


def test_midnight_parts_the_days() -> None:
    record = watched(Record(), 20, datetime(2026, 2, 28, 23, 50, tzinfo=UTC))
    assert record.days[date(2026, 2, 28)].spent["a"].micro_usd == 60_000
    assert record.days[date(2026, 3, 1)].spent["a"].micro_usd == 60_000
    end = datetime(2026, 3, 1, 0, 10, tzinfo=UTC)
    assert total(record, date(2026, 3, 1), end).unwatched == timedelta()


def test_a_clock_that_was_set_back_counts_nothing_twice() -> None:
    record = watched(Record(), 10)
    back = looked(record, RATES, NOON)
    assert back.days == record.days
    assert looked(back, RATES, NOON + timedelta(minutes=1)).days != record.days


def test_a_space_keeps_its_sum_under_a_new_name_and_old_days_go() -> None:
    record = watched(Record(), 10)
    renamed = {"a": Rate("ada/new", 6_000)}
    record = looked(record, renamed, NOON + timedelta(minutes=11))
    record = looked(record, renamed, NOON + timedelta(minutes=12))
    assert record.days[NOON.date()].spent["a"].space == "ada/new"
    assert record.days[NOON.date()].spent["a"].micro_usd == 12 * 6_000
    assert looked(record, {}, NOON + timedelta(days=70)).days == {}
