"""Around the screen: switches, terminal, clipboard, themes, crash reports."""

from __future__ import annotations

import base64
import os
import pty
from itertools import product
from pathlib import Path

import pytest
from textual.color import Color

from spaces_tui.ui import terminal
from spaces_tui.ui.app import ConsoleApp
from spaces_tui.ui.crash import write_report
from spaces_tui.ui.run import run_console, set_switches
from spaces_tui.ui.theme import DARK, LIGHT
from tests.ui.driving import console, see, until
from tests.ui.fake_session import FakeSession

TOKEN = "hf_abcdefghijklmnop"


def test_switches_for_a_slow_line_and_for_no_colour() -> None:
    environ = {"TEXTUAL_FPS": "5"}
    set_switches(environ, slow=True, plain=True)
    assert environ == {
        "TEXTUAL_ANIMATIONS": "none",
        "TEXTUAL_SMOOTH_SCROLL": "0",
        "TEXTUAL_FPS": "5",
        "TEXTUAL_THEME": "ansi-dark",
    }


def test_without_a_terminal_it_says_what_works(capsys: pytest.CaptureFixture[str]) -> None:
    session = FakeSession()
    assert run_console(session) == 2
    assert "spaces-tui watch" in capsys.readouterr().err
    assert not session.started


def test_where_a_browser_can_open() -> None:
    assert not terminal.has_browser({"SSH_CONNECTION": "a", "DISPLAY": ":0"})
    assert terminal.has_browser({"WAYLAND_DISPLAY": "wayland-0"})


def test_a_closed_terminal_is_noticed() -> None:
    controller, line = pty.openpty()
    try:
        assert not terminal.hung_up(line)
        os.close(controller)
        assert terminal.hung_up(line)
    finally:
        os.close(line)


def test_the_clipboard_sequence_is_wrapped_for_screen_and_capped() -> None:
    plain = terminal.clipboard_sequence(b"https://x", {})
    assert plain == f"\x1b]52;c;{base64.b64encode(b'https://x').decode()}\x07"
    assert terminal.clipboard_sequence(b"x", {"STY": "1"}) == "\x1bP\x1b]52;c;eA==\x07\x1b\\"
    assert terminal.clipboard_sequence(b"x" * 60_000, {}) is None


def test_tmux_takes_the_text_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    tool = tmp_path / "tmux"
    tool.write_text("#!/bin/sh\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert terminal.clipboard_tool({"TMUX": "1", "SSH_CONNECTION": "a"}) == [
        "tmux",
        "load-buffer",
        "-w",
        "-",
    ]
    assert terminal.clipboard_tool({"SSH_CONNECTION": "a", "DISPLAY": ":0"}) is None


async def test_y_hands_the_address_to_the_clipboard_tool(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken = tmp_path / "taken"
    tool = tmp_path / "tmux"
    tool.write_text(f"#!/bin/sh\n/bin/cat > {taken}\n")
    tool.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setenv("TMUX", "1")
    async with console() as (pilot, _, app):
        await pilot.press("y")
        await see(pilot, app, "Sent to the clipboard.")
    assert taken.read_text() == "https://huggingface.co/spaces/ada/whisper-live"


def luminance(colour: str) -> float:
    """Return the relative luminance of a colour, as the Web's guidelines on contrast define it."""
    channels = (
        one / 12.92 if one <= 0.03928 else ((one + 0.055) / 1.055) ** 2.4
        for one in Color.parse(colour).normalized
    )
    return sum(share * one for share, one in zip((0.2126, 0.7152, 0.0722), channels, strict=True))


def contrast_of(one: str, other: str) -> float:
    """Return the ratio of contrast between two colours, from 1 to 21."""
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda theme: theme.name)
def test_text_can_be_read_on_every_background(theme: object) -> None:
    assert theme in (DARK, LIGHT)
    chosen = DARK if theme is DARK else LIGHT
    colours = {
        name: getattr(chosen, name)
        for name in ("foreground", "primary", "secondary", "success", "warning", "error", "accent")
    }
    colours["dim"] = chosen.variables["dim"]
    grounds = [chosen.background, chosen.surface, chosen.panel]
    grounds += [chosen.variables["cursor"], chosen.variables["cursor-blurred"]]
    for (name, colour), ground in product(colours.items(), grounds):
        assert ground is not None
        contrast = contrast_of(colour, ground)
        assert contrast >= 4.5, (name, ground, round(contrast, 2))


@pytest.mark.parametrize("theme", ["spaces-light", "ansi-dark", "nord"])
async def test_other_themes_paint(theme: str) -> None:
    async with console(theme=theme) as (pilot, _, app):
        await see(pilot, app, "whisper-live")
        assert app.theme == theme
        assert app.palette.ansi is theme.startswith("ansi")


async def test_a_change_of_theme_reaches_every_line() -> None:
    async with console() as (pilot, _, app):
        before = app.main.header.render_line(0)
        app.theme = "spaces-light"
        await until(pilot, lambda: app.main.header.render_line(0) != before)
        assert app.main.header.render_line(0).text == before.text


def test_a_report_shows_no_local_variables(tmp_path: Path) -> None:
    def fails() -> None:
        kept_here = "local-value"
        raise ValueError(f"no access with {TOKEN}") from KeyError(kept_here[:5])

    with pytest.raises(ValueError, match="no access") as caught:
        fails()
    report = write_report(caught.value, tmp_path / "crashes")
    assert report is not None
    text = report.read_text()
    assert "ValueError: no access with •••" in text
    assert TOKEN not in text
    assert "local-value" not in text.replace('kept_here = "local-value"', "")
    assert report.stat().st_mode & 0o777 == 0o600


async def test_a_crash_ends_with_a_report_and_status_1(tmp_path: Path) -> None:
    app = ConsoleApp(FakeSession(), crash_dir=tmp_path)

    def broken() -> None:
        raise RuntimeError(f"boom {TOKEN}")

    async def run() -> None:
        async with app.run_test() as pilot:
            app.call_later(broken)
            await until(pilot, lambda: app.crashed)

    with pytest.raises(RuntimeError, match="boom"):
        await run()
    assert app.return_code == 1
    assert app.crash_report is not None
    assert TOKEN not in app.crash_report.read_text()
    assert not app._exit_renderables
