"""README.md: its card is asked about before it is sent, once for each front matter."""

from __future__ import annotations

import pytest

from spaces_tui.model.newspace import CardCheck
from spaces_tui.model.sync_events import Refused, Warned
from spaces_tui.model.sync_state import SyncState
from spaces_tui.sync.card import front_matter
from spaces_tui.sync.protocols import Trouble
from tests.sync.conftest import Rig
from tests.sync.fakes import Fault

GOOD = "---\nsdk: gradio\ncolorFrom: red\n---\n# Demo\n"
OTHER = "---\nsdk: gradio\ncolorFrom: beige\n---\n# Demo\n"
FILES = {"app.py": b"x = 1\n", "README.md": GOOD.encode()}
COMPLAINT = '"colorFrom" must be one of [red, yellow]'


@pytest.mark.parametrize(
    ("text", "block"),
    [
        (GOOD, "sdk: gradio\ncolorFrom: red\n"),
        ("---\r\na: 1\r\n---\r\nb", "a: 1\r\n"),
        ("---\n---\n", ""),
        ("# no card\n", None),
        ("---\nnever closed\n", None),
        ("\n---\na: 1\n---\n", None),
    ],
)
def test_the_block_at_the_top(text: str, block: str | None) -> None:
    assert front_matter(text) == block


async def test_the_text_below_the_card_costs_nothing(rig: Rig) -> None:
    rig.seed(FILES)
    async with rig.running():
        rig.space.calls.clear()
        rig.write("README.md", GOOD + "More.\n")
        await rig.commits(1)
        await rig.looks()
    assert rig.space.calls == ["commit"]


async def test_a_card_is_asked_about_once(rig: Rig) -> None:
    rig.seed(FILES)
    rig.space.card_check = CardCheck(warnings=("sdk_version is missing",))
    async with rig.running():
        rig.space.calls.clear()
        rig.write("README.md", OTHER)
        await rig.commits(1)
        rig.write("README.md", OTHER + "More.\n")
        await rig.commits(2)
        rig.write("README.md", GOOD)
        await rig.commits(3)
    assert rig.space.cards == [OTHER]
    assert [event.message for event in rig.of(Warned)] == ["The Hub says: sdk_version is missing"]
    # Another card may be another kind of Space, so that is read anew.
    assert rig.space.calls == ["check_card", "commit", "info", "commit", "commit", "info"]


async def test_a_card_the_hub_will_not_take_stays_here_and_the_rest_goes(rig: Rig) -> None:
    rig.seed(FILES)
    rig.space.card_check = CardCheck(errors=(COMPLAINT,))
    async with rig.running() as engine:
        rig.write("README.md", OTHER)
        rig.write("app.py", "x = 2\n")
        await rig.commits(1)
        assert engine.status.state is SyncState.IN_SYNC
        assert rig.of(Refused) == [Refused("README.md", f"the Hub says: {COMPLAINT}", 3)]
        rig.space.card_check = CardCheck()
        rig.write("README.md", GOOD + "Better.\n")
        await rig.commits(2)
        assert engine.status.refused == ()
    assert [each.paths for each in rig.space.ours] == [("app.py",), ("README.md",)]
    assert rig.space.cards == [OTHER]


async def test_a_line_the_hub_names_is_one_of_the_file(rig: Rig) -> None:
    rig.seed(FILES)
    rig.space.card_check = CardCheck(errors=("bad indentation of a mapping entry (2:5)",))
    async with rig.running():
        rig.write("README.md", OTHER)
        await rig.until(lambda: rig.of(Refused))
    assert rig.of(Refused)[0].line == 3


async def test_a_hub_without_an_opinion_stops_nothing(rig: Rig) -> None:
    rig.seed(FILES)
    async with rig.running():
        rig.space.fail("check_card", Fault(Trouble.UNCLEAR))
        rig.write("README.md", OTHER)
        await rig.commits(1)
    assert rig.space.tree_now["README.md"] == OTHER.encode()


async def test_a_readme_elsewhere_is_no_card(rig: Rig) -> None:
    rig.seed({"app.py": b"x = 1\n", "docs/README.md": GOOD.encode()})
    async with rig.running(into="web"):
        rig.write("README.md", OTHER)
        rig.write("docs/README.md", OTHER)
        await rig.commits(1)
    assert rig.space.cards == []
