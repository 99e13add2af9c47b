"""What becomes of single loans, step by step, on a clock that is turned by hand."""

from __future__ import annotations

import asyncio
from collections import deque
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from spaces_tui.guard.journal import Journal
from spaces_tui.guard.keeper import Keeper
from spaces_tui.guard.lending import LoanError, borrow, end, extend, seen
from spaces_tui.guard.protocols import GuardError, Lost, Trouble
from spaces_tui.guard.rounds import Rounds
from spaces_tui.model.loan import AtEnd, Cause, Ended, Loan, LoanState, latest_end, net_for
from tests.guard.fakes import (
    BEFORE,
    BORROWED,
    FAULTS,
    OTHER,
    PRICE,
    START,
    UID,
    FakeClock,
    FakeHub,
    at_once,
    program,
    wish,
)


@pytest.fixture
def hub() -> FakeHub:
    return FakeHub(FakeClock())


@pytest.fixture
def keeper(hub: FakeHub, tmp_path: Path) -> Keeper:
    return program(hub, tmp_path / "guards")


async def step(keeper: Keeper, seconds: float = 0.0) -> Loan:
    """Let time pass, take a step with the newest loan and return it as it is then."""
    clock = keeper.time.clock
    assert isinstance(clock, FakeClock)
    clock.passed += seconds
    loan = await keeper.step((await keeper.loans())[-1].id)
    assert loan is not None
    return loan


async def test_a_loan_ends_at_its_time_and_is_proven_by_a_read(
    hub: FakeHub, keeper: Keeper
) -> None:
    hub.slow = 30
    loan = await borrow(keeper, hub, wish(seconds=3600))
    assert (loan.state, loan.deadline) == (LoanState.ASKED, START + timedelta(hours=1))
    assert (await step(keeper, 60)).state is LoanState.LENT
    assert (await step(keeper, 3539)).state is LoanState.LENT
    assert (await step(keeper, 1)).state is LoanState.RETURNING, "asked for, not there yet"
    assert hub.requested == BEFORE
    assert (await step(keeper, 10)).state is LoanState.RETURNING
    done = await step(keeper, 30)
    assert (done.ended, done.cause) == (Ended.RETURNED, Cause.DEADLINE)
    assert [one.flavor for one in hub.sent] == [BORROWED, BEFORE]


async def test_the_intention_is_on_disk_before_the_request(hub: FakeHub, tmp_path: Path) -> None:
    written: list[Loan] = []
    keeper = program(hub, tmp_path)

    def look() -> None:
        written.extend(Journal(tmp_path).open_loans())

    hub.kill = look
    await borrow(keeper, hub, wish())
    assert written[0].state is LoanState.INTENDED


async def test_a_disk_that_takes_nothing_keeps_anything_from_being_borrowed(
    hub: FakeHub, keeper: Keeper
) -> None:
    hub.full = True
    with pytest.raises(OSError, match="No space"):
        await borrow(keeper, hub, wish())
    assert not hub.sent


async def test_a_disk_that_takes_nothing_does_not_keep_hardware_lent(
    hub: FakeHub, keeper: Keeper
) -> None:
    await borrow(keeper, hub, wish(seconds=600))
    hub.full = True
    assert (await step(keeper, 600)).ended is Ended.RETURNED
    hub.full = False
    assert len(await keeper.to_see_to()) == 1, "not written yet"
    await step(keeper, 60)
    assert not await keeper.to_see_to()
    assert len(hub.requests(BEFORE)) == 1


@pytest.mark.parametrize("fault", FAULTS)
@pytest.mark.parametrize("call", ["runtime", "find", "downgrade", "both", "all"])
async def test_trouble_that_stays_ends_in_a_pause_or_an_alarm(
    hub: FakeHub, keeper: Keeper, call: str, fault: str
) -> None:
    await borrow(keeper, hub, wish(seconds=600))
    calls = {"both": ["downgrade", "pause"], "all": ["runtime", "find", "downgrade", "pause"]}
    hub.always = dict.fromkeys(calls.get(call, [call]), fault)
    await step(keeper, 590)
    for _ in range(40):
        loan = await step(keeper, 60)
    if loan.state is not LoanState.ALARM:
        assert not loan.open
        assert hub.requested == BEFORE or hub.stage == "PAUSED"
        return
    assert loan.rings
    assert loan.note
    hub.always.clear()
    later = await step(keeper, 120)
    assert later.ended in {Ended.RETURNED, Ended.PAUSED}, "an alarm does not end the trying"
    assert later.alarmed


