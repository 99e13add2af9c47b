"""The harness itself, on small programs."""

from __future__ import annotations

import re
import signal
import sys
from collections.abc import Sequence

import pytest

from tests.e2e.emulator import Emulator
from tests.e2e.keys import encode
from tests.e2e.terminal import Terminal

pytestmark = pytest.mark.e2e


def shell(script: str) -> Sequence[str]:
    """Return the command of a shell script."""
    return ["sh", "-c", script]


def test_what_is_typed_comes_back() -> None:
    with Terminal(["cat"]) as terminal:
        terminal.type("hello")
        terminal.press("enter")
        rows = terminal.expect(re.compile(r"hello\nhello"))
        assert rows[:3] == ["hello", "hello", ""]
        terminal.press("ctrl+d")
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_a_failing_wait_shows_the_screen() -> None:
    with Terminal(shell("echo what is there; read line")) as terminal:
        terminal.expect("what is there")
        with pytest.raises(AssertionError, match="what is there"):
            terminal.expect("what is not", timeout=0.05)


def test_a_wait_ends_when_the_program_does() -> None:
    with (
        Terminal(shell("echo last words")) as terminal,
        pytest.raises(AssertionError, match="the program ended"),
    ):
        terminal.expect("never said", timeout=60)


def test_exit_codes_and_signals_are_told() -> None:
    with Terminal(shell("exit 7")) as terminal:
        assert terminal.wait_exit() == 7
    with Terminal(["cat"]) as terminal:
        terminal.signal(signal.SIGTERM)
        assert terminal.wait_exit() == -signal.SIGTERM
    with Terminal(["cat"]) as terminal:
        terminal.press("ctrl+c")
        assert terminal.wait_exit() == -signal.SIGINT


def test_modes_left_on_are_noticed() -> None:
    with Terminal(shell(r"printf '\033[?1049h\033[?1000;2004h\033[>25u'")) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.modes >= {1049, 1000, 2004}
        assert not terminal.restored


def test_modes_taken_back_leave_no_trace() -> None:
    with Terminal(shell(r"printf '\033[?1049h\033[>25u\033[<u\033[?1049l'")) as terminal:
        assert terminal.wait_exit() == 0
        assert terminal.restored


def test_line_settings_left_changed_are_noticed() -> None:
    with Terminal(shell("stty raw -echo")) as terminal:
        assert terminal.wait_exit() == 0
        assert not terminal.restored


def test_the_window_has_a_size_and_changes_it() -> None:
    script = "trap 'stty size' WINCH; stty size; while :; do read line; done"
    with Terminal(shell(script), size=(100, 30)) as terminal:
        terminal.expect("30 100")
        terminal.resize(60, 20)
        terminal.press("enter")
        terminal.expect("20 60")


def test_a_stalled_terminal_reads_nothing_until_it_resumes() -> None:
    with Terminal(shell("echo ready; read line; echo answer; read line")) as terminal:
        terminal.expect("ready")
        terminal.stall()
        before = terminal.bytes_out
        terminal.press("enter")
        assert terminal.writes_within(0.2) == 0
        assert terminal.bytes_out == before
        terminal.resume()
        terminal.expect("answer")


def test_a_hang_up_reaches_the_program() -> None:
    with Terminal(["sleep", "60"]) as terminal:  # not one that reads, and may see the end first
        terminal.hangup()
        assert terminal.wait_exit() == -signal.SIGHUP


def test_a_program_may_ignore_the_hang_up() -> None:
    with Terminal(shell("cat; exit 5"), ignore_hangup=True) as terminal:
        terminal.hangup()
        assert terminal.wait_exit() == 5


def test_job_control() -> None:
    with Terminal(["cat"]) as terminal:
        terminal.press("ctrl+z")
        terminal.wait_stopped()
        terminal.resume_job()
        terminal.type("back")
        terminal.press("enter")
        terminal.expect(re.compile(r"back\nback"))


def test_colours_of_a_cell() -> None:
    with Terminal(shell(r"printf 'a\033[1;31mb\033[m\033[7mc'; read line")) as terminal:
        terminal.expect("abc")
        assert terminal.cell(0, 0).foreground == "default"
        assert (terminal.cell(1, 0).foreground, terminal.cell(1, 0).bold) == ("red", True)
        assert terminal.cell(2, 0).reverse


def test_silence_is_told_from_output() -> None:
    script = "import sys, time\nprint('a', flush=True)\nsys.stdin.readline()"
    with Terminal([sys.executable, "-c", script]) as terminal:
        terminal.expect("a")
        terminal.quiet_for(0.1)
        assert terminal.writes_within(0.1) == 0
        before = terminal.bytes_out
        terminal.type("x")
        terminal.expect("x")
        assert terminal.bytes_out == before + 1
        assert terminal.cpu_seconds() < 10


def test_sequences_cut_anywhere_are_understood() -> None:
    whole = b"\x1b[?1049h\x1b[?25lhi\x1b[?2026$p\x1b[<u\x1b[>1u there"
    emulator = Emulator(20, 2)
    for byte in whole:
        emulator.feed(bytes([byte]))
    assert emulator.rows() == ["hi there", ""]
    assert emulator.modes == {7, 1049}
    assert emulator.pristine is False


@pytest.mark.parametrize(
    ("key", "sent"), [("q", b"q"), ("ctrl+p", b"\x10"), ("down", b"\x1b[B"), ("alt+x", b"\x1bx")]
)
def test_keys(key: str, sent: bytes) -> None:
    assert encode(key) == sent


def test_an_unknown_key_is_an_error() -> None:
    with pytest.raises(ValueError, match="hyper"):
        encode("hyper+x")
