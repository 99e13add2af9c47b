"""Killed, cut off, told to stop, with its memory garbled: the next start knows what is true."""

from __future__ import annotations

import json
import random
import shutil
import signal
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cases.driver import in_namespace, inside, wait_until
from tests.cases.wire import Wire
from tests.cases.world import World, state_folder


def test_killed_before_the_commit_is_handled_the_next_start_sends_it(world: World) -> None:
    """T132."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", delay=5, drop="before")
    world.write("app.py", "v = 2\n")
    (world.root / "util.py").unlink()
    world.hub.wait_requests(f"{world.space}/commit/", timeout=60)
    engine.kill()
    world.hub.clear_faults()
    engine = world.start(settled=False)
    world.holds("app.py", "v = 2\n")
    world.holds("util.py", None)
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_killed_before_the_answer_the_next_start_finds_the_commit(world: World) -> None:
    """T133."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", bytes_per_second=0.2)
    world.write("app.py", "v = 2\n")
    (world.root / "util.py").unlink()
    world.landed(1)
    engine.kill()
    world.hub.clear_faults()
    engine = world.start()
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_killed_before_the_answer_with_more_saved_since(world: World) -> None:
    """T133, where the files changed again before the next start, and others committed."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", bytes_per_second=0.2)
    world.write("app.py", "v = 2\n")
    world.landed(1)
    engine.kill()
    world.hub.clear_faults()
    world.write("app.py", "v = 3\n")
    world.push({"theirs.py": b"theirs = True\n"})
    engine = world.start()
    world.holds("app.py", "v = 3\n")
    assert [change.written for change in world.probe(engine)] == [
        {"app.py": b"v = 2\n"},
        {"app.py": b"v = 3\n"},
    ]
    world.judge(engine)


def test_killed_at_any_moment_nothing_is_lost_or_doubled(world: World) -> None:
    """T132, T133, at moments nobody chose."""
    chance = random.Random(4)
    for number in range(5):
        engine = world.start(settled=False)
        engine.reaches("in-sync", "sending", "dirty", "settling")
        for step in range(chance.randint(1, 6)):
            world.write(f"pkg{step % 5}/m{step}.py", f"n = {number}, {step}\n")
            world.write("app.py", f"v = {number}, {step}\n")
            if chance.random() < 0.5:
                engine.answers()
        engine.kill()
    engine = world.start()
    world.probe(engine)
    world.judge(engine)


def _half(place: Path) -> None:
    place.write_bytes(place.read_bytes()[: place.stat().st_size // 2])


def _noise(place: Path) -> None:
    place.write_bytes(random.Random(1).randbytes(4000))


def _nulls(place: Path) -> None:
    place.write_bytes(b"\0" * place.stat().st_size)


def _older(place: Path) -> None:
    data = json.loads(place.read_bytes())
    place.write_text(json.dumps({**data, "schema": data["schema"] - 1}))


def _newer(place: Path) -> None:
    data = json.loads(place.read_bytes())
    place.write_text(json.dumps({**data, "schema": data["schema"] + 1, "more": [1]}))


def _crossed(place: Path) -> None:
    data = json.loads(place.read_bytes())
    place.write_text(json.dumps(dict(zip(data, reversed(list(data.values())), strict=True))))


def _lists(place: Path) -> None:
    place.write_text("[]")


@pytest.mark.parametrize(
    "harm", [_half, _noise, _nulls, Path.unlink, _older, _newer, _crossed, _lists]
)
def test_a_garbled_memory_is_rebuilt(world: World, harm: Callable[[Path], None]) -> None:
    """T134, T135."""
    engine = world.start()
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    assert engine.stop() == 0
    world.push({"theirs.py": b"theirs = True\n"})
    harm(state_folder(world) / "state.json")
    engine = world.start()
    assert len(world.probe(engine)) == 1
    world.judge(engine)


@pytest.mark.parametrize("harm", [_half, _noise, _nulls, Path.unlink])
def test_a_garbled_journal_makes_no_second_commit(
    world: World, harm: Callable[[Path], None]
) -> None:
    """T134, with a commit in flight whose record is torn."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", bytes_per_second=0.2)
    world.write("app.py", "v = 2\n")
    world.landed(1)
    engine.kill()
    world.hub.clear_faults()
    harm(state_folder(world) / "journal.ndjson")
    engine = world.start()
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_full_disk_for_the_memory_loses_nothing(world: World) -> None:
    """T136."""
    state = world.home / "state"
    state.mkdir()
    small = in_namespace(f"mount -t tmpfs -o size=256k none {state}", mounts=True)
    engine = world.start(prefix=small)
    filler = f"cat /dev/zero > {state}/filler 2>/dev/null; true"
    inside(engine, "sh", "-c", filler)
    for number in (1, 2, 3):
        world.write(f"pkg{number}/m{number}.py", f"n = {number}, full\n")
    wait_until(
        lambda: bool(engine.new("error")) or world.tree()["pkg3/m3.py"] == b"n = 3, full\n",
        "a word about it, or the commit",
    )
    engine.answers()
    inside(engine, "rm", f"{state}/filler")
    engine.say("sync")
    world.holds("pkg3/m3.py", "n = 3, full\n")
    world.probe(engine)
    world.judge(engine)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_a_stop_with_pending_edits_sends_them_or_says_so(
    world: World, number: signal.Signals
) -> None:
    """T140, T142."""
    engine = world.start("--settle", "700")
    world.write("app.py", "v = 2\n")
    engine.next("state", state="dirty")
    engine.signal(number)
    assert engine.wait(60) == 130
    said = [one["message"] for one in engine.events if one["event"] == "error"]
    left = any("not uploaded" in message for message in said)
    assert left != (world.tree()["app.py"] == b"v = 2\n"), engine.transcript()
    engine = world.start(settled=False)
    world.holds("app.py", "v = 2\n")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_stop_without_a_connection_says_what_is_left(
    world: World, number: signal.Signals
) -> None:
    """T140, T142."""
    with Wire(world.hub.url) as wire:
        world.endpoint = wire.url
        engine = world.start()
        wire.down()
        world.write("app.py", "v = 2\n")
        engine.reaches("offline")
        engine.signal(number)
        assert engine.wait(60) == 130
        said = [one["message"] for one in engine.events if one["event"] == "error"]
        assert any("not uploaded" in message for message in said), engine.transcript()
        wire.up()
        engine = world.start(settled=False)
        world.holds("app.py", "v = 2\n")
        assert len(world.probe(engine)) == 1
        world.judge(engine)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_a_stop_while_a_commit_is_on_its_way_doubles_nothing(
    world: World, number: signal.Signals
) -> None:
    """T140, T142."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", delay=0.5)
    world.write("app.py", "v = 2\n")
    world.hub.wait_requests(f"{world.space}/commit/", timeout=60)
    engine.signal(number)
    assert engine.wait(60) == 130
    engine = world.start()
    world.holds("app.py", "v = 2\n")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_second_signal_ends_it_at_once(world: World) -> None:
    """T140, for somebody in a hurry."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", delay=30, drop="before")
    world.write("app.py", "v = 2\n")
    world.hub.wait_requests(f"{world.space}/commit/", timeout=60)
    engine.signal(signal.SIGINT)
    engine.signal(signal.SIGINT)
    assert engine.wait(60) == 130
    world.hub.clear_faults()
    engine = world.start(settled=False)
    world.holds("app.py", "v = 2\n")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


RAISES = """
import spaces_tui.sync.plan as plan
real = plan.compare
def compare(*given, **named):
    raise RuntimeError("planted")
plan.compare = compare
"""


def test_an_engine_that_breaks_destroys_nothing(world: World) -> None:
    """T143."""
    assert world.start().stop() == 0
    shutil.rmtree(world.root / "pkg0")
    world.write("app.py", "v = 2\n")
    for _ in range(3):
        engine = world.start(code=RAISES, settled=False)
        assert engine.wait(60) == 1
        assert [one["event"] for one in engine.events].count("error") == 1
        assert "planted" not in engine.transcript()
    assert world.changes() == []
    world.foreign |= {path: data for path, data in world.tree().items() if "pkg0/" in path}
    engine = world.start(settled=False)
    engine.reaches("plan")
    assert engine.next("plan")["delete"] == []
    assert world.changes() == []
    engine.say("accept")
    world.holds("app.py", "v = 2\n")
    world.judge(engine)
