"""What a log said last is still there when its container, or this program, is gone."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from spaces_tui.localhub.thread import LocalHub
from spaces_tui.model.log_stream import LogStream
from spaces_tui.model.logs import LineMark, LogLine
from spaces_tui.model.ring import LineRing
from spaces_tui.session.lastwords import LastWords
from spaces_tui.session.logmarks import KEPT
from spaces_tui.store.lastwords import file_of, read_last_words, write_last_words
from spaces_tui.store.paths import Paths
from tests.session.conftest import StartSession
from tests.session.test_session import live

SPACE = "ada/whisper-live"
OLD = datetime(2026, 1, 1, tzinfo=UTC)


def uid_of(start: StartSession, hub: LocalHub) -> str:
    """Return the Hub's own id of the Space."""
    running = start(hub.url, hub.token())
    running.until(live)
    return next(one.uid for one in running.session.snapshot.spaces if one.id == SPACE)


def test_the_end_of_a_log_is_kept_and_comes_back(
    demo_hub: LocalHub, start: StartSession, paths: Paths
) -> None:
    path = file_of(paths.logs, demo_hub.url, uid_of(start, demo_hub), LogStream.RUN)
    write_last_words(path, [LogLine(OLD, "the words of a container that is long gone")])
    running = start(demo_hub.url, demo_hub.token())
    running.until(live)
    ring = running.session.log(SPACE, LogStream.RUN)
    running.session.attend(SPACE, logs=frozenset({LogStream.RUN}))
    running.until(lambda s: len(ring) > 4)
    first, mark, *rest = ring.lines(0, ring.end)
    assert first.text == "the words of a container that is long gone"
    assert mark == KEPT
    assert any("Application Startup" in line.text for line in rest)
    running.session.close(20)
    kept = read_last_words(path)
    assert kept[:2] == [first, mark]
    assert [line.text for line in kept[2:5]] == [line.text for line in rest[:3]]


def test_switched_off_nothing_is_kept_and_what_was_goes(
    demo_hub: LocalHub, start: StartSession, paths: Paths
) -> None:
    uid = uid_of(start, demo_hub)
    path = file_of(paths.logs, demo_hub.url, uid, LogStream.RUN)
    write_last_words(path, [LogLine(OLD, "no more of this")])
    running = start(demo_hub.url, demo_hub.token(), last_words=False)
    running.until(live)
    ring = running.session.log(SPACE, LogStream.RUN)
    running.session.attend(SPACE, logs=frozenset({LogStream.RUN}))
    running.until(lambda s: len(ring) > 3)
    assert "no more of this" not in {line.text for line in ring.lines(0, ring.end)}
    running.session.close(20)
    assert not paths.logs.exists()


async def test_a_full_disk_stops_nothing(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    folder.write_text("a file where the folder would be")
    words = LastWords(folder, "https://hub.example")
    ring = LineRing()
    ring.extend([LogLine(OLD, "hello")])
    words.keeping("5f00", LogStream.RUN, ring)()
    await words.flush()
    assert folder.read_text() == "a file where the folder would be"


async def test_a_log_is_recalled_into_an_empty_ring_alone(tmp_path: Path) -> None:
    folder = tmp_path / "logs"
    words = LastWords(folder, "https://hub.example")
    ring = LineRing()
    ring.extend([LogLine(OLD, "hello")])
    words.keeping("5f00", LogStream.RUN, ring)()
    await words.flush()
    await words.recall("5f00", LogStream.RUN, ring)
    assert len(ring) == 1
    other = LineRing()
    await words.recall("5f00", LogStream.BUILD, other)
    assert not len(other)
    await words.recall("5f00", LogStream.RUN, other)
    assert [line.mark for line in other.lines(0, 9)] == [None, LineMark.BEGIN]