@pytest.mark.parametrize("fault", FAULTS)
async def test_trouble_that_passes_ends_on_the_old_hardware(
    hub: FakeHub, keeper: Keeper, fault: str
) -> None:
    await borrow(keeper, hub, wish(seconds=600))
    for call in ("runtime", "find", "downgrade"):
        hub.faults[call] = deque([fault] if fault != "refused" else [])
    await step(keeper, 600)
    for _ in range(5):
        loan = await step(keeper, 60)
    assert loan.ended is Ended.RETURNED
    assert hub.requested == BEFORE
    assert hub.stage == "RUNNING"


async def test_a_refused_return_pauses_the_space_and_says_why(hub: FakeHub, keeper: Keeper) -> None:
    await borrow(keeper, hub, wish(seconds=600))
    hub.always = {"downgrade": "refused"}
    loan = await step(keeper, 600)
    assert (loan.ended, hub.stage) == (Ended.PAUSED, "PAUSED")
    assert "refused" in loan.note


async def test_a_return_that_the_hub_takes_but_does_not_do_ends_in_a_pause(
    hub: FakeHub, keeper: Keeper
) -> None:
    await borrow(keeper, hub, wish(seconds=600))
    hub.slow = 1e9
    assert (await step(keeper, 600)).state is LoanState.RETURNING
    assert (await step(keeper, 1700)).state is LoanState.RETURNING
    loan = await step(keeper, 200)
    assert (loan.ended, hub.stage) == (Ended.PAUSED, "PAUSED")


async def test_pause_instead_of_back(hub: FakeHub, keeper: Keeper) -> None:
    await borrow(keeper, hub, wish(seconds=600, at_end=AtEnd.PAUSE))
    loan = await step(keeper, 600)
    assert (loan.ended, hub.stage, hub.requested) == (Ended.PAUSED, "PAUSED", BORROWED)
    assert not hub.requests(BEFORE)


async def test_the_sum_ends_a_loan_and_replicas_count(hub: FakeHub, keeper: Keeper) -> None:
    loan = await borrow(keeper, hub, wish(seconds=None, budget=PRICE * 60))
    assert loan.deadline == START + timedelta(hours=1, minutes=30)
    await step(keeper, 0)
    assert (await step(keeper, 1200)).spent == PRICE * 20
    hub.replicas = 3
    loan = await step(keeper, 0)
    assert loan.due() - keeper.time.now() == timedelta(seconds=37 / 3 * 60)
    assert (await step(keeper, 60)).spent == PRICE * 23
    done = await step(keeper, 700)
    assert (done.ended, done.cause) == (Ended.RETURNED, Cause.BUDGET)
    assert done.spent <= PRICE * 60


async def test_only_billed_time_costs(hub: FakeHub, keeper: Keeper) -> None:
    hub.slow = 600
    await borrow(keeper, hub, wish())
    await step(keeper, 300)
    assert (await step(keeper, 290)).spent == 0
    await step(keeper, 10)
    await step(keeper, 60)
    hub.stage = "PAUSED"
    loan = await step(keeper, 60)
    assert loan.spent == PRICE * 2 + round(PRICE / 6)
    assert not loan.running
    assert (await step(keeper, 600)).spent == loan.spent
    assert loan.spent_by(keeper.time.now()) == loan.spent


async def test_other_hardware_is_a_persons_and_stays(hub: FakeHub, keeper: Keeper) -> None:
    await borrow(keeper, hub, wish(seconds=600))
    await step(keeper, 60)
    hub.choose(OTHER)
    loan = await step(keeper, 6000)
    assert loan.ended is Ended.STOOD_DOWN
    assert OTHER in loan.note
    assert hub.requested == OTHER
    assert len(hub.sent) == 1


