"""The two sides of a conflict: what differs, and the keys that settle it."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from spaces_tui.model.sync import Comparison
from spaces_tui.model.sync_state import SyncState
from spaces_tui.ui.present.difference import (
    MOST_LINES,
    SIDE_BY_SIDE,
    Difference,
    Row,
    difference,
    layout,
)
from spaces_tui.ui.present.spans import Role, text_of, width_of
from tests.ui.driving import TINY, USUAL, WIDE, console, gone, screen_text, see, until
from tests.ui.fake_session import FakeSession
from tests.ui.watched import CONFLICT, IN_SYNC, NAME, to_tab, watching

HERE = "import gradio\n\ndef greet():\n    return 'Hello'\n" + "".join(
    f"# line {number}\n" for number in range(40)
)
THERE = HERE.replace("Hello", "Bonjour").replace("# line 30\n", "")
LINES = st.lists(st.text(st.sampled_from("ab語\t \r\x1b"), max_size=6), max_size=12)


def sides(here: str | None, there: str | None, **notes: str) -> Comparison:
    """Make a comparison of one path."""
    return Comparison("app.py", here, there, "91b2c3d4e5f6", **notes)


def texts(found: Difference, width: int, *, wrap: bool = False) -> list[str]:
    """Lay out and return what is read."""
    return [text_of(line) for line in layout(found, width, wrap=wrap).lines]


def test_signs_and_numbers_tell_the_sides_without_colour() -> None:
    shown = texts(difference(sides("a\nb\nc\n", "a\nB\nc\n")), 80)
    assert shown == ["1   a", "2 - B", "2 + b", "3   c"]


def test_what_is_the_same_is_left_out_but_for_three_lines() -> None:
    shown = texts(difference(sides(HERE, THERE)), 80)
    assert "  ⋯ 24 lines the same" in shown
    assert "  ⋯ 6 lines the same" in shown
    assert sum(line.startswith("  ⋯") for line in shown) == 2
    assert any("+ # line 30" in line for line in shown)


def test_wide_screens_show_both_beside_each_other() -> None:
    shown = texts(difference(sides("one\ntwo\n", "one\nTWO\nthree\n")), SIDE_BY_SIDE)
    assert len(shown) == 3
    left, _, right = shown[1].partition("│")
    assert left.split() == ["2", "-", "TWO"]
    assert right.split() == ["2", "+", "two"]
    assert shown[2].split() == ["3", "-", "three", "│"]


def test_the_last_line_break_and_carriage_returns_are_seen() -> None:
    shown = texts(difference(sides("a\r\nb", "a\nb\n")), 80)
    assert "1 + a␍" in shown
    assert "2 + b (no line break at the end)" in shown


def test_what_is_no_text_is_said_in_words() -> None:
    found = difference(sides(None, None, here_note="deleted", there_note="binary, 12.0 kB"))
    assert texts(found, 80) == ["Mine: deleted", "Theirs: binary, 12.0 kB"]
    one = texts(difference(sides("a\n", None, there_note="deleted")), 80)
    assert one == ["Theirs: deleted", "", "1 + a"]
    assert texts(difference(sides("a\n", "a\n")), 80)[0] == "Both sides have the same text."
    long = difference(sides("a\n" * MOST_LINES, "b\n" * 5))
    assert texts(long, 80) == [f"Too long to compare: {MOST_LINES:,} lines here, 5 there."]


def test_long_lines_are_cut_moved_or_wrapped() -> None:
    found = difference(sides("x" * 100 + "END\n", ""))
    assert texts(found, 40)[0].endswith("…")
    assert texts(found, 40, wrap=True)[-1].endswith("END")
    assert text_of(layout(found, 40, offset=80).lines[0]).endswith("END")


@given(here=LINES, there=LINES, width=st.integers(8, 200), wrap=st.booleans())
def test_every_line_of_both_sides_is_there_and_fits(
    here: list[str], there: list[str], width: int, wrap: bool
) -> None:
    found = difference(sides("\n".join(here), "\n".join(there)))
    made = layout(found, width, wrap=wrap)
    assert all(width_of(line) <= width for line in made.lines)
    assert len(made.starts) == found.changes
    rows = [row for row in found.rows if isinstance(row, Row)]
    mine = [row.mine for row in rows if row.theirs is None]
    theirs = [row.theirs for row in rows if row.mine is None]
    if here == there:
        assert (mine, theirs) == ([], [])
    assert not any("\x1b" in text_of(line) for line in made.lines)


def test_colours_go_with_the_signs() -> None:
    made = layout(difference(sides("a\n", "b\n")), 80)
    assert [line[1].role for line in made.lines] == [Role.BAD, Role.GOOD]


def conflicting() -> FakeSession:
    """Return a session with two conflicts that can be read."""
    session = watching(CONFLICT)
    session.comparisons = {
        "app.py": sides(HERE, THERE),
        "lib/util.py": replace(sides("x = 1\n", "x = 2\n"), path="lib/util.py"),
    }
    return session


async def test_from_the_conflict_to_the_next_and_out() -> None:
    async with console(conflicting(), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "enter")
        await see(pilot, app, "app.py · 1 of 2")
        await see(pilot, app, "-     return 'Bonjour'")
        text = screen_text(app)
        assert "+     return 'Hello'" in text
        assert "- theirs @ 91b2c3d · + mine, in ./src" in text
        assert "2 changes" in text
        await pilot.press("n", "n")
        await see(pilot, app, "change 2 of 2")
        await pilot.press("N")
        await see(pilot, app, "change 1 of 2")
        await pilot.press("tab")
        await see(pilot, app, "lib/util.py · 2 of 2")
        await see(pilot, app, "- x = 2")
        await pilot.press("m")
        await until(pilot, lambda: session.calls[-1] == ("tell", NAME, "mine", "lib/util.py"))
        await see(pilot, app, "keep mine …")
        session.put_watch(replace(CONFLICT, conflicts=("app.py",)))
        await see(pilot, app, "return 'Bonjour'")
        await pilot.press("t")
        await see(pilot, app, "Take theirs?")
        await pilot.press("y")
        await until(pilot, lambda: session.calls[-1] == ("tell", NAME, "theirs", "app.py"))
        halted = replace(CONFLICT, conflicts=("app.py",), state=SyncState.HALTED)
        session.put_watch(halted)
        await see(pilot, app, "take theirs … waits: halted")
        session.put_watch(IN_SYNC)
        await until(pilot, lambda: len(app.screen_stack) == 1)


async def test_sides_that_cannot_be_read_are_asked_for_again() -> None:
    async with console(watching(CONFLICT), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "enter")
        await see(pilot, app, "The Space was not read yet.")
        session.comparisons = {"app.py": sides(HERE, THERE)}
        await pilot.press("ctrl+r")
        await see(pilot, app, "return 'Bonjour'")


async def test_a_space_that_moved_on_is_read_again() -> None:
    async with console(conflicting(), USUAL) as (pilot, session, app):
        await to_tab(pilot, app, "enter")
        await see(pilot, app, "return 'Bonjour'")
        session.comparisons = {"app.py": sides(HERE, THERE.replace("Bonjour", "Ciao"))}
        session.put_watch(replace(CONFLICT, head="77777777"))
        await see(pilot, app, "return 'Ciao'")


async def test_beside_each_other_where_there_is_room() -> None:
    async with console(conflicting(), WIDE) as (pilot, _, app):
        await to_tab(pilot, app, "enter")
        await see(pilot, app, "return 'Bonjour'")
        rows = screen_text(app).splitlines()
        row = next(row for row in rows if "Bonjour" in row)
        assert "Hello" in row
        assert any("- theirs, on the Space @ 91b2c3d" in row and "+ mine" in row for row in rows)
        await pilot.click("#keys", offset=(1, 0))
        await until(pilot, lambda: len(app.screen_stack) == 2)
        await pilot.press("escape")
        await gone(pilot, app, "Bonjour")


async def test_on_a_tiny_screen_every_key_still_works() -> None:
    async with console(conflicting(), TINY) as (pilot, session, app):
        await to_tab(pilot, app, "enter")
        await see(pilot, app, "1 of 2")
        await pilot.press("n", "N", "W", "right", "left", "G", "g", "pagedown", "pageup", "plus")
        await until(pilot, lambda: session.calls[-1] == ("tell", NAME, "both", "app.py"))
