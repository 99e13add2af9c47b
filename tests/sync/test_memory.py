"""What an engine remembers comes back, whole or a little older."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from spaces_tui.sync.figures import Stat
from spaces_tui.sync.index import Index
from spaces_tui.sync.ledger import Anchor, Ledger, Stored
from spaces_tui.sync.memory import Memory
from spaces_tui.sync.read import Content

Known = tuple[Ledger, Index]


def memory(folder: Path, space: str = "ada/demo", into: str = "") -> Memory:
    return Memory(folder, space, into)


def known(**contents: str) -> Known:
    ledger, index = Ledger("head"), Index()
    for path, content in contents.items():
        put(ledger, index, path, content)
    return ledger, index


def put(ledger: Ledger, index: Index, path: str, content: str) -> None:
    ledger.remote[path] = Stored(content, 1)
    ledger.anchors[path] = Anchor(content, content)
    index.learn(path, Stat(1, 2, 3, 4, 5), Content(1, content), 99)


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    ledger, index = known(a="x")
    ledger.anchors["b"] = Anchor("here", None)
    ledger.leaving.add("c")
    ledger.good.live("good")
    ledger.good.sent("a", "b")
    ledger.good.put_back |= {"a": "x", "b": None}
    first = memory(tmp_path)
    first.save(ledger, index)
    assert memory(tmp_path).load() == (ledger, index)
    del ledger.good.put_back["b"]
    ledger.good.touched.discard("a")
    first.save(ledger, index)
    assert memory(tmp_path).load() == (ledger, index)
    assert memory(tmp_path, "ada/other").load() is None
    assert memory(tmp_path, into="sub").load() is None


def test_a_small_change_leaves_the_whole_alone(tmp_path: Path) -> None:
    ledger, index = known(**{f"f{number}": "x" for number in range(2000)})
    first = memory(tmp_path)
    first.save(ledger, index)
    whole = (tmp_path / "state.json").stat()
    put(ledger, index, "f7", "y")
    del ledger.remote["f8"]
    index.forget("f8")
    ledger.head = "next"
    ledger.leaving.add("f9")
    first.save(ledger, index)
    first.save(ledger, index)
    assert (tmp_path / "state.json").stat() == whole
    assert (tmp_path / "state.log").stat().st_size < 500
    second = memory(tmp_path)
    assert second.load() == (ledger, index)
    ledger.leaving.clear()
    again = second.load()
    assert again is not None
    again[0].leaving.clear()
    second.save(*again)
    assert (tmp_path / "state.json").stat() == whole
    assert memory(tmp_path).load() == (ledger, index)


def test_a_long_log_becomes_a_new_whole(tmp_path: Path) -> None:
    ledger, index = known()
    kept = memory(tmp_path)
    kept.save(ledger, index)
    longest = 0
    for number in range(3000):
        put(ledger, index, f"a{number % 10}", "x" * 100)
        ledger.head = f"{number}"
        kept.save(ledger, index)
        log = tmp_path / "state.log"
        longest = max(longest, log.stat().st_size if log.exists() else 0)
    assert 100_000 < longest < 400_000
    assert memory(tmp_path).load() == (ledger, index)


@settings(max_examples=40, deadline=None)
@given(data=st.data())
def test_damage_costs_the_newest_entries_at_most(
    data: st.DataObject, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("state")
    states: list[tuple[str, dict[str, Stored], dict[str, Anchor]]] = []
    ledger, index = known(a="0", b="0")
    kept = memory(folder)
    for number in range(6):
        ledger.head = f"head {number}"
        put(ledger, index, f"f{number % 3}", f"content {number}")
        kept.save(ledger, index)
        states.append((ledger.head, dict(ledger.remote), dict(ledger.anchors)))
    log = folder / "state.log"
    content = bytearray(log.read_bytes())
    at = data.draw(st.integers(0, len(content) - 1))
    if data.draw(st.booleans()):
        del content[at:]
    else:
        content[at] ^= data.draw(st.integers(1, 255))
    log.write_bytes(content)
    again = memory(folder)
    found = again.load()
    assert found is not None
    assert (found[0].head, found[0].remote, found[0].anchors) in states
    found[0].head = "after"
    again.save(*found)
    assert memory(folder).load() == found


def test_a_log_of_another_whole_is_not_read(tmp_path: Path) -> None:
    ledger, index = known(a="x")
    kept = memory(tmp_path)
    kept.save(ledger, index)
    ledger.head = "newer"
    kept.save(ledger, index)
    log = (tmp_path / "state.log").read_bytes()
    ledger.head = "newest"
    memory(tmp_path).save(ledger, index)
    (tmp_path / "state.log").write_bytes(log)
    found = memory(tmp_path).load()
    assert found is not None
    assert found[0].head == "newest"


def test_a_full_disk_is_told_and_what_follows_is_whole(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger, index = known(a="x")
    kept = memory(tmp_path)
    kept.save(ledger, index)

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    ledger.head = "second"
    with monkeypatch.context() as patch:
        patch.setattr(os, "fsync", full)
        with pytest.raises(OSError, match="No space"):
            kept.save(ledger, index)
    ledger.head = "third"
    kept.save(ledger, index)
    assert memory(tmp_path).load() == (ledger, index)
