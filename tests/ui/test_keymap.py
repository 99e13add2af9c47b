"""Keys that a person chose."""

import pytest

from spaces_tui.ui.actions import BY_ID, keys_of
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.keymap import KeymapError, checked_keys
from tests.ui.driving import WIDE, Patient, screen_text, until
from tests.ui.fake_session import FakeSession


def test_keys_are_named_as_a_person_reads_them() -> None:
    wanted = {"space.pause": ("P", "f5"), "help": ("?",), "order.cost": ("shift+f3",)}
    assert checked_keys(wanted)["space.pause"] == ("P", "f5")
    assert checked_keys(wanted)["help"] == ("question_mark",)


def test_two_actions_may_change_keys() -> None:
    chosen = checked_keys({"space.pause": ("r",), "space.restart": ("p",)})
    assert chosen == {"space.pause": ("r",), "space.restart": ("p",)}


@pytest.mark.parametrize(
    ("name", "key", "words"),
    [
        ("space.pause", "r", "key of both space.restart and space.pause"),
        ("space.pausee", "P", "is space.pause meant?"),
        ("zzz", "P", "spaces-tui config --keys"),
        ("space.pause", "foo", "cannot have the key “foo”"),
        ("space.pause", "hyper+x", "cannot have the key"),
        ("space.pause", "ctrl+c", "how to quit"),
    ],
)
def test_what_cannot_be_is_refused(name: str, key: str, words: str) -> None:
    with pytest.raises(KeymapError) as raised:
        checked_keys({name: (key,)})
    assert raised.value.action == name
    assert words in str(raised.value)


async def test_the_chosen_key_acts_and_is_shown_and_the_old_one_does_nothing() -> None:
    session = FakeSession()
    chosen = checked_keys({"help": ("f1",), "order.cost": ("question_mark",)})
    app = ConsoleApp(session, keys=chosen)
    async with app.run_test(size=WIDE):
        pilot = Patient(app)
        await until(pilot, lambda: session.started)
        assert "f1 keys" in screen_text(app)
        await pilot.press("question_mark")
        assert app.screen is app.main
        await pilot.press("f1")
        assert app.screen is not app.main
        assert keys_of(BY_ID["order.cost"]) == "?"
