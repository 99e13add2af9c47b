"""Time pushed forward: everything due happens, each thing at its moment."""

from __future__ import annotations

import asyncio

import httpx
import pytest

from spaces_tui.localhub.clock import Clock
from spaces_tui.localhub.thread import LocalHub
from tests.localhub.conftest import connect


async def test_sleepers_wake_in_order() -> None:
    clock, woken = Clock(), list[tuple[str, int]]()
    begun = clock.now()

    async def sleep_twice(name: str, first: float, second: float) -> None:
        for seconds in (first, second):
            await clock.sleep(seconds)
            woken.append((name, round(clock.now() - begun)))

    tasks = [
        asyncio.create_task(sleep_twice("a", 100, 100)),
        asyncio.create_task(sleep_twice("b", 150, 10_000)),
    ]
    await asyncio.sleep(0)
    await clock.advance(1000)
    assert woken == [("a", 100), ("b", 150), ("a", 200)]
    assert round(clock.now() - begun) == 1000
    tasks[1].cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    with pytest.raises(ValueError, match="back"):
        await clock.advance(-1)


def test_a_build_of_an_hour(ada: httpx.Client, space: str, local_hub: LocalHub) -> None:
    local_hub.timing(speed=1, build=3600)
    ada.post(f"/api/spaces/{space}/restart?factory=true")
    assert local_hub.stage(space) == "BUILDING"
    local_hub.advance(3000)
    assert local_hub.stage(space) == "BUILDING"
    local_hub.advance(700)
    assert local_hub.stage(space) == "RUNNING"


def test_windows_and_tokens_end(ada: httpx.Client, local_hub: LocalHub) -> None:
    local_hub.exhaust_rate(seconds=300)
    assert ada.get("/api/spaces").status_code == 429
    local_hub.advance(301)
    assert ada.get("/api/spaces").status_code == 200
    with connect(local_hub, local_hub.issue_token("ada", expires_in=1000)) as client:
        assert client.get("/api/whoami-v2").json()["auth"]["expiresAt"]
        local_hub.advance(1001)
        assert client.get("/api/whoami-v2").status_code == 401


def test_over_http(local_hub: LocalHub, nobody: httpx.Client) -> None:
    before = nobody.get("/api/spaces").headers["date"]
    assert nobody.post("/__local__/advance", json={"seconds": 86_400}).json() > 0
    assert nobody.get("/api/spaces").headers["date"] != before
    assert nobody.post("/__local__/advance", json={"seconds": -1}).status_code == 400
