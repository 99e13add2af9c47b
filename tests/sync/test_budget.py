"""The hour's commits: never more than the Hub takes, and the last save is never late."""

from __future__ import annotations

from pathlib import Path

import pytest

from spaces_tui.model.sync_events import Retrying
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.budget import HOUR, Budget
from spaces_tui.sync.protocols import Trouble
from tests.sync.fakes import Fault
from tests.sync.hours import Hours
from tests.sync.simulation import simulate

APP = {"app.py": b"print(1)\n", "util.py": b"a = 1\n", "README.md": b"# x"}
QUOTA = (
    "You have exceeded the rate limit for repository commits (128 per hour). "
    "You can retry this action in about 1 hour"
)


@pytest.fixture
def hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours(tmp_path, monkeypatch)
    made.seed(APP)
    return made


@pytest.mark.parametrize("every", [2.0, 10.0, 17.0, 25.0, 29.0, 31.0, 60.0])
def test_any_rhythm_of_saves_keeps_to_the_hour(every: float) -> None:
    budget = Budget()
    sent: list[float] = []
    pending: float | None = None
    waits: list[float] = []
    now, last, first = 0.0, -every, 0.0
    while now < 3 * HOUR:
        if now - last >= every:
            last = now
            first = first if pending is not None else now
            pending = now
        if pending is not None and budget.hold(now, pending, asked=False) is None:
            budget.spend(now)
            sent.append(now)
            waits.append(now - first)
            pending = None
        now += 1.0
    busiest = max(sum(at <= each < at + HOUR for each in sent) for at in sent)
    assert busiest <= 115
    assert max(waits) <= 120.0
    if every >= 31.0:
        assert max(waits) == 0.0 or every == 31.0


def test_a_save_every_ten_seconds_for_an_hour(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running() as engine:
            for number in range(360):
                hours.save("app.py", f"print({number})\n")
                await hours.pass_time(10.0)
            last = hours.now - 10.0
            await hours.landed("app.py", b"print(359)\n")
            assert hours.now - last <= 35.0
            assert len(hours.space.ours) <= 120
            assert engine.status.budget
            assert engine.status.budget.left >= 5
            assert "commits are left this hour" in " ".join(event.reason for event in hours.told)
            await hours.state(SyncState.IN_SYNC)
        assert not hours.of(Retrying)

    simulate(main)


def test_a_save_once_in_a_while_never_waits(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running():
            for number in range(75):
                hours.save("app.py", f"print({number})\n")
                begun = hours.now
                await hours.landed("app.py", b"print(%d)\n" % number)
                assert hours.now - begun < 0.5
                await hours.pass_time(60.0)

    simulate(main)


def test_a_quota_in_words_alone_is_waited_for_and_remembered(hours: Hours) -> None:
    async def main() -> None:
        hours.space.fail("commit", Fault(Trouble.QUOTA, message=QUOTA))
        async with hours.running() as engine:
            hours.save("app.py", "print(2)\n")
            await hours.state(SyncState.BUDGET)
            asked = len(hours.space.calls)
            await hours.pass_time(1800.0)
            assert len(hours.space.calls) == asked
            assert engine.status.pending_paths == ("app.py",)
            assert engine.status.budget
            assert engine.status.budget.limit == 120
            assert engine.status.budget.next_in == pytest.approx(3600.0, abs=5.0)
        asked = hours.space.calls.count("commit")
        async with hours.running(settled=False) as engine:
            await hours.state(SyncState.BUDGET)
            assert hours.space.calls.count("commit") == asked
            assert engine.status.budget
            await hours.pass_time(3700.0)
            await hours.state(SyncState.IN_SYNC)
        assert len(hours.space.ours) == 1

    simulate(main)


def test_when_all_are_used_a_person_may_spend_five_more(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running() as engine:
            assert engine._rounds
            for _ in range(115):
                engine._rounds.patience.budget.spend(hours.now)
            for number in range(6):
                hours.save("app.py", f"print({number})\n")
                await hours.state(SyncState.BUDGET)
                assert "next goes in" in engine.status.reason
                engine.tell("accept" if number % 2 else "sync")
                if number < 5:
                    await hours.landed("app.py", b"print(%d)\n" % number)
            await hours.pass_time(60.0)
            assert len(hours.space.ours) == 5
            assert engine.status.state is SyncState.BUDGET
            assert engine.status.budget
            assert engine.status.budget.left == 0
            await hours.pass_time(HOUR)
            assert len(hours.space.ours) == 6

    simulate(main)


def test_what_was_spent_is_known_at_the_next_start(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running() as engine:
            hours.save("app.py", "print(2)\n")
            await hours.commits(1)
            first = engine.status.budget
            assert first
            assert first.left == 119
        async with hours.running() as engine:
            assert engine.status.budget
            assert engine.status.budget.left == 119

    simulate(main)


@pytest.mark.parametrize(
    ("gap", "used"), [(0.0, 60), (-86_400.0, 60), (1800.0, 60), (3601.0, 0), (3e7, 0)]
)
def test_a_clock_that_jumped_between_runs_gives_nothing_away(gap: float, used: int) -> None:
    before = Budget()
    for _ in range(60):
        before.spend(100.0)
    after = Budget()
    after.restore(before.dump(100.0), 5.0, gap)
    assert after.left(5.0) == 120 - used


@pytest.mark.parametrize("data", [None, [], {}, {"limit": "x", "ages": [], "blocked": 0}, 3])
def test_a_garbled_budget_is_a_new_one(data: object) -> None:
    budget = Budget()
    budget.restore(data, 0.0, 1.0)
    assert budget.left(0.0) == 120
    assert budget.known(0.0) is None


def test_the_hub_may_name_its_limit() -> None:
    budget = Budget()
    budget.refused("repository commits (20 per hour). You can retry", 0.0, 60.0)
    assert budget.hold(1.0, 1.0, asked=False)
    assert budget.hold(1.0, 1.0, asked=True) is None
    known = budget.known(1.0)
    assert known
    assert known.limit == 18
    assert budget.hold(HOUR + 1.0, HOUR, asked=False) is None
