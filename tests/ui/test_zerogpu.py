"""What is left of an account's time on shared GPUs, in the words of a line."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from spaces_tui.model.account import RunQuota, ZeroGpuQuota
from spaces_tui.ui.present.spans import text_of
from spaces_tui.ui.present.times import as_of
from spaces_tui.ui.present.zerogpu import quota_line
from tests.ui.driving import USUAL, console, see
from tests.ui.fake_session import NOW, FakeSession, live_snapshot, space

AGAIN = NOW + timedelta(hours=5)


@pytest.mark.parametrize(
    ("quota", "said"),
    [
        (None, ""),
        (ZeroGpuQuota(None, None), ""),
        (ZeroGpuQuota(1500, 1500), "25m of 25m of GPU time left"),
        (
            ZeroGpuQuota(1500, 60, AGAIN, over_quota_used=120),
            f"1m of 25m of GPU time left, again {as_of(AGAIN, NOW)} · 2m used beyond it",
        ),
        (ZeroGpuQuota(None, None, runs=RunQuota(1, 1, 0)), "0 of 1 run left"),
        (
            ZeroGpuQuota(1500, 1500, runs=RunQuota(2, 10, 8)),
            "8 of 10 runs left · 25m of 25m of GPU time left",
        ),
    ],
)
def test_what_is_left(quota: ZeroGpuQuota | None, said: str) -> None:
    assert text_of(quota_line(quota, NOW)) == said


async def test_it_stands_in_the_overview() -> None:
    zero = space("ada/zero", "RUNNING", "zero-a10g")
    snapshot = replace(live_snapshot([zero]), zero_gpu={"ada": ZeroGpuQuota(1500, 900)})
    session = FakeSession(snapshot=snapshot)
    async with console(session, size=USUAL, target="ada/zero") as (pilot, _, app):
        await pilot.press("enter")
        await see(pilot, app, "15m of 25m of GPU time left")
