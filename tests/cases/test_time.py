"""Clocks that jump, machines that sleep, and files that never rest."""

from __future__ import annotations

import signal
import threading

import pytest

from tests.cases.driver import wait_until
from tests.cases.test_odd_files import memory_of
from tests.cases.wire import Wire
from tests.cases.world import World, large

CLOCK = """
import time
real, real_ns = time.time, time.time_ns
def shift():
    with open("MARK") as file: return float(file.read() or 0)
time.time = lambda: real() + shift()
time.time_ns = lambda: real_ns() + int(shift() * 1e9)
"""
"""Lets the wall clock be what a file says; the clock of the files stays the system's."""

DAY = 86_400.0


@pytest.mark.parametrize("jump", [-DAY, 365 * DAY])
def test_a_clock_that_jumps_changes_nothing(world: World, jump: float) -> None:
    """T158, T159."""
    mark = world.base / "clock"
    mark.write_text("0")
    engine = world.start(code=CLOCK.replace("MARK", str(mark)))
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    engine.reaches("in-sync")
    mark.write_text(str(jump))
    world.write("app.py", "v = 3\n")
    world.holds("app.py", "v = 3\n")
    engine.reaches("in-sync")
    assert [change.paths for change in world.probe(engine)] == [{"app.py"}, {"app.py"}]
    assert all(0 <= one["seconds"] < 3600 for one in engine.new("commit"))
    world.judge(engine)
    assert engine.stop() == 0
    mark.write_text("0")
    engine = world.start(code=CLOCK.replace("MARK", str(mark)))
    assert len(world.probe(engine)) == 2
    world.judge(engine)


def test_a_machine_that_slept_goes_on_where_it_was(world: World) -> None:
    """T160: stopped, its connections dead, the clock a day later, a file changed meanwhile."""
    mark = world.base / "clock"
    mark.write_text("0")
    with Wire(world.hub.url) as wire:
        world.endpoint = wire.url
        engine = world.start(code=CLOCK.replace("MARK", str(mark)))
        engine.signal(signal.SIGSTOP)
        wire.drop()
        world.write("app.py", "v = 2\n")
        (world.root / "util.py").unlink()
        mark.write_text(str(DAY / 3))
        engine.signal(signal.SIGCONT)
        world.holds("app.py", "v = 2\n")
        world.holds("util.py", None)
        engine.reaches("in-sync")
        assert len(world.probe(engine)) == 1
        world.judge(engine)


@pytest.mark.parametrize("rounds", [40, pytest.param(1500, marks=large)])
def test_thousands_of_writes_end_in_one_truth(world: World, rounds: int) -> None:
    """T147."""
    engine = world.start()
    before = memory_of(engine)

    def rewrite(part: int) -> None:
        for number in range(rounds):
            for file in range(part * 50, part * 50 + 50):
                (world.root / f"many/f{file}.py").write_text(f"f = {file}, {number}\n")

    (world.root / "many").mkdir()
    threads = [threading.Thread(target=rewrite, args=(part,)) for part in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for number in range(rounds):
        for file in range(150):
            content = f"f = {file}, {number}\n".encode()
            world.states.setdefault(f"many/f{file}.py", {b""}).add(content)
    last = f"f = 149, {rounds - 1}\n"
    wait_until(lambda: world.tree().get("many/f149.py") == last.encode(), "the last", 100)
    engine.reaches("in-sync")
    assert memory_of(engine) - before < 64
    world.probe(engine)
    world.judge(engine)
