"""Files that are written all the time: few commits for them, no delay for the others."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from spaces_tui.model.repo import AddFile
from spaces_tui.model.sync_events import Refused, Slowed
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.lanes import Lanes
from spaces_tui.sync.window import Window
from tests.sync.hours import Hours
from tests.sync.simulation import simulate

APP = {"app.py": b"print(1)\n", "util.py": b"a = 1\n", "README.md": b"# x", "state.json": b"0"}


@pytest.fixture
def hours(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Hours:
    made = Hours(tmp_path, monkeypatch)
    made.seed(APP)
    return made


async def busy(
    hours: Hours, path: str, content: Callable[[int], bytes], *, every: float, seconds: float
) -> bytes:
    """Rewrite a file for some time; return its last content."""
    last = b""
    for number in range(int(seconds / every)):
        last = content(number)
        hours.save(path, last)
        await asyncio.sleep(every)
    return last


def bodies(hours: Hours, path: str) -> list[bytes]:
    """Return what was sent for a path, in order."""
    return [
        each.content
        for body in hours.space.bodies
        for each in body
        if isinstance(each, AddFile) and each.path == path
    ]


def test_a_file_that_grows_for_ever(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running() as engine:
            log = await busy(
                hours, "train.log", lambda n: b"%05d\n" % n * 170 * (n + 1), every=0.1, seconds=60.0
            )
            await hours.until(lambda: hours.space.tree_now.get("train.log") == log)
            sent = bodies(hours, "train.log")
            assert 2 <= len(sent) <= 6
            assert [event.path for event in hours.of(Slowed)] == ["train.log"]
            assert "grows" in hours.of(Slowed)[0].reason
            assert "ignore train.log" in engine.status.slowed[0].reason
            await hours.pass_time(120.0)
            assert engine.status.slowed == ()

    simulate(main)


def test_a_file_that_flaps(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running():
            last = await busy(hours, "state.json", lambda n: b"%d" % n, every=0.05, seconds=60.0)
            ended = hours.now
            await hours.landed("state.json", last)
            assert hours.now - ended <= 5.0
            assert 2 <= len(hours.space.ours) <= 4
            await hours.state(SyncState.IN_SYNC)

    simulate(main)


def test_a_file_saved_by_a_program_every_few_seconds(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running():
            last = await busy(hours, "state.json", lambda n: b"%d" % n, every=4.0, seconds=600.0)
            ended = hours.now
            await hours.landed("state.json", last)
            assert hours.now - ended <= 12.0
            assert len(hours.space.ours) <= 5 + 150 / 30 + 1 + 600 / 300 + 1

    simulate(main)


def test_a_person_who_saves_often_is_not_noise(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running():
            for number in range(40):
                hours.save("app.py", f"print({number})\n")
                begun = hours.now
                await hours.landed("app.py", b"print(%d)\n" % number)
                assert hours.now - begun < 0.5
                await hours.pass_time(2.0)
            assert not hours.of(Slowed)

    simulate(main)


def test_others_do_not_wait_for_a_noisy_file(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running():
            noise = asyncio.create_task(
                busy(hours, "state.json", lambda n: b"%d" % n, every=0.05, seconds=50.0)
            )
            await hours.pass_time(3.0)
            for number in range(8):
                await hours.pass_time(5.0)
                hours.save("app.py", f"print({number})\n")
                begun = hours.now
                await hours.landed("app.py", b"print(%d)\n" % number)
                assert hours.now - begun < 0.5
            await noise

    simulate(main)


def test_ignored_files_are_left_alone_until_told_otherwise(hours: Hours) -> None:
    async def main() -> None:
        async with hours.running() as engine:
            for words in (["ignore"], ["ignore", "../x"], ["unignore", "util.py"]):
                with pytest.raises(ValueError, match=r"\.$"):
                    engine.tell(*words)
            engine.tell("ignore", "state.json", "./logs/")
            await hours.until(lambda: hours.of(Refused))
            hours.save("state.json", "2")
            hours.save("logs/deep/a.log", "x")
            hours.save("app.py", "print(2)\n")
            await hours.commits(1)
            (hours.root / "state.json").unlink()
            await hours.pass_time(10.0)
            assert [revision.paths for revision in hours.space.ours] == [("app.py",)]
            assert hours.space.tree_now["state.json"] == b"0"
            assert {item.path for item in engine.status.refused} == {"state.json", "logs"}
        async with hours.running() as engine:
            hours.save("state.json", "3")
            await hours.pass_time(10.0)
            assert len(hours.space.ours) == 1
            engine.tell("unignore", "state.json")
            await hours.commits(2)
            assert hours.space.tree_now["state.json"] == b"3"
            assert "logs/deep/a.log" not in hours.space.tree_now

    simulate(main)


def test_what_a_program_writes_again_and_again_gets_a_lane() -> None:
    lanes = Lanes()
    for number in range(5):
        lanes.sent(["a.json", "b.py"], number * 10.0)
    assert lanes.noisy == {"a.json"}
    pending = {"a.json": 45.0, "b.py": 45.0}
    assert lanes.seen(pending, (), {}, 45.0) == ({"a.json"}, set())
    assert 45.0 < lanes.wake <= 70.0
    assert lanes.seen(pending, ["a.json"], {}, 70.0) == (set(), {"a.json"})
    lanes.drop(lambda path: path == "a.json")
    assert lanes.seen({"a.json": 72.0}, (), {}, 72.0) == (set(), set())


def test_a_window_is_not_looked_at_all_the_time() -> None:
    window = Window()
    window.touch("a.py", 0.0)
    now, looks = 0.0, 0
    while now < 20.0:
        now += 0.05
        window.touch("a.py", now)
        if window.due(now) == 0.0:
            looks += 1
            window.looked(now)
    assert looks <= 10
    window.touch("b.py", now)
    assert window.settling(now)
    assert window.due(now) == pytest.approx(0.15)
    window.looked(now + 0.15)
    window.done(["b.py"])
    assert not window.settling(now + 0.15)