async def test_hardware_that_was_given_back_by_hand_ends_the_loan(
    hub: FakeHub, keeper: Keeper
) -> None:
    await borrow(keeper, hub, wish())
    await step(keeper, 60)
    hub.choose(BEFORE)
    assert (await step(keeper, 60)).ended is Ended.BY_HAND


async def test_the_same_hardware_chosen_again_while_it_is_given_back_stays(
    hub: FakeHub, keeper: Keeper
) -> None:
    hub.slow = 120
    await borrow(keeper, hub, wish(seconds=600))
    await step(keeper, 300)
    assert (await step(keeper, 300)).state is LoanState.RETURNING
    assert (await step(keeper, 10)).taken
    hub.choose(BORROWED)
    assert (await step(keeper, 10)).ended is Ended.STOOD_DOWN
    assert hub.requested == BORROWED


async def test_its_own_sleep_time_comes_back_unless_a_person_set_another(
    hub: FakeHub, tmp_path: Path
) -> None:
    for by_hand, back in ((None, 86_400), (300, 300)):
        hub.sleep_time = 86_400
        keeper = program(hub, tmp_path)
        loan = await borrow(keeper, hub, wish(seconds=600))
        assert hub.sleep_time == loan.net == 1500, "longer than the loan, so it ends no work"
        hub.sleep_time = by_hand or hub.sleep_time
        await step(keeper, 600)
        assert hub.sleep_time == back
        assert not (await keeper.to_see_to())


async def test_a_space_that_sleeps_earlier_keeps_its_sleep_time(
    hub: FakeHub, keeper: Keeper
) -> None:
    hub.sleep_time = 900
    loan = await borrow(keeper, hub, wish())
    assert loan.net is None
    assert hub.sent[0].sleep_time is None
    basic = replace(loan.before, flavor="cpu-basic", sleep_time=900)
    assert net_for(basic, START, START + timedelta(hours=2)) == 8100


async def test_one_loan_at_a_time(hub: FakeHub, keeper: Keeper, tmp_path: Path) -> None:
    first, second = keeper, program(hub, keeper.journal.folder)
    both = await asyncio.gather(
        borrow(first, hub, wish()), borrow(second, hub, wish()), return_exceptions=True
    )
    assert [type(one) for one in both].count(LoanError) == 1
    assert len(hub.requests(BORROWED)) == 1
    with pytest.raises(LoanError, match="already on"):
        await borrow(second, hub, wish())


async def test_a_step_that_another_program_is_at_is_left_to_it(
    hub: FakeHub, keeper: Keeper
) -> None:
    loan = await borrow(keeper, hub, wish(seconds=600))
    hub.clock.passed += 600
    with program(hub, keeper.journal.folder).alone(UID):
        assert await keeper.step(loan.id) is None
        with pytest.raises(LoanError, match="Another program"):
            await end(keeper, loan.id)
    assert len(hub.sent) == 1
    await asyncio.gather(*(one.step(loan.id) for one in (keeper, keeper)))
    assert len(hub.requests(BEFORE)) == 1


@pytest.mark.parametrize("fault", ["refused", "offline", "busy", "auth"])
async def test_a_refused_wish_leaves_nothing_to_see_to(
    hub: FakeHub, keeper: Keeper, fault: str
) -> None:
    hub.always = {"upgrade": fault}
    with pytest.raises(GuardError, match=fault):
        await borrow(keeper, hub, wish())
    assert not await keeper.to_see_to()
    assert (await keeper.loans())[0].ended is Ended.NEVER_BEGAN


@pytest.mark.parametrize("landed", [True, False])
async def test_a_lost_answer_is_settled_by_reading(
    hub: FakeHub, keeper: Keeper, landed: bool
) -> None:
    hub.faults["upgrade"] = deque(["lost after" if landed else "lost before"])
    loan = await borrow(keeper, hub, wish())
    assert loan.state is LoanState.INTENDED
    if landed:
        assert (await step(keeper, 10)).state is LoanState.LENT
        return
    assert (await step(keeper, 10)).state is LoanState.INTENDED, "it may still come"
    assert (await step(keeper, 300)).ended is Ended.NEVER_BEGAN
    assert not hub.sent


