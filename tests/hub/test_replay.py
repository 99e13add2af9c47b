"""Each line once, although every connection replays the history."""

from __future__ import annotations

from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.hub.replay import MEMORY, Delivery, LogGap, LogReset, Memory, Replay
from spaces_tui.model.logs import LogChunk


def at(second: float, text: str) -> LogChunk:
    time = datetime.fromtimestamp(second, UTC)
    return LogChunk(time, text, time.isoformat())


def run(memory: Memory, *chunks: LogChunk, drained: bool = True) -> list[Delivery]:
    replay = Replay(memory)
    found = [item for chunk in chunks for item in replay.feed([chunk])]
    return found + (replay.drained() if drained else [])


def test_a_replay_gives_only_what_is_new() -> None:
    memory = Memory(whole=True)
    a, b, c = at(1, "a"), at(2, "b"), at(3, "c")
    assert run(memory, a, b) == [a, b]
    assert run(memory, a, b) == []
    assert run(memory, a, b, c, drained=False) == [c]


def test_equal_lines_with_equal_stamps_are_counted() -> None:
    memory = Memory(whole=True)
    same = [at(1, "\n")] * 5
    assert run(memory, *same[:3]) == same[:3]
    assert run(memory, *same, drained=False) == same[3:]


def test_a_long_burst_with_one_stamp_is_remembered_whole() -> None:
    memory = Memory(whole=True)
    burst = [at(1, "first"), *[at(2, "x")] * (3 * MEMORY)]
    assert run(memory, *burst) == burst
    assert run(memory, *burst, at(2, "x"), drained=False) == [at(2, "x")]


def test_a_trimmed_history_loses_and_repeats_nothing() -> None:
    memory = Memory(whole=True)
    history = [at(second, f"line {second}") for second in range(300)]
    assert run(memory, *history) == history
    assert run(memory, *history[290:]) == []
    assert run(memory, *history[298:], at(300, "new"), drained=False) == [at(300, "new")]


def test_a_new_container_is_a_reset() -> None:
    memory = Memory(whole=True)
    run(memory, at(1, "===== Application Startup at 1 =====\n"), at(2, "old"))
    again = at(9, "===== Application Startup at 9 =====\n")
    assert run(memory, again, at(10, "x"), drained=False) == [LogReset(), again, at(10, "x")]
    assert run(memory, again, at(10, "x"), at(11, "y"), drained=False) == [at(11, "y")]


def test_a_new_container_in_the_same_second_is_a_reset() -> None:
    memory = Memory(whole=True)
    run(memory, at(1, "===== Application Startup at 1 =====\n"), at(2, "old"))
    again = at(2, "===== Application Startup at 2 =====\n")
    assert run(memory, again, at(2, "x")) == [LogReset(), again, at(2, "x")]


def test_what_the_hub_dropped_is_a_gap() -> None:
    memory = Memory(whole=True)
    run(memory, at(1, "a"), at(2, "b"))
    assert run(memory, at(7, "g"), at(8, "h"), drained=False) == [LogGap(), at(7, "g"), at(8, "h")]


def test_a_history_that_lost_its_middle_gives_what_is_later() -> None:
    memory = Memory(whole=True)
    run(memory, at(1, "a"), at(2, "b"), at(3, "c"))
    assert run(memory, at(1, "a"), at(5, "e"), drained=False) == [LogGap(), at(5, "e")]


def test_without_time_stamps_the_texts_have_to_do() -> None:
    memory = Memory(whole=True)
    chunks = [LogChunk(None, text) for text in "abcb"]
    assert run(memory, *chunks) == chunks
    assert run(memory, *chunks, LogChunk(None, "d"), drained=False) == [LogChunk(None, "d")]


def test_after_a_tail_the_whole_history_comes_and_is_skipped() -> None:
    memory = Memory(whole=False)
    history = [at(1, "a"), *[at(5, "x")] * 3]
    assert run(memory, history[-1]) == [history[-1]]
    assert run(memory, *history) == []
    assert run(memory, *history, at(6, "new"), drained=False) == [at(6, "new")]


def test_what_comes_together_is_remembered_like_what_comes_apart() -> None:
    history = [at(second // 3, f"line {second % 7}") for second in range(1000)]
    together, apart = Memory(whole=True), Memory(whole=True)
    assert Replay(together).feed(history) == history
    assert run(apart, *history) == history
    assert list(together.keys)[-MEMORY:] == list(apart.keys)[-MEMORY:]
    assert together.newest == history[-1].time
    later = [*history[400:], at(400, "new")]
    assert Replay(together).feed(later) == [later[-1]]


def test_nothing_is_decided_while_nothing_came() -> None:
    memory = Memory(whole=True)
    run(memory, at(1, "a"))
    replay = Replay(memory)
    assert replay.drained() == []
    assert not replay.settled


@given(
    st.lists(st.tuples(st.integers(0, 2), st.sampled_from("ab\n")), max_size=200),
    st.lists(st.tuples(st.integers(0, 200), st.integers(0, 200)), max_size=6),
)
def test_however_often_it_breaks_each_event_comes_once(
    steps: list[tuple[int, str]], breaks: list[tuple[int, int]]
) -> None:
    """Coarse stamps, many equal lines; connections may break before the replay has caught up."""
    second, history = 0, []
    for step, text in steps:
        second += step
        history.append(at(second, text))
    memory, available = Memory(whole=True), 0
    delivered: list[Delivery] = []
    for grown, reached in [*sorted(breaks), (len(history), len(history))]:
        available = max(available, min(grown, len(history)))
        replay = Replay(memory)
        for event in history[: min(reached, available)]:
            delivered += replay.feed([event])
    assert delivered == history


@given(
    st.lists(st.tuples(st.integers(0, 150), st.integers(1, 40)), min_size=1, max_size=8),
)
def test_a_hub_that_forgets_the_oldest_events_costs_nothing(
    connections: list[tuple[int, int]],
) -> None:
    """As long as one delivered event is still there, no event is lost or repeated."""
    history = [at(second, "line") for second in range(200)]
    memory = Memory(whole=True)
    delivered: list[Delivery] = []
    for kept, grown in connections:
        first = max(0, min(kept, len(delivered) - 1))
        delivered += run(memory, *history[first : len(delivered) + grown])
        assert delivered == history[: len(delivered)]
    assert len(delivered) == min(200, sum(grown for _, grown in connections))
