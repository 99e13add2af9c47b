"""Which line of a budget was reached."""

from datetime import UTC, date, datetime, timedelta

from spaces_tui.model.budget import (
    Budget,
    Period,
    budget_words,
    crossed_words,
    crossings,
    reached_at,
)
from spaces_tui.model.spending import Day, Rate, Record, Spent

NOW = datetime(2026, 3, 12, 12, tzinfo=UTC)
OWNERS = ("ada", "lab")


def record(*, before: float = 0, today: float = 0, rate: int = 0) -> Record:
    """Return dollars of this month before today, and of today; 99 of each are somebody else's."""
    days = {
        one: Day({"a": Spent("lab/x", sum_ * 1e6), "b": Spent("eve/y", 99e6)}, 86_400)
        for one, sum_ in ((date(2026, 3, 2), before), (NOW.date(), today))
    }
    old = {date(2026, 2, 28): Day({"a": Spent("ada/x", 500e6)}, 86_400)}
    return Record(old | days, looked=NOW, rates={"a": Rate("lab/x", rate), "b": Rate("eve/y", 9)})


def test_the_hard_line_is_told_instead_of_the_soft_one_of_its_period() -> None:
    budget = Budget("ada", soft=40_000_000, hard=50_000_000, soft_day=5_000_000)
    assert crossings(budget, record(before=39), OWNERS, NOW) == []
    (soft,) = crossings(budget, record(before=38, today=2), OWNERS, NOW)
    assert (soft.hard, soft.period, soft.begin) == (False, Period.MONTH, date(2026, 3, 1))
    hard, day = crossings(budget, record(before=45, today=6), OWNERS, NOW)
    assert (hard.hard, hard.spent) == (True, 51_000_000)
    assert (day.hard, day.period) == (False, Period.DAY)
    assert crossed_words(hard) == "ada: about $51 spent this month, over the hard line of $50."
    assert len({soft.key, hard.key, day.key}) == 3


def test_a_new_period_has_lines_of_its_own() -> None:
    budget = Budget("ada", soft_day=1_000_000)
    (today,) = crossings(budget, record(today=2), OWNERS, NOW)
    assert crossings(budget, record(today=2), OWNERS, NOW + timedelta(days=1)) == []
    assert today.begin.isoformat() in today.key


def test_words_tell_what_was_spent_of_what() -> None:
    spent = record(before=41.5)
    assert (
        budget_words(Budget("ada", hard=50_000_000), spent, OWNERS, NOW) == "$41 of $50 this month"
    )
    day = Budget("ada", soft_day=4_500_000)
    assert budget_words(day, None, OWNERS, NOW) == "$0 of $4.50 today"


def test_when_the_line_is_reached_at_this_rate() -> None:
    budget = Budget("ada", hard=50_000_000)
    at = reached_at(budget, record(before=38, rate=100_000), OWNERS, NOW)
    assert at == NOW + timedelta(minutes=120)
    assert reached_at(budget, record(before=51, rate=100_000), OWNERS, NOW) is None
    assert reached_at(budget, record(before=38), OWNERS, NOW) is None
    assert reached_at(budget, record(before=38, rate=1), OWNERS, NOW) is None