async def test_what_cannot_be_borrowed(hub: FakeHub, keeper: Keeper) -> None:
    for seconds, budget in ((None, None), (0, None), (None, 5), (None, 0)):
        with pytest.raises(LoanError):
            await borrow(keeper, hub, wish(seconds=seconds, budget=budget))
    hub.choose(BORROWED)
    with pytest.raises(LoanError, match="is on a10g-small already"):
        await borrow(keeper, hub, wish())
    hub.there = False
    with pytest.raises(GuardError):
        await borrow(keeper, hub, wish())
    assert not hub.sent
    assert not await keeper.loans()
    with pytest.raises(ValueError, match="needs an end"):
        latest_end(START, seconds=None, budget=100, rate=0)


async def test_longer_and_no_longer(hub: FakeHub, keeper: Keeper) -> None:
    loan = await borrow(keeper, hub, wish(seconds=600, budget=PRICE * 60))
    longer = await extend(keeper, hub, loan.id, seconds=900)
    assert longer.deadline == START + timedelta(seconds=1500)
    assert hub.sleep_time == longer.net == 2400, "or the Hub would end it earlier"
    assert (await extend(keeper, hub, loan.id, budget=PRICE)).budget == PRICE * 61
    with pytest.raises(LoanError):
        await extend(keeper, hub, loan.id)
    assert (await step(keeper, 700)).state is LoanState.LENT
    hub.always = {"sleep": "refused"}
    with pytest.raises(GuardError):
        await extend(keeper, hub, loan.id, seconds=900)
    await end(keeper, loan.id)
    with pytest.raises(LoanError, match="giving"):
        await extend(keeper, hub, loan.id, seconds=900)
    done = await step(keeper)
    assert (done.ended, done.cause) == (Ended.RETURNED, Cause.EARLY)
    with pytest.raises(LoanError, match="has ended"):
        await end(keeper, loan.id)


async def test_an_alarm_rings_until_it_is_seen(hub: FakeHub, keeper: Keeper) -> None:
    loan = await borrow(keeper, hub, wish(seconds=600))
    hub.always = {"downgrade": "auth"}
    assert (await step(keeper, 600)).rings
    loan = await seen(keeper, loan.id)
    assert not loan.rings
    assert not (await step(keeper, 60)).rings, "not told twice"
    hub.always.clear()
    assert (await step(keeper, 60)).ended is Ended.RETURNED


async def test_a_space_is_known_by_the_hubs_own_id(hub: FakeHub, keeper: Keeper) -> None:
    await borrow(keeper, hub, wish(seconds=600))
    hub.name = "ada/renamed"
    loan = await step(keeper, 60)
    assert (loan.space, loan.state) == ("ada/renamed", LoanState.LENT)
    assert (await step(keeper, 600)).ended is Ended.RETURNED


