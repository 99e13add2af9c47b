"""An answer that was lost never makes a second commit, and never hides that there is none."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cases.driver import wait_until
from tests.cases.wire import Wire
from tests.cases.world import World

LANDED: dict[str, dict[str, Any]] = {
    "500": {"status": 500, "handled": True},
    "502": {"status": 502, "handled": True, "body": "<html>Bad Gateway</html>"},
    "504": {"status": 504, "handled": True, "body": "<html>Gateway Timeout</html>"},
    "503": {"status": 503, "handled": True},
    "closed": {"drop": "after"},
    "reset": {"drop": "after", "cut": "reset"},
    "malformed": {"mangle": "malformed"},
    "truncated": {"mangle": "truncated"},
    "truncated-reset": {"mangle": "truncated", "cut": "reset"},
    "page": {"status": 200, "handled": True, "body": "<html>Welcome</html>"},
    "no-id": {"status": 200, "handled": True, "body": '{"success": true}'},
    "null-id": {"status": 200, "handled": True, "body": '{"success": true, "commitOid": null}'},
    "odd-id": {"status": 200, "handled": True, "body": '{"success": true, "commitOid": 17}'},
    "empty": {"status": 200, "handled": True, "body": ""},
}


@pytest.mark.parametrize("how", LANDED)
def test_a_commit_that_landed_unheard_is_one_commit(world: World, how: str) -> None:
    """T113, T114, T115, T118, T119."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", **LANDED[how])
    world.write("app.py", "v = 2\n")
    engine.next("state", state="confirming")
    engine.reaches("in-sync")
    (change,) = world.probe(engine)
    assert engine.new("commit")[0]["oid"] == change.oid
    world.write("app.py", "v = 3\n")
    world.holds("app.py", "v = 3\n")
    world.judge(engine)


NOT_LANDED: dict[str, dict[str, Any]] = {
    "500": {"status": 500},
    "502": {"status": 502, "body": "<html>Bad Gateway</html>"},
    "closed": {"drop": "before"},
    "reset": {"drop": "before", "cut": "reset"},
    "page": {"status": 200, "body": "<html>Welcome</html>"},
    "id-of-nothing": {"status": 200, "body": '{"success": true}'},
}


@pytest.mark.parametrize("how", NOT_LANDED)
def test_a_commit_that_did_not_land_is_sent_again(world: World, how: str) -> None:
    """T116, T117, T118."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", **NOT_LANDED[how])
    world.write("app.py", "v = 2\n")
    world.holds("app.py", "v = 2\n")
    engine.reaches("in-sync")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_answers_that_are_lost_again_and_again_are_one_commit(world: World) -> None:
    """T113 to T119, several in a row for one save."""
    engine = world.start()
    for how in ("reset", "500", "malformed"):
        world.hub.fault(f"{world.space}/commit", method="POST", **LANDED[how])
    world.write("app.py", "v = 2\n")
    engine.next("commit")
    engine.reaches("in-sync")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_lost_answer_with_others_committing_is_one_commit(world: World) -> None:
    """T115, where somebody commits between the lost answer and the look at the history."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", drop="after", cut="reset")
    world.write("app.py", "v = 2\n")
    world.landed(1)
    world.push({"theirs.py": b"theirs = True\n"})
    engine.reaches("in-sync")
    assert len(world.probe(engine)) == 1
    world.judge(engine)


def test_a_save_while_an_answer_is_missing_goes_next(world: World) -> None:
    """T114: what is saved while confirming is a commit of its own."""
    engine = world.start()
    world.hub.fault(f"{world.space}/commit", method="POST", drop="after", count=1)
    world.write("app.py", "v = 2\n")
    engine.next("state", state="confirming")
    world.write("app.py", "v = 3\n")
    world.holds("app.py", "v = 3\n")
    engine.reaches("in-sync")
    assert [change.written for change in world.probe(engine)] == [
        {"app.py": b"v = 2\n"},
        {"app.py": b"v = 3\n"},
    ]
    world.judge(engine)


def test_a_body_cut_in_the_middle_is_sent_again(world: World) -> None:
    """T116, on the wire."""
    with Wire(world.hub.url) as wire:
        world.endpoint = wire.url
        engine = world.start()
        wire.drop()
        wire.cuts = [60_000]
        content = "x = 1\n" * 20_000
        world.write("app.py", content)
        world.holds("app.py", content)
        engine.reaches("in-sync")
        assert wire.cuts == []
        assert len(world.probe(engine)) == 1
        world.judge(engine)


def test_a_connection_closed_before_the_first_byte_is_tried_again(world: World) -> None:
    """T117, on the wire."""
    with Wire(world.hub.url) as wire:
        world.endpoint = wire.url
        engine = world.start()
        wire.drop()
        wire.refuse = 1
        world.write("app.py", "v = 2\n")
        world.holds("app.py", "v = 2\n")
        engine.reaches("in-sync")
        assert wire.refuse == 0
        assert len(world.probe(engine)) == 1
        world.judge(engine)


def test_a_connection_closed_while_idle_is_no_news(world: World) -> None:
    """T126."""
    with Wire(world.hub.url) as wire:
        world.endpoint = wire.url
        engine = world.start()
        wire.drop()
        world.write("app.py", "v = 2\n")
        world.holds("app.py", "v = 2\n")
        engine.reaches("in-sync")
        assert engine.new("error") == []
        assert len(world.probe(engine)) == 1
        world.judge(engine)


def test_one_path_the_hub_will_not_take_is_found_and_named(world: World) -> None:
    """T112. A name with a backslash is refused; the message spells it in its own way."""
    engine = world.start()
    bad = "back\\slash.py"
    for number in range(19):
        world.write(f"many/f{number:02}.py", f"f = {number}\n")
    world.write(f"many/{bad}", "x = 1\n")
    wait_until(lambda: bool(engine.new("refused")), "a word about it", 60)
    wait_until(lambda: all(f"many/f{n:02}.py" in world.tree() for n in range(19)), "the others")
    engine.reaches("in-sync")
    assert [one["path"] for one in engine.new("refused")] == [f"many/{bad}"]
    assert len(world.requests("POST", "/commit/")) <= 7
    world.probe(engine)
    world.judge(engine, refused=[f"many/{bad}"])
