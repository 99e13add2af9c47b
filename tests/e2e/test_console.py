"""The console in a real terminal: what a person sees and does."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.e2e.conftest import SPACE
from tests.e2e.programs import HubProcess, alive, children_of, console, wait_until
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.e2e

NARROW = (80, 24)
WIDE = (160, 45)
QUIT_KEY = "q quit"


def go_to(terminal: Terminal, name: str) -> None:
    """Filter the list down to one Space, with the cursor on it."""
    terminal.press("/")
    terminal.type(name)
    terminal.expect(re.compile(rf"^\W+{name}\b", re.MULTILINE))
    terminal.press("enter")


@pytest.mark.parametrize("size", [NARROW, WIDE])
def test_the_demo_from_start_to_end(home: Path, size: tuple[int, int]) -> None:
    with console("--demo", home=home, size=size) as terminal:
        terminal.expect("whisper-live")
        terminal.expect("14 Spaces" if size == WIDE else "northwind 2")
        screen = "\n".join(terminal.screen())
        for group in ("ada", "acme", "northwind"):
            assert re.search(rf"▾ {group} \d", screen)
        processes = children_of(terminal.pid)
        assert len(processes) == 1

        terminal.press("/")
        terminal.type("whisper")
        terminal.expect_gone("rag-demo")
        terminal.press("enter")
        terminal.press("l")
        terminal.expect("following")
        seen = terminal.expect(re.compile(r"\d\d:\d\d:\d\d .*\w"))
        terminal.wait_for(lambda rows: rows != seen, "another log line")

        terminal.press("?")
        terminal.expect("One row down")
        terminal.press("esc")
        terminal.expect_gone("One row down")

        terminal.press("p")
        terminal.expect("Pause this Space?")
        terminal.press("enter")
        terminal.expect_gone("Pause this Space?")
        assert "Paused" not in "\n".join(terminal.screen())
        terminal.press("p")
        terminal.expect("Pause this Space?")
        terminal.press("y")
        terminal.expect("Paused")

        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored
        wait_until(lambda: not any(map(alive, processes)), "the demo's Hub has ended")


def test_letters_typed_at_once_after_the_slash_are_no_keys(home: Path) -> None:
    with console("--demo", home=home) as terminal:
        terminal.expect("northwind 2")
        terminal.type("/rag")
        terminal.expect_gone("whisper-live")
        terminal.expect("rag-demo")
        assert "Restart" not in "\n".join(terminal.screen())


def test_a_saved_file_is_seen_going_live(hub: HubProcess, home: Path, folder: Path) -> None:
    with console(SPACE, home=home, cwd=folder, given=hub.variables()) as terminal:
        terminal.expect(QUIT_KEY)
        terminal.expect("Running")
        terminal.press("w")
        terminal.expect("enter shows the plan")
        terminal.press("enter")
        terminal.expect("1 file to upload")
        assert hub.received("POST", "/commit/") == []
        terminal.press("enter")
        terminal.expect("in sync")
        assert hub.text(SPACE, "app.py") == "print('first')\n"

        terminal.expect(re.compile(r"live \+[\d.]+ s"))
        (folder / "app.py").write_text("print('second')\n")
        # One changed file of a running Gradio app is patched into it.
        saves = re.compile(
            r"saved .* committed .* reloaded .*(\n.*){1,2}saved .* committed .* live"
        )
        terminal.expect(saves)
        assert hub.text(SPACE, "app.py") == "print('second')\n"

        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_a_space_named_on_the_command_line_is_under_the_cursor(hub: HubProcess, home: Path) -> None:
    hub.ask("create", space="ada/aardvark")
    with console(SPACE, home=home, size=WIDE, given=hub.variables()) as terminal:
        terminal.expect(re.compile(r"─ ada/lab ─"))


def same_screens(one: Terminal, other: Terminal) -> None:
    """Wait until two consoles show the same, each at its own pace."""
    wait_until(
        lambda: one.screen() == other.screen(),
        lambda: "\n".join(["two screens of", *one.screen(), "and of", *other.screen()]),
    )


def test_suspended_and_resumed(hub: HubProcess, home: Path) -> None:
    with (
        console(home=home, given=hub.variables()) as fresh,
        console(home=home, given=hub.variables()) as terminal,
    ):
        fresh.expect("Running")
        terminal.expect("Running")
        same_screens(terminal, fresh)
        terminal.press("ctrl+z")
        terminal.wait_stopped()
        assert terminal.restored
        assert terminal.screen() != fresh.screen()
        hub.ask("set_stage", space=SPACE, stage="BUILD_ERROR")
        fresh.expect("Build error")
        terminal.resume_job()
        terminal.expect("Build error")
        same_screens(terminal, fresh)
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored


@pytest.mark.parametrize("arguments", [(), ("--demo",)])
def test_a_tiny_window(hub: HubProcess, home: Path, arguments: tuple[str, ...]) -> None:
    variables = {} if arguments else hub.variables()
    with console(*arguments, home=home, size=(40, 10), given=variables) as terminal:
        terminal.expect(re.compile("lab|flux"))
        for key, shown in (
            ("?", "One row down"),
            ("enter", "Overview"),
            ("2", "Container"),
            ("6", "No folder is watched"),
            ("w", "Watch a folder"),
            ("p", "Pause"),
            ("/", "name, stage"),
        ):
            terminal.press(key)
            terminal.expect(shown)
            terminal.press("esc")
            terminal.expect_gone(shown)
        terminal.press("q")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_a_storm_of_sizes_leaves_the_screen_of_a_fresh_start(hub: HubProcess, home: Path) -> None:
    hub.ask("create", space="ada/other", stage="PAUSED")
    with (
        console(home=home, given=hub.variables()) as fresh,
        console(home=home, size=(40, 10), given=hub.variables()) as terminal,
    ):
        terminal.expect("lab")
        for size in ((200, 60), (40, 10), (97, 13), (200, 60), (41, 11), (160, 45)) * 4:
            terminal.resize(*size)
        terminal.resize(80, 24)
        fresh.expect("Paused")
        same_screens(terminal, fresh)


def test_an_idle_console_writes_nothing(hub: HubProcess, home: Path) -> None:
    with console(SPACE, home=home, size=WIDE, given=hub.variables()) as terminal:
        terminal.expect("Running")
        terminal.quiet_for(5)