async def test_a_space_that_is_gone(
    hub: FakeHub, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = await borrow(keeper, hub, wish(seconds=600))
    hub.there = False

    async def unsure(_space: str, _uid: str) -> Lost:
        return Lost(surely=False)

    with monkeypatch.context() as patched:
        patched.setattr(hub, "find", unsure)
        assert (await step(keeper, 60)).open
        assert keeper.troubles[loan.id].trouble is Trouble.GONE
        assert (await step(keeper, 600)).rings
        await seen(keeper, loan.id)
        assert (await step(keeper, 60)).ended is Ended.GONE
    hub.there = True
    again = await borrow(keeper, hub, replace(wish(seconds=600), flavor=OTHER))
    hub.there = False
    assert (await keeper.step(again.id)) is not None
    assert (await keeper.loans())[-1].ended is Ended.GONE


async def test_clocks_that_are_set(hub: FakeHub, tmp_path: Path) -> None:
    keeper = program(hub, tmp_path)
    await borrow(keeper, hub, wish(seconds=3600))
    hub.clock.ahead = timedelta(days=-1)
    assert (await step(keeper, 3000)).state is LoanState.LENT
    assert (await step(keeper, 600)).cause is Cause.DEADLINE, "a running program counts on"
    hub.clock.ahead = timedelta()
    await borrow(keeper, hub, wish(seconds=3600))
    hub.clock.ahead = timedelta(days=-1)
    started_later = program(hub, tmp_path)
    assert (await step(started_later, 60)).cause is Cause.CLOCK
    assert hub.requested == BEFORE


async def test_a_machine_that_slept_over_the_deadline(hub: FakeHub, tmp_path: Path) -> None:
    await borrow(program(hub, tmp_path), hub, wish(seconds=3600))
    hub.clock.passed += 86_400
    done = await step(program(hub, tmp_path))
    assert (done.ended, done.cause) == (Ended.RETURNED, Cause.DEADLINE)


async def test_a_loan_of_another_account_is_left_to_others(hub: FakeHub, tmp_path: Path) -> None:
    await borrow(program(hub, tmp_path), hub, wish(seconds=600))

    async def nobody(_loan: Loan) -> None:
        return None

    async def locked(_loan: Loan) -> None:
        raise GuardError(Trouble.AUTH, "The keyring is locked.")

    hub.clock.passed += 600
    keeper = Keeper(Journal(tmp_path), nobody, hub.clock, on_disk=at_once)
    [loan] = await keeper.to_see_to()
    assert await keeper.step(loan.id) is None
    keeper = Keeper(Journal(tmp_path), locked, hub.clock, on_disk=at_once)
    assert (await step(keeper)).note == "The keyring is locked."
    assert hub.requested == BORROWED


async def test_torn_and_foreign_lines_count_as_absent(hub: FakeHub, keeper: Keeper) -> None:
    loan = await borrow(keeper, hub, wish(seconds=600))
    path = keeper.journal.folder / "guards.ndjson"
    whole = path.read_bytes()
    with path.open("ab") as file:
        file.write(b'{"v":2}\n[]\n\xff\n' + whole.splitlines()[-1][:-40])
    assert keeper.journal.loans() == (loan,)
    assert (await step(keeper, 600)).ended is Ended.RETURNED
    assert keeper.journal.open_loans() == ()
    assert path.stat().st_mode & 0o077 == 0


async def test_the_journal_keeps_what_still_matters(
    hub: FakeHub, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    loan = await borrow(keeper, hub, wish())
    monkeypatch.setattr("spaces_tui.guard.journal._LIMIT", 50_000)
    for number in range(120):
        keeper.journal.write(replace(loan.finished(Ended.RETURNED), id=f"old{number}"))
    kept = [one.id for one in keeper.journal.loans()]
    assert kept[0] == loan.id
    assert kept[-1] == "old119"
    assert "old0" not in kept
    assert (keeper.journal.folder / "guards.ndjson").stat().st_size < 100_000


async def test_rounds_see_every_loan_to_its_end(hub: FakeHub, keeper: Keeper) -> None:
    hub.slow = 45
    hub.faults["downgrade"] = deque(["offline", "busy", "lost before"])
    await borrow(keeper, hub, wish(seconds=1800))
    told: list[LoanState] = []
    rounds = Rounds(keeper, lambda loan: told.append(loan.state))
    await rounds.run(until_none=True)
    assert told[-1] is LoanState.ENDED
    assert list(dict.fromkeys(told)) == [
        LoanState.ASKED, LoanState.LENT, LoanState.RETURNING, LoanState.ENDED,
    ]  # fmt: skip
    assert hub.current == BEFORE
    assert 1800 <= hub.clock.passed < 2100
    assert len(told) < 60, "at the pace of a screen's clock, not faster"


async def test_rounds_are_woken(keeper: Keeper, hub: FakeHub) -> None:
    loan = await borrow(keeper, hub, wish(seconds=86_400))
    ended = asyncio.Event()
    looked = asyncio.Event()

    def changed(after: Loan) -> None:
        looked.set()
        if not after.open:
            ended.set()

    class Standing(FakeClock):
        async def sleep(self, seconds: float) -> None:
            await asyncio.Event().wait()

    keeper.time.clock = Standing()
    running = asyncio.create_task((rounds := Rounds(keeper, changed)).run())
    await looked.wait()
    await end(keeper, loan.id)
    rounds.ring(loan.id)
    await ended.wait()
    running.cancel()
    assert hub.requested == BEFORE
