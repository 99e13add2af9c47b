"""Budgets: each line is told once, and only a configuration lets one act."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from spaces_tui.model.budget import Budget
from spaces_tui.model.spending import Day, Rate, Record, Spent
from spaces_tui.session.board import Board
from spaces_tui.session.budgets import Budgets
from spaces_tui.session.facade import CommandError
from spaces_tui.session.requests.actions import Pause
from spaces_tui.session.requests.base import Change
from spaces_tui.session.snapshot import Account, Connection, Link, Snapshot, Standing
from tests.ui.fake_session import PRICES, space

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
HUB = "https://huggingface.co"


class Acts:
    """Takes changes; refuses them while `refuses`."""

    def __init__(self) -> None:
        self.done: list[str] = []
        self.refuses = False

    async def __call__(self, change: Change) -> None:
        if self.refuses:
            raise CommandError("The Hub does not answer.")
        assert isinstance(change, Pause)
        self.done.append(change.space)


def board(spent: float) -> Board:
    """Return a board on which ada and her lab pay for a Space each, and eve for one of hers."""
    spaces = tuple(
        space(name, "RUNNING", "t4-small") for name in ("ada/paid", "lab/paid", "eve/paid")
    )
    account = Account("ada", HUB, "HF_TOKEN", Standing.LIVE, owners=("ada", "lab"))
    record = Record({NOON.date(): Day({"a": Spent("lab/paid", spent * 1e6)}, 60)}, looked=NOON)
    return Board(
        Snapshot(
            spaces=spaces,
            hardware=PRICES,
            as_of=NOON,
            cached=False,
            endpoint=HUB,
            accounts=(account,),
            spending=record,
            connection=Connection(Link.LIVE),
        )
    )


def watching(
    here: Board, state: Path | None, acts: Acts, *, pause: bool, read_only: bool = False
) -> Budgets:
    budget = Budget("Ada", soft=40_000_000, hard=50_000_000, pause=pause)
    return Budgets(here, (budget,), state, acts, lambda: NOON, read_only=read_only)


def said(here: Board) -> list[str]:
    return [notice.text for notice in here.snapshot.notices]


async def test_a_soft_line_is_told_once_and_not_again_after_a_restart(tmp_path: Path) -> None:
    here, acts = board(41), Acts()
    budgets = watching(here, tmp_path, acts, pause=True)
    await budgets.look()
    await budgets.look()
    assert said(here) == ["Ada: about $41 spent this month, over the soft line of $40."]
    assert here.snapshot.budgets[0].words == "$41 of $50 this month"
    assert here.snapshot.budget_alerts == ()
    again = board(42)
    await watching(again, tmp_path, acts, pause=True).look()
    assert said(again) == []
    assert acts.done == []


async def test_a_soft_line_tells_when_the_hard_one_comes_at_this_rate() -> None:
    here = board(41)
    spending = here.snapshot.spending
    assert spending is not None
    here.change(spending=replace(spending, rates={"a": Rate("lab/paid", 3_000)}))
    await watching(here, None, Acts(), pause=False).look()
    (text,) = said(here)
    assert text.endswith(" At this rate it is $50 on 4 March.")


async def test_a_hard_line_asks_and_changes_nothing(tmp_path: Path) -> None:
    here, acts = board(55), Acts()
    await watching(here, tmp_path, acts, pause=False).look()
    (alert,) = here.snapshot.budget_alerts
    assert alert.hard
    assert here.snapshot.budgets[0].over
    assert acts.done == []


async def test_with_pause_it_pauses_what_this_identity_pays_for_once(tmp_path: Path) -> None:
    here, acts = board(55), Acts()
    budgets = watching(here, tmp_path, acts, pause=True)
    await budgets.look()
    await budgets.look()
    assert acts.done == ["ada/paid", "lab/paid"]
    assert here.snapshot.budget_alerts == ()
    assert any(text.startswith("lab/paid was paused: ") for text in said(here))
    await watching(board(56), tmp_path, acts, pause=True).look()  # somebody resumed them
    assert len(acts.done) == 2


async def test_what_could_not_be_paused_is_tried_again_and_told_once(tmp_path: Path) -> None:
    here, acts = board(55), Acts()
    budgets = watching(here, tmp_path, acts, pause=True)
    acts.refuses = True
    await budgets.look()
    await budgets.look()
    assert sum("could not be paused" in text for text in said(here)) == 2
    acts.refuses = False
    await budgets.look()
    assert acts.done == ["ada/paid", "lab/paid"]


async def test_nothing_acts_that_only_reads_or_does_not_know(tmp_path: Path) -> None:
    acts = Acts()
    reading = board(55)
    await watching(reading, None, acts, pause=True, read_only=True).look()
    assert len(reading.snapshot.budget_alerts) == 1
    old = board(55)
    old.change(cached=True)
    await watching(old, tmp_path, acts, pause=True).look()
    assert said(old) == []
    apart = board(55)
    apart.change(connection=Connection(Link.OFFLINE))
    await watching(apart, tmp_path, acts, pause=True).look()
    refused = board(55)
    (account,) = refused.snapshot.accounts
    refused.change(accounts=(replace(account, standing=Standing.REFUSED),))
    await watching(refused, tmp_path / "other", acts, pause=True).look()
    assert said(refused) == []
    assert acts.done == []
